#include "music/theory/pitch_weights.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace cantus::theory {

using score::Tick;

PitchWeights pitch_weights(const score::Piece& piece, Tick from, Tick to) {
  std::array<std::int64_t, 12> ticks = {};  // whole numbers: the same sum in any order of parts
  for (const score::Part& part : piece.parts) {
    if (part.is_drums()) continue;
    for (const score::Note& note : part.notes) {
      const Tick start = std::max(note.onset, from);
      const Tick end = std::min(note.end(), to);
      if (note.grace || end <= start) continue;
      ticks[static_cast<std::size_t>(note.pitch.pitch_class().number())] += (end - start).count();
    }
  }
  PitchWeights weights = {};
  std::ranges::transform(ticks, weights.begin(),
                         [](std::int64_t count) { return score::TickLength(count).beats(); });
  return weights;
}

PitchWeights pitch_weights(const score::Piece& piece) {
  constexpr Tick kLast(std::numeric_limits<std::int64_t>::max());
  return pitch_weights(piece, Tick(), kLast);
}

double sum_of(const PitchWeights& weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

}  // namespace cantus::theory
