#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/tokens/announcements.h"
#include "neural/tokens/decode.h"
#include "neural/tokens/encode.h"

namespace cantus::tokens {
namespace {

using score::beats;
using score::Tick;

score::Note note(score::TickLength at, score::TickLength length, int key, int velocity = 80) {
  return score::Note{Tick() + at, length, *score::Pitch::from_key(key), velocity};
}

/// A pickup, a change of metre and tempo, sections, chords that change inside a bar, two parts of
/// one role and drums.
score::Piece rich_piece() {
  score::Piece piece;
  piece.metre = score::MetreMap(score::Metre{4, 4});
  piece.metre.set_pickup(beats(1));
  piece.metre.set(Tick() + beats(9), score::Metre{6, 8});
  piece.tempo = score::TempoMap(96);
  piece.tempo.set(Tick() + beats(9), 120);
  piece.keys = {{Tick(), score::Key{-1, score::Mode::minor}}};
  piece.chords = {{Tick() + beats(1), beats(3), *score::chord_from_text("Dm")},
                  {Tick() + beats(4), beats(3), *score::chord_from_text("Bb/D")},
                  {Tick() + beats(9), beats(3), *score::chord_from_text("A7")}};
  piece.sections = {{Tick(), beats(9), "A"}, {Tick() + beats(9), beats(6), "outro"}};
  score::Part melody;
  melody.role = score::Role::melody;
  melody.program = 73;
  melody.notes = {note(beats(0), beats(1), 69), note(beats(1), beats(3, 2), 74, 112),
                  note(beats(5, 2), beats(1, 3), 77), note(beats(4), beats(20), 70)};
  score::Part counter = melody;
  counter.notes = {note(beats(9), beats(1, 8), 50)};
  score::Part drums;
  drums.role = score::Role::drums;
  drums.notes = {note(beats(1), beats(1, 24), 36), note(beats(1), beats(1, 24), 42),
                 note(beats(3, 2), beats(1, 24), 42, 32)};
  piece.parts = {melody, counter, drums};
  piece.end = Tick() + beats(15);
  score::tidy(piece);
  piece.end = Tick() + beats(15);
  return piece;
}

/// Any order that keeps parts of one role in theirs.
std::vector<std::size_t> random_order(const score::Piece& piece, Random& random) {
  std::vector<score::Role> roles;
  for (const score::Part& part : piece.parts)
    roles.push_back(part.role);
  for (std::size_t i = roles.size(); i > 1; --i)
    std::swap(roles[i - 1], roles[random.below(i)]);
  std::vector<std::size_t> order;
  std::vector<bool> used(piece.parts.size());
  for (const score::Role role : roles) {
    for (std::size_t i = 0; i < piece.parts.size(); ++i) {
      if (used[i] || piece.parts[i].role != role) continue;
      used[i] = true;
      order.push_back(i);
      break;
    }
  }
  return order;
}

TEST(Tokens, EveryIdIsAWordAndBack) {
  for (int id = 0; id < kVocabularySize; ++id) {
    const Word w = word(static_cast<Token>(id));
    EXPECT_EQ(token(w.kind, w.value), id);
    EXPECT_TRUE(is(static_cast<Token>(id), w.kind));
  }
}

TEST(Tokens, KeysTemposAndMetresAreReadBack) {
  for (int value = 0; value < count_of(Kind::key); ++value) {
    EXPECT_EQ(key_value(key_of(value)), value);
  }
  for (int value = 0; value < kTempos; ++value)
    EXPECT_EQ(tempo_value(tempo_of(value)), value);
  for (int value = 0; value < 64; ++value) {
    const auto back = metre_value(metre_of(value));
    if (back) {
      EXPECT_EQ(*back, value);
    }
  }
  for (int band = 0; band < kVelocityBands; ++band) {
    EXPECT_EQ(velocity_band(velocity_of(band)), band);
  }
}

TEST(Tokens, AnExpressiblePieceComesBackExactly) {
  const score::Piece piece = expressible(rich_piece());
  const auto encoded = encode(piece);
  ASSERT_TRUE(encoded);
  const auto back = decode(encoded->tokens);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, piece);
  EXPECT_EQ(encoded->dropped.count("onsets off the grid"), 0U);
}

TEST(Tokens, ExpressingTwiceChangesNothing) {
  const score::Piece once = expressible(rich_piece());
  EXPECT_EQ(expressible(once), once);
}

TEST(Tokens, ARandomPieceOnTheGridComesBackExactly) {
  Random random(11);
  for (int round = 0; round < 300; ++round) {
    score::Piece piece;
    const int beats_a_bar = 2 + static_cast<int>(random.below(4));
    piece.metre = score::MetreMap(score::Metre{beats_a_bar, 4});
    if (random.below(2) == 0)
      piece.metre.set_pickup(kStep * (1 + static_cast<int>(random.below(47))));
    const auto length = static_cast<std::int64_t>(1 + random.below(600));
    for (int p = 0; p < 6; ++p) {
      score::Part part;
      part.role = static_cast<score::Role>(random.below(score::kRoles));
      part.program = static_cast<int>(random.below(128));
      for (std::uint64_t n = random.below(40); n > 0; --n) {
        part.notes.push_back(note(kStep * static_cast<std::int64_t>(random.below(600)),
                                  kStep * static_cast<std::int64_t>(1 + random.below(500)),
                                  static_cast<int>(27 + random.below(60)),
                                  static_cast<int>(1 + random.below(127))));
      }
      piece.parts.push_back(part);
    }
    for (std::int64_t at = 0; at < length; at += 1 + static_cast<std::int64_t>(random.below(90))) {
      piece.chords.push_back(
          {Tick() + kStep * at, kStep * static_cast<std::int64_t>(1 + random.below(90)),
           score::Chord{score::Spelling(static_cast<int>(random.below(12)) - 3),
                        static_cast<score::Quality>(random.below(score::kQualities)),
                        std::nullopt}});
    }
    piece.end = Tick() + kStep * length;
    score::tidy(piece);
    const score::Piece said = expressible(piece);
    const auto encoded = encode(piece);
    ASSERT_TRUE(encoded) << encoded.error().message;
    const auto back = decode(encoded->tokens);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(*back, said) << "round " << round;
    Heading heading{.style = 3, .valence = 1, .height = 7};
    heading.chords_last = random.below(2) == 0;
    const auto order = random_order(said, random);
    const auto turned = encode(piece, heading, order);
    ASSERT_TRUE(turned);
    const auto turned_back = decode(turned->tokens);
    ASSERT_TRUE(turned_back) << turned_back.error().message;
    ASSERT_EQ(*turned_back, said) << "round " << round;
    const int bars = BarWords(said).bars();
    if (bars < 2) continue;
    const int last = 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(bars - 1)));
    const int first = static_cast<int>(random.below(static_cast<std::uint64_t>(last)));
    const auto gap = encode_gap(piece, heading, first, last);
    ASSERT_TRUE(gap) << gap.error().message;
    const auto filled = decode(gap->tokens);
    ASSERT_TRUE(filled) << filled.error().message;
    ASSERT_EQ(*filled, said) << "round " << round;
  }
}

