#include "neural/tokens/announcements.h"

#include <algorithm>
#include <array>
#include <functional>

namespace cantus::tokens {
namespace {

/// A bar of a melody, as far as others may be made from it.
struct BarOfMelody {
  std::vector<Token> words;          ///< its notes, then its chords; empty where it has no notes
  std::vector<std::int64_t> rhythm;  ///< of the bar, then of each note: start and length
  std::vector<int> moves;            ///< steps of the scale from note to note
  std::vector<int> shape;            ///< up, down or level
  int first = 0;                     ///< step of the scale

  bool has_notes() const { return !words.empty(); }
};

BarOfMelody bar_of(const BarWords& words, std::size_t melody, int bar) {
  BarOfMelody out;
  out.words = words.notes(melody, bar);
  if (out.words.empty()) return out;
  const auto chords = words.chords(bar);
  out.words.insert(out.words.end(), chords.begin(), chords.end());
  const score::Tick start = words.start(bar);
  out.rhythm = {(start - words.origin(bar)).count(), (words.end(bar) - start).count()};
  const auto tonic = words.tonic(bar);
  std::optional<int> before;
  int key = 0;
  for (const score::Note& note : words.notes_of(melody, bar)) {
    out.rhythm.push_back((note.onset - start).count());
    out.rhythm.push_back(note.length.count());
    const int step = scale_step(note.pitch.key(), tonic);
    if (before) {
      out.moves.push_back(step - *before);
      out.shape.push_back((note.pitch.key() > key) - (note.pitch.key() < key));
    } else {
      out.first = step;
    }
    before = step;
    key = note.pitch.key();
  }
  return out;
}

bool holds(Kind kind, const BarOfMelody& here, const BarOfMelody& from) {
  if (!here.has_notes() || here.rhythm != from.rhythm) return false;
  switch (kind) {
    case Kind::again:
      return here.words == from.words;
    case Kind::moved:
      return here.first != from.first && !here.moves.empty() && here.moves == from.moves;
    case Kind::shaped:
      return here.shape.size() >= 2 && here.shape == from.shape;
    default:
      return true;
  }
}

}  // namespace

std::vector<std::optional<Token>> announcements(const BarWords& words, std::size_t melody) {
  const int bars = words.bars();
  std::vector<BarOfMelody> said;
  for (int bar = 0; bar < bars; ++bar)
    said.push_back(bar_of(words, melody, bar));
  const auto held = [&](Kind kind, int bar, int before) {
    return before <= bar && bar < bars &&
           holds(kind, said[static_cast<std::size_t>(bar)],
                 said[static_cast<std::size_t>(bar - before)]);
  };
  const auto longest = [&](Kind kind, int bar) {
    int best = 0;
    int most = 0;
    for (int before = 1; before <= std::min(bar, count_of(kind)); ++before) {
      int length = 0;
      while (held(kind, bar + length, before))
        ++length;
      if (length > most) best = before;
      most = std::max(most, length);
    }
    return best;
  };
  std::vector<std::optional<Token>> out(static_cast<std::size_t>(bars));
  constexpr std::array kinds = {Kind::again, Kind::moved, Kind::shaped, Kind::rhythm};
  std::array<int, kinds.size()> in_force{};  // by kind
  for (int bar = 0; bar < bars; ++bar) {
    auto& word = out[static_cast<std::size_t>(bar)];
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      int& before = in_force[k];
      if (word) {
        before = 0;
        continue;
      }
      if (before == 0 || !held(kinds[k], bar, before)) before = longest(kinds[k], bar);
      if (before > 0) word = token(kinds[k], before - 1);
    }
  }
  return out;
}

std::optional<std::size_t> announced_part(const score::Piece& piece) {
  const auto found = std::ranges::find(piece.parts, score::Role::melody, &score::Part::role);
  if (found == piece.parts.end()) return std::nullopt;
  return static_cast<std::size_t>(found - piece.parts.begin());
}

int scale_step(int key, score::PitchClass tonic) {
  constexpr std::array<int, 12> steps = {0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6};
  const int above = key + 12 - tonic.number();
  return above / 12 * 7 + steps[static_cast<std::size_t>(above % 12)];
}

}  // namespace cantus::tokens
