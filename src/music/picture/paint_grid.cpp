#include "music/picture/paint_grid.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "music/picture/words.h"

namespace cantus::picture {
namespace {

using score::Tick;
using score::TickLength;

constexpr double kClosestBars = 3.0;  ///< Nearer bar lines are not drawn.
constexpr double kClosestBeats = 9.0;
constexpr double kClosestNumbers = 24.0;
constexpr std::size_t kMostTempoMarks = 24;

bool is_black(int key) {
  const int p = key % 12;
  return p == 1 || p == 3 || p == 6 || p == 8 || p == 10;
}

class GridPainter {
 public:
  GridPainter(const Sheet& sheet, const Row& row, const RowPlaces& places)
      : sheet_(sheet),
        canvas_(sheet.canvas),
        layout_(sheet.layout),
        row_(row),
        places_(places),
        width_(places.right - places.left) {}

  void paint() {
    if (layout_.roll > 0.0) paint_keys();
    paint_drum_lanes();
    paint_tints();
    paint_lines();
    paint_numbers();
    if (layout_.roll > 0.0) paint_keyboard();
  }

 private:
  double x_of(Tick at) const { return layout_.x_of(std::clamp(at, row_.from, row_.to), row_.from); }

  void paint_keys() {
    canvas_.fill({places_.left, places_.roll, width_, layout_.roll}, kWhiteKey);
    for (int key = layout_.lowest_key; key <= layout_.highest_key; ++key) {
      const double y = places_.roll + layout_.y_of(key);
      if (is_black(key)) canvas_.fill({places_.left, y, width_, layout_.key_height}, kBlackKey);
    }
    for (int key = layout_.lowest_key; key <= layout_.highest_key; ++key) {
      if (key % 12 != 0) continue;
      const double y = places_.roll + layout_.y_of(key) + layout_.key_height;
      canvas_.line(places_.left, y, places_.right, y, kOctaveLine, 0.8);
    }
  }

  void paint_drum_lanes() {
    for (std::size_t i = 0; i < layout_.drums.size(); ++i) {
      const double y = places_.drums + layout_.drum_lane * static_cast<double>(i);
      canvas_.fill({places_.left, y, width_, layout_.drum_lane},
                   i % 2 == 0 ? kWhiteKey : kBlackKey);
      canvas_.text(layout_.drums[i].name, places_.left - 6.0, y + layout_.drum_lane - 2.0,
                   {std::min(9.0, layout_.drum_lane - 1.0), false}, kFaintInk, Align::right);
    }
  }

  void paint_tints() {
    for (const score::Section& section : sheet_.piece.sections) {
      if (section.end() <= row_.from || section.onset >= row_.to) continue;
      const double left = x_of(section.onset);
      const Box box{left, places_.roll, x_of(section.end()) - left, places_.bottom - places_.roll};
      canvas_.fill(box, section_tint(section.name, sheet_.piece.sections), 0.16);
    }
  }

  void vertical(double x, Colour colour, double width) {
    if (layout_.roll > 0.0) {
      canvas_.line(x, places_.roll, x, places_.roll + layout_.roll, colour, width);
    }
    if (!layout_.drums.empty()) {
      canvas_.line(x, places_.drums, x, places_.bottom, colour, width);
    }
  }

  void paint_lines() {
    for (std::size_t i = 0; i < row_.bars.size(); ++i) {
      const Tick next = i + 1 < row_.bars.size() ? row_.bars[i + 1] : row_.to;
      const double width = x_of(next) - x_of(row_.bars[i]);
      if (width < kClosestBars) continue;
      const TickLength pulse = sheet_.piece.metre.metre_at(row_.bars[i]).pulse();
      const double beat = width * pulse.beats() / (next - row_.bars[i]).beats();
      for (Tick at = row_.bars[i] + pulse; at < next && beat >= kClosestBeats; at += pulse) {
        vertical(x_of(at), kBeatLine, 0.7);
      }
    }
    for (const Tick bar : row_.bars) {
      if (usual_bar_width() >= kClosestBars) vertical(x_of(bar), kBarLine, 0.9);
    }
  }

  double usual_bar_width() const { return width_ / static_cast<double>(row_.bars.size()); }