TEST(Tokens, ABarBeforeAGapIsNotSaidWithTheBarsAfterIt) {
  const auto gap = encode_gap(rich_piece(), {}, 1, 2);
  ASSERT_TRUE(gap);
  int before = 0;
  int after = 0;
  for (std::size_t i = 0; i < gap->tokens.size(); ++i) {
    if (is(gap->tokens[i], Kind::bar)) ++(i < gap->header_length ? after : before);
  }
  EXPECT_EQ(before, 2);
  EXPECT_EQ(after, 3);
  EXPECT_FALSE(encode_gap(rich_piece(), {}, 4, 5)) << "nothing would be left after the gap";
  EXPECT_FALSE(encode_gap(rich_piece(), {}, 2, 2));
}

TEST(Tokens, BandsOfTheConditions) {
  EXPECT_EQ(mood_band(0.0), kMoodBands / 2);
  EXPECT_EQ(mood_band(-100.0), 0);
  EXPECT_EQ(mood_band(100.0), kMoodBands - 1);
  EXPECT_EQ(density_band(1.0), 4);
  EXPECT_EQ(density_band(2.0), 6);
  EXPECT_EQ(density_band(0.0), 0);
  EXPECT_EQ(height_band(40.0), 0);
  EXPECT_EQ(height_band(71.9), 5);
  EXPECT_EQ(height_band(127.0), kHeightBands - 1);
}

