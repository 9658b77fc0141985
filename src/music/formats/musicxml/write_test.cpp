#include "music/formats/musicxml/write.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <tuple>

#include <gmock/gmock.h>
#include <pugixml.hpp>

#include "base/files.h"
#include "base/random.h"
#include "music/formats/musicxml/read.h"
#include "music/formats/musicxml/test_scores.h"

namespace cantus::formats::musicxml {
namespace {

using score::beats;
using score::Chord;
using score::Key;
using score::Metre;
using score::Mode;
using score::Note;
using score::Part;
using score::Piece;
using score::Pitch;
using score::Quality;
using score::Role;
using score::Spelling;
using score::Tick;
using score::TickLength;
using testing::HasSubstr;
using testing::Not;

Tick at(std::int64_t numerator, std::int64_t denominator = 1) {
  return Tick() + beats(numerator, denominator);
}

Note note(Tick onset, TickLength length, int key) {
  Note out;
  out.onset = onset;
  out.length = length;
  out.pitch = Pitch::clamped(key);
  return out;
}

Piece piece_with(std::vector<Note> notes) {
  Piece piece;
  piece.parts.push_back({"Piano", Role::other, 0, std::move(notes), {}});
  score::tidy(piece);
  return piece;
}

/// Notes on the grid of a 24th of a beat: overlapping, in chords, across bars, with grace notes.
std::vector<Note> random_notes(Random& random, Tick end, int lowest, int highest) {
  std::vector<Note> notes;
  Tick now;
  while (now < end) {
    Note next =
        note(now, beats(1 + static_cast<std::int64_t>(random.below(60)), 24),
             lowest + static_cast<int>(random.below(static_cast<unsigned>(highest - lowest))));
    next.velocity = 1 + static_cast<int>(random.below(127));
    next.voice = static_cast<int>(random.below(3));
    if (random.below(12) == 0) {
      next.grace = true;
      next.length = beats(1, 2);
    }
    const bool known = std::ranges::any_of(notes, [&](const Note& other) {
      return other.onset == next.onset && other.pitch == next.pitch;
    });
    if (!known) notes.push_back(next);
    if (random.below(3) != 0) now += beats(static_cast<std::int64_t>(random.below(40)), 24);
  }
  return notes;
}

void add_harmony(Random& random, Piece& piece, Tick end) {
  for (Tick now; now < end;) {
    const TickLength length = beats(1 + static_cast<std::int64_t>(random.below(6)), 2);
    Chord chord{Spelling(static_cast<int>(random.below(15)) - 7),
                static_cast<Quality>(random.below(score::kQualities)),
                {}};
    if (random.below(4) == 0) chord.bass = Spelling(chord.root.fifths() + 1);
    if (random.below(6) != 0) piece.chords.push_back({now, std::min(length, end - now), chord});
    now += length;
  }
}

Piece random_piece(std::uint64_t seed) {
  Random random(seed);
  Piece piece;
  piece.title = "Étude <" + std::to_string(seed) + "> & \"more\"";
  piece.composer = "Nobody";
  constexpr Metre kMetres[] = {{4, 4}, {3, 4}, {6, 8}, {5, 8}, {7, 16}, {2, 2}};
  const auto some_metre = [&] { return kMetres[random.below(std::size(kMetres))]; };
  const Metre first = some_metre();
  piece.metre = score::MetreMap(first);
  if (random.below(2) == 0) piece.metre.set_pickup(beats(1));
  const Tick change = piece.metre.bar_start(6);
  Metre second = some_metre();
  while (second == first)
    second = some_metre();
  piece.metre.set(change, second);
  const Tick end = piece.metre.bar_start(12);
  piece.tempo = score::TempoMap(60 + static_cast<double>(random.below(1000)) / 8);
  piece.tempo.set(change, 77.7);
  piece.tempo.set(change + beats(5, 24), 78.25);
  piece.keys = {{Tick(), Key{static_cast<int>(random.below(15)) - 7, Mode::dorian}},
                {change + beats(7, 24), Key{0, Mode::minor}}};
  piece.sections = {{Tick(), change - Tick(), "A"}, {change, end - change, "B & C"}};
  add_harmony(random, piece, end);
  piece.parts.push_back({"Lead", Role::melody, 73, random_notes(random, end, 55, 90), {}});
  piece.parts.push_back({"Keys", Role::chords, 0, random_notes(random, end, 30, 90), {}});
  piece.parts.push_back({"Low", Role::bass, 33, random_notes(random, end, 5, 60), {}});
  piece.parts.push_back({"Kit", Role::drums, 8, random_notes(random, end, 35, 82), {}});
  for (Part& part : piece.parts) {
    for (Note& each : part.notes) {
      if (!each.grace) each.length = std::min(each.length, end - each.onset);
    }
  }
  piece.end = end;
  score::tidy(piece);
  bool continues = false;
  for (const Note& sung : piece.parts[0].notes) {
    auto& lyrics = piece.parts[0].lyrics;
    if (sung.grace || (!lyrics.empty() && lyrics.back().onset == sung.onset)) continue;
    continues = random.below(2) == 0;
    lyrics.push_back({sung.onset, "lä" + std::to_string(lyrics.size()), continues, 1});
  }
  return piece;
}

/// "0+1.5 key 60 velocity 80", sorted.
std::vector<std::string> heard(const Part& part) {
  std::vector<std::string> out;
  for (const Note& each : part.notes) {
    out.push_back(fmt::format("{:9.4f}+{:.4f} {}key {} velocity {}", (each.onset - Tick()).beats(),
                              each.length.beats(), each.grace ? "grace " : "", each.pitch.key(),
                              each.velocity));
  }
  std::ranges::sort(out);
  return out;
}

/// The first notes that only one of two parts has.
std::string difference(const Part& before, const Part& after) {
  std::vector<std::string> lost;
  std::vector<std::string> added;
  std::ranges::set_difference(heard(before), heard(after), std::back_inserter(lost));
  std::ranges::set_difference(heard(after), heard(before), std::back_inserter(added));
  std::string text;
  for (std::size_t i = 0; i < lost.size() && i < 3; ++i)
    text += "lost " + lost[i] + "\n";
  for (std::size_t i = 0; i < added.size() && i < 3; ++i)
    text += "added " + added[i] + "\n";
  return text;
}

void expect_same(const Piece& before, const Piece& after) {
  EXPECT_EQ(after.title, before.title);
  EXPECT_EQ(after.composer, before.composer);
  EXPECT_EQ(after.chords, before.chords);
  EXPECT_EQ(after.keys, before.keys);
  EXPECT_EQ(after.metre, before.metre);
  EXPECT_EQ(after.tempo, before.tempo);
  EXPECT_EQ(after.sections, before.sections);
  EXPECT_EQ(after.end, before.end);
  ASSERT_EQ(after.parts.size(), before.parts.size());
  for (std::size_t i = 0; i < before.parts.size(); ++i) {
    EXPECT_EQ(difference(before.parts[i], after.parts[i]), "") << "part " << i;
    EXPECT_EQ(after.parts[i].lyrics, before.parts[i].lyrics) << "part " << i;
    EXPECT_EQ(after.parts[i].name, before.parts[i].name);
    EXPECT_EQ(after.parts[i].role, before.parts[i].role);
    EXPECT_EQ(after.parts[i].program, before.parts[i].program);
  }
}

TEST(Write, WhatIsWrittenIsReadBackTheSame) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const Piece piece = random_piece(seed);
    const auto xml = write(piece);
    ASSERT_TRUE(xml) << xml.error().message;
    expect_same(piece, piece_of(*xml));
    if (HasFailure()) return;
  }
}

