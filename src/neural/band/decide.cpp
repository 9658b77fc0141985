#include "neural/band/decide.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <vector>

namespace cantus::band {
namespace {

using rolls::Player;

constexpr unsigned kScale = 0b101010110101;  // C D E F G A B

/// log2 of kLengthSteps.
constexpr std::array<float, kLengths> kDoublings = {0.0F,  1.0F,   1.585F, 2.0F,  2.322F, 2.585F,
                                                    3.0F,  3.17F,  3.585F, 4.0F,  4.17F,  4.585F,
                                                    5.17F, 5.585F, 6.585F, 7.585F};

int best_of(const float* scores, int count) {
  return static_cast<int>(std::max_element(scores, scores + count) - scores);
}

class Decider {
 public:
  Decider(std::span<const float> logits,
          const Conditions& conditions,
          const Leanings& leanings,
          const Rules& rules)
      : logits_(logits.begin(), logits.end()),
        asked_(conditions),
        leanings_(leanings),
        rules_(rules) {}

  BeatGrid decide() {
    grid_.beats_of_bar = beats_of_bar(asked_.metre);
    for (const Player player : rolls::kAllPlayers) {
      const auto p = static_cast<std::size_t>(player);
      last_key_ = -1;
      if (!asked_.given[p]) {
        lean(player);
        set_levels(player);
      }
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
  std::ptrdiff_t index(int beat, int place, Player player) const {
    const int beats = grid_.beats_of_bar;
    const int token =
        (bar_of(beat) * beats + beat % kBeatsOfBar) * kPlayers + static_cast<int>(player);
    return std::ptrdiff_t{token} * kContentFeatures + place * kStrokeFeatures;
  }
  const float* scores(int beat, int place, Player player) const {
    return logits_.data() + index(beat, place, player);
  }
  float* scores(int beat, int place, Player player) {
    return logits_.data() + index(beat, place, player);
  }

  void lean(Player player) {
    const auto p = static_cast<std::size_t>(player);
    const float lift = leanings_.chord_lift[p];
    if (player != Player::drums && lift != 0.0F) {
      for_places(player, [&](int beat, int place) {
        const unsigned tones = chord_at(beat, place).tones;
        float* keys = scores(beat, place, player);
        for (int key = 0; key < kKeys; ++key) {
          if ((tones >> key % 12 & 1U) != 0) keys[key] += lift;
        }
      });
    }
    if (leanings_.steadiness[p] > 0.0F) steady(player, leanings_.steadiness[p]);
  }

  void steady(Player player, float share) {
    const auto& plays = asked_.plays[static_cast<std::size_t>(player)];
    const auto bars = static_cast<float>(std::ranges::count(plays, true));
    for (int inside = 0; inside < grid_.beats_of_bar && bars > 1.0F; ++inside) {
      for (int place = 0; place < kPlaces; ++place) {
        std::array<float, kKeys> mean{};
        float mean_best = 0.0F;
        const auto for_bars = [&](auto use) {
          for (int bar = 0; bar < rolls::kBars; ++bar) {
            if (plays[static_cast<std::size_t>(bar)])
              use(scores(bar * kBeatsOfBar + inside, place, player));
          }
        };
        for_bars([&](const float* keys) {
          for (std::size_t key = 0; key < kKeys; ++key)
            mean[key] += keys[key] / bars;
          mean_best += *std::max_element(keys, keys + kKeys) / bars;
        });
        for_bars([&](float* keys) {
          const float own = *std::max_element(keys, keys + kKeys);
          for (std::size_t key = 0; key < kKeys; ++key) {
            const float to = player == Player::drums ? mean[key] - keys[key] : mean_best - own;
            keys[key] += share * to;
          }
        });
      }
    }
  }

  const rolls::HalfBarChord& chord_at(int beat, int place) const {
    const int steps = grid_.beats_of_bar * rolls::kStepsPerBeat;
    return asked_.chords[static_cast<std::size_t>(half_bar_of(beat, place, steps))];
  }

  /// Keys that may be struck there.
  std::uint64_t allowed(int beat, int place, Player player) const {
    const auto p = static_cast<std::size_t>(player);
    if (player == Player::drums) return (std::uint64_t{1} << kKeys) - 1;
    const unsigned classes = rules_.strict ? allowed_classes(chord_at(beat, place)) : 0xFFFU;
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

  /// Where nothing is said of how busily a player plays, both levels are its threshold; else the
  /// likeliest places are struck until there are as many strokes and keys as were asked for.
  void set_levels(Player player) {
    const auto p = static_cast<std::size_t>(player);
    stroke_level_ = key_level_ = leanings_.thresholds[p];
    const auto bars = std::ranges::count(asked_.plays[p], true);
    if (!asked_.manners[p].strokes || bars == 0) return;
    std::vector<float> places;
    for_places(player, [&](int beat, int place) {
      const float* keys = scores(beat, place, player);
      float best = -1e30F;
      for (std::uint64_t left = allowed(beat, place, player); left != 0; left &= left - 1)
        best = std::max(best, keys[std::countr_zero(left)]);
      places.push_back(best);
    });
    const float asked = *asked_.manners[p].strokes * static_cast<float>(bars * grid_.beats_of_bar);
    stroke_level_ = level_of(places, static_cast<std::size_t>(asked + 0.5F));
    key_level_ = std::max(stroke_level_, leanings_.thresholds[p]);
    if (is_line(player) || !asked_.manners[p].keys) return;
    std::vector<float> others;  // keys beside the likeliest of their places
    for_places(player, [&](int beat, int place) {
      const float* keys = scores(beat, place, player);
      const std::size_t first = others.size();
      for (std::uint64_t left = allowed(beat, place, player); left != 0; left &= left - 1)
        others.push_back(keys[std::countr_zero(left)]);
      const auto best =
          std::max_element(others.begin() + static_cast<std::ptrdiff_t>(first), others.end());
      if (best == others.end()) return;
      const bool struck = *best > stroke_level_;
      others.erase(best);
      if (!struck) others.resize(first);
    });
    const float more = (*asked_.manners[p].keys - 1.0F) * asked;
    key_level_ = level_of(others, static_cast<std::size_t>(std::max(0.0F, more) + 0.5F));
  }

  template <class Use>
  void for_places(Player player, Use use) const {
    for (int bar = 0; bar < rolls::kBars; ++bar) {
      if (!asked_.plays[static_cast<std::size_t>(player)][static_cast<std::size_t>(bar)]) continue;
      for (int inside = 0; inside < grid_.beats_of_bar; ++inside) {
        for (int place = 0; place < kPlaces; ++place)
          use(bar * kBeatsOfBar + inside, place);
      }
    }
  }

  /// Above which `count` of the scores lie.
  static float level_of(std::vector<float>& scores, std::size_t count) {
    if (count >= scores.size()) return -1e30F;
    std::ranges::nth_element(scores, scores.begin() + static_cast<std::ptrdiff_t>(count),
                             std::ranges::greater{});
    return scores[count];
  }

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

  /// Strikes where the likeliest key is above the level of strokes, with it all keys above that of
  /// keys; returns the likeliest key.
  Candidate strike(int beat, int place, Player player) {
    const float* keys = scores(beat, place, player);
    std::array<Candidate, kKeys> wanted;
    std::size_t count = 0;
    Candidate best{-1e30F, -1};
    for (std::uint64_t left = allowed(beat, place, player); left != 0; left &= left - 1) {
      const int key = std::countr_zero(left);
      if (keys[key] > best.score) best = {keys[key], key};
      if (keys[key] > key_level_) wanted[count++] = {keys[key], key};
    }
    if (best.key < 0 || best.score <= stroke_level_) return best;
    if (count == 0) wanted[count++] = best;
    if (is_line(player)) {  // when is decided; which key, the one before may tell
      const float less = leanings_.variety[static_cast<std::size_t>(player)];
      const float near = leanings_.nearness[static_cast<std::size_t>(player)];
      Candidate other{-1e30F, best.key};
      for (std::uint64_t left = allowed(beat, place, player); left != 0; left &= left - 1) {
        const int key = std::countr_zero(left);
        float score = keys[key];
        if (key == last_key_) score -= less;
        if (last_key_ >= 0) score -= near * static_cast<float>(std::abs(key - last_key_));
        if (score > other.score) other = {score, key};
      }
      last_key_ = other.key;
      set(beat, place, player, std::uint64_t{1} << other.key);
      return best;
    }
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
    std::array<float, kLengths> lengths;
    for (std::size_t i = 0; i < kLengths; ++i) {
      lengths[i] =
          from[i] + leanings_.length_lift[static_cast<std::size_t>(player)] * kDoublings[i];
    }
    grid_.at(beat, player)[static_cast<std::size_t>(place)] = {
        keys, static_cast<std::uint8_t>(best_of(lengths.data(), kLengths)),
        static_cast<std::uint8_t>(best_of(from + kLengths, kBands))};
  }

  std::vector<float> logits_;
  const Conditions& asked_;
  const Leanings& leanings_;
  const Rules& rules_;
  float stroke_level_ = 0.0F;  ///< of the player that is decided
  float key_level_ = 0.0F;
  int last_key_ = -1;  ///< that a line struck
  BeatGrid grid_;
};

/// Closes small gaps before the player's next strokes.
void join(std::vector<rolls::RollNote>& notes, float most) {
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const auto next = std::find_if(notes.begin() + static_cast<std::ptrdiff_t>(i), notes.end(),
                                   [&](const auto& note) { return note.onset > notes[i].onset; });
    if (next == notes.end()) return;
    const int gap = next->onset - notes[i].onset - notes[i].length;
    if (gap > 0 && static_cast<float>(gap) <= most)
      notes[i].length = static_cast<std::int16_t>(next->onset - notes[i].onset);
  }
}

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

void close_gaps(rolls::Roll& roll,
                const std::array<float, kPlayers>& most,
                const std::array<bool, kPlayers>& given) {
  for (const Player player : rolls::kAllPlayers) {
    const auto p = static_cast<std::size_t>(player);
    if (most[p] > 0.0F && !given[p]) join(roll.of(player), most[p]);
  }
}

void keep_in_harmony(rolls::Roll& roll, const std::array<bool, kPlayers>& given) {
  for (const Player player : rolls::kAllPlayers) {
    if (player == Player::drums || given[static_cast<std::size_t>(player)]) continue;
    for (rolls::RollNote& note : roll.of(player))
      keep_in_harmony(note, roll);
  }
}

BeatGrid decide(std::span<const float> logits,
                const Conditions& conditions,
                const Leanings& leanings,
                const Rules& rules) {
  return Decider(logits, conditions, leanings, rules).decide();
}

rolls::Roll decided_roll(std::span<const float> logits,
                         const Conditions& conditions,
                         const Leanings& leanings,
                         const Rules& rules) {
  rolls::Roll roll =
      roll_of(decide(logits, conditions, leanings, rules), conditions.metre, conditions.chords);
  close_gaps(roll, leanings.legato, conditions.given);
  if (rules.strict) keep_in_harmony(roll, conditions.given);
  return roll;
}

}  // namespace cantus::band
