#include "neural/corpus/phrases.h"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/random.h"
#include "music/formats/file.h"
#include "neural/rolls/phrase_file.h"

namespace cantus::corpus {
namespace {

namespace fs = std::filesystem;
using rolls::Player;
using score::beats;
using score::Note;
using score::Part;
using score::Piece;
using score::Role;
using score::Tick;

Note note(score::TickLength at, score::TickLength length, int key) {
  return Note{Tick() + at, length, *score::Pitch::from_key(key), 80};
}

/// A random tune of eighths over I, IV, V, I in D major, with bass, chords and drums.
Piece band_piece(int bars, std::uint64_t seed) {
  Random random(seed);
  Piece piece;
  Part drums, bass, chords, melody;
  drums.role = Role::drums;
  bass.role = Role::bass;
  bass.program = 33;
  chords.role = Role::chords;
  chords.program = 25;
  melody.role = Role::melody;
  melody.program = 73;
  constexpr std::array<int, 4> kRoots = {38, 43, 45, 38};
  constexpr std::array<int, 7> kScale = {74, 76, 78, 79, 81, 83, 85};
  for (int bar = 0; bar < bars; ++bar) {
    const int root = kRoots[static_cast<std::size_t>(bar % 4)];
    const score::TickLength at = beats(4) * bar;
    bass.notes.push_back(note(at, beats(4), root));
    for (int i = 0; i < 8; ++i) {
      const score::TickLength here = at + beats(1, 2) * i;
      drums.notes.push_back(note(here, beats(1, 4), i % 2 == 0 ? 36 : 42));
      melody.notes.push_back(note(here, beats(1, 2), kScale[random.below(7)]));
      for (const int above : {12, 16, 19})
        chords.notes.push_back(note(here, beats(1, 4), root + above));
    }
  }
  piece.parts = {melody, chords, bass, drums};
  piece.end = Tick() + beats(4) * bars;
  score::tidy(piece);
  return piece;
}

/// A folder of MIDI files as a set.
class Set {
 public:
  explicit Set(Genre genre = Genre::band) {
    folder_ =
        fs::temp_directory_path() / (std::string("neural_corpus_phrases_") +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    source_ = {"mine", folder_.string(), "", "rock", genre};
  }
  ~Set() { fs::remove_all(folder_); }
  Set(const Set&) = delete;
  Set& operator=(const Set&) = delete;

  void add(const std::string& name, const Piece& piece) {
    ASSERT_TRUE(formats::write_file(piece, folder_ / (name + ".mid")));
  }
  PhraseSet read(PhraseOptions options = {}) const {
    return read_phrases({source_}, "", options).value();
  }

 private:
  fs::path folder_;
  Source source_;
};

TEST(Phrases, EveryFourBarsAreAPhraseAtHome) {
  Set set;
  set.add("a", band_piece(8, 1));
  const PhraseSet read = set.read();
  ASSERT_EQ(read.phrases.size(), 5U);
  for (int i = 0; i < 5; ++i) {
    const Phrase& phrase = read.phrases[static_cast<std::size_t>(i)];
    EXPECT_EQ(phrase.first_bar, i);
    EXPECT_FALSE(phrase.minor);
    EXPECT_EQ(phrase.set, "mine");
    EXPECT_EQ(phrase.piece, "a.mid");
    for (const Player player : {Player::bass, Player::chords, Player::melody}) {
      EXPECT_TRUE(plays(phrase.roll, player));
      for (const rolls::RollNote& n : phrase.roll.of(player))
        EXPECT_NE(0b101010110101 >> (n.key % 12) & 1, 0) << int(n.key);
    }
  }
  EXPECT_EQ(read.phrases[0].roll.of(Player::bass)[0].key, 36);
  EXPECT_EQ(read.phrases[0].roll.of(Player::drums)[0].key, 36);
  EXPECT_EQ(read.phrases[0].roll.chords[2].root, 5);
}

TEST(Phrases, OfOnePieceAreThoseOfTheSetThatHoldsIt) {
  const Piece piece = band_piece(8, 1);
  Set set;
  set.add("a", piece);
  const auto read = set.read().phrases;
  const auto alone = phrases_of(piece);
  ASSERT_EQ(alone.size(), read.size());
  for (std::size_t i = 0; i < alone.size(); ++i) {
    EXPECT_EQ(alone[i].roll, read[i].roll);
    EXPECT_EQ(alone[i].first_bar, read[i].first_bar);
  }
  EXPECT_EQ(phrases_of(piece, 4).size(), 2U);
  EXPECT_TRUE(phrases_of(Piece()).empty());
}

TEST(Phrases, BarsOfAnotherMetreGiveNone) {
  Piece piece = band_piece(12, 2);
  piece.metre.set(Tick() + beats(16), {5, 4});
  piece.metre.set(Tick() + beats(26), {2, 2});
  Set set;
  set.add("a", piece);
  const PhraseSet read = set.read();
  EXPECT_EQ(read.report.sets.at("mine").dropped.at("another metre"), 5U);
  ASSERT_EQ(read.phrases.size(), 4U);
  EXPECT_EQ(read.phrases[1].first_bar, 6);
  EXPECT_EQ(read.phrases[1].roll.metre, (score::Metre{4, 4}));
}

TEST(Phrases, WhatReturnsInAPieceIsTakenOnce) {
  Piece piece = band_piece(4, 3);
  for (Part& part : piece.parts) {
    const std::vector<Note> once = part.notes;
    for (Note n : once) {
      n.onset += beats(16);
      part.notes.push_back(n);
    }
  }
  score::tidy(piece);
  Set set;
  set.add("a", piece);
  const PhraseSet read = set.read();
  EXPECT_EQ(read.phrases.size(), 4U);
  EXPECT_EQ(read.report.sets.at("mine").dropped.at("the same again"), 1U);
}

TEST(Phrases, TheSamePieceInAnotherKeyIsOnTheSameSide) {
  Set set;
  for (int i = 0; i < 40; ++i) {
    const Piece piece = band_piece(16, 100 + static_cast<std::uint64_t>(i));
    set.add("a" + std::to_string(i), piece);
    set.add("b" + std::to_string(i), score::transposed(piece, 3));
  }
  const PhraseSet read = set.read();
  EXPECT_EQ(read.report.duplicate_groups, 40U);
  std::map<std::uint32_t, Split> sides;
  std::array<int, 3> counts{};
  for (const Phrase& phrase : read.phrases) {
    const auto [side, is_new] = sides.emplace(phrase.group, phrase.split);
    EXPECT_EQ(side->second, phrase.split);
    ++counts[static_cast<std::size_t>(phrase.split)];
  }
  EXPECT_EQ(sides.size(), 40U);
  EXPECT_LT(counts[0], static_cast<int>(read.phrases.size()));
}

TEST(Phrases, AreTheSameEveryTimeAndSurviveTheFile) {
  Set set;
  set.add("a", band_piece(10, 5));
  set.add("b", band_piece(10, 6));
  const auto bytes = rolls::to_bytes(set.read().phrases);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, rolls::to_bytes(set.read().phrases).value());
  EXPECT_EQ(rolls::parse_phrases(*bytes).value().size(), set.read().phrases.size());
}

TEST(Phrases, AHopOfTwoBarsGivesEveryOtherOne) {
  Set set;
  set.add("a", band_piece(8, 1));
  PhraseOptions options;
  options.hop_bars = 2;
  EXPECT_EQ(set.read(options).phrases.size(), 3U);
}

TEST(Phrases, DrumsAloneArePhrasesOfDrummingOnly) {
  Piece piece = band_piece(4, 1);
  std::erase_if(piece.parts, [](const Part& part) { return !part.is_drums(); });
  Set band;
  band.add("a", piece);
  EXPECT_TRUE(band.read().phrases.empty());
  Set drumming(Genre::drumming);
  drumming.add("a", piece);
  EXPECT_EQ(drumming.read().phrases.size(), 1U);
}

TEST(Phrases, MusicPlayedOffTheBeatIsLeftOut) {
  Piece piece = band_piece(8, 1);
  for (Part& part : piece.parts) {
    for (Note& n : part.notes)
      n.onset = Tick(n.onset.count() * 1013 / 1000);
  }
  Set set;
  set.add("a", piece);
  const PhraseSet read = set.read();
  EXPECT_TRUE(read.phrases.empty());
  EXPECT_EQ(read.report.sets.at("mine").dropped_pieces.at("plays off the beat"), 1U);
}

TEST(Phrases, AMissingFolderIsAnErrorThatNamesIt) {
  const Source source{"gone", "/nowhere/at/all", "", "rock", Genre::band};
  EXPECT_EQ(read_phrases({source}, "").error().code, ErrorCode::not_found);
}

TEST(Phrases, TheTableCountsWhatIsThere) {
  Set set;
  set.add("a", band_piece(8, 1));
  const std::string table = table_of(set.read().report);
  EXPECT_NE(table.find("| mine | 1 | 1 | 5 |"), std::string::npos) << table;
}

}  // namespace
}  // namespace cantus::corpus
