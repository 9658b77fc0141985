#include "music/picture/heading.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "music/picture/words.h"

namespace cantus::picture {
namespace {

constexpr double kTitle = 30.0;
constexpr double kSummary = 22.0;
constexpr double kLegendLine = 18.0;
constexpr double kAfter = 16.0;
constexpr std::size_t kPartsALine = 5;
constexpr std::size_t kMostLegendLines = 6;

/// Parts that play; the others need no colour.
std::vector<std::size_t> shown_parts(const score::Piece& piece) {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < piece.parts.size(); ++i) {
    if (!piece.parts[i].notes.empty()) shown.push_back(i);
  }
  return shown;
}

std::size_t legend_lines(std::size_t parts) {
  return std::min(kMostLegendLines, (parts + kPartsALine - 1) / kPartsALine);
}

void paint_legend_entry(const Sheet& sheet, std::size_t part, double x, double y, double width) {
  const Font name_font{10.5, false};
  const Font small{9.0, false};
  sheet.canvas.fill_rounded({x, y - 8.5, 16.0, 10.0}, 3.0, sheet.colours[part], 0.9);
  const std::string name =
      sheet.canvas.fitted(name_of(sheet.piece.parts[part]), width - 26.0, name_font);
  sheet.canvas.text(name, x + 21.0, y, name_font, kInk);
  const double used = 27.0 + sheet.canvas.width_of(name, name_font);
  const std::string instrument = instrument_of(sheet.piece.parts[part]);
  if (width - used < 40.0) return;
  sheet.canvas.text(sheet.canvas.fitted(instrument, width - used - 8.0, small), x + used, y, small,
                    kFaintInk);
}

void paint_legend(const Sheet& sheet, double top) {
  const auto shown = shown_parts(sheet.piece);
  const double width = (kSheetWidth - 2.0 * kMargin) / static_cast<double>(kPartsALine);
  const std::size_t most = kPartsALine * kMostLegendLines;
  const std::size_t painted = shown.size() <= most ? shown.size() : most - 1;
  const auto x_of = [&](std::size_t i) {
    return kMargin + width * static_cast<double>(i % kPartsALine);
  };
  const auto y_of = [&](std::size_t i) {
    return top + kLegendLine * static_cast<double>(i / kPartsALine) + 11.0;
  };
  for (std::size_t i = 0; i < painted; ++i) {
    paint_legend_entry(sheet, shown[i], x_of(i), y_of(i), width);
  }
  if (painted == shown.size()) return;
  sheet.canvas.text(fmt::format("and {} more", shown.size() - painted), x_of(painted),
                    y_of(painted), {10.5, false}, kFaintInk);
}

}  // namespace

double heading_height(const score::Piece& piece) {
  const auto lines = static_cast<double>(legend_lines(shown_parts(piece).size()));
  return kTitle + kSummary + kLegendLine * lines + kAfter;
}

void paint_heading(const Sheet& sheet, double top) {
  const score::Piece& piece = sheet.piece;
  Canvas& canvas = sheet.canvas;
  const double right = kSheetWidth - kMargin;
  const Font small{11.5, false};
  const std::string composer = canvas.fitted(piece.composer, 380.0, small);
  canvas.text(composer, right, top + 21.0, small, kFaintInk, Align::right);
  const Font large{23.0, true};
  const double room = right - kMargin - canvas.width_of(composer, small) - 24.0;
  canvas.text(canvas.fitted(piece.title.empty() ? "Untitled" : piece.title, room, large), kMargin,
              top + 21.0, large, kInk);
  canvas.text(summary_of(piece), kMargin, top + kTitle + 11.0, small, kFaintInk);
  paint_legend(sheet, top + kTitle + kSummary);
}

}  // namespace cantus::picture