  /// What changes at this bar and is worth a word; the first bar's facts are in the heading.
  std::string marks_at(Tick from, Tick to) const {
    std::string marks;
    if (from == Tick()) return marks;
    for (const score::MetreChange& change : sheet_.piece.metre.changes()) {
      if (change.at < from || change.at >= to) continue;
      marks += fmt::format("  {}/{}", change.metre.numerator, change.metre.denominator);
    }
    for (const score::KeyChange& change : sheet_.piece.keys) {
      if (change.at >= from && change.at < to) marks += "  " + key_words(change.key);
    }
    const auto tempos = sheet_.piece.tempo.changes();
    if (tempos.size() > kMostTempoMarks) return marks;
    for (std::size_t i = 1; i < tempos.size(); ++i) {
      const bool differs = std::lround(tempos[i].bpm) != std::lround(tempos[i - 1].bpm);
      if (differs && tempos[i].at >= from && tempos[i].at < to) {
        marks += fmt::format("  {:.0f} bpm", tempos[i].bpm);
      }
    }
    return marks;
  }

  void paint_numbers() {
    std::size_t every = 1;
    while (usual_bar_width() * static_cast<double>(every) < kClosestNumbers)
      every *= 2;
    double free_from = places_.left - 1.0;
    for (std::size_t i = 0; i < row_.bars.size(); ++i) {
      const double x = x_of(row_.bars[i]);
      if (x < free_from) continue;
      const Tick next = i + 1 < row_.bars.size() ? row_.bars[i + 1] : row_.to;
      const std::string marks = marks_at(row_.bars[i], next);
      if (i % every != 0 && marks.empty()) continue;
      const std::string words = std::to_string(sheet_.piece.metre.bar_at(row_.bars[i])) + marks;
      const Font font{8.5, false};
      canvas_.text(words, x + 2.0, places_.numbers + layout_.numbers - 4.0, font, kFaintInk);
      free_from = x + canvas_.width_of(words, font) + 6.0;
    }
  }

  /// A narrow keyboard on the left, and the names of its Cs.
  void paint_keyboard() {
    constexpr double kWide = 9.0;
    const Box board{places_.left - kWide - 3.0, places_.roll, kWide, layout_.roll};
    canvas_.fill(board, kWhiteKey);
    for (int key = layout_.lowest_key; key <= layout_.highest_key; ++key) {
      const double y = places_.roll + layout_.y_of(key);
      if (is_black(key)) {
        canvas_.fill({board.x, y, kWide * 0.62, layout_.key_height}, kInk, 0.75);
      }
      if (key % 12 == 0) {
        canvas_.text("C" + std::to_string(key / 12 - 1), board.x - 4.0,
                     y + layout_.key_height / 2.0 + 3.0, {8.5, false}, kFaintInk, Align::right);
      }
    }
    canvas_.frame(board, kBarLine, 0.6);
  }

  const Sheet& sheet_;
  Canvas& canvas_;
  const Layout& layout_;
  const Row& row_;
  const RowPlaces& places_;
  double width_;
};

}  // namespace

RowPlaces places_of(const Layout& layout, const Row& row, double top) {
  RowPlaces places;
  places.left = layout.x_of(row.from, row.from);
  places.right = layout.x_of(row.to, row.from);
  places.numbers = top + layout.sections;
  places.chords = places.numbers + layout.numbers;
  places.roll = places.chords + layout.chords;
  places.lyrics = places.roll + layout.roll;
  places.drums = places.lyrics + layout.lyrics;
  places.bottom = places.drums + layout.drum_lane * static_cast<double>(layout.drums.size());
  return places;
}

void paint_grid(const Sheet& sheet, const Row& row, const RowPlaces& places) {
  GridPainter(sheet, row, places).paint();
}

void paint_frame(const Sheet& sheet, const RowPlaces& places) {
  const double width = places.right - places.left;
  const Layout& layout = sheet.layout;
  if (layout.roll > 0.0) {
    sheet.canvas.frame({places.left, places.roll, width, layout.roll}, kFrame, 0.9);
  }
  if (!layout.drums.empty()) {
    sheet.canvas.frame({places.left, places.drums, width, places.bottom - places.drums}, kFrame,
                       0.9);
  }
}

}  // namespace cantus::picture
