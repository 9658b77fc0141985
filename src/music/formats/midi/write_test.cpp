#include "music/formats/midi/write.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "music/formats/midi/read.h"

namespace cantus::formats::midi {
namespace {

using score::Note;
using score::Part;
using score::Piece;
using score::Pitch;
using score::Role;
using score::Spelling;
using score::Tick;
using score::TickLength;
using testing::HasSubstr;
using testing::IsEmpty;

Piece back(const Piece& piece) {
  const auto bytes = write(piece);
  EXPECT_TRUE(bytes) << bytes.error().message;
  const auto reading = bytes ? read(*bytes) : Result<score::Reading>(score::Reading{});
  EXPECT_TRUE(reading);
  if (!reading || reading->pieces.size() != 1) return Piece();
  EXPECT_THAT(reading->warnings, IsEmpty());
  return reading->pieces.front();
}

int division_of(const std::string& bytes) {
  return static_cast<unsigned char>(bytes[12]) * 256 + static_cast<unsigned char>(bytes[13]);
}

Note note(std::int64_t onset, std::int64_t length, int key, int velocity = 80) {
  return {.onset = Tick(onset),
          .length = TickLength(length),
          .pitch = Pitch::clamped(key),
          .velocity = velocity};
}

Piece piece_of(std::vector<Note> notes) {
  Piece piece;
  Part& part = piece.parts.emplace_back();
  part.name = "Part";
  part.notes = std::move(notes);
  score::tidy(piece);
  return piece;
}

/// Random pieces that say everything MIDI and our texts can say.
class Invention {
 public:
  explicit Invention(std::uint64_t seed) : random_(seed) {
    constexpr std::int64_t kUnits[] = {2520, 840, 1440, 21, 7, 3, 1};
    unit_ = kUnits[random_.below(std::size(kUnits))];
  }

  Piece piece() {
    Piece piece;
    piece.title = random_.below(4) == 0 ? "" : "Träumerei № 7";
    piece.composer = random_.below(2) == 0 ? "" : "C. Schumann";
    maps(piece);
    spans(piece);
    const std::uint64_t parts = random_.below(25);
    for (std::uint64_t i = 0; i < parts; ++i)
      piece.parts.push_back(part());
    piece.end = position() + TickLength(20 * unit_);
    score::tidy(piece);
    return piece;
  }

 private:
  Tick position() { return Tick(static_cast<std::int64_t>(random_.below(300)) * unit_); }
  TickLength length() {
    return TickLength(static_cast<std::int64_t>(1 + random_.below(40)) * unit_);
  }
  int number(int below) {
    return static_cast<int>(random_.below(static_cast<std::uint64_t>(below)));
  }

  void maps(Piece& piece) {
    for (int i = number(4); i-- > 0;)
      piece.tempo.set(position(), 4.0 + 900.0 * random_.uniform());
    for (int i = number(4); i-- > 0;)
      piece.tempo.set(position(), 30 + number(200));
    for (int i = number(4); i-- > 0;)
      piece.metre.set(position(), {1 + number(64), 1 << number(7)});
    if (number(2) == 0) piece.metre.set_pickup(length());
    for (int i = number(5); i-- > 0;) {
      piece.keys.push_back(
          {position(), {number(15) - 7, static_cast<score::Mode>(number(score::kModes))}});
    }
  }

  score::Chord chord() {
    score::Chord chord{
        Spelling(number(20) - 8), static_cast<score::Quality>(number(score::kQualities)), {}};
    if (number(3) == 0) chord.bass = Spelling(number(20) - 8);
    if (chord.bass == chord.root) chord.bass.reset();
    return chord;
  }

  void spans(Piece& piece) {
    for (int i = number(9); i-- > 0;)
      piece.chords.push_back({position(), length(), chord()});
    for (int i = number(6); i-- > 0;) {
      piece.sections.push_back(
          {position(), length(), i == 2 ? "loopStart" : "Verse " + std::to_string(i)});
    }
  }

