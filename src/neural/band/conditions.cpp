#include "neural/band/conditions.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cantus::band {
namespace {

using rolls::HalfBarChord;
using rolls::Player;

/// Writes features one after another.
class Row {
 public:
  explicit Row(float* out) : out_(out) {}
  void value(float v) { *out_++ = v; }
  void one_of(int count, int index) {
    for (int i = 0; i < count; ++i)
      value(i == index ? 1.0F : 0.0F);
  }
  void bits(unsigned mask, int count) {
    for (int i = 0; i < count; ++i)
      value((mask >> i & 1U) != 0 ? 1.0F : 0.0F);
  }
  void known(const std::optional<float>& v, float scale) {
    value(v ? std::clamp(*v * scale, -3.0F, 3.0F) : 0.0F);
    value(v ? 1.0F : 0.0F);
  }

 private:
  float* out_;
};

int metre_index(score::Metre metre) {
  return metre == score::Metre{4, 4} ? 0 : metre == score::Metre{3, 4} ? 1 : 2;
}

/// Strokes a beat on a scale that grows like hearing: 0 at one a beat.
std::optional<float> busy(const std::optional<float>& strokes) {
  if (!strokes) return std::nullopt;
  return std::clamp(*strokes, 0.0625F, 6.0F) - 1.0F;
}

template <class Use>
void for_tokens(score::Metre metre, Use use) {
  int token = 0;
  for (int bar = 0; bar < rolls::kBars; ++bar) {
    for (int inside = 0; inside < beats_of_bar(metre); ++inside) {
      for (const Player player : rolls::kAllPlayers)
        use(token++, bar * kBeatsOfBar + inside, player);
    }
  }
}

void write_row(const Conditions& c, int beat, Player player, Row row) {
  const auto p = static_cast<std::size_t>(player);
  const int bar = bar_of(beat);
  const int steps = beats_of_bar(c.metre) * rolls::kStepsPerBeat;
  row.one_of(kPlayers, static_cast<int>(player));
  row.one_of(rolls::kBars, bar);
  row.one_of(kBeatsOfBar, beat % kBeatsOfBar);
  row.one_of(3, metre_index(c.metre));
  row.value(1.0F);
  const HalfBarChord& chord = c.chords[static_cast<std::size_t>(half_bar_of(beat, 0, steps))];
  row.one_of(12, chord.tones == 0 ? -1 : chord.root);
  row.bits(chord.tones, 12);
  row.one_of(12, chord.tones == 0 ? -1 : chord.bass);
  row.value(chord.tones == 0 ? 1.0F : 0.0F);
  // Where the beat ends: a chord that is about to come may be anticipated.
  const int after = beat + 1;
  const bool last = after % kBeatsOfBar >= beats_of_bar(c.metre);
  const int next = last ? (bar + 1) * kBeatsOfBar : after;
  const bool over = next >= kBeats;
  row.bits(over ? 0U : c.chords[static_cast<std::size_t>(half_bar_of(next, 0, steps))].tones, 12);
  const auto plays = [&](int b) {
    return b >= 0 && b < rolls::kBars && c.plays[p][static_cast<std::size_t>(b)] ? 1.0F : 0.0F;
  };
  row.value(plays(bar));
  row.value(plays(bar - 1));
  row.value(plays(bar + 1));
  row.known(busy(c.manners[p].strokes), 1.0F);
  row.known(c.manners[p].keys ? std::optional<float>(*c.manners[p].keys - 2.0F) : std::nullopt,
            0.5F);
  row.value(c.minor ? 1.0F : 0.0F);
  row.known(c.valence, 0.5F);
  row.known(c.arousal, 0.5F);
  row.one_of(kStyles, c.style);
  row.value(c.given[p] ? 1.0F : 0.0F);
}

}  // namespace

