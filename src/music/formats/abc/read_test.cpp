#include "music/formats/abc/read.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cantus::formats::abc {
namespace {

using score::beats;
using score::Note;
using score::Piece;
using score::Tick;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A tune of this head and music in one piece; quarter notes unless `head` says otherwise.
Piece tune(const std::string& music,
           const std::string& head = "M:4/4\nL:1/4\n",
           const std::string& key = "C") {
  auto reading = read("X:1\nT:Test\n" + head + "K:" + key + "\n" + music + "\n");
  if (!reading || reading->pieces.size() != 1) {
    ADD_FAILURE() << music;
    return Piece();
  }
  return reading->pieces.front();
}

std::vector<int> keys(const Piece& piece, std::size_t part = 0) {
  std::vector<int> out;
  if (part >= piece.parts.size()) return out;
  for (const Note& note : piece.parts[part].notes)
    out.push_back(note.pitch.key());
  return out;
}

/// Lengths in beats.
std::vector<double> lengths(const Piece& piece) {
  std::vector<double> out;
  for (const Note& note : piece.parts.at(0).notes)
    out.push_back(note.length.beats());
  return out;
}

std::vector<double> onsets(const Piece& piece, std::size_t part = 0) {
  std::vector<double> out;
  for (const Note& note : piece.parts.at(part).notes)
    out.push_back((note.onset - Tick()).beats());
  return out;
}

std::string sections(const Piece& piece) {
  std::string out;
  for (const score::Section& section : piece.sections)
    out += section.name;
  return out;
}

TEST(AbcNotes, OctaveMarksMoveByTwelve) {
  EXPECT_THAT(keys(tune("C, C c c' B,,")), ElementsAre(48, 60, 72, 84, 47));
}

TEST(AbcNotes, AccidentalsLastThroughTheBarInEveryOctave) {
  EXPECT_THAT(keys(tune("^F F f =F | F")), ElementsAre(66, 66, 78, 65, 65));
  EXPECT_THAT(keys(tune("F =F F | F", "L:1/4\n", "G")), ElementsAre(66, 65, 65, 66));
  EXPECT_THAT(keys(tune("^^C __D _E")), ElementsAre(62, 60, 63));
}

TEST(AbcNotes, ATieCarriesItsAccidentalOverTheBarLine) {
  const Piece piece = tune("C D E ^F- | F F G A |");
  EXPECT_THAT(keys(piece), ElementsAre(60, 62, 64, 66, 65, 67, 69));
  EXPECT_EQ(piece.parts[0].notes[3].length, beats(2));
}

TEST(AbcNotes, LengthsAreMultiplesAndFractions) {
  EXPECT_THAT(lengths(tune("C2 D/2 E/ F3/2 G// A3/4")), ElementsAre(2, .5, .5, 1.5, .25, .75));
}

TEST(AbcNotes, BrokenRhythmMovesTimeBetweenNeighbours) {
  EXPECT_THAT(lengths(tune("C>D E<F G>>A B > c")),
              ElementsAre(1.5, .5, .5, 1.5, 1.75, .25, 1.5, .5));
  EXPECT_THAT(onsets(tune("[CE]>D C")), ElementsAre(0, 0, 1.5, 2));
}

TEST(AbcNotes, TupletsTakeTheirTimeFromTheMetre) {
  EXPECT_THAT(lengths(tune("(3CDE (3:2:2C2D")),
              ElementsAre(2. / 3, 2. / 3, 2. / 3, 4. / 3, 2. / 3));
  EXPECT_EQ(tune("(5CDEFG", "M:6/8\nL:1/8\n").parts[0].notes[0].length, beats(3, 10));
  EXPECT_EQ(tune("(5CDEFG", "M:2/4\nL:1/8\n").parts[0].notes[0].length, beats(1, 5));
  EXPECT_EQ(tune("(7:4:7CDEFGAB").parts[0].notes[6].length, beats(4, 7));
  EXPECT_THAT(lengths(tune("(2CD", "M:6/8\nL:1/8\n")), ElementsAre(.75, .75));
}

TEST(AbcNotes, ChordsTakeTheirInnerAndOuterLengths) {
  const Piece piece = tune("[C2E2G]/ D [CE-] E");
  EXPECT_THAT(onsets(piece), ElementsAre(0, 0, 0, 1, 2, 2));
  EXPECT_EQ(piece.parts[0].notes[5].length, beats(2)) << "only E is tied";
}

TEST(AbcNotes, GraceNotesTakeNoTime) {
  const Piece piece = tune("C {de}F {/^g}A");
  ASSERT_EQ(piece.parts[0].notes.size(), 6U);
  EXPECT_TRUE(piece.parts[0].notes[1].grace);
  EXPECT_THAT(onsets(piece), ElementsAre(0, 1, 1, 1, 2, 2));
}

TEST(AbcNotes, RestsSpacersAndBarsOfRestTakeTheirTime) {
  EXPECT_THAT(onsets(tune("z C x2 | y D2 z2 | Z2 | E4 |")), ElementsAre(1, 4, 16));
}

TEST(AbcNotes, DynamicsSetVelocitiesAndOtherMarksAreIgnored) {
  const Piece piece = tune("!f!C !trill!~.vD !p!E !C D | +fermata+F");
  EXPECT_EQ(piece.parts[0].notes[1].velocity, 94);
  EXPECT_EQ(piece.parts[0].notes[2].velocity, 52);
  EXPECT_THAT(keys(piece), ElementsAre(60, 62, 64, 60, 62, 65)) << "a lone ! is an old line break";
}

TEST(AbcNotes, OverlaysStartTheBarAgain) {
  const Piece piece = tune("c4 | c d e f & C2 D2 | g4 |");
  EXPECT_THAT(onsets(piece), ElementsAre(0, 4, 4, 5, 6, 6, 7, 8));
  EXPECT_EQ(piece.parts[0].notes[1].voice, 1);
}

TEST(AbcRepeats, RepeatsAndEndingsAreUnfolded) {
  EXPECT_THAT(keys(tune("|: C4 :| D4 |")), ElementsAre(60, 60, 62));
  EXPECT_THAT(keys(tune("C4 :: D4 :|")), ElementsAre(60, 60, 62, 62));
  EXPECT_THAT(keys(tune("|: C4 |1 D4 :|2 E4 |]")), ElementsAre(60, 62, 60, 64));
  EXPECT_THAT(keys(tune("|: C4 [1,3 D4 :| [2 E4 :| [4 F4 |]")),
              ElementsAre(60, 62, 60, 64, 60, 62, 60, 65));
  EXPECT_THAT(keys(tune("|: C4 ::| D4 |")), ElementsAre(60, 60, 60, 62));
  EXPECT_THAT(keys(tune("|: C4 |1-2 D4 :|3 E4 |]")), ElementsAre(60, 62, 60, 62, 60, 64));
}

TEST(AbcRepeats, ARepeatWithoutABeginningGoesBackToTheLastDoubleBarOrRepeat) {
  EXPECT_THAT(keys(tune("C4 :| D4 :|")), ElementsAre(60, 60, 62, 62));
  EXPECT_THAT(keys(tune("C4 || D4 :|")), ElementsAre(60, 62, 62));
  EXPECT_THAT(keys(tune("|: C4 || D4 :|")), ElementsAre(60, 62, 60, 62));
  EXPECT_THAT(keys(tune("C4 |1 D4 :|2 E4 | F4 :|")), ElementsAre(60, 62, 60, 64, 65, 65));
}

TEST(AbcRepeats, ASecondEndingWithoutARepeatSignStillRepeats) {
  EXPECT_THAT(keys(tune("|: C4 |1 D4 |2 E4 |]")), ElementsAre(60, 62, 60, 64));
}

TEST(AbcRepeats, SpacedAndInvisibleBarLinesAreUnderstood) {
  EXPECT_THAT(keys(tune("|: C4 : | D4 |]")), ElementsAre(60, 60, 62));
  EXPECT_THAT(keys(tune("C4 \"D.C.\"[|]:|\n|: D4 :|")), ElementsAre(60, 60, 62, 62));
  EXPECT_THAT(keys(tune("C4 :||: D4 :|]")), ElementsAre(60, 60, 62, 62));
}

TEST(AbcRepeats, StrainsBecomeSections) {
  EXPECT_EQ(sections(tune("C4 :: D4 :| E4 |]")), "AABBC");
  EXPECT_EQ(sections(tune("C4 | D4 | E4 |]")), "") << "nothing says where a strain would end";
  EXPECT_EQ(sections(tune("G |: C4 | D3 :|: G | C4 | D3 :|")), "AABB") << "pickups are no strains";
}

TEST(AbcRepeats, PartsArePlayedInTheOrderOfTheHead) {
  const Piece piece = tune("P:A\nC4|\nP:B\nD4:|\n", "M:4/4\nL:1/4\nP:A(AB)2A\n");
  EXPECT_THAT(keys(piece), ElementsAre(60, 60, 62, 62, 60, 62, 62, 60));
  EXPECT_EQ(sections(piece), "AABBABBA");
}

TEST(AbcRepeats, LabelsNameSectionsAndRemarksDoNot) {
  EXPECT_EQ(sections(tune("P:Verse\nC4|\nP:the end\nD4:|\nP:Coda\nF4|]")), "VerseVerseCoda");
}

TEST(AbcRepeats, AnOrderThatBlowsUpIsAFailure) {
  const auto reading = read("X:1\nM:4/4\nL:1/64\nP:(((((A9)9)9)9)9)9\nK:C\nP:A\nCDEFGABc|]\n");
  ASSERT_FALSE(reading);
  EXPECT_THAT(reading.error().message, HasSubstr("unfold"));
}

TEST(AbcBars, AShortBarBeforeARepeatAndThePickupAfterItAreOneBar) {
  const Piece piece = tune("G | C4 | C3 :|: G | E4 | E3 :|");
  EXPECT_EQ(piece.metre.pickup(), beats(1));
  EXPECT_EQ(piece.metre.changes().size(), 1U);
  EXPECT_EQ(bars_of(piece), 8);
}

TEST(AbcBars, ABarOfAnotherLengthGetsItsOwnMetreAndAWarning) {
  const auto reading = read("X:1\nM:4/4\nL:1/4\nK:C\nC4|C3|C4|C5|C4|C8|\n");
  ASSERT_TRUE(reading);
  const Piece& piece = reading->pieces.front();
  EXPECT_EQ(piece.metre.metre_at(Tick() + beats(4)), (score::Metre{3, 4}));
  EXPECT_EQ(piece.metre.metre_at(Tick() + beats(7)), (score::Metre{4, 4}));
  EXPECT_EQ(piece.metre.metre_at(Tick() + beats(11)), (score::Metre{5, 4}));
  EXPECT_EQ(piece.metre.metre_at(Tick() + beats(20)), (score::Metre{4, 4})) << "two whole bars";
  ASSERT_EQ(reading->warnings.size(), 2U);
  EXPECT_THAT(reading->warnings[0], HasSubstr("bar 2: 3 beats long in 4/4"));
}

TEST(AbcBars, WithoutAMetreTheBarsAreAsLongAsTheyAreWritten) {
  const auto reading = read("X:1\nM:none\nL:1/4\nK:C\nC3|C5|C4|\n");
  ASSERT_TRUE(reading);
  EXPECT_TRUE(reading->warnings.empty());
  EXPECT_EQ(reading->pieces[0].metre.bar_at(Tick() + beats(8)), 3);
}

TEST(AbcFields, MetreKeyAndTempoChangeWhereTheyStand) {
  const Piece piece =
      tune("F4 | [M:3/4][K:G][Q:1/4=90] F3 |\nM:4/4\nK:C\nF4 |", "M:4/4\nL:1/4\nQ:1/4=60\n");
  EXPECT_THAT(keys(piece), ElementsAre(65, 66, 65));
  EXPECT_EQ(piece.metre.bar_start(3), Tick() + beats(7));
  EXPECT_EQ(piece.tempo.bpm_at(Tick()), 60);
  EXPECT_EQ(piece.tempo.bpm_at(Tick() + beats(4)), 90);
  ASSERT_EQ(piece.keys.size(), 3U);
  EXPECT_EQ(piece.keys[1].at, Tick() + beats(4));
}

TEST(AbcFields, AKeyChangeInsideARepeatIsUndoneWhenItStartsAgain) {
  const Piece piece = tune("|: F4 | [K:G] F4 :|");
  EXPECT_THAT(keys(piece), ElementsAre(65, 66, 65, 66));
  EXPECT_EQ(piece.keys.size(), 4U);
}

TEST(AbcFields, TransposingPropertiesMoveTheSound) {
  EXPECT_THAT(keys(tune("C", "L:1/4\n", "C clef=treble-8")), ElementsAre(48));
  const Piece piece = tune("\"C\"C E", "L:1/4\n", "C transpose=2");
  EXPECT_THAT(keys(piece), ElementsAre(62, 66));
  EXPECT_EQ(piece.chords[0].chord.root.letter(), 'D');
  EXPECT_EQ(to_text(piece.keys[0].key), "D major");
}

TEST(AbcChords, ASymbolLastsToTheNextOneAndIsPlayedAgain) {
  const Piece piece = tune("|: \"Am7\"A2 \"^slow\"A2 | \"D/F#\"D2 \"N.C.\"D2 :|");
  ASSERT_EQ(piece.chords.size(), 4U);
  EXPECT_EQ(piece.chords[0].length, beats(4));
  EXPECT_EQ(piece.chords[1].length, beats(2));
  EXPECT_EQ(to_text(piece.chords[3].chord), "D/F#");
  EXPECT_EQ(piece.chords[3].onset, Tick() + beats(12));
}

TEST(AbcChords, WordsInQuotesAreNoChords) {
  EXPECT_TRUE(tune("\"Coda\"C \"End\"D \"4\"E \"Fine\"F \"Da capo\"G").chords.empty());
}

TEST(AbcVoices, VoicesArePartsWithNamesProgramsAndRoles) {
  const Piece piece = tune(
      "V:1 name=\"Flute\"\n%%MIDI program 73\nV:2 name=\"Double bass\"\nV:3 clef=perc\n"
      "[V:1] c4|d4|\n[V:2] C,4|D,4|\n[V:3] C,4|C,4|");
  ASSERT_EQ(piece.parts.size(), 3U);
  EXPECT_EQ(piece.parts[0].program, 73);
  EXPECT_EQ(piece.parts[0].role, score::Role::melody);
  EXPECT_EQ(piece.parts[1].role, score::Role::bass);
  EXPECT_EQ(piece.parts[1].name, "Double bass");
  EXPECT_TRUE(piece.parts[2].is_drums());
  EXPECT_EQ(onsets(piece, 1), onsets(piece, 0));
}

TEST(AbcVoices, ABarTooShortInOneVoiceDoesNotShiftTheNext) {
  const Piece piece = tune("[V:1] c4|d4|e4|\n[V:2] C4|D3|E4|");
  EXPECT_THAT(onsets(piece, 1), ElementsAre(0, 4, 8));
}

TEST(AbcVoices, AVoiceLeftOutOfASystemRestsMeanwhile) {
  const Piece piece = tune(
      "[V:1] c4|d4|\n[V:2] C4|D4|\n[V:1] e4|f4|\n[V:2] E4|F4|\n"
      "V:3\n[V:1] g4|\n[V:2] G4|\n[V:3] B4|");
  ASSERT_EQ(piece.parts.size(), 3U);
  EXPECT_THAT(onsets(piece, 2), ElementsAre(16));
}

TEST(AbcVoices, RepeatsOfOneVoiceHoldForAll) {
  const Piece piece = tune("[V:1] |: c4 :| d4 |]\n[V:2] C4 | D4 |]");
  EXPECT_THAT(keys(piece, 1), ElementsAre(60, 60, 62));
}

TEST(AbcWords, SyllablesStandOnTheirNotes) {
  const Piece piece = tune("C D E F | G4 |\nw: Hal-le-_lu | jah~now\nw: * sec-ond");
  const auto& lyrics = piece.parts[0].lyrics;
  ASSERT_EQ(lyrics.size(), 6U);
  EXPECT_EQ(lyrics[0].syllable, "Hal");
  EXPECT_TRUE(lyrics[0].continues);
  EXPECT_EQ(lyrics[2].verse, 2);
  EXPECT_EQ(lyrics[4].syllable, "lu");
  EXPECT_EQ(lyrics[4].onset, Tick() + beats(3));
  EXPECT_EQ(lyrics[5].syllable, "jah now");
  EXPECT_EQ(lyrics[5].onset, Tick() + beats(4));
}

TEST(AbcBook, TunesAreSeparateAndABadOneIsAFailure) {
  const auto reading = read(
      "A book\n\nX:1\nT:One\nC:Somebody\nK:G\nGABc|\n\nwords between\n\nX:2\nT:Two\nGAB|\n\n"
      "X:3\nT:Three\nK:D\nd4|\n");
  ASSERT_TRUE(reading);
  ASSERT_EQ(reading->pieces.size(), 2U);
  EXPECT_EQ(reading->pieces[0].composer, "Somebody");
  EXPECT_EQ(reading->pieces[1].title, "Three");
  ASSERT_EQ(reading->failures.size(), 1U);
  EXPECT_THAT(reading->failures[0], HasSubstr("no K:"));
}

TEST(AbcBook, LineEndsOfAllKindsAndABomAreRead) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const auto reading = read("\xEF\xBB\xBFX:1" + end + "K:C" + end + "CDE|" + end + end + "X:2" +
                              end + "K:C" + end + "C|");
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->pieces.size(), 2U);
  }
}

