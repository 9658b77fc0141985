#include "neural/compose/write_parts.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "neural/compose/random_composer.h"

namespace cantus::compose {
namespace {

using score::beats;
using score::Tick;

/// Sixteen empty bars in 4/4 with a part for a melody.
score::Piece blank() {
  score::Piece piece;
  piece.keys = {{Tick(), score::Key{}}};
  piece.parts.resize(1);
  piece.parts[0].role = score::Role::melody;
  piece.end = Tick() + beats(4) * 16;
  return piece;
}

/// Of one bar, later by `by`; nothing reaches into the last bar.
std::vector<score::Note> notes_of(const score::Piece& piece, int bar, score::TickLength by) {
  std::vector<score::Note> out;
  for (score::Note note : piece.parts[0].notes) {
    if (piece.metre.bar_at(note.onset) != bar + 1) continue;
    note.onset += by;
    const Tick end = note.onset < piece.end - beats(4) ? piece.end - beats(4) : piece.end;
    note.length = std::min(note.length, end - note.onset);
    out.push_back(note);
  }
  return out;
}

Writing lead() {
  Writing how;
  how.may_return = true;
  how.writes_chords = true;
  how.near_returns = how.far_returns = 9.0F;  // one token among many in a model that knows nothing
  how.parts = {{0, {.harmony = Harmony::learnt, .range = {60, 84}}, {}}};
  return how;
}

TEST(WriteParts, ABarThatReturnsHasTheNotesAndChordsOfTheOther) {
  int returned = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto written = write_parts(dice(), blank(), lead(), Random(seed));
    ASSERT_TRUE(written);
    const score::Piece& piece = written->front().piece;
    const tokens::BarWords words(piece);
    const auto& returns = written->front().returns;
    ASSERT_EQ(returns.size(), 16U);
    for (int bar = 0; bar < 16; ++bar) {
      EXPECT_FALSE(words.chords(bar).empty());
      const auto from = returns[static_cast<std::size_t>(bar)];
      if (!from) continue;
      ++returned;
      EXPECT_LT(*from, bar);
      EXPECT_EQ(words.chords(*from), words.chords(bar));
      EXPECT_EQ(notes_of(piece, *from, beats(4) * (bar - *from)), notes_of(piece, bar, {}));
    }
  }
  EXPECT_GT(returned, 8);
}

TEST(WriteParts, AMelodyIsSilentForTwoBarsAtMost) {
  Writing how = lead();
  how.near_returns = how.far_returns = -99.0F;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto written = write_parts(dice(), blank(), how, Random(seed));
    ASSERT_TRUE(written);
    const score::Piece& piece = written->front().piece;
    Tick sounded;
    for (const score::Note& note : piece.parts[0].notes) {
      EXPECT_LT(note.onset - sounded, beats(4) * 4) << seed;
      sounded = std::max(sounded, note.end());
    }
    EXPECT_LT(piece.end - sounded, beats(4) * 4) << seed;
  }
}

TEST(WriteParts, WhatIsToReturnReturns) {
  Writing how = lead();
  how.near_returns = how.far_returns = -99.0F;
  how.repeats = [](int bar) {
    return bar >= 8 && bar < 14 ? std::optional(bar - 8) : std::nullopt;
  };
  const auto written = write_parts(dice(), blank(), how, Random(5));
  ASSERT_TRUE(written);
  const tokens::BarWords words(written->front().piece);
  for (int bar = 8; bar < 14; ++bar) {
    EXPECT_EQ(words.chords(bar), words.chords(bar - 8));
    EXPECT_EQ(written->front().returns[static_cast<std::size_t>(bar)], bar - 8);
  }
  EXPECT_FALSE(written->front().returns[14]);
}

TEST(WriteParts, GivenChordsStayAndOnlyBarsOverTheSameReturn) {
  Writing how = lead();
  how.writes_chords = false;
  score::Piece piece = blank();
  for (int bar = 0; bar < 16; ++bar) {
    piece.chords.push_back({Tick() + beats(4) * bar, beats(4),
                            *score::chord_from_text(bar % 3 == 0   ? "C"
                                                    : bar % 3 == 1 ? "F"
                                                                   : "G")});
  }
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto written = write_parts(dice(), piece, how, Random(seed));
    ASSERT_TRUE(written);
    EXPECT_EQ(written->front().piece.chords, piece.chords);
    const auto& returns = written->front().returns;
    for (int bar = 0; bar < 16; ++bar) {
      const auto from = returns[static_cast<std::size_t>(bar)];
      if (from) {
        EXPECT_EQ((bar - *from) % 3, 0);
      }
    }
  }
}

}  // namespace
}  // namespace cantus::compose