TEST(Write, ThePlainAndTheZippedFileHoldTheSame) {
  const Piece piece = random_piece(7);
  expect_same(piece_of(write(piece).value()), piece_of(write_mxl(piece).value()));
}

TEST(Write, TheSamePieceGivesTheSameText) {
  EXPECT_EQ(write(random_piece(3)).value(), write(random_piece(3)).value());
}

TEST(Write, NotesKeepTheirSpellingOrTakeTheKeys) {
  Piece piece = piece_with({note(at(0), beats(1), 61), note(at(1), beats(1), 61)});
  piece.parts[0].notes[0].spelling = Spelling::of('C', 1);
  piece.keys = {{Tick(), Key{-5, Mode::major}}};
  const Piece after = piece_of(write(piece).value());
  EXPECT_THAT(in_words(after.parts[0]), testing::ElementsAre("0+1 C#4", "1+1 Db4"));
}

TEST(Write, ASpellingThatIsNotThePitchIsNotWritten) {
  Piece piece = piece_with({note(at(0), beats(1), 60)});
  piece.parts[0].notes[0].spelling = Spelling::of('D', 1);
  EXPECT_EQ(piece_of(write(piece).value()).parts[0].notes[0].pitch.key(), 60);
}

TEST(Write, TheLowestAndHighestKeysAreKept) {
  for (const int key : {0, 11, 12, 59, 71, 126, 127}) {
    for (const int fifths : {-14, 12, 0}) {
      Piece piece = piece_with({note(at(0), beats(1), key)});
      piece.parts[0].notes[0].spelling = Spelling(fifths);
      EXPECT_EQ(piece_of(write(piece).value()).parts[0].notes[0].pitch.key(), key);
    }
  }
}

