#include "neural/band/decide.h"

#include <algorithm>
#include <bit>

namespace cantus::band {
namespace {

using rolls::Player;

constexpr unsigned kScale = 0b101010110101;  // C D E F G A B

int best_of(const float* scores, int count) {
  return static_cast<int>(std::max_element(scores, scores + count) - scores);
}

class Decider {
 public:
  Decider(std::span<const float> logits,
          const Conditions& conditions,
          const Thresholds& thresholds,
          const Rules& rules)
      : logits_(logits), asked_(conditions), thresholds_(thresholds), rules_(rules) {}

  BeatGrid decide() {
    grid_.beats_of_bar = beats_of_bar(asked_.metre);
    for (const Player player : rolls::kAllPlayers) {
      const auto p = static_cast<std::size_t>(player);
      for (int bar = 0; bar < rolls::kBars; ++bar) {
        if (asked_.given[p]) {
          for (int inside = 0; inside < kBeatsOfBar; ++inside)
            grid_.at(bar * kBeatsOfBar + inside, player) =
                asked_.grid.at(bar * kBeatsOfBar + inside, player);
        } else if (asked_.plays[p][static_cast<std::size_t>(bar)]) {
          play(bar, player);
        }
      }
    }
    return grid_;
  }

 private:
  const float* scores(int beat, int place, Player player) const {
    const int beats = grid_.beats_of_bar;
    const int token =
        (bar_of(beat) * beats + beat % kBeatsOfBar) * kPlayers + static_cast<int>(player);
    return logits_.data() + std::ptrdiff_t{token} * kContentFeatures + place * kStrokeFeatures;
  }

  /// Keys that may be struck there.
  std::uint64_t allowed(int beat, int place, Player player) const {
    const auto p = static_cast<std::size_t>(player);
    if (player == Player::drums) return (std::uint64_t{1} << kKeys) - 1;
    const int steps = grid_.beats_of_bar * rolls::kStepsPerBeat;
    const auto& chord = asked_.chords[static_cast<std::size_t>(half_bar_of(beat, place, steps))];
    const unsigned classes = rules_.strict ? allowed_classes(chord) : 0xFFFU;
    std::uint64_t keys = 0;
    for (int key = 0; key < kKeys; ++key) {
      const int sounding = lowest_key(player) + key;
      if (sounding < rules_.lowest[p] || sounding > rules_.highest[p]) continue;
      if ((classes >> key % 12 & 1U) != 0) keys |= std::uint64_t{1} << key;
    }
    return keys;
  }

  struct Candidate {
    float score;
    int key;
  };

  void play(int bar, Player player) {
    bool any = false;
    Candidate best{-1e30F, -1};
    int best_beat = bar * kBeatsOfBar;
    int best_place = 0;
    for (int inside = 0; inside < grid_.beats_of_bar; ++inside) {
      const int beat = bar * kBeatsOfBar + inside;
      for (int place = 0; place < kPlaces; ++place) {
        const Candidate here = strike(beat, place, player);
        any = any || grid_.at(beat, player)[static_cast<std::size_t>(place)].keys != 0;
        if (here.score > best.score) {
          best = here;
          best_beat = beat;
          best_place = place;
        }
      }
    }
    if (!any && best.key >= 0) set(best_beat, best_place, player, std::uint64_t{1} << best.key);
  }

  /// Strikes what is above the threshold; returns the likeliest key.
  Candidate strike(int beat, int place, Player player) {
    const float* keys = scores(beat, place, player);
    const float threshold = thresholds_[static_cast<std::size_t>(player)];
    std::array<Candidate, kKeys> wanted;
    std::size_t count = 0;
    Candidate best{-1e30F, -1};
    for (std::uint64_t left = allowed(beat, place, player); left != 0; left &= left - 1) {
      const int key = std::countr_zero(left);
      if (keys[key] > best.score) best = {keys[key], key};
      if (keys[key] > threshold) wanted[count++] = {keys[key], key};
    }
    if (count == 0) return best;
    const int most = is_line(player)           ? 1
                     : player == Player::drums ? rules_.most_drums
                                               : rules_.most_keys;
    const auto kept = std::min(count, static_cast<std::size_t>(most));
    std::partial_sort(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(kept),
                      wanted.begin() + static_cast<std::ptrdiff_t>(count),
                      [](const Candidate& a, const Candidate& b) {
                        return a.score != b.score ? a.score > b.score : a.key < b.key;
                      });
    std::uint64_t struck = 0;
    for (std::size_t i = 0; i < kept; ++i)
      struck |= std::uint64_t{1} << wanted[i].key;
    set(beat, place, player, struck);
    return best;
  }

  void set(int beat, int place, Player player, std::uint64_t keys) {
    const float* from = scores(beat, place, player) + kKeys;
    grid_.at(beat, player)[static_cast<std::size_t>(place)] = {
        keys, static_cast<std::uint8_t>(best_of(from, kLengths)),
        static_cast<std::uint8_t>(best_of(from + kLengths, kBands))};
  }

  std::span<const float> logits_;
  const Conditions& asked_;
  const Thresholds& thresholds_;
  const Rules& rules_;
  BeatGrid grid_;
};

/// Ends a note at the first half bar whose chord and scale lack it.
void keep_in_harmony(rolls::RollNote& note, const rolls::Roll& roll) {
  const int half = roll.bar_steps() / 2;
  for (int at = (note.onset / half + 1) * half; at < note.onset + note.length; at += half) {
    const std::size_t index = static_cast<std::size_t>(at / half);
    if (index >= roll.chords.size()) return;
    if ((allowed_classes(roll.chords[index]) >> note.key % 12 & 1U) != 0) continue;
    note.length = static_cast<std::int16_t>(at - note.onset);
    return;
  }
}

}  // namespace

std::uint16_t allowed_classes(const rolls::HalfBarChord& chord) {
  return static_cast<std::uint16_t>(chord.tones | kScale);
}

BeatGrid decide(std::span<const float> logits,
                const Conditions& conditions,
                const Thresholds& thresholds,
                const Rules& rules) {
  return Decider(logits, conditions, thresholds, rules).decide();
}

rolls::Roll decided_roll(std::span<const float> logits,
                         const Conditions& conditions,
                         const Thresholds& thresholds,
                         const Rules& rules) {
  rolls::Roll roll =
      roll_of(decide(logits, conditions, thresholds, rules), conditions.metre, conditions.chords);
  if (!rules.strict) return roll;
  for (const Player player : rolls::kAllPlayers) {
    if (player == Player::drums || conditions.given[static_cast<std::size_t>(player)]) continue;
    for (rolls::RollNote& note : roll.of(player))
      keep_in_harmony(note, roll);
  }
  return roll;
}

}  // namespace cantus::band