void write_conditions(const Conditions& c, std::span<float> out) {
  for_tokens(c.metre, [&](int token, int beat, Player player) {
    write_row(c, beat, player, Row(out.data() + std::ptrdiff_t{token} * kConditionFeatures));
  });
}

void write_content(const BeatGrid& grid,
                   score::Metre metre,
                   const std::array<bool, kPlayers>& which,
                   std::span<float> out) {
  std::ranges::fill(out, 0.0F);
  for_tokens(metre, [&](int token, int beat, Player player) {
    if (!which[static_cast<std::size_t>(player)]) return;
    float* row = out.data() + std::ptrdiff_t{token} * kContentFeatures;
    for (const Stroke& stroke : grid.at(beat, player)) {
      if (stroke.keys != 0) {
        for (std::uint64_t left = stroke.keys; left != 0; left &= left - 1)
          row[std::countr_zero(left)] = 1.0F;
        row[kKeys + stroke.length] = 1.0F;
        row[kKeys + kLengths + stroke.band] = 1.0F;
      }
      row += kStrokeFeatures;
    }
  });
}

void write_relative(const BeatGrid& grid,
                    const Conditions& c,
                    const std::array<bool, kPlayers>& which,
                    std::span<float> out) {
  std::ranges::fill(out, 0.0F);
  const int steps = beats_of_bar(c.metre) * rolls::kStepsPerBeat;
  for_tokens(c.metre, [&](int token, int beat, Player player) {
    if (player == Player::drums || !which[static_cast<std::size_t>(player)]) return;
    float* row = out.data() + std::ptrdiff_t{token} * kRelativeFeatures;
    for (int place = 0; place < kPlaces; ++place, row += 12) {
      const int root = c.chords[static_cast<std::size_t>(half_bar_of(beat, place, steps))].root;
      const std::uint64_t keys = grid.at(beat, player)[static_cast<std::size_t>(place)].keys;
      for (std::uint64_t left = keys; left != 0; left &= left - 1)
        row[(std::countr_zero(left) % 12 - root + 12) % 12] += 1.0F;
    }
  });
}

void write_roots(const Conditions& c, std::span<int> out) {
  const int steps = beats_of_bar(c.metre) * rolls::kStepsPerBeat;
  std::size_t at = 0;
  for (int bar = 0; bar < rolls::kBars; ++bar) {
    for (int inside = 0; inside < beats_of_bar(c.metre); ++inside) {
      for (int place = 0; place < kPlaces; ++place) {
        const int beat = bar * kBeatsOfBar + inside;
        out[at++] = c.chords[static_cast<std::size_t>(half_bar_of(beat, place, steps))].root;
      }
    }
  }
}

Conditions conditions_of(const rolls::Roll& roll, bool minor, int style) {
  Conditions c;
  c.metre = roll.metre;
  c.chords = roll.chords;
  c.minor = minor;
  c.style = style;
  c.grid = grid_of(roll);
  const int beats = beats_of_bar(roll.metre);
  for (const Player player : rolls::kAllPlayers) {
    const auto p = static_cast<std::size_t>(player);
    int strokes = 0;
    int keys = 0;
    int bars = 0;
    for (int bar = 0; bar < rolls::kBars; ++bar) {
      int here = 0;
      for (int inside = 0; inside < beats; ++inside) {
        for (const Stroke& stroke : c.grid.at(bar * kBeatsOfBar + inside, player)) {
          here += stroke.keys != 0 ? 1 : 0;
          keys += std::popcount(stroke.keys);
        }
      }
      c.plays[p][static_cast<std::size_t>(bar)] = here > 0;
      bars += here > 0 ? 1 : 0;
      strokes += here;
    }
    if (strokes == 0) continue;
    c.manners[p].strokes = static_cast<float>(strokes) / static_cast<float>(bars * beats);
    c.manners[p].keys = static_cast<float>(keys) / static_cast<float>(strokes);
  }
  return c;
}

}  // namespace cantus::band
