// What editing promises holds for any weights at all, so the weights here are random.
#include <algorithm>

#include <gtest/gtest.h>

#include "neural/compose/accompany.h"
#include "neural/compose/random_composer.h"
#include "neural/compose/rewrite.h"
#include "neural/compose/scribe.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {
namespace {

using score::beats;
using score::Note;
using score::Role;
using score::Tick;

score::Piece composed(const char* style, int bars) {
  Brief brief;
  brief.style = style;
  brief.bars = bars;
  brief.key = *score::key_from_text("Eb");
  return compose(dice(), brief, {1, 1, nullptr})->piece;
}

/// Four bars in 3/4 with an upbeat, a note held over every bar line.
score::Piece tune() {
  score::Piece piece;
  piece.metre = score::MetreMap(score::Metre{3, 4});
  piece.metre.set_pickup(beats(1));
  piece.keys = {{Tick(), *score::key_from_text("A minor")}};
  score::Part part;
  part.role = Role::melody;
  for (int i = 0; i < 13; ++i)
    part.notes.push_back({Tick() + beats(i), beats(1), score::Pitch::clamped(69 + i % 5)});
  piece.parts = {part};
  piece.end = Tick() + beats(13);
  return piece;
}

std::vector<Note> outside(const score::Part& part, Tick from, Tick to) {
  std::vector<Note> notes;
  std::ranges::copy_if(part.notes, std::back_inserter(notes),
                       [&](const Note& note) { return note.onset < from || note.onset >= to; });
  return notes;
}

TEST(Rewrite, TouchesOnlyTheBarsAndPartsAsked) {
  for (const char* style : {"folk", "rock", "film", "waltz"}) {
    const score::Piece piece = composed(style, 16);
    const Tick from = piece.metre.bar_start(5);
    const Tick to = piece.metre.bar_start(9);
    for (std::size_t part = 0; part < piece.parts.size(); ++part) {
      const auto changed = rewrite_bars(dice(), piece, {5, 8, {part}, 3}, {1, 2, nullptr});
      ASSERT_TRUE(changed) << changed.error().message;
      score::Piece back = *changed;
      EXPECT_EQ(outside(back.parts[part], from, to), outside(piece.parts[part], from, to));
      back.parts[part] = piece.parts[part];
      EXPECT_EQ(back, piece) << style << " part " << part;
      for (const Note& note : changed->parts[part].notes) {
        if (note.onset >= from && note.onset < to) {
          EXPECT_LE(note.end(), to);
        }
      }
    }
  }
}

TEST(Rewrite, TheFirstBarsTheLastAndAPickupCanBeWrittenAnew) {
  const score::Piece piece = tune();
  for (const auto& [first, last] : {std::pair(0, 1), std::pair(4, 4), std::pair(0, 4)}) {
    const auto changed = rewrite_bars(dice(), piece, {first, last, {}, 1}, {1, 1, nullptr});
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->end, piece.end);
    EXPECT_FALSE(changed->parts[0].notes.empty());
  }
}

TEST(Rewrite, TheSameForAnyNumberOfThreadsAndOtherwiseForAnotherSeed) {
  const score::Piece piece = composed("folk", 12);
  const auto one = rewrite_bars(dice(), piece, {3, 6, {0}, 9}, {1, 4, nullptr});
  EXPECT_EQ(*one, *rewrite_bars(dice(), piece, {3, 6, {0}, 9}, {3, 4, nullptr}));
  EXPECT_NE(*one, *rewrite_bars(dice(), piece, {3, 6, {0}, 10}, {1, 4, nullptr}));
}

TEST(Rewrite, WhatIsNotThereIsRefusedByName) {
  const score::Piece piece = tune();
  EXPECT_EQ(rewrite_bars(dice(), piece, {3, 9, {}, 1}).error().message,
            "the piece has bars 0 to 4; name some of them, the first first");
  EXPECT_FALSE(rewrite_bars(dice(), piece, {3, 2, {}, 1}));
  EXPECT_FALSE(rewrite_bars(dice(), piece, {1, 2, {1}, 1}));
  EXPECT_FALSE(rewrite_bars(dice(), score::Piece(), {1, 1, {}, 1}));
}

