#include "music/picture/layout.h"

#include <algorithm>
#include <map>
#include <span>

namespace cantus::picture {
namespace {

using score::Piece;
using score::Tick;
using score::TickLength;

constexpr int kFewestKeys = 20;
constexpr double kTallestRoll = 260.0;
constexpr double kTallestKey = 6.5;

void set_keys(const Piece& piece, Layout& layout) {
  int lowest = 128;
  int highest = -1;
  for (const score::Part& part : piece.parts) {
    if (part.is_drums()) continue;
    for (const score::Note& note : part.notes) {
      lowest = std::min(lowest, note.pitch.key());
      highest = std::max(highest, note.pitch.key());
    }
  }
  if (highest < 0) lowest = 60, highest = 72;
  while (highest - lowest + 1 < kFewestKeys)
    --lowest, ++highest;
  layout.lowest_key = std::max(0, lowest - 1);
  layout.highest_key = std::min(127, highest + 1);
  const int keys = layout.highest_key - layout.lowest_key + 1;
  layout.key_height = std::min(kTallestKey, kTallestRoll / keys);
  layout.roll = keys * layout.key_height;
}

void set_lanes(const Piece& piece, Layout& layout) {
  const auto any_part = [&](auto has) { return std::ranges::any_of(piece.parts, has); };
  if (!piece.sections.empty()) layout.sections = 18.0;
  if (!piece.chords.empty()) layout.chords = 18.0;
  if (any_part([](const score::Part& part) { return !part.lyrics.empty(); })) layout.lyrics = 14.0;
  layout.drums = drum_lanes(piece);
  const bool pitched =
      any_part([](const score::Part& part) { return !part.is_drums() && !part.notes.empty(); });
  if (!pitched && !layout.drums.empty()) {
    layout.roll = 0.0;
    layout.drum_lane = 14.0;
  }
}

/// The bar length that most of the piece has.
TickLength usual_bar(std::span<const Tick> bars, const Piece& piece) {
  std::map<TickLength, int> counts;
  for (const Tick bar : bars)
    ++counts[piece.metre.metre_at(bar).bar_length()];
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })
      ->first;
}

/// Rows of about `length`; a pickup goes before the first full row.
std::vector<Row> rows_of(std::span<const Tick> bars,
                         Tick end,
                         const Piece& piece,
                         TickLength length) {
  std::vector<Row> rows;
  TickLength allowed = length + piece.metre.pickup();
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const Tick next = i + 1 < bars.size() ? bars[i + 1] : end;
    if (rows.empty() || next - rows.back().from > allowed) {
      if (!rows.empty()) allowed = length;
      rows.push_back({bars[i], next, {}});
    }
    rows.back().to = next;
    rows.back().bars.push_back(bars[i]);
  }
  return rows;
}

int usual_bars_a_row(std::size_t bars, TickLength bar) {
  // A row of eight bars of four beats reads well; short bars get more, long ones fewer.
  int wanted = 8;
  if (bar > score::beats(6)) wanted = 4;
  if (bar < score::beats(5, 2)) wanted = 16;
  if (bars > 56) wanted *= 2;
  // One or two bars alone on a last row look lost: the rows before take them in.
  const auto rows = static_cast<int>(bars) / wanted;
  const int left_over = static_cast<int>(bars) % wanted;
  if (rows > 0 && rows < 6 && left_over > 0 && left_over <= wanted / 4) {
    wanted = (static_cast<int>(bars) + rows - 1) / rows;
  }
  return wanted;
}

}  // namespace

double Layout::row_height() const {
  return sections + numbers + chords + roll + lyrics +
         drum_lane * static_cast<double>(drums.size()) + kRowGap;
}

double Layout::x_of(Tick at, Tick from) const {
  return kMargin + kGutter + kNotesWidth * (at - from).beats() / longest_row.beats();
}

Layout lay_out(const Piece& piece, int bars_a_row, double most_height) {
  Layout layout;
  set_keys(piece, layout);
  set_lanes(piece, layout);
  const Tick written = std::max(piece.end, Tick() + TickLength(1));
  const std::vector<Tick> bars = piece.metre.bar_starts(written);
  const score::Metre last_metre = piece.metre.metre_at(bars.back());
  const Tick end = std::max(written, bars.back() + last_metre.bar_length());
  const TickLength bar = usual_bar(bars, piece);
  int wanted = bars_a_row > 0 ? bars_a_row : usual_bars_a_row(bars.size(), bar);
  const double most_rows = std::max(1.0, most_height / layout.row_height());
  do {
    layout.rows = rows_of(bars, end, piece, bar * wanted);
    wanted *= 2;
  } while (static_cast<double>(layout.rows.size()) > most_rows);
  for (const Row& row : layout.rows) {
    layout.longest_row = std::max(layout.longest_row, row.to - row.from);
  }
  return layout;
}

}  // namespace cantus::picture