TEST(Write, NotesBesideTheGridMoveLessThanA48thOfABeatAndNoneIsLost) {
  Random random(1);
  std::vector<Note> notes;
  for (int i = 0; i < 300; ++i) {
    notes.push_back(note(Tick(static_cast<std::int64_t>(random.below(200000))),
                         TickLength(1 + static_cast<std::int64_t>(random.below(30000))),
                         i % 100 + 10));
  }
  const Piece piece = piece_with(notes);
  const Piece after = piece_of(write(piece).value());
  ASSERT_EQ(after.parts[0].notes.size(), 300U);
  const auto by_key = [](const Note& a, const Note& b) {
    return std::tuple(a.pitch, a.onset) < std::tuple(b.pitch, b.onset);
  };
  std::vector<Note> was = piece.parts[0].notes;
  std::vector<Note> is = after.parts[0].notes;
  std::ranges::sort(was, by_key);
  std::ranges::sort(is, by_key);
  for (std::size_t i = 0; i < was.size(); ++i) {
    EXPECT_LE(std::abs((was[i].onset - is[i].onset).count()), 210);
  }
}

TEST(Write, APieceWithoutPartsKeepsItsChords) {
  Piece piece;
  piece.chords = {{at(0), beats(4), Chord{Spelling(2), Quality::minor_seventh, {}}}};
  piece.end = at(4);
  const Piece after = piece_of(write(piece).value());
  EXPECT_EQ(after.chords, piece.chords);
  EXPECT_TRUE(after.parts[0].notes.empty());
}

TEST(Write, ASyllableInsideAHeldNoteIsKept) {
  Piece piece = piece_with({note(at(0), beats(6), 60)});
  piece.parts[0].lyrics = {{at(0), "a", true, 1}, {at(1), "men", false, 1}, {at(4), "a", false, 1}};
  const Piece after = piece_of(write(piece).value());
  EXPECT_EQ(after.parts[0].lyrics, piece.parts[0].lyrics);
  EXPECT_EQ(after.parts[0].notes.size(), 1U);
}

TEST(Write, TextIsEscapedAndCleaned) {
  Piece piece = piece_with({note(at(0), beats(1), 60)});
  piece.title = "a < b & c\x01\xff\n\"d\"";
  const auto xml = write(piece).value();
  EXPECT_THAT(xml,
              HasSubstr("<work-title>a &lt; b &amp; c \xef\xbf\xbd &quot;d&quot;</work-title>"));
}