  Part part() {
    Part part;
    part.name = number(4) == 0 ? "" : "Stimme " + std::to_string(number(9));
    part.role = static_cast<Role>(number(score::kRoles));
    part.program = number(128);
    for (int i = number(60); i-- > 0;) {
      part.notes.push_back({.onset = position(),
                            .length = length(),
                            .pitch = Pitch::clamped(60 + number(6)),
                            .velocity = 1 + number(127)});
    }
    for (int i = number(8); i-- > 0;) {
      part.lyrics.push_back({position(), "lá" + std::to_string(i), number(2) == 0, 1 + number(3)});
    }
    return part;
  }

  Random random_;
  std::int64_t unit_;
};

TEST(MidiWrite, ReadingBackGivesTheSamePiece) {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    const Piece piece = Invention(seed).piece();
    const Piece again = back(piece);
    ASSERT_EQ(again.parts.size(), piece.parts.size()) << seed;
    for (std::size_t i = 0; i < piece.parts.size(); ++i) {
      ASSERT_EQ(again.parts[i].notes, piece.parts[i].notes) << seed << " part " << i;
      ASSERT_EQ(again.parts[i].lyrics, piece.parts[i].lyrics) << seed << " part " << i;
      ASSERT_EQ(again.parts[i], piece.parts[i]) << seed << " part " << i;
    }
    ASSERT_EQ(again.tempo, piece.tempo) << seed;
    ASSERT_EQ(again.metre, piece.metre) << seed;
    ASSERT_EQ(again.keys, piece.keys) << seed;
    ASSERT_EQ(again.chords, piece.chords) << seed;
    ASSERT_EQ(again.sections, piece.sections) << seed;
    ASSERT_EQ(again, piece) << seed;
  }
}

TEST(MidiWrite, AnEmptyPieceComesBack) {
  EXPECT_EQ(back(Piece()), Piece());
  Piece silence;
  silence.end = Tick(40320);
  EXPECT_EQ(back(silence), silence);
}

TEST(MidiWrite, TheDivisionIsTheSmallestThatIsExact) {
  EXPECT_EQ(division_of(*write(piece_of({note(0, 10080, 60), note(3360, 630, 60)}))), 480);
  EXPECT_EQ(division_of(*write(piece_of({note(0, 1120, 60)}))), 1440);
  EXPECT_EQ(division_of(*write(piece_of({note(0, 1440, 60)}))), 3360);
  EXPECT_EQ(division_of(*write(piece_of({note(1, 10080, 60)}))), 10080);
}

TEST(MidiWrite, OverlappingUnisonsKeepTheirLengths) {
  const Piece piece = piece_of({note(0, 40320, 60, 10), note(10080, 10080, 60, 20),
                                note(12600, 2520, 60, 30), note(20160, 30240, 60, 40)});
  EXPECT_EQ(back(piece), piece);
}

TEST(MidiWrite, MoreUnisonsThanLanesKeepTheirOnsets) {
  std::vector<Note> notes;
  for (int i = 0; i < 40; ++i)
    notes.push_back(note(i * 21, (100 - 2 * i) * 21, 60));
  const Piece piece = piece_of(notes);
  const Piece again = back(piece);
  ASSERT_EQ(again.parts[0].notes.size(), 40U);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(again.parts[0].notes[i].onset, piece.parts[0].notes[i].onset);
  }
  EXPECT_EQ(again.end, piece.end);
}

TEST(MidiWrite, GraceNotesSoundBeforeTheirBeat) {
  Piece piece = piece_of({note(10080, 5040, 72), note(10080, 5040, 74), note(10080, 10080, 76)});
  piece.parts[0].notes[0].grace = piece.parts[0].notes[1].grace = true;
  const auto notes = back(piece).parts[0].notes;
  ASSERT_EQ(notes.size(), 3U);
  EXPECT_EQ(notes[0], note(10080 - 2520, 1260, 72));
  EXPECT_EQ(notes[1], note(10080 - 1260, 1260, 74));
  EXPECT_EQ(notes[2], note(10080, 10080, 76));
}

