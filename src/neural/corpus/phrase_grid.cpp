#include "neural/corpus/phrase_grid.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

#include "neural/rolls/roll.h"

namespace cantus::corpus {
namespace {

using rolls::kStep;
using score::Note;
using score::Part;
using score::Piece;
using score::Tick;
using score::TickLength;

int nearest(std::span<const int> places, double steps) {
  return *std::ranges::min_element(
      places, {}, [&](int place) { return std::abs(static_cast<double>(place) - steps); });
}

/// Beats are counted from the start of the bar; those of a pickup backwards from the first bar.
Tick grid_place(const score::MetreMap& metre, Tick onset) {
  const Tick bar = metre.bar_start(std::max(1, metre.bar_at(onset)));
  const std::int64_t ticks = (onset - bar).count();
  const std::int64_t inside =
      ((ticks % score::kTicksPerBeat) + score::kTicksPerBeat) % score::kTicksPerBeat;
  const double steps = static_cast<double>(inside) / static_cast<double>(kStep.count());
  return onset - TickLength(inside) + kStep * nearest(kGridOnsets, steps);
}

std::int64_t apart(Tick a, Tick b) {
  return std::abs((a - b).count());
}

/// Notes of one place: those struck with the one nearest to it, the first of each key.
void keep_struck_together(std::span<const Note> struck, Tick place, std::vector<Note>& kept) {
  const Note& anchor = *std::ranges::min_element(
      struck, {}, [&](const Note& note) { return apart(note.onset, place); });
  std::array<bool, 128> taken = {};
  for (Note note : struck) {
    bool& is_taken = taken[static_cast<std::size_t>(note.pitch.key())];
    if (is_taken || apart(note.onset, anchor.onset) > kStep.count()) continue;
    is_taken = true;
    const double steps =
        static_cast<double>(note.length.count()) / static_cast<double>(kStep.count());
    note.onset = place;
    note.length = kStep * nearest(kGridLengths, steps);
    kept.push_back(note);
  }
}

void put_on_grid(Part& part, const score::MetreMap& metre) {
  std::map<Tick, std::vector<Note>> places;
  for (const Note& note : part.notes) {
    if (!note.grace) places[grid_place(metre, note.onset)].push_back(note);
  }
  part.notes.clear();
  for (const auto& [place, struck] : places)
    keep_struck_together(struck, place, part.notes);
}

}  // namespace

Piece on_grid(const Piece& piece) {
  Piece out = piece;
  for (Part& part : out.parts)
    put_on_grid(part, piece.metre);
  score::tidy(out);
  return out;
}

double distance_from_grid(const Piece& piece) {
  std::int64_t sum = 0;
  std::int64_t notes = 0;
  for (const Part& part : piece.parts) {
    for (const Note& note : part.notes) {
      if (note.grace) continue;
      sum += apart(note.onset, grid_place(piece.metre, note.onset));
      ++notes;
    }
  }
  if (notes == 0) return 0.0;
  return static_cast<double>(sum) / static_cast<double>(notes * kStep.count());
}

int grid_length_within(int steps) {
  const auto after = std::ranges::upper_bound(kGridLengths, std::max(steps, 1));
  return *std::prev(after);
}

}  // namespace cantus::corpus
