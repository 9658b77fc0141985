#include "neural/band/beat_grid.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <map>

namespace cantus::band {
namespace {

using rolls::Player;
using rolls::RollNote;

std::uint8_t nearest_length(int steps) {
  const auto nearest = std::ranges::min_element(
      kLengthSteps, {}, [&](std::int16_t length) { return std::abs(length - steps); });
  return static_cast<std::uint8_t>(nearest - kLengthSteps.begin());
}

/// The place nearest to a step, the earlier of two; after the last of a beat comes the next beat.
struct Place {
  int beat = 0;
  int place = 0;
};

Place place_of(int step, int bar_steps) {
  const int bar = step / bar_steps;
  int beat = step % bar_steps / rolls::kStepsPerBeat;
  const int inside = step % rolls::kStepsPerBeat;
  int best = 0;
  for (int p = 1; p < kPlaces; ++p) {
    const auto away = [&](int place) {
      return std::abs(kPlaceSteps[static_cast<std::size_t>(place)] - inside);
    };
    if (away(p) < away(best)) best = p;
  }
  if (inside == rolls::kStepsPerBeat - 1) {  // nearer to the next beat, but the phrase may end
    const bool last = bar == rolls::kBars - 1 && (beat + 1) * rolls::kStepsPerBeat == bar_steps;
    if (!last) {
      const int next = step + 1;
      beat = next % bar_steps / rolls::kStepsPerBeat;
      return {next / bar_steps * kBeatsOfBar + beat, 0};
    }
  }
  return {bar * kBeatsOfBar + beat, best};
}

int folded(int key, Player player) {
  int inside = key - lowest_key(player);
  if (player == Player::drums) return inside >= 0 && inside < kKeys ? inside : -1;
  while (inside < 0)
    inside += 12;
  while (inside >= kKeys)
    inside -= 12;
  return inside;
}

void keep_one(Stroke& stroke, Player player) {
  if (stroke.keys == 0 || !is_line(player)) return;
  const int kept =
      player == Player::bass ? std::countr_zero(stroke.keys) : 63 - std::countl_zero(stroke.keys);
  stroke.keys = std::uint64_t{1} << kept;
}

}  // namespace

BeatGrid grid_of(const rolls::Roll& roll) {
  BeatGrid grid;
  grid.beats_of_bar = beats_of_bar(roll.metre);
  for (const Player player : rolls::kAllPlayers) {
    std::map<std::pair<int, int>, std::vector<RollNote>> together;
    for (const RollNote& note : roll.of(player)) {
      if (note.onset < 0 || note.onset >= roll.steps() || folded(note.key, player) < 0) continue;
      const Place at = place_of(note.onset, roll.bar_steps());
      together[{at.beat, at.place}].push_back(note);
    }
    for (const auto& [at, notes] : together) {
      Stroke& stroke = grid.at(at.first, player)[static_cast<std::size_t>(at.second)];
      std::array<int, kLengths> votes{};
      stroke.band = 0;
      for (const RollNote& note : notes) {
        stroke.keys |= std::uint64_t{1} << folded(note.key, player);
        stroke.band = std::max(stroke.band, note.band);
        ++votes[nearest_length(note.length)];
      }
      stroke.length = static_cast<std::uint8_t>(std::ranges::max_element(votes) - votes.begin());
      keep_one(stroke, player);
    }
  }
  return grid;
}

rolls::Roll roll_of(const BeatGrid& grid,
                    score::Metre metre,
                    std::span<const rolls::HalfBarChord, 2 * rolls::kBars> chords) {
  rolls::Roll roll;
  roll.metre = metre;
  std::ranges::copy(chords, roll.chords.begin());
  for (const Player player : rolls::kAllPlayers) {
    std::vector<RollNote>& notes = roll.of(player);
    for (int beat = 0; beat < kBeats; ++beat) {
      if (beat % kBeatsOfBar >= grid.beats_of_bar) continue;
      for (int place = 0; place < kPlaces; ++place) {
        const Stroke& stroke = grid.at(beat, player)[static_cast<std::size_t>(place)];
        for (int key = 0; key < kKeys; ++key) {
          if ((stroke.keys >> key & 1U) == 0) continue;
          notes.push_back({static_cast<std::int16_t>(step_of(beat, place, roll.bar_steps())),
                           kLengthSteps[stroke.length],
                           static_cast<std::uint8_t>(lowest_key(player) + key), stroke.band});
        }
      }
    }
    std::ranges::sort(notes);
    for (std::size_t i = 0; i < notes.size(); ++i) {  // a key is free again before it is struck
      for (std::size_t j = i + 1; j < notes.size(); ++j) {
        const bool line = is_line(player) && notes[j].onset > notes[i].onset;
        if (notes[j].onset >= notes[i].onset + notes[i].length) break;
        if (notes[j].onset > notes[i].onset && (line || notes[j].key == notes[i].key)) {
          notes[i].length = static_cast<std::int16_t>(notes[j].onset - notes[i].onset);
          break;
        }
      }
    }
  }
  return roll;
}

}  // namespace cantus::band