TEST(MidiWrite, GraceNotesBeforeTheFirstBeatStartWithIt) {
  Piece piece = piece_of({note(0, 5040, 72), note(0, 10080, 76)});
  piece.parts[0].notes[0].grace = true;
  const auto notes = back(piece).parts[0].notes;
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0], note(0, 1260, 72));
}

TEST(MidiWrite, SpellingAndVoiceAreDropped) {
  Piece piece = piece_of({note(0, 10080, 61)});
  const Piece plain = piece;
  piece.parts[0].notes[0].spelling = Spelling::of('D', -1);
  piece.parts[0].notes[0].voice = 1;
  EXPECT_EQ(back(piece), plain);
}

TEST(MidiWrite, AnyTempoIsExact) {
  Piece piece = piece_of({note(0, 10080, 60)});
  for (const double bpm : {4.0, 59.94, 90.0, 93.71234567, 1000.0, 100.0 / 3.0}) {
    piece.tempo.set(Tick(), bpm);
    EXPECT_EQ(back(piece).tempo.bpm_at(Tick()), bpm);
  }
}

TEST(MidiWrite, ALongSilenceIsKept) {
  const Piece piece = piece_of({note(1, 10080, 60), note(199'000LL * 10080, 10080, 62)});
  EXPECT_EQ(back(piece), piece);
}

TEST(MidiWrite, ANoteOutsideTheTimeOfAFileIsRefused) {
  EXPECT_THAT(write(piece_of({note(200'000LL * 10080, 10080, 60)})).error().message,
              HasSubstr("beat 200000"));
  EXPECT_THAT(write(piece_of({note(-1, 10080, 60)})).error().message, HasSubstr("part 1"));
}

TEST(MidiWrite, AKeyBeyondPaperIsRefusedWithItsBar) {
  Piece piece = piece_of({note(0, 10 * 40320, 60)});
  piece.keys.push_back({Tick(40320), {9, score::Mode::major}});
  EXPECT_THAT(write(piece).error().message, HasSubstr("bar 2"));
}

/// What midicsv (John Walker's) prints of a file; nothing where it is not installed.
std::string midicsv_of(const std::string& bytes) {
  if (std::system("command -v midicsv > /dev/null 2>&1") != 0) return "";
  const auto path = std::filesystem::temp_directory_path() / "cantus_midi_write_test.mid";
  EXPECT_TRUE(write_file(path, bytes));
  std::string text;
  if (FILE* pipe = ::popen(("midicsv " + path.string()).c_str(), "r")) {
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
      text += static_cast<char>(c);
    EXPECT_EQ(::pclose(pipe), 0);
  }
  std::filesystem::remove(path);
  return text;
}

TEST(MidiWrite, MidicsvReadsTheSameEvents) {
  Piece piece = piece_of({note(0, 10080, 60, 90), note(10080, 5040, 64, 70)});
  piece.title = "Song";
  piece.parts[0].program = 40;
  piece.keys.push_back({Tick(), {-1, score::Mode::minor}});
  piece.sections.push_back({Tick(), TickLength(15120), "A"});
  piece.parts[0].lyrics.push_back({Tick(), "la", true, 1});
  const std::string csv = midicsv_of(*write(piece));
  if (csv.empty()) GTEST_SKIP() << "midicsv is not installed";
  for (const char* line :
       {"0, 0, Header, 1, 2, 480", "1, 0, Title_t, \"Song\"", "1, 0, Time_signature, 4, 2, 24, 8",
        "1, 0, Key_signature, -1, \"minor\"", "1, 0, Tempo, 500000", "1, 0, Marker_t, \"A\"",
        "2, 0, Program_c, 0, 40", "2, 0, Lyric_t, \"la-\"", "2, 0, Note_on_c, 0, 60, 90",
        "2, 480, Note_off_c, 0, 60, 64", "2, 480, Note_on_c, 0, 64, 70", "1, 720, End_track"}) {
    EXPECT_THAT(csv, HasSubstr(line));
  }
}

}  // namespace
}  // namespace cantus::formats::midi