TEST(Tokens, WhatTheLanguageCannotSayIsReported) {
  score::Piece piece = rich_piece();
  piece.parts[0].notes[0].onset += score::TickLength(7);
  piece.parts[0].lyrics.push_back({Tick(), "la"});
  const auto encoded = encode(piece);
  ASSERT_TRUE(encoded);
  EXPECT_EQ(encoded->dropped.at("onsets off the grid"), 1);
  EXPECT_EQ(encoded->dropped.at("lyrics"), 1);
}

TEST(Tokens, BarsCountDownToTheEndOfTheirSection) {
  const auto encoded = encode(rich_piece());
  std::vector<int> left;
  for (const Token id : encoded->tokens) {
    if (is(id, Kind::bar)) left.push_back(word(id).value + 1);
  }
  EXPECT_EQ(left, (std::vector<int>{3, 2, 1, 2, 1}));
}

/// A tune in 4/4 whose bars have these pitches: letters are bars, a chord each.
score::Piece tune_of(std::string_view bars) {
  score::Piece piece;
  score::Part melody;
  melody.role = score::Role::melody;
  for (std::size_t bar = 0; bar < bars.size(); ++bar) {
    const auto at = beats(4) * static_cast<std::int64_t>(bar);
    piece.chords.push_back({Tick() + at, beats(4), *score::chord_from_text("C")});
    if (bars[bar] == '-') continue;
    melody.notes.push_back(note(at, beats(2), 60 + bars[bar] - 'a'));
    melody.notes.push_back(note(at + beats(2), beats(2), 72));
  }
  piece.parts = {melody};
  piece.end = Tick() + beats(4) * static_cast<std::int64_t>(bars.size());
  return piece;
}

std::string announced(const score::Piece& piece) {
  std::string out;
  for (const auto word : announcements(BarWords(piece), 0))
    out += (word ? name_of(*word) : "-") + " ";
  return out;
}

TEST(Tokens, ABarThatReturnsNamesTheOneThatHoldsLongest) {
  EXPECT_EQ(announced(tune_of("aaqa")), "- again:1 rhythm:1 again:2 ");
  EXPECT_EQ(announced(tune_of("aqcaqc")), "- rhythm:1 rhythm:1 again:3 again:3 again:3 ");
  EXPECT_EQ(announced(tune_of("aaqaaq")), "- again:1 rhythm:1 again:3 again:3 again:3 ")
      << "not the bar before, although it is as near";
  EXPECT_EQ(announced(tune_of("a--a")), "- - - again:3 ") << "silence does not return";
}

TEST(Tokens, ABarWithOtherChordsDoesNotReturn) {
  score::Piece piece = tune_of("aqaq");
  piece.chords[2].chord = *score::chord_from_text("Am");
  EXPECT_EQ(announced(piece), "- rhythm:1 rhythm:1 again:2 ") << "but its rhythm does";
}

/// A bar of quarters for every word: "CEGE", in the octave from middle C; A and B lie above.
score::Piece quarters(const std::vector<std::string>& bars, const char* key = "C major") {
  score::Piece piece;
  piece.keys = {{Tick(), *score::key_from_text(key)}};
  score::Part melody{.name = "flute", .role = score::Role::melody, .program = 73};
  Tick at;
  for (const std::string& bar : bars) {
    for (const char letter : bar) {
      constexpr std::array<int, 7> keys = {69, 71, 60, 62, 64, 65, 67};  // A to G
      const int number = keys[static_cast<std::size_t>(letter - 'A')];
      melody.notes.push_back(note(at - Tick(), beats(1), number));
      at += beats(1);
    }
  }
  piece.parts = {melody};
  piece.end = at;
  return piece;
}

