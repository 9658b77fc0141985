// What the band promises inside a composition holds for any weights at all: these are random.
#include <algorithm>

#include <gmock/gmock.h>

#include "neural/band/random_weights.h"
#include "neural/compose/accompany.h"
#include "neural/compose/band_parts.h"
#include "neural/compose/morph.h"
#include "neural/compose/random_composer.h"

namespace cantus::compose {
namespace {

using score::beats;
using score::Piece;
using score::Role;
using score::Tick;

const band::BandNet& players() {
  static const band::BandNet net = band::random_net(5);
  return net;
}

ComposeOptions with_band(Engine engine = Engine::band) {
  ComposeOptions options{1, 1, nullptr};
  options.band = &players();
  options.engine = engine;
  return options;
}

Brief brief_of(const char* style, const char* metre = "4/4") {
  Brief brief;
  brief.style = style;
  brief.bars = 16;
  brief.metre = *metre_from_text(metre);
  brief.key = *score::key_from_text("F");
  return brief;
}

Composition composed(const Brief& brief, const ComposeOptions& options) {
  auto made = compose(dice(), brief, options);
  EXPECT_TRUE(made) << made.error().message;
  return std::move(*made);
}

TEST(BandParts, EveryPitchedNoteSoundsInItsChordOrTheScale) {
  for (const char* style : {"rock", "jazz", "waltz"}) {
    Brief brief = brief_of(style, std::string(style) == "waltz" ? "3/4" : "4/4");
    brief.chords = *chords_from_text("F | Dm Bb | Eb7 | C");
    const Composition made = composed(brief, with_band());
    const auto in_scale = [&](int key) {
      constexpr std::array<int, 7> kScale = {5, 7, 9, 10, 0, 2, 4};
      return std::ranges::find(kScale, key % 12) != kScale.end();
    };
    for (const score::Part& part : made.piece.parts) {
      if (part.role == Role::melody || part.role == Role::counter || part.is_drums()) continue;
      ASSERT_TRUE(std::ranges::count(made.by_band, part.role) == 1) << score::to_text(part.role);
      for (const score::Note& note : part.notes) {
        const auto* chord = score::chord_at(made.piece, note.onset);
        ASSERT_NE(chord, nullptr);
        EXPECT_TRUE(in_scale(note.pitch.key()) || chord->chord.contains(note.pitch.pitch_class()));
      }
    }
  }
}

TEST(BandParts, AllEndTogetherWhereTheLastBarLacksTheUpbeat) {
  int early = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Brief brief = brief_of("folk");
    brief.seed = seed;
    const Composition made = composed(brief, with_band());
    early += made.plan.ends_early > score::TickLength() ? 1 : 0;
    for (const score::Part& part : made.piece.parts) {
      for (const score::Note& note : part.notes) {
        EXPECT_LT(note.onset, made.piece.end);
        EXPECT_LE(note.end(), made.piece.end) << score::to_text(part.role);
      }
    }
  }
  EXPECT_GT(early, 0);
}

TEST(BandParts, TheSameSeedGivesTheSamePieceForAnyThreads) {
  ComposeOptions two = with_band();
  two.threads = 2;
  EXPECT_EQ(composed(brief_of("rock"), with_band()).piece, composed(brief_of("rock"), two).piece);
}

TEST(BandParts, TheSequenceEngineAndAMissingBandWriteWithoutIt) {
  EXPECT_TRUE(composed(brief_of("rock"), with_band(Engine::sequence)).by_band.empty());
  EXPECT_TRUE(composed(brief_of("rock"), {1, 1, nullptr}).by_band.empty());
}

TEST(BandParts, AMetreTheBandDoesNotPlayIsTheSequencesOwn) {
  EXPECT_TRUE(composed(brief_of("rock", "5/4"), with_band()).by_band.empty());
}

TEST(BandParts, TheBandLeadsOnlyWhereAsked) {
  const auto leads = [](bool asked) {
    ComposeOptions options = with_band();
    options.band_leads = asked;
    const Composition made = composed(brief_of("rock"), options);
    return std::ranges::count(made.by_band, Role::melody) == 1;
  };
  EXPECT_TRUE(leads(true));
  EXPECT_FALSE(leads(false));
}

TEST(BandParts, NotesStayInTheRangeOfTheBrief) {
  Brief brief = brief_of("pop");
  brief.ranges[Role::bass] = {33, 50};
  const Composition made = composed(brief, with_band());
  for (const score::Part& part : made.piece.parts) {
    if (part.role != Role::bass) continue;
    for (const score::Note& note : part.notes) {
      EXPECT_GE(note.pitch.key(), 33);
      EXPECT_LE(note.pitch.key(), 50);
    }
  }
}

TEST(BandParts, AnAccompanimentLeavesTheGivenAsItIs) {
  Piece tune;
  tune.keys = {{Tick(), *score::key_from_text("D")}};
  tune.metre.set_pickup(beats(1));
  score::Part melody;
  melody.role = Role::melody;
  for (int i = 0; i < 33; ++i)
    melody.notes.push_back({Tick() + beats(i), beats(1), score::Pitch::clamped(62 + 2 * (i % 4))});
  tune.parts = {melody};
  tune.end = Tick() + beats(33);
  Accompaniment asked;
  asked.parts = {Role::bass, Role::drums, Role::chords};
  const auto fuller = accompany(dice(), tune, asked, with_band());
  ASSERT_TRUE(fuller) << fuller.error().message;
  EXPECT_EQ(fuller->parts.front(), tune.parts.front());
  EXPECT_EQ(fuller->parts.size(), 4U);
  for (const score::Part& part : fuller->parts)
    EXPECT_FALSE(part.notes.empty());
}

/// Four bars of quarters from `key` up, in the metre.
Piece phrase(const char* key, score::Metre metre = {4, 4}) {
  Piece piece;
  piece.metre = score::MetreMap(metre);
  piece.keys = {{Tick(), *score::key_from_text(key)}};
  score::Part part;
  part.role = Role::melody;
  const int count = static_cast<int>(metre.bar_length().beats()) * 4;
  for (int i = 0; i < count; ++i)
    part.notes.push_back({Tick() + beats(i), beats(1), score::Pitch::clamped(62 + 2 * (i % 3))});
  piece.parts = {part};
  piece.end = Tick() + beats(count);
  return piece;
}

TEST(Morph, AWalkBeginsWithTheOnePhraseAndEndsWithTheOther) {
  const Piece from = phrase("D");
  Piece to = phrase("G");
  for (score::Note& note : to.parts[0].notes)
    note.pitch = score::Pitch::clamped(note.pitch.key() + 5);
  const auto walk = morph(players(), from, to, {5});
  ASSERT_TRUE(walk) << walk.error().message;
  EXPECT_EQ(walk->end, Tick() + beats(80));
  const auto keys_in = [](const Piece& piece, int first, int last) {
    std::vector<std::pair<std::int64_t, int>> keys;
    for (const score::Note& note : piece.parts[0].notes) {
      if (note.onset < Tick() + beats(first) || note.onset >= Tick() + beats(last)) continue;
      keys.emplace_back((note.onset - Tick() - beats(first)).count(), note.pitch.key());
    }
    return keys;
  };
  EXPECT_EQ(keys_in(*walk, 0, 16), keys_in(from, 0, 16));
  EXPECT_EQ(keys_in(*walk, 64, 80), keys_in(to, 0, 16));
}

TEST(Morph, WhatCannotBeWalkedIsRefusedWithASentence) {
  EXPECT_THAT(morph(players(), phrase("D"), phrase("D", {3, 4})).error().message,
              testing::HasSubstr("metre"));
  Piece shorter = phrase("D");
  shorter.parts[0].notes.resize(4);
  shorter.end = Tick() + beats(4);
  EXPECT_THAT(morph(players(), phrase("D"), shorter).error().message,
              testing::HasSubstr("second piece"));
  EXPECT_FALSE(morph(players(), phrase("D"), phrase("D"), {1}));
}

}  // namespace
}  // namespace cantus::compose
