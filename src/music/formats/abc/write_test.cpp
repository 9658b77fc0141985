#include "music/formats/abc/write.h"

#include <map>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "music/formats/abc/read.h"

namespace cantus::formats::abc {
namespace {

using score::beats;
using score::Note;
using score::Piece;
using score::Tick;
using score::TickLength;
using ::testing::HasSubstr;

Piece there_and_back(const Piece& piece) {
  const auto text = write(piece);
  if (!text) {
    ADD_FAILURE() << text.error().message;
    return Piece();
  }
  const auto reading = read(*text);
  if (!reading || reading->pieces.size() != 1) {
    ADD_FAILURE() << *text;
    return Piece();
  }
  EXPECT_TRUE(reading->warnings.empty()) << reading->warnings.front() << '\n' << *text;
  return reading->pieces.front();
}

using Sound = std::tuple<std::int64_t, int, std::int64_t, bool>;

/// Onset, key, length and grace of every note of a part, in order.
std::vector<Sound> sounds(const score::Part& part) {
  std::vector<Sound> out;
  for (const Note& note : part.notes) {
    out.emplace_back(note.onset.count(), note.pitch.key(), note.length.count(), note.grace);
  }
  std::ranges::sort(out);
  return out;
}

void expect_same(const Piece& a, const Piece& b) {
  const std::string text = write(a).value_or("");
  ASSERT_EQ(a.parts.size(), b.parts.size()) << text;
  for (std::size_t i = 0; i < a.parts.size(); ++i) {
    EXPECT_EQ(sounds(a.parts[i]), sounds(b.parts[i])) << text;
    EXPECT_EQ(a.parts[i].name, b.parts[i].name);
    EXPECT_EQ(a.parts[i].role, b.parts[i].role);
    EXPECT_EQ(a.parts[i].program, b.parts[i].program);
    EXPECT_EQ(a.parts[i].lyrics, b.parts[i].lyrics) << text;
  }
  EXPECT_EQ(a.chords, b.chords) << text;
  EXPECT_EQ(a.keys, b.keys) << text;
  EXPECT_EQ(a.tempo, b.tempo) << text;
  EXPECT_EQ(a.end, b.end) << text;
  EXPECT_EQ(a.metre.bar_starts(a.end), b.metre.bar_starts(b.end)) << text;
  for (const Tick start : a.metre.bar_starts(a.end)) {
    EXPECT_EQ(a.metre.metre_at(start), b.metre.metre_at(start)) << text;
  }
}

Note note(TickLength onset, TickLength length, int key) {
  return {.onset = Tick() + onset, .length = length, .pitch = score::Pitch::clamped(key)};
}

Piece empty_piece(const char* key = "G") {
  Piece piece;
  piece.title = "Test";
  piece.keys = {{Tick(), *score::key_from_text(key)}};
  piece.parts.push_back({.name = "Lead", .role = score::Role::melody, .program = 40});
  return piece;
}

/// A piece on a grid of 1/24 beat with whatever a piece can hold there.
Piece random_piece(Random& random) {
  const auto grid = [&](std::uint64_t steps) {
    return beats(static_cast<std::int64_t>(random.below(steps)), 24);
  };
  Piece piece = empty_piece(random.below(2) == 0 ? "Eb" : "F# minor");
  constexpr score::Metre kMetres[] = {{4, 4}, {3, 4}, {6, 8}, {7, 8}, {2, 2}};
  piece.metre = score::MetreMap(kMetres[random.below(5)]);
  if (random.below(2) == 0) piece.metre.set_pickup(beats(1));
  piece.metre.set(piece.metre.bar_start(4), kMetres[random.below(5)]);
  piece.tempo.set(piece.metre.bar_start(3), 121.0 + static_cast<double>(random.below(50)));
  const auto key = score::Key{static_cast<int>(random.below(15)) - 7,
                              static_cast<score::Mode>(random.below(score::kModes))};
  piece.keys.push_back({piece.metre.bar_start(2) + grid(24), key});
  piece.end = piece.metre.bar_start(8);
  const std::int64_t steps = (piece.end - Tick()).count() / 420;
  const auto anywhere = [&] { return grid(static_cast<std::uint64_t>(steps)); };
  piece.parts.push_back({.name = "Bass one", .role = score::Role::bass, .program = 32});
  for (int i = 0; i < 60; ++i) {
    Note made = note(anywhere(), beats(1, 24) + grid(60), 30 + static_cast<int>(random.below(70)));
    made.length = std::min(made.length, piece.end - made.onset);
    piece.parts[random.below(2)].notes.push_back(made);
  }
  for (int i = 0; i < 6; ++i) {
    const score::Chord chord{score::Spelling(static_cast<int>(random.below(15)) - 7),
                             static_cast<score::Quality>(random.below(score::kQualities)),
                             std::nullopt};
    const TickLength onset = anywhere();
    piece.chords.push_back({Tick() + onset, beats(1, 24) + grid(96), chord});
    piece.chords.back().length = std::min(piece.chords.back().length, piece.end - Tick() - onset);
  }
  tidy(piece);
  return piece;
}

TEST(AbcWriter, WhatIsWrittenOnAGridIsReadBackTheSame) {
  Random random(7);
  for (int i = 0; i < 200; ++i) {
    const Piece piece = random_piece(random);
    expect_same(piece, there_and_back(piece));
    if (HasFailure()) FAIL() << "piece " << i;
  }
}

TEST(AbcWriter, AllKeysAndPitchesComeBackWithTheirSpelling) {
  for (int fifths = -7; fifths <= 7; ++fifths) {
    for (int mode = 0; mode < score::kModes; ++mode) {
      Piece piece = empty_piece();
      piece.keys = {{Tick(), score::Key{fifths, static_cast<score::Mode>(mode)}}};
      for (int key = 0; key < 128; key += 3) {
        piece.parts[0].notes.push_back(note(beats(key, 3), beats(1), key));
        if (key % 2 == 0) {
          piece.parts[0].notes.back().spelling =
              score::Key{-4, score::Mode::major}.spell(score::PitchClass(key));
        }
      }
      tidy(piece);
      const Piece back = there_and_back(piece);
      expect_same(piece, back);
      for (std::size_t i = 0; i < piece.parts[0].notes.size(); ++i) {
        const auto& spelling = piece.parts[0].notes[i].spelling;
        if (spelling) {
          EXPECT_EQ(back.parts[0].notes[i].spelling, spelling);
        }
      }
    }
  }
}

TEST(AbcWriter, GraceNotesLyricsDynamicsAndSectionsComeBack) {
  Piece piece = empty_piece();
  auto& part = piece.parts[0];
  for (int i = 0; i < 8; ++i)
    part.notes.push_back(note(beats(i), beats(1), 67 + i));
  part.notes[3].velocity = 106;
  part.notes.push_back(note(beats(2), beats(1, 4), 70));
  part.notes.back().grace = true;
  part.notes.push_back(note(beats(8), beats(1, 2), 72));
  part.notes.back().grace = true;
  part.lyrics = {{Tick(), "Hal", true, 1},
                 {Tick() + beats(1), "le-lu", true, 1},
                 {Tick() + beats(3), "jah 100%", false, 1},
                 {Tick() + beats(5), "a\\men", false, 1},
                 {Tick() + beats(4), "two", false, 2}};
  piece.sections = {{Tick(), beats(4), "Intro"}, {Tick() + beats(4), beats(4), "Verse 1"}};
  tidy(piece);
  const Piece back = there_and_back(piece);
  expect_same(piece, back);
  EXPECT_EQ(back.sections, piece.sections);
  for (std::size_t i = 0; i < part.notes.size(); ++i) {
    if (part.notes[i].grace) continue;
    EXPECT_EQ(back.parts[0].notes[i].velocity, part.notes[i].velocity);
  }
}

TEST(AbcWriter, TripletsAreWrittenAsTuplets) {
  Piece piece = empty_piece();
  for (int i = 0; i < 3; ++i)
    piece.parts[0].notes.push_back(note(beats(i, 3), beats(1, 3), 67));
  tidy(piece);
  EXPECT_THAT(*write(piece), HasSubstr("(3GGG"));
}

TEST(AbcWriter, QuintupletsAndSeptupletsAreExactAndOtherTimesNear) {
  Piece piece = empty_piece();
  for (int i = 0; i < 5; ++i)
    piece.parts[0].notes.push_back(note(beats(i, 5), beats(1, 5), 67));
  for (int i = 0; i < 7; ++i) {
    piece.parts[0].notes.push_back(note(beats(1) + beats(i, 7), beats(1, 7), 67));
  }
  tidy(piece);
  expect_same(piece, there_and_back(piece));
  piece.parts[0].notes = {note(TickLength(1001), TickLength(10001), 60)};
  const Piece back = there_and_back(piece);
  EXPECT_NEAR(static_cast<double>(back.parts[0].notes[0].onset.count()), 1001, 158);
  EXPECT_NEAR(static_cast<double>(back.parts[0].notes[0].length.count()), 10001, 315);
}

TEST(AbcWriter, PlayersAreToldNotToAccompanyTheChordNames) {
  Piece piece = empty_piece();
  EXPECT_THAT(*write(piece), Not(HasSubstr("gchordoff")));
  piece.chords.push_back({score::Tick(), beats(4), *score::chord_from_text("Dm")});
  tidy(piece);
  EXPECT_THAT(*write(piece), HasSubstr("%%MIDI gchordoff\nK:"));
  EXPECT_EQ(there_and_back(piece).chords, piece.chords);
}

TEST(AbcWriter, DrumsGoToChannelTen) {
  Piece piece = empty_piece();
  piece.parts.push_back({.name = "Kit", .role = score::Role::drums});
  piece.parts[1].notes.push_back(note(beats(0), beats(1), 36));
  tidy(piece);
  EXPECT_THAT(*write(piece), HasSubstr("%%MIDI channel 10"));
  EXPECT_TRUE(there_and_back(piece).parts.back().is_drums());
}

TEST(AbcWriter, TitlesWithSignsOfTheirOwnComeBack) {
  Piece piece = empty_piece();
  piece.title = "100% \\'e &eacute; \"Ó\" [x]";
  piece.composer = "A % B\nC";
  EXPECT_EQ(there_and_back(piece).title, piece.title);
  EXPECT_EQ(there_and_back(piece).composer, "A % B C");
}

TEST(AbcWriter, EmptyPiecesAndPartsAreTunesToo) {
  EXPECT_TRUE(there_and_back(Piece()).parts.empty());
  EXPECT_TRUE(there_and_back(empty_piece()).parts.empty());
}

TEST(AbcWriter, ABookHoldsItsTunesInOrder) {
  std::vector<Piece> pieces(3, empty_piece());
  pieces[2].title = "Last";
  const auto reading = read(*write(std::span<const Piece>(pieces)));
  ASSERT_TRUE(reading);
  ASSERT_EQ(reading->pieces.size(), 3U);
  EXPECT_EQ(reading->pieces[2].title, "Last");
}

TEST(AbcWriter, WhatATuneCannotHoldIsRefused) {
  Piece piece = empty_piece();
  piece.parts[0].notes.push_back(note(beats(100000), beats(1), 60));
  EXPECT_EQ(write(piece).error().code, ErrorCode::unsupported);
  piece.parts[0].notes = {note(beats(-1), beats(1), 60)};
  EXPECT_EQ(write(piece).error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace cantus::formats::abc