TEST(Harmonize, EveryWholeBarHasChordsAndTheNotesStay) {
  score::Piece piece = tune();
  const auto harmonized = harmonize(dice(), piece, 5);
  ASSERT_TRUE(harmonized) << harmonized.error().message;
  ASSERT_FALSE(harmonized->chords.empty());
  EXPECT_EQ(harmonized->chords.front().onset, Tick() + beats(1));
  EXPECT_EQ(harmonized->chords.back().end(), piece.end);
  EXPECT_EQ(score::to_text(harmonized->chords.back().chord), "Am");
  piece.chords = harmonized->chords;
  EXPECT_EQ(*harmonized, piece);
}

TEST(Harmonize, TransposingTheTuneTransposesTheChords) {
  const auto low = harmonize(dice(), tune(), 5);
  const auto high = harmonize(dice(), score::transposed(tune(), 3), 5);
  ASSERT_TRUE(low && high);
  ASSERT_EQ(low->chords.size(), high->chords.size());
  for (std::size_t i = 0; i < low->chords.size(); ++i) {
    EXPECT_EQ((low->chords[i].chord.root.pitch_class().number() + 3) % 12,
              high->chords[i].chord.root.pitch_class().number());
  }
}

TEST(Accompany, AddsThePartsAndLeavesTheRest) {
  const score::Piece piece = tune();
  const auto fuller = accompany(
      dice(), piece, {{Role::drums, Role::bass, Role::chords}, "waltz", 2}, {1, 1, nullptr});
  ASSERT_TRUE(fuller) << fuller.error().message;
  ASSERT_EQ(fuller->parts.size(), 4U);
  EXPECT_EQ(fuller->parts[0], piece.parts[0]);
  EXPECT_EQ(fuller->parts[1].role, Role::drums);
  EXPECT_EQ(fuller->parts[2].role, Role::bass);
  for (const score::Part& part : fuller->parts) {
    EXPECT_FALSE(part.notes.empty());
    EXPECT_LE(part.notes.back().onset, piece.end);
  }
  for (const Note& note : fuller->parts[3].notes) {
    const auto* span = score::chord_at(*fuller, note.onset);
    if (span == nullptr) continue;
    EXPECT_TRUE(span->chord.contains(note.pitch.pitch_class()));
  }
}

TEST(Accompany, WrongWishesAreRefusedBySentence) {
  EXPECT_FALSE(accompany(dice(), tune(), {{Role::melody}, "song", 1}));
  EXPECT_FALSE(accompany(dice(), tune(), {{Role::bass}, "polka-core", 1}));
  EXPECT_FALSE(accompany(dice(), tune(), {{}, "song", 1}));
  EXPECT_FALSE(accompany(dice(), score::Piece(), {{Role::bass}, "song", 1}));
}

TEST(Guidance, OfOneIsNoneAndMoreGoesFurtherTheSameWay) {
  const std::vector<tokens::Token> asked = {tokens::token(tokens::Kind::style, 1),
                                            tokens::token(tokens::Kind::valence, 6)};
  const std::vector<tokens::Token> plain = {tokens::token(tokens::Kind::style, 1)};
  constexpr int kOnly[] = {0};
  const auto heard = [&](float guidance) {
    Scribe scribe(dice(), 1, 1);
    scribe.begin(asked, plain, guidance);
    scribe.say(0, tokens::token(tokens::Kind::bar, 3));
    scribe.listen(kOnly);
    const auto logits = scribe.logits(0);
    return std::vector<float>(logits.begin(), logits.end());
  };
  Scribe alone(dice(), 1, 1);
  alone.begin(asked);
  alone.say(0, tokens::token(tokens::Kind::bar, 3));
  alone.listen(kOnly);
  const auto one = heard(1.0F);
  EXPECT_TRUE(std::ranges::equal(alone.logits(0), one));
  const auto none = heard(0.0F);
  const auto two = heard(2.0F);
  for (std::size_t i = 0; i < one.size(); ++i)
    EXPECT_NEAR(two[i] - one[i], one[i] - none[i], 1e-4);
}

}  // namespace
}  // namespace cantus::compose