TEST(AbcBook, AFileWithoutXButWithKIsOneTune) {
  const auto reading = read("T:Lone\nM:3/4\nK:D\nd2f|");
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->pieces.at(0).title, "Lone");
}

TEST(AbcBook, WhatIsNoTuneIsAnError) {
  for (const char* text : {"", "hello", "X:1\n", "X:1\nT:only\nabc|\n"}) {
    EXPECT_FALSE(read(text)) << text;
  }
}

TEST(AbcBook, CommentsContinuationsAndDirectivesAreNoMusic) {
  const Piece piece = tune("C D \\\n E F | % G A\n%%vskip 1\n%%begintext\nABC\n%%endtext\nG4 |");
  EXPECT_THAT(keys(piece), ElementsAre(60, 62, 64, 65, 67));
}

TEST(AbcBook, ATuneWithoutEndIsCutOffWithASentence) {
  const auto reading = read("X:1\nL:1/1\nK:C\n" + std::string(2000, 'C') + "999");
  ASSERT_TRUE(reading) << "2,000 whole notes and a long one are no trouble";
  std::string rests;
  for (int i = 0; i < 100; ++i)
    rests += "Z1000|";
  const auto endless = read("X:1\nM:4/4\nK:C\n" + rests);
  ASSERT_FALSE(endless);
  EXPECT_THAT(endless.error().message, HasSubstr("too long"));
}

}  // namespace
}  // namespace cantus::formats::abc
