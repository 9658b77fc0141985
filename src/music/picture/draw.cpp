#include "music/picture/draw.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "music/picture/canvas.h"
#include "music/picture/heading.h"
#include "music/picture/layout.h"
#include "music/picture/paint_row.h"

namespace cantus::picture {
namespace {

constexpr double kTop = 24.0;
constexpr double kBottom = 14.0;
constexpr double kTallest = 7.0 * kSheetWidth;
constexpr double kPdfRoom = 250.0 * kPageHeight;  ///< Rows of some 250 pages.
constexpr double kA4Width = 841.89;               ///< Points.
constexpr std::size_t kMostVectorNotes = 300'000;
constexpr double kMostPixels = 64e6;
constexpr int kMostBars = 200'000;

Result<std::string> draw_sheet(const score::Piece& piece,
                               Format format,
                               int bars_a_row,
                               double width) {
  const double head = kTop + heading_height(piece);
  const Layout layout = lay_out(piece, bars_a_row, kTallest - head - kBottom);
  const double height =
      head + layout.row_height() * static_cast<double>(layout.rows.size()) + kBottom;
  double scale = width / kSheetWidth;
  if (format == Format::png) scale = std::min(scale, std::sqrt(kMostPixels / kSheetWidth / height));
  Canvas canvas(format, kSheetWidth, height, scale);
  const Sheet sheet{canvas, piece, layout, part_colours(piece)};
  paint_heading(sheet, kTop);
  double top = head;
  for (const Row& row : layout.rows) {
    paint_row(sheet, row, top);
    top += layout.row_height();
  }
  return canvas.finish();
}

/// How many rows each page holds, in order.
std::vector<std::size_t> rows_by_page(const Layout& layout, double head) {
  const auto fitting = [&](double used) {
    const double room = (kPageHeight - used - kBottom - 10.0) / layout.row_height();
    return static_cast<std::size_t>(std::max(1.0, std::floor(room)));
  };
  std::vector<std::size_t> pages;
  for (std::size_t done = 0; done < layout.rows.size(); done += pages.back()) {
    const std::size_t most = fitting(pages.empty() ? head : kTop);
    pages.push_back(std::min(most, layout.rows.size() - done));
  }
  return pages;
}

Result<std::string> draw_pages(const score::Piece& piece, int bars_a_row) {
  const double head = kTop + heading_height(piece);
  const Layout layout = lay_out(piece, bars_a_row, kPdfRoom);
  Canvas canvas(Format::pdf, kSheetWidth, kPageHeight, kA4Width / kSheetWidth);
  canvas.set_title(piece.title);
  const Sheet sheet{canvas, piece, layout, part_colours(piece)};
  const std::vector<std::size_t> pages = rows_by_page(layout, head);
  std::size_t row = 0;
  for (std::size_t page = 0; page < pages.size(); ++page) {
    if (page == 0)
      paint_heading(sheet, kTop);
    else
      canvas.next_page();
    double top = page == 0 ? head : kTop;
    for (std::size_t end = row + pages[page]; row < end; ++row, top += layout.row_height()) {
      paint_row(sheet, layout.rows[row], top);
    }
    canvas.text(fmt::format("{} / {}", page + 1, pages.size()), kSheetWidth - kMargin,
                kPageHeight - 12.0, {9.0, false}, kFaintInk, Align::right);
  }
  return canvas.finish();
}

}  // namespace

Result<std::string> draw(const score::Piece& piece, Format format, const DrawOptions& options) {
  if (score::bars_of(piece) > kMostBars) {
    return fail(ErrorCode::unsupported,
                fmt::format("the piece has more than {} bars and cannot be drawn", kMostBars));
  }
  if (format != Format::png && score::note_count(piece) > kMostVectorNotes) {
    return fail(ErrorCode::unsupported,
                fmt::format("the piece has {} notes, too many for SVG or PDF; a PNG can show it",
                            score::note_count(piece)));
  }
  const int bars_a_row = std::clamp(options.bars_a_row, 0, 1024);
  if (format == Format::pdf) return draw_pages(piece, bars_a_row);
  return draw_sheet(piece, format, bars_a_row, std::clamp(options.width_px, 400, 4000));
}

}  // namespace cantus::picture
