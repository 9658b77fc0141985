#include "neural/compose/upbeat.h"

#include <gtest/gtest.h>

#include "neural/compose/compose.h"
#include "neural/compose/random_composer.h"

namespace cantus::compose {
namespace {

using score::Role;
using score::Tick;
using score::TickLength;

Composition tune(std::uint64_t seed, const char* metre) {
  Brief brief;
  brief.style = "folk";
  brief.bars = 16;
  brief.seed = seed;
  brief.metre = *metre_from_text(metre);
  brief.parts = {Role::melody};
  ComposeOptions options{.threads = 1, .candidates = 2};
  return *compose(dice(), brief, options);
}

TEST(Upbeat, ComesBeforeTheBarsAskedForAndOftenShortensTheLast) {
  int with = 0;
  int early = 0;
  std::uint64_t seed = 0;
  for (const char* metre : {"4/4", "6/8", "3/4", "2/4"}) {
    for (int time = 0; time < 12; ++time) {
      ++seed;
      const Composition made = tune(seed, metre);
      const score::Piece& piece = made.piece;
      const TickLength upbeat = piece.metre.pickup();
      const TickLength bar = made.plan.metre.bar_length();
      EXPECT_EQ(score::bars_of(piece), 16);
      const TickLength lasts = piece.end - Tick();
      EXPECT_TRUE(lasts == bar * 16 || lasts == upbeat + bar * 16);
      EXPECT_LE(upbeat + upbeat, bar);
      ASSERT_FALSE(piece.chords.empty());
      EXPECT_EQ(piece.chords.front().onset, Tick() + upbeat) << "chords come in with the bar";
      EXPECT_EQ(piece.chords.back().chord.root, piece.keys.front().key.tonic());
      EXPECT_EQ(piece.chords.back().end(), piece.end);
      if (upbeat <= TickLength()) continue;
      ++with;
      early += lasts == bar * 16 ? 1 : 0;
      EXPECT_EQ(piece.parts.front().notes.front().onset, Tick()) << "an upbeat sounds";
    }
  }
  EXPECT_GT(with, 0);
  EXPECT_LT(with, 48);
  EXPECT_GT(early, 0);
  EXPECT_LT(early, with);
}

TEST(Upbeat, OfASongMayBeAWholeBarThatIsNotCounted) {
  int whole = 0;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    Brief brief;
    brief.style = "song";
    brief.bars = 8;
    brief.seed = seed;
    brief.metre = score::Metre{4, 4};
    const auto made = compose(dice(), brief, {.threads = 1, .candidates = 1});
    ASSERT_TRUE(made);
    const score::Piece& piece = made->piece;
    EXPECT_EQ(score::bars_of(piece), 8);
    if (piece.metre.pickup() != score::beats(4)) continue;
    ++whole;
    const Tick first_bar = Tick() + score::beats(4);
    EXPECT_EQ(piece.end, first_bar + score::beats(32)) << "the last bar is whole";
    for (const score::Part& part : piece.parts) {
      const bool before = part.notes.front().onset < first_bar;
      EXPECT_EQ(before, part.role == Role::melody) << "the others come in with the bar";
    }
  }
  EXPECT_GT(whole, 0);
  EXPECT_LT(whole, 12);
}

TEST(Upbeat, LeavesALengthInSecondsExact) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Brief brief;
    brief.style = "folk";
    brief.seconds = 31.0;
    brief.seed = seed;
    brief.parts = {Role::melody};
    const auto made = compose(dice(), brief, {.threads = 1, .candidates = 1});
    ASSERT_TRUE(made);
    EXPECT_NEAR(score::seconds_of(made->piece), 31.0, 1e-3);
  }
}

TEST(Upbeat, IsTheMelodysAloneAndGivenChordsHaveNone) {
  int with = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Brief brief;
    brief.style = "folk";
    brief.bars = 8;
    brief.seed = seed;
    const auto band = compose(dice(), brief, {.threads = 1, .candidates = 1});
    ASSERT_TRUE(band);
    EXPECT_EQ(score::bars_of(band->piece), 8);
    const Tick first_bar = Tick() + band->piece.metre.pickup();
    with += first_bar > Tick() ? 1 : 0;
    ASSERT_EQ(band->piece.parts.size(), 4U);
    for (const score::Part& part : band->piece.parts) {
      ASSERT_FALSE(part.notes.empty());
      if (part.role != Role::melody) {
        EXPECT_GE(part.notes.front().onset, first_bar);
      }
    }
    brief.parts = {Role::melody};
    brief.chords = *chords_from_text("C | F | G | C");
    const auto over_chords = compose(dice(), brief, {.threads = 1, .candidates = 1});
    ASSERT_TRUE(over_chords);
    EXPECT_EQ(over_chords->piece.metre.pickup(), TickLength());
  }
  EXPECT_GT(with, 0);
}

TEST(Upbeat, SectionsAreHeardFromTheBarThatHasTheirs) {
  score::Piece piece;
  piece.metre.set_pickup(score::beats(1));
  piece.end = Tick() + score::beats(64);
  piece.sections = {{Tick(), score::beats(33), "A"},
                    {Tick() + score::beats(33), score::beats(31), "B"}};
  hear_sections_in(piece, "folk");
  ASSERT_EQ(piece.sections.size(), 2U);
  EXPECT_EQ(piece.sections[0].length, score::beats(29));
  EXPECT_EQ(piece.sections[1].onset, Tick() + score::beats(29));
  EXPECT_EQ(piece.sections[1].end(), piece.end);
  hear_sections_in(piece, "song");
  EXPECT_TRUE(piece.sections.empty());
}

}  // namespace
}  // namespace cantus::compose
