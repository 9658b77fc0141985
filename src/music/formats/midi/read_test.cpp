#include "music/formats/midi/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "music/formats/midi/handmade.h"

namespace cantus::formats::midi {
namespace {

using handmade::bytes;
using handmade::end;
using handmade::file;
using handmade::meta;
using handmade::note;
using score::Note;
using score::Piece;
using score::Reading;
using score::Role;
using score::Tick;
using score::TickLength;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kBeat = 10080;

/// What a test asks of a note: onset, length, key, velocity.
struct Heard {
  std::int64_t onset;
  std::int64_t length;
  int key;
  int velocity;
  friend bool operator==(const Heard&, const Heard&) = default;
};
void PrintTo(const Heard& h, std::ostream* out) {
  *out << "{" << h.onset << ", " << h.length << ", " << h.key << ", " << h.velocity << "}";
}

std::vector<Heard> heard(const score::Part& part) {
  std::vector<Heard> out;
  for (const Note& n : part.notes) {
    out.push_back({n.onset.count(), n.length.count(), n.pitch.key(), n.velocity});
  }
  return out;
}

Reading reading_of(const std::string& smf) {
  auto reading = read(smf);
  EXPECT_TRUE(reading) << reading.error().message;
  return reading ? *reading : Reading{};
}

/// The only piece; nothing may have been forgiven.
Piece clean_piece(const std::string& smf) {
  const Reading reading = reading_of(smf);
  EXPECT_THAT(reading.warnings, IsEmpty());
  EXPECT_EQ(reading.pieces.size(), 1U);
  return reading.pieces.empty() ? Piece() : reading.pieces.front();
}

Piece piece_with_warning(const std::string& smf, const std::string& warning) {
  const Reading reading = reading_of(smf);
  EXPECT_THAT(reading.warnings, testing::Contains(HasSubstr(warning)));
  return reading.pieces.empty() ? Piece() : reading.pieces.front();
}

TEST(MidiRead, ANoteIsRead) {
  const Piece piece = clean_piece(file(0, 96, {note() + end()}));
  ASSERT_EQ(piece.parts.size(), 1U);
  EXPECT_THAT(heard(piece.parts[0]), ElementsAre(Heard{0, kBeat, 60, 80}));
  EXPECT_EQ(piece.end, Tick(kBeat));
}

TEST(MidiRead, RunningStatusHoldsAcrossMetaAndExclusiveEvents) {
  const std::string track = bytes({0, 0x90, 60, 80, 96, 60, 0}) + meta(0, 0x01, "x") +
                            bytes({0, 62, 70, 96, 62, 0}) + bytes({0, 0xF0, 2, 0x7E, 0xF7}) +
                            bytes({0, 64, 60, 96, 64, 0}) + end();
  const Piece piece = clean_piece(file(0, 96, {track}));
  EXPECT_THAT(heard(piece.parts[0]),
              ElementsAre(Heard{0, kBeat, 60, 80}, Heard{kBeat, kBeat, 62, 70},
                          Heard{2 * kBeat, kBeat, 64, 60}));
}

TEST(MidiRead, AnExclusiveMessageMayContinueInFurtherEvents) {
  const std::string track = bytes({0, 0xF0, 3, 0x43, 0x12, 0x00, 0x30, 0xF7, 2, 0x43, 0x12}) +
                            bytes({0, 0xF7, 2, 0x00, 0xF7}) + note() + end();
  const Piece piece = clean_piece(file(0, 96, {track}));
  EXPECT_EQ(piece.parts[0].notes[0].onset, Tick(kBeat / 2));
}

TEST(MidiRead, AnEscapeMayHoldAnyBytes) {
  const std::string track = bytes({0, 0xF7, 3, 0xF3, 0x01, 0xFF}) + note() + end();
  EXPECT_EQ(score::note_count(clean_piece(file(0, 96, {track}))), 1U);
}

TEST(MidiRead, SmpteTicksBecomeBeatsAtAHundredAndTwenty) {
  // 25 frames of 40 ticks: a millisecond each. 500 ticks are half a second, a beat.
  const std::string track = bytes({0, 0x90, 60, 80, 0x83, 0x74, 60, 0}) + end();
  const Piece piece = clean_piece(file(0, 0xE728, {track}));
  EXPECT_THAT(heard(piece.parts[0]), ElementsAre(Heard{0, kBeat, 60, 80}));
  EXPECT_EQ(piece.tempo.bpm_at(Tick()), 120.0);
}

TEST(MidiRead, TwentyNineFramesAreDropFrame) {
  // 30 frames last 1.001 seconds, 2.002 beats.
  const std::string track = bytes({0, 0x90, 60, 80, 30, 60, 0}) + end();
  const Piece piece = clean_piece(file(0, 0xE301, {track}));
  EXPECT_THAT(heard(piece.parts[0]), ElementsAre(Heard{0, 20180, 60, 80}));
}

TEST(MidiRead, ADivisionThatDoesNotDivideIsRoundedToTheNearestTick) {
  const std::string track = bytes({1, 0x90, 60, 80, 1, 60, 0}) + end();
  const Piece piece = clean_piece(file(0, 1024, {track}));  // 9.84 ticks each
  EXPECT_THAT(heard(piece.parts[0]), ElementsAre(Heard{10, 10, 60, 80}));
}

TEST(MidiRead, UnknownChunksAreSkipped) {
  const std::string smf = handmade::chunk("MThd", bytes({0, 0, 0, 1, 0, 96})) +
                          handmade::chunk("XFIH", "anything") +
                          handmade::chunk("MTrk", note() + end());
  EXPECT_EQ(score::note_count(clean_piece(smf)), 1U);
}

TEST(MidiRead, ALongerHeaderIsAccepted) {
  const std::string smf = handmade::chunk("MThd", bytes({0, 0, 0, 1, 0, 96, 1, 2, 3, 4})) +
                          handmade::chunk("MTrk", note() + end());
  EXPECT_EQ(score::note_count(clean_piece(smf)), 1U);
}

TEST(MidiRead, AMissingEndOfTrackIsAWarning) {
  const Piece piece =
      piece_with_warning(file(0, 96, {note()}), "track 1: byte 30: no end-of-track");
  EXPECT_EQ(score::note_count(piece), 1U);
}

TEST(MidiRead, EveryTruncationOfAFileGivesWhatCameBeforeIt) {
  const std::string smf = file(1, 96, {meta(0, 0x03, "Song") + end(), note() + note() + end()});
  for (std::size_t size = 0; size < smf.size(); ++size) {
    const auto reading = read(std::string_view(smf).substr(0, size));
    if (size < 22) {
      EXPECT_FALSE(reading) << size;
    } else {
      ASSERT_TRUE(reading) << size;
      EXPECT_FALSE(reading->warnings.empty()) << size;
    }
  }
  const auto cut = read(std::string_view(smf).substr(0, smf.size() - 7));
  EXPECT_EQ(score::note_count(cut->pieces[0]), 2U);
  EXPECT_THAT(cut->warnings, testing::Contains(HasSubstr("byte 55: the track is cut short")));
}

TEST(MidiRead, AWrongTrackLengthIsSeenThrough) {
  for (const std::size_t length : {0U, 5U, 900U}) {
    std::string smf = file(1, 96, {note() + end(), note() + end()});
    smf.replace(18, 4, handmade::number(length, 4));
    EXPECT_EQ(score::note_count(reading_of(smf).pieces[0]), 2U) << length;
  }
}

TEST(MidiRead, ARiffWrapperIsTakenOff) {
  const std::string smf = file(0, 96, {note() + end()});
  const auto little = [](std::size_t n) { return bytes({static_cast<int>(n), 0, 0, 0}); };
  const std::string rmid = "RIFF" + little(4 + 12 + 8 + smf.size()) + "RMID" + "JUNK" + little(3) +
                           std::string("abc\0", 4) + "data" + little(smf.size()) + smf;
  EXPECT_EQ(score::note_count(clean_piece(rmid)), 1U);
}

TEST(MidiRead, ThePiecesOfFormatTwoStandApart) {
  const Reading reading =
      reading_of(file(2, 96,
                      {meta(0, 0x03, "One") + note() + end(), meta(0, 0x03, "Two") + end(),
                       meta(0, 0x03, "Three") + note() + note() + end()}));
  ASSERT_EQ(reading.pieces.size(), 2U);
  EXPECT_EQ(reading.pieces[0].title, "One");
  EXPECT_EQ(reading.pieces[1].title, "Three");
  EXPECT_EQ(score::note_count(reading.pieces[1]), 2U);
  EXPECT_THAT(reading.warnings, ElementsAre(HasSubstr("track 2")));
}

TEST(MidiRead, ANoteOffEndsTheOldestNoteOfItsKey) {
  const std::string track =
      bytes({0, 0x90, 60, 80, 48, 0x90, 60, 70, 48, 0x80, 60, 0, 48, 0x80, 60, 0}) + end();
  const Piece piece = clean_piece(file(0, 96, {track}));
  EXPECT_THAT(heard(piece.parts[0]),
              ElementsAre(Heard{0, kBeat, 60, 80}, Heard{kBeat / 2, kBeat, 60, 70}));
}

TEST(MidiRead, ANoteThatNothingEndsLastsToTheNextOfItsKeyOrTheEnd) {
  const std::string track = bytes({0, 0x90, 60, 80, 96, 60, 70, 96, 62, 60}) + end(96);
  const Piece piece =
      piece_with_warning(file(0, 96, {track}), "track 1: 3 notes without a note-off");
  EXPECT_THAT(heard(piece.parts[0]),
              ElementsAre(Heard{0, kBeat, 60, 80}, Heard{kBeat, 2 * kBeat, 60, 70},
                          Heard{2 * kBeat, kBeat, 62, 60}));
}

TEST(MidiRead, ADrumThatNothingEndsIsShort) {
  const std::string track = bytes({0, 0x99, 36, 80}) + end(120);
  const Piece piece = piece_with_warning(file(0, 96, {track}), "without a note-off");
  EXPECT_THAT(heard(piece.parts[0]), ElementsAre(Heard{0, kBeat / 4, 36, 80}));
}

TEST(MidiRead, AllNotesOffEndsThem) {
  const std::string track = bytes({0, 0x90, 60, 80, 0, 64, 80, 96, 0xB0, 123, 0}) + end(96);
  const Piece piece = clean_piece(file(0, 96, {track}));
  EXPECT_THAT(heard(piece.parts[0]), ElementsAre(Heard{0, kBeat, 60, 80}, Heard{0, kBeat, 64, 80}));
}

TEST(MidiRead, ANoteOfNoLengthGetsOneTickOfTheFile) {
  const std::string track = bytes({0, 0x90, 60, 80, 0, 60, 0}) + end(96);
  const Piece piece = piece_with_warning(file(0, 96, {track}), "notes of no length");
  EXPECT_THAT(heard(piece.parts[0]), ElementsAre(Heard{0, 105, 60, 80}));
}

TEST(MidiRead, TheTenthChannelIsDrums) {
  const std::string track =
      bytes({0, 0xC9, 8, 0, 0x99, 36, 80, 96, 36, 0, 0, 0x90, 60, 80, 96, 60, 0}) + end();
  const Piece piece = clean_piece(file(0, 96, {track}));
  ASSERT_EQ(piece.parts.size(), 2U);
  EXPECT_EQ(piece.parts[0].role, Role::other);
  EXPECT_EQ(piece.parts[1].role, Role::drums);
  EXPECT_EQ(piece.parts[1].program, 8);
}

TEST(MidiRead, RolandAndYamahaMessagesMoveTheDrums) {
  const std::string gs =
      bytes({0, 0xF0, 10, 0x41, 0x10, 0x42, 0x12, 0x40, 0x1B, 0x15, 0x02, 0x7E, 0xF7});
  const std::string xg = bytes({0, 0xF0, 8, 0x43, 0x10, 0x4C, 0x08, 0x0B, 0x07, 0x02, 0xF7});
  const std::string notes = bytes({0, 0x9B, 36, 80, 96, 36, 0}) + end();  // channel 12
  EXPECT_EQ(clean_piece(file(0, 96, {notes})).parts[0].role, Role::other);
  EXPECT_EQ(clean_piece(file(0, 96, {gs + notes})).parts[0].role, Role::drums);
  EXPECT_EQ(clean_piece(file(0, 96, {xg + notes})).parts[0].role, Role::drums);
}

TEST(MidiRead, ABankOfDrumsIsDrumsWhereTheFileSpeaksItsDialect) {
  const std::string xg_on = bytes({0, 0xF0, 8, 0x43, 0x10, 0x4C, 0, 0, 0x7E, 0, 0xF7}) + end();
  const std::string notes = bytes({0, 0xB3, 0, 127, 0, 0x93, 36, 80, 96, 36, 0}) + end();
  const std::string general = bytes({0, 0xB3, 0, 120, 0, 0x93, 36, 80, 96, 36, 0}) + end();
  EXPECT_EQ(clean_piece(file(1, 96, {end(), notes})).parts[0].role, Role::other);
  EXPECT_EQ(clean_piece(file(1, 96, {xg_on, notes})).parts[0].role, Role::drums);
  EXPECT_EQ(clean_piece(file(1, 96, {end(), general})).parts[0].role, Role::drums);
}

TEST(MidiRead, PartsAreNamedAfterTracksAndInstruments) {
  const std::string first = meta(0, 0x03, "Song") + end();
  const std::string flute = meta(0, 0x03, "Flute") + bytes({0, 0xC0, 73}) + note() + end();
  const std::string horn = meta(0, 0x04, "Horn") + bytes({0, 0xC1, 60}) + note() + end();
  const Piece piece = clean_piece(file(1, 96, {first, flute, horn}));
  EXPECT_EQ(piece.title, "Song");
  ASSERT_EQ(piece.parts.size(), 2U);
  EXPECT_EQ(piece.parts[0].name, "Flute");
  EXPECT_EQ(piece.parts[0].program, 73);
  EXPECT_EQ(piece.parts[1].name, "Horn");
}

TEST(MidiRead, AChannelThatChangesItsInstrumentBecomesTwoParts) {
  const std::string track = bytes({0, 0xC0, 73}) + note() + bytes({0, 0xC0, 40}) + note() +
                            bytes({0, 0xC0, 73}) + note() + end();
  const Piece piece = piece_with_warning(file(0, 96, {track}), "split into 2 parts");
  ASSERT_EQ(piece.parts.size(), 2U);
  EXPECT_EQ(piece.parts[0].program, 73);
  EXPECT_EQ(piece.parts[0].notes.size(), 2U);
  EXPECT_EQ(piece.parts[1].program, 40);
}

TEST(MidiRead, AChangeWithinAFamilyIsOnePartWithItsMainProgram) {
  const std::string track =
      bytes({0, 0xC0, 29}) + note() + bytes({0, 0xC0, 30}) + note() + note() + end();
  const Piece piece = clean_piece(file(0, 96, {track}));
  ASSERT_EQ(piece.parts.size(), 1U);
  EXPECT_EQ(piece.parts[0].program, 30);
}

TEST(MidiRead, AProgramOfAnotherTrackCountsWhereTheOwnSaysNothing) {
  const Piece piece = clean_piece(file(1, 96, {bytes({0, 0xC0, 40}) + end(), note() + end()}));
  EXPECT_EQ(piece.parts[0].program, 40);
}

TEST(MidiRead, TempoMetreAndKeyAreRead) {
  const std::string first = meta(0, 0x51, bytes({0x09, 0x27, 0xC0})) +  // 600000: 100 a minute
                            meta(0, 0x58, bytes({6, 3, 36, 8})) + meta(0, 0x59, bytes({-3, 1})) +
                            meta(96, 0x51, bytes({0x0D, 0x14, 0x37})) + end();  // 857143: 70
  const Piece piece = clean_piece(file(1, 96, {first, note() + end()}));
  EXPECT_EQ(piece.tempo.bpm_at(Tick()), 100.0);
  EXPECT_EQ(piece.tempo.bpm_at(Tick(kBeat)), 70.0);
  EXPECT_EQ(piece.metre.metre_at(Tick()), (score::Metre{6, 8}));
  ASSERT_EQ(piece.keys.size(), 1U);
  EXPECT_EQ(score::to_text(piece.keys[0].key), "C minor");
}

TEST(MidiRead, ImpossibleTempoMetreAndKeyAreWarnings) {
  const std::string first = meta(0, 0x51, bytes({0, 0, 0})) + meta(0, 0x51, "x") +
                            meta(0, 0x58, bytes({0, 2, 24, 8})) +
                            meta(0, 0x58, bytes({99, 9, 24, 8})) + meta(0, 0x59, bytes({9, 0})) +
                            meta(0, 0x59, "") + note() + end();
  const Reading reading = reading_of(file(0, 96, {first}));
  EXPECT_EQ(reading.warnings.size(), 6U);
  EXPECT_EQ(reading.pieces[0].metre.metre_at(Tick()), (score::Metre{64, 64}));
  EXPECT_TRUE(reading.pieces[0].keys.empty());
}

TEST(MidiRead, MarkersAreSections) {
  const std::string first =
      meta(0, 0x06, "loopStart") + meta(0, 0x06, "Intro") + meta(96, 0x06, "Verse 1") + end();
  const Piece piece = clean_piece(file(1, 96, {first, note() + note() + note() + end()}));
  EXPECT_THAT(piece.sections,
              ElementsAre(score::Section{Tick(), TickLength(kBeat), "Intro"},
                          score::Section{Tick(kBeat), TickLength(2 * kBeat), "Verse 1"}));
}

std::vector<std::string> sung(const score::Part& part) {
  std::vector<std::string> out;
  for (const score::Lyric& lyric : part.lyrics)
    out.push_back(lyric.syllable + (lyric.continues ? "-" : ""));
  return out;
}

TEST(MidiRead, LyricsJoinByHyphens) {
  const std::string track = meta(0, 0x05, "Glo-") + note() + meta(0, 0x05, "ri-") + note() +
                            meta(0, 0x05, "a\r") + note() + end();
  EXPECT_THAT(sung(clean_piece(file(0, 96, {track})).parts[0]), ElementsAre("Glo-", "ri-", "a"));
}

TEST(MidiRead, LyricsPartBySpacesWhereThereAreNoHyphens) {
  const std::string track = meta(0, 0x05, "A") + note() + meta(0, 0x05, "ve ") + note() +
                            meta(0, 0x05, "ma") + note() + end();
  EXPECT_THAT(sung(clean_piece(file(0, 96, {track})).parts[0]), ElementsAre("A-", "ve", "ma"));
}

TEST(MidiRead, KaraokeWordsGoToThePartThatSingsThem) {
  const std::string head =
      meta(0, 0x03, "Soft Karaoke") + meta(0, 0x01, "@KMIDI KARAOKE FILE") + end();
  const std::string words = meta(0, 0x03, "Words") + meta(0, 0x01, "@TThe Song") +
                            meta(0, 0x01, "@TA. Author") + meta(96, 0x01, "\\Sing") +
                            meta(96, 0x01, "ing") + meta(96, 0x01, " now") + end();
  const std::string bass = bytes({0, 0x91, 40, 80, 96, 40, 0}) + end();
  const std::string tune = note() + note() + note() + note() + end();
  const Piece piece = clean_piece(file(1, 96, {head, words, bass, tune}));
  EXPECT_EQ(piece.title, "The Song");
  EXPECT_EQ(piece.composer, "A. Author");
  EXPECT_TRUE(piece.parts[0].lyrics.empty());
  EXPECT_THAT(sung(piece.parts[1]), ElementsAre("Sing-", "ing", "now"));
}

TEST(MidiRead, TextThatIsNotUtf8IsLatinOne) {
  const std::string track = meta(0, 0x03, "Fl\xF6te") + note() + end();
  EXPECT_EQ(clean_piece(file(0, 96, {track})).title, "Flöte");
}

TEST(MidiRead, SilenceAfterTheMusicIsCutAtTheBar) {
  const std::string track = note() + bytes({0x87, 0x68}) + end().substr(1);  // 1000 ticks on
  EXPECT_EQ(clean_piece(file(0, 96, {track})).end, Tick(4 * kBeat));
}

TEST(MidiRead, AHugeWaitDoesNotMakeAHugePiece) {
  std::string track = note();
  for (int i = 0; i < 1000; ++i)
    track += bytes({0xFF, 0xFF, 0xFF, 0x7F, 0x90, 60, 80, 96, 60, 0});
  const Piece piece = piece_with_warning(file(0, 1, {track + end()}), "after beat 200000 dropped");
  EXPECT_EQ(score::note_count(piece), 1U);
  EXPECT_LT(piece.metre.bar_starts(piece.end).size(), 60'000U);
}

TEST(MidiRead, AFileThatIsNoMidiFileIsRefusedWithThePlace) {
  EXPECT_THAT(read("").error().message, HasSubstr("byte 0"));
  EXPECT_THAT(read("X:1\nT:Reel\n").error().message, HasSubstr("not a MIDI file"));
  EXPECT_THAT(read("MThd").error().message, HasSubstr("byte 4"));
  EXPECT_THAT(read(file(1, 96, {})).error().message, HasSubstr("byte 14: no track"));
}

TEST(MidiRead, DataWithoutAStatusEndsItsTrackOnly) {
  const Piece piece = piece_with_warning(file(1, 96, {bytes({0, 60, 80}) + end(), note() + end()}),
                                         "track 1: byte 23: data without a status byte");
  EXPECT_EQ(score::note_count(piece), 1U);
}

TEST(MidiRead, AFileWithoutNotesIsAPieceWithoutParts) {
  const Piece piece = piece_with_warning(file(0, 96, {end()}), "no notes");
  EXPECT_TRUE(piece.parts.empty());
}

TEST(MidiRead, WarningsStopAtAHundred) {
  std::string track;
  for (int i = 0; i < 500; ++i)
    track += meta(0, 0x51, "");
  EXPECT_EQ(reading_of(file(0, 96, {track + end()})).warnings.size(), 100U);
}

}  // namespace
}  // namespace cantus::formats::midi