TEST(Tokens, ABarIsMadeFromAnEarlierOne) {
  EXPECT_EQ(announced(quarters({"CDEC", "DEFD"})), "- moved:1 ") << "by steps of the scale";
  EXPECT_EQ(announced(quarters({"CDEC", "CEGC"})), "- shaped:1 ");
  EXPECT_EQ(announced(quarters({"CDEC", "GGGG"})), "- rhythm:1 ");
  EXPECT_EQ(announced(quarters({"CDEC", "GGGG", "EFGE", "AAAA"})), "- rhythm:1 moved:2 moved:2 ")
      << "the more it has of a bar the better, however near";
  score::Piece minor = quarters({"AGFE", "EDCD"}, "A minor");
  minor.parts[0].notes[1].pitch = score::Pitch::clamped(68);  // the leading note is the same step
  EXPECT_EQ(announced(minor), "- rhythm:1 ");
  minor.parts[0].notes[7].pitch = score::Pitch::clamped(59);
  EXPECT_EQ(announced(minor), "- moved:1 ");
  score::Piece longer = quarters({"CDEC", "DEFD"});
  longer.parts[0].notes.back().length = beats(2);
  EXPECT_EQ(announced(longer), "- - ") << "in another rhythm";
}

TEST(Tokens, StepsOfTheScaleCountLettersFromTheTonic) {
  const score::PitchClass c(0);
  EXPECT_EQ(scale_step(64, c) - scale_step(60, c), 2);
  EXPECT_EQ(scale_step(63, c), scale_step(64, c)) << "a third, minor or major";
  for (int tonic = 0; tonic < 12; ++tonic) {
    for (int key = 0; key < 128; ++key) {
      EXPECT_EQ(scale_step(key + 12, score::PitchClass(tonic)),
                scale_step(key, score::PitchClass(tonic)) + 7);
      EXPECT_LE(scale_step(key, score::PitchClass(tonic)),
                scale_step(key + 1, score::PitchClass(tonic)));
    }
  }
}

TEST(Tokens, ReturnsAreSaidButNotAcrossAGap) {
  const score::Piece piece = tune_of("abcdabce");
  const auto count = [](const std::vector<Token>& said) {
    return std::ranges::count_if(said, [](Token id) { return is(id, Kind::again); });
  };
  const auto whole = encode(piece);
  EXPECT_EQ(count(whole->tokens), 3);
  EXPECT_EQ(*decode(whole->tokens), expressible(piece));
  EXPECT_EQ(count(encode_gap(piece, {}, 2, 5)->tokens), 0);
  const score::Piece made = quarters({"CDEC", "DEFD", "GGGG", "CEGC"});
  EXPECT_EQ(*decode(encode(made)->tokens), expressible(made));
}

TEST(Tokens, MoreBarsThanSixteenAreCountedToo) {
  std::vector<int> left;
  const auto encoded = encode(tune_of(std::string(70, 'a')));
  for (const Token id : encoded->tokens) {
    if (is(id, Kind::bar)) left.push_back(word(id).value + 1);
    if (is(id, Kind::left)) left.back() += word(id).value + 1;
  }
  ASSERT_EQ(left.size(), 70U);
  for (int bar = 0; bar < 70; ++bar)
    EXPECT_EQ(left[static_cast<std::size_t>(bar)], std::min(70 - bar, kMostBarsLeft));
}

TEST(Tokens, AnythingOutsideTheGrammarIsRefusedWithItsPlace) {
  const auto good = encode(rich_piece())->tokens;
  Random random(5);
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    auto bad = good;
    bad[random.below(bad.size())] = static_cast<Token>(random.below(kVocabularySize + 9));
    const auto piece = decode(bad);  // must not crash whatever it gets
    if (piece) continue;
    ++refused;
    EXPECT_TRUE(piece.error().message.starts_with("token ")) << piece.error().message;
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace cantus::tokens