TEST(Write, APianoHasTwoStavesAndAFluteOne) {
  const std::vector<Note> wide = {note(at(0), beats(1), 40), note(at(0), beats(1), 80)};
  EXPECT_THAT(write(piece_with(wide)).value(), HasSubstr("<staves>2</staves>"));
  Piece flute = piece_with(wide);
  flute.parts[0].program = 73;
  EXPECT_THAT(write(flute).value(), Not(HasSubstr("<staves>")));
}

TEST(Write, ThirdsAreWrittenAsTriplets) {
  const auto xml = write(piece_with({note(at(0), beats(1, 3), 60), note(at(1, 3), beats(1, 3), 62),
                                     note(at(2, 3), beats(1, 3), 64)}))
                       .value();
  EXPECT_THAT(xml, HasSubstr("<divisions>3</divisions>"));
  EXPECT_THAT(xml, HasSubstr("<actual-notes>3</actual-notes><normal-notes>2</normal-notes>"
                             "<normal-type>eighth</normal-type>"));
}

TEST(Write, APieceOfTooManyBarsIsRefused) {
  Piece piece = piece_with({note(at(100000), beats(1), 60)});
  const auto xml = write(piece);
  ASSERT_FALSE(xml);
  EXPECT_EQ(xml.error().code, ErrorCode::unsupported);
}

/// Pieces of every kind that the writer treats in its own way.
std::vector<Piece> varied_pieces() {
  std::vector<Piece> pieces;
  for (std::uint64_t seed = 100; seed < 108; ++seed)
    pieces.push_back(random_piece(seed));
  pieces.emplace_back();
  pieces.push_back(piece_with({note(at(0), beats(40), 2), note(at(1, 5), beats(1, 5), 127)}));
  pieces.push_back(piece_with({note(at(0), beats(3, 7), 60), note(at(3, 7), TickLength(17), 61)}));
  Piece qualities = piece_with({note(at(0), beats(96), 60)});
  for (int i = 0; i < score::kQualities; ++i) {
    qualities.chords.push_back(
        {at(4 * i), beats(3), Chord{Spelling(i % 12 - 5), static_cast<Quality>(i), Spelling(1)}});
  }
  pieces.push_back(qualities);
  Piece longest_metre = piece_with({note(at(300), beats(1), 60)});
  longest_metre.metre.set(Tick(), Metre{64, 1});
  pieces.push_back(longest_metre);
  return pieces;
}

/// What MuseScore 3 prints when it converts these files, or nothing where it is not installed.
std::string musescore_says(const std::vector<Piece>& pieces) {
  if (std::system("command -v mscore3 >/dev/null 2>&1") != 0) return "";
  const auto folder =
      std::filesystem::temp_directory_path() /
      ("cantus-musicxml-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
       std::to_string(reinterpret_cast<std::uintptr_t>(&pieces)));
  std::filesystem::create_directories(folder);
  std::string job;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto file = (folder / (std::to_string(i) + ".musicxml")).string();
    EXPECT_TRUE(write_file(file, write(pieces[i]).value()));
    job += fmt::format("{}{{\"in\":\"{}\",\"out\":\"{}.mid\"}}", i == 0 ? "" : ",", file, file);
  }
  const std::string job_file = (folder / "job.json").string();
  const std::string log = (folder / "log").string();
  EXPECT_TRUE(write_file(job_file, "[" + job + "]"));
  const std::string command =
      "QT_QPA_PLATFORM=offscreen timeout 300 mscore3 -j " + job_file + " >" + log + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0);
  const std::string said = read_file(log).value();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_TRUE(std::filesystem::exists(folder / (std::to_string(i) + ".musicxml.mid")))
        << i << said;
  }
  std::filesystem::remove_all(folder);
  return said;
}

TEST(Write, MuseScoreAcceptsWhatIsWritten) {
  const std::string said = musescore_says(varied_pieces());
  EXPECT_EQ(said.find("not a valid MusicXML"), std::string::npos);
}

}  // namespace
}  // namespace cantus::formats::musicxml
