#include "music/formats/musicxml/read.h"

#include <gmock/gmock.h>

#include "music/formats/musicxml/container.h"
#include "music/formats/musicxml/test_scores.h"

namespace cantus::formats::musicxml {
namespace {

using score::Key;
using score::Metre;
using score::Mode;
using score::Piece;
using score::Role;
using score::Tick;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> notes(std::string_view xml, std::size_t part = 0) {
  const Piece piece = piece_of(xml);
  return part < piece.parts.size() ? in_words(piece.parts[part])
                                   : std::vector<std::string>{piece.title};
}

std::string why_not(std::string_view bytes) {
  const auto reading = read(bytes);
  return reading ? "it was read" : reading.error().message;
}

TEST(Read, NotesChordsAndRestsFollowOneAnother) {
  EXPECT_THAT(notes(xml_part(measure(divisions(2) + note("C4", 2) + note("E4", 2, "", "<chord/>") +
                                     rest(1) + note("F#5", 3) + note("Bb3", 2)))),
              ElementsAre("0+1 C4", "0+1 E4", "1.5+1.5 F#5", "3+1 Bb3"));
}

TEST(Read, BackupAndForwardMakeVoices) {
  const Piece piece = piece_of(xml_part(
      measure(divisions(1) + note("G4", 4, "<voice>1</voice>") + backup(4) +
              "<forward><duration>1</duration></forward>" + note("C4", 3, "<voice>2</voice>"))));
  EXPECT_THAT(in_words(piece.parts[0]), ElementsAre("0+4 G4", "1+3 C4"));
  EXPECT_EQ(piece.parts[0].notes[0].voice, 0);
  EXPECT_EQ(piece.parts[0].notes[1].voice, 1);
}

TEST(Read, DivisionsMayChangeAndHaveFractions) {
  EXPECT_THAT(notes(xml_part(measure(divisions(3) + note("C4", 1) + note("D4", 2) + divisions(8) +
                                     note("E4", 4) + note("F4", 20)))),
              ElementsAre("0+0.3333 C4", "0.3333+0.6667 D4", "1+0.5 E4", "1.5+2.5 F4"));
}

TEST(Read, NotesOfATupletThatTheFileRoundedAreExact) {
  std::string seventh;
  for (int i = 0; i < 7; ++i) {
    seventh += note("C4", 69,
                    "<type>16th</type><time-modification><actual-notes>7</actual-notes>"
                    "<normal-notes>4</normal-notes></time-modification>");
  }
  const Piece piece = piece_of(xml_part(
      measure(divisions(480, time(2, 4)) + seventh + note("D4", 480, "<type>quarter</type>"))));
  EXPECT_EQ(piece.parts[0].notes[1].onset, Tick(1440));
  EXPECT_EQ(piece.parts[0].notes[7].onset, Tick(10080));
  EXPECT_THAT(piece.metre.changes(), SizeIs(1));
}

TEST(Read, TiedNotesAreOneAlsoAcrossBarsAndVoices) {
  EXPECT_THAT(notes(xml_part(measure(divisions(1) + note("C4", 4, "<tie type=\"start\"/>")) +
                             measure(note("C4", 2, "<tie type=\"stop\"/><tie type=\"start\"/>") +
                                     note("C4", 1, "<tie type=\"stop\"/>") + note("C4", 1)))),
              ElementsAre("0+7 C4", "7+1 C4"));
  EXPECT_THAT(notes(xml_part(measure(
                  divisions(1) + rest(2) + note("C4", 2, "<tie type=\"stop\"/><voice>1</voice>") +
                  backup(4) + note("C4", 2, "<tie type=\"start\"/><voice>2</voice>")))),
              ElementsAre("0+4 C4"));
}

TEST(Read, ATieWithoutASecondNoteIsANote) {
  EXPECT_THAT(notes(xml_part(measure(divisions(1) + note("C4", 1, "<tie type=\"start\"/>") +
                                     rest(1) + note("C4", 2, "<tie type=\"stop\"/>")))),
              ElementsAre("0+1 C4", "2+2 C4"));
}

TEST(Read, GraceNotesTakeNoTimeAndCueNotesAreNotHeard) {
  EXPECT_THAT(notes(xml_part(measure(divisions(1) + note("C4", 1) +
                                     "<note><grace/><pitch><step>D</step><octave>4</octave></pitch>"
                                     "<type>16th</type></note>" +
                                     note("E4", 1) + note("F4", 2, "", "<cue/>")))),
              ElementsAre("0+1 C4", "grace 1+0.25 D4", "1+1 E4"));
}

TEST(Read, TransposingInstrumentsSoundAndAreSpeltWhereTheyShould) {
  const std::string clarinet =
      divisions(1,
                "<key><fifths>2</fifths><mode>major</mode></key><transpose>"
                "<diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>");
  const Piece piece = piece_of(xml_part(measure(clarinet + note("F#5", 4))));
  EXPECT_THAT(in_words(piece.parts[0]), ElementsAre("0+4 E5"));
  // The key stands before the transposition in the file and is moved all the same.
  EXPECT_EQ(piece.keys.front().key, (Key{0, Mode::major}));
  EXPECT_THAT(
      notes(xml_part(measure(divisions(1,
                                       "<transpose><chromatic>0</chromatic><octave-change>-1"
                                       "</octave-change></transpose>") +
                             note("E3", 4)))),
      ElementsAre("0+4 E2"));
}

TEST(Read, FlatsAndSharpsCrossOctavesTheRightWay) {
  const Piece piece = piece_of(xml_part(measure(divisions(1) + note("Cb4", 2) + note("B#3", 2))));
  EXPECT_EQ(piece.parts[0].notes[0].pitch.key(), 59);
  EXPECT_EQ(piece.parts[0].notes[1].pitch.key(), 60);
}

TEST(Read, RepeatsAreUnfoldedWithTheirVoltas) {
  const std::string xml = xml_part(
      measure(divisions(1) + note("C4", 4)) +
      measure("<barline location=\"left\"><ending number=\"1\" type=\"start\"/></barline>" +
              note("D4", 4) +
              "<barline location=\"right\"><ending number=\"1\" type=\"stop\"/>"
              "<repeat direction=\"backward\"/></barline>") +
      measure("<barline location=\"left\"><ending number=\"2\" type=\"start\"/></barline>" +
              note("E4", 4)));
  EXPECT_THAT(notes(xml), ElementsAre("0+4 C4", "4+4 D4", "8+4 C4", "12+4 E4"));
}

TEST(Read, JumpsAreReadFromSoundsAndFromWords) {
  const auto words = [](const std::string& text) {
    return "<direction><direction-type><words>" + text + "</words></direction-type></direction>";
  };
  EXPECT_THAT(notes(xml_part(measure(divisions(1) + note("C4", 4) + words("Fine")) +
                             measure(note("D4", 4) + words("D.C. al Fine")))),
              ElementsAre("0+4 C4", "4+4 D4", "8+4 C4"));
  EXPECT_THAT(notes(xml_part(measure(divisions(1) + note("C4", 4)) +
                             measure("<sound segno=\"s\"/>" + note("D4", 4)) +
                             measure(note("E4", 4) + "<sound dalsegno=\"s\"/>"))),
              ElementsAre("0+4 C4", "4+4 D4", "8+4 E4", "12+4 D4", "16+4 E4"));
  EXPECT_THAT(notes(xml_part(measure(divisions(1) + note("C4", 4) + words("rit. sin al fine")))),
              SizeIs(1));
}

TEST(Read, APickupIsBarNoughtAlsoWhenTheRepeatCompletesIt) {
  const Piece piece = piece_of(
      xml_part(measure(divisions(1, time(4, 4)) + note("C4", 1), "number=\"0\" implicit=\"yes\"") +
               measure(note("D4", 4)) +
               measure(note("E4", 3) + "<barline><repeat direction=\"backward\"/></barline>")));
  EXPECT_EQ(piece.metre.pickup(), score::beats(1));
  EXPECT_THAT(piece.metre.changes(), SizeIs(1));
  EXPECT_EQ(piece.metre.bar_at(Tick() + score::beats(8)), 2);
  EXPECT_EQ(piece.end, Tick() + score::beats(16));
}

TEST(Read, AnOddBarGetsAMetreOfItsOwn) {
  const Piece piece = piece_of(xml_part(measure(divisions(1, time(4, 4)) + note("C4", 4)) +
                                        measure(note("D4", 5)) + measure(note("E4", 4))));
  ASSERT_THAT(piece.metre.changes(), SizeIs(3));
  EXPECT_EQ(piece.metre.changes()[1].metre, (Metre{5, 4}));
  EXPECT_EQ(piece.metre.changes()[2].metre, (Metre{4, 4}));
}

TEST(Read, AMetreChangeCutsTheBarBeforeItAndTheLastBarMayBeShort) {
  const Piece piece =
      piece_of(xml_part(measure(divisions(1, time(4, 4)) + note("C4", 4)) + measure(note("D4", 3)) +
                        measure("<attributes>" + time(3, 4) + "</attributes>" + note("E4", 3)) +
                        measure(note("F4", 2))));
  ASSERT_THAT(piece.metre.changes(), SizeIs(2));
  EXPECT_EQ(piece.metre.changes()[1].at, Tick() + score::beats(7));
  EXPECT_EQ(piece.end, Tick() + score::beats(12));
}

TEST(Read, AdditiveMetresAndNoMetreAtAll) {
  EXPECT_EQ(piece_of(xml_part(measure(divisions(2,
                                                "<time><beats>3+2</beats><beat-type>8</beat-type>"
                                                "</time>") +
                                      note("C4", 5))))
                .metre.metre_at(Tick()),
            (Metre{5, 8}));
  EXPECT_EQ(piece_of(xml_part(measure(divisions(1) + note("C4", 3)) + measure(note("C4", 3))))
                .metre.metre_at(Tick()),
            (Metre{3, 4}));
}

TEST(Read, BarsAreAsLongInAllParts) {
  const std::string xml = xml_score(
      "<score-part id=\"A\"><part-name>a</part-name></score-part>"
      "<score-part id=\"B\"><part-name>b</part-name></score-part>",
      "<part id=\"A\">" + measure(divisions(1, time(4, 4)) + note("C4", 1)) +
          measure(note("D4", 4)) + "</part><part id=\"B\">" +
          measure(divisions(4) + note("E3", 16)) + measure(note("F3", 16)) + "</part>");
  EXPECT_THAT(notes(xml, 0), ElementsAre("0+1 C4", "4+4 D4"));
  EXPECT_THAT(notes(xml, 1), ElementsAre("0+4 E3", "4+4 F3"));
}

TEST(Read, TimewiseIsTheSameMusicAsPartwise) {
  const std::string list =
      "<part-list><score-part id=\"A\"><part-name>a</part-name></score-part>"
      "<score-part id=\"B\"><part-name>b</part-name></score-part></part-list>";
  const std::string a1 = divisions(1) + note("C4", 4);
  const std::string b2 = note("E3", 4);
  const std::string timewise = "<score-timewise>" + list + "<measure><part id=\"A\">" + a1 +
                               "</part><part id=\"B\">" + divisions(1) + rest(4) +
                               "</part></measure><measure><part id=\"B\">" + b2 +
                               "</part></measure></score-timewise>";
  EXPECT_THAT(notes(timewise, 0), ElementsAre("0+4 C4"));
  EXPECT_THAT(notes(timewise, 1), ElementsAre("4+4 E3"));
}

TEST(Read, ZippedAndUtf16ScoresAreToldByTheirContent) {
  const std::string xml = xml_part(measure(divisions(1) + note("C4", 4)));
  EXPECT_THAT(notes(container_of(xml).value()), SizeIs(1));
  std::string wide = "\xff\xfe";
  for (const char c : xml) {
    wide.push_back(c);
    wide.push_back('\0');
  }
  EXPECT_THAT(notes(wide), SizeIs(1));
}

TEST(Read, ChordSymbolsLastUntilTheNext) {
  const auto harmony = [](const std::string& step, const std::string& kind, int offset) {
    return "<harmony><root><root-step>" + step + "</root-step></root><kind>" + kind +
           "</kind><offset>" + std::to_string(offset) + "</offset></harmony>";
  };
  const Piece piece = piece_of(xml_part(measure(divisions(1) + harmony("C", "major", 0) +
                                                harmony("G", "dominant", 3) + note("C4", 4)) +
                                        measure(harmony("C", "none", 2) + note("C4", 4))));
  ASSERT_THAT(piece.chords, SizeIs(2));
  EXPECT_EQ(piece.chords[0].length, score::beats(3));
  EXPECT_EQ(score::to_text(piece.chords[1].chord), "G7");
  EXPECT_EQ(piece.chords[1].end(), Tick() + score::beats(6));
  EXPECT_EQ(piece.parts[0].role, Role::melody);
}

TEST(Read, SymbolsWithoutAPlaceShareTheNoteTheyStandBefore) {
  const auto harmony = [](const std::string& step) {
    return "<harmony><root><root-step>" + step + "</root-step></root><kind>major</kind></harmony>";
  };
  const auto starts = [&](int count, int duration) {
    std::string text = divisions(1);
    for (int i = 0; i < count; ++i)
      text += harmony(std::string(1, static_cast<char>('A' + i)));
    std::vector<double> out;
    for (const auto& span : piece_of(xml_part(measure(text + note("C4", duration)))).chords) {
      out.push_back((span.onset - Tick()).beats());
    }
    return out;
  };
  EXPECT_THAT(starts(2, 4), ElementsAre(0, 2));
  EXPECT_THAT(starts(3, 4), ElementsAre(0, 2, 3));
  EXPECT_THAT(starts(2, 3), ElementsAre(0, 2));
  EXPECT_THAT(starts(2, 1), ElementsAre(0, 0.5));
}

TEST(Read, LyricsKeepSyllablesAndVersesAndARepeatSingsTheNext) {
  const auto sung = [](const std::string& name, const std::string& one, const std::string& two) {
    return note(name, 4,
                "<lyric number=\"1\"><syllabic>begin</syllabic><text>" + one +
                    "</text></lyric><lyric number=\"2\"><text>" + two + "</text></lyric>");
  };
  const Piece once = piece_of(xml_part(measure(divisions(1) + sung("C4", "la", "lo"))));
  ASSERT_THAT(once.parts[0].lyrics, SizeIs(2));
  EXPECT_TRUE(once.parts[0].lyrics[0].continues);
  EXPECT_EQ(once.parts[0].lyrics[1].verse, 2);
  EXPECT_EQ(once.parts[0].role, Role::melody);
  const Piece twice =
      piece_of(xml_part(measure(divisions(1) + sung("C4", "la", "lo") +
                                "<barline><repeat direction=\"backward\"/></barline>")));
  ASSERT_THAT(twice.parts[0].lyrics, SizeIs(2));
  EXPECT_EQ(twice.parts[0].lyrics[1].syllable, "lo");
  EXPECT_EQ(twice.parts[0].lyrics[1].onset, Tick() + score::beats(4));
  EXPECT_EQ(twice.parts[0].lyrics[1].verse, 1);
}

TEST(Read, TempoComesFromSoundsAndMetronomesAndIsPlayedAgain) {
  const std::string metronome =
      "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
      "<per-minute>60</per-minute></metronome></direction-type></direction>";
  const Piece piece =
      piece_of(xml_part(measure(divisions(1) + metronome + note("C4", 4)) +
                        measure("<sound tempo=\"150\"/>" + note("C4", 4) +
                                "<barline><repeat direction=\"backward\"/></barline>")));
  EXPECT_EQ(piece.tempo.bpm_at(Tick()), 90);
  EXPECT_EQ(piece.tempo.bpm_at(Tick() + score::beats(4)), 150);
  EXPECT_EQ(piece.tempo.bpm_at(Tick() + score::beats(8)), 90);
}

TEST(Read, DynamicsHairpinsAndAccentsMakeVelocities) {
  const auto mark = [](const std::string& type) {
    return "<direction><direction-type>" + type + "</direction-type></direction>";
  };
  const Piece piece = piece_of(xml_part(
      measure(divisions(1) + mark("<dynamics><p/></dynamics>") + note("C4", 1) + note("C4", 1) +
              mark("<wedge type=\"crescendo\"/>") + note("C4", 1) + note("C4", 1) +
              mark("<wedge type=\"stop\"/>") + mark("<dynamics><f/></dynamics>")) +
      measure(note("C4", 1) +
              note("C4", 1,
                   "<notations><articulations><accent/></articulations>"
                   "</notations>") +
              mark("<dynamics><sfz/></dynamics>") + note("C4", 1) + note("C4", 1))));
  std::vector<int> velocities;
  for (const auto& note : piece.parts[0].notes)
    velocities.push_back(note.velocity);
  EXPECT_THAT(velocities, ElementsAre(49, 49, 49, 73, 96, 112, 112, 96));
}

TEST(Read, UnpitchedNotesAreDrumsByTheirInstrument) {
  const std::string list =
      "<score-part id=\"P1\"><part-name>Drumset</part-name><score-instrument id=\"i1\">"
      "<instrument-name>x</instrument-name></score-instrument><score-instrument id=\"i2\">"
      "<instrument-name>Crash Cymbal</instrument-name></score-instrument><midi-instrument "
      "id=\"i1\">"
      "<midi-channel>10</midi-channel><midi-unpitched>37</midi-unpitched></midi-instrument>"
      "</score-part>";
  const auto hit = [](const std::string& instrument) {
    return "<note><unpitched><display-step>C</display-step><display-octave>5</display-octave>"
           "</unpitched><duration>1</duration>" +
           instrument + "</note>";
  };
  const Piece piece = piece_of(
      xml_score(list, "<part id=\"P1\">" +
                          measure(divisions(1) + hit("<instrument id=\"i1\"/>") +
                                  hit("<instrument id=\"i2\"/>") + hit("<instrument id=\"?\"/>")) +
                          "</part>"));
  ASSERT_THAT(piece.parts, SizeIs(1));
  EXPECT_EQ(piece.parts[0].role, Role::drums);
  std::vector<int> keys;
  for (const auto& note : piece.parts[0].notes)
    keys.push_back(note.pitch.key());
  EXPECT_THAT(keys, ElementsAre(36, 49, 38));
}

TEST(Read, ProgramsComeFromTheFileOrTheName) {
  const auto program = [](const std::string& content) {
    const std::string list = "<score-part id=\"P1\">" + content + "</score-part>";
    return piece_of(xml_score(list, "<part id=\"P1\">" + measure(divisions(1) + note("C4", 4)) +
                                        "</part>"))
        .parts[0]
        .program;
  };
  EXPECT_EQ(program("<part-name>Any</part-name><midi-instrument id=\"i\"><midi-program>41"
                    "</midi-program></midi-instrument>"),
            40);
  EXPECT_EQ(program("<part-name>Violoncello</part-name>"), 42);
  EXPECT_EQ(program("<part-name>?</part-name>"), 0);
}

TEST(Read, RehearsalMarksAreSectionsAgainAfterAJump) {
  const auto mark = [](const std::string& name) {
    return "<direction><direction-type><rehearsal>" + name +
           "</rehearsal></direction-type></direction>";
  };
  const Piece piece = piece_of(xml_part(
      measure(divisions(1) + mark("A") + note("C4", 4)) +
      measure(mark("B") + note("D4", 4) + "<barline><repeat direction=\"backward\"/></barline>")));
  std::vector<std::string> names;
  for (const auto& section : piece.sections)
    names.push_back(section.name);
  EXPECT_THAT(names, ElementsAre("A", "B", "A", "B"));
  EXPECT_EQ(piece.sections[1].length, score::beats(4));
}

TEST(Read, AModeThatIsNotWrittenIsHeard) {
  const auto mode = [](const std::string& last) {
    return piece_of(xml_part(measure(divisions(1, "<key><fifths>0</fifths></key>") + note("E4", 2) +
                                     note(last, 2))))
        .keys.front()
        .key.mode;
  };
  EXPECT_EQ(mode("A3"), Mode::minor);
  EXPECT_EQ(mode("C4"), Mode::major);
}

TEST(Read, TitleAndComposerAreCleaned) {
  std::string xml = xml_part(measure(divisions(1) + note("C4", 4)));
  xml.insert(xml.find("<part-list>"),
             "<work><work-title> Winter\n reise </work-title></work><movement-title>Gute Nacht"
             "</movement-title><identification><creator type=\"lyricist\">M</creator>"
             "<creator type=\"composer\">F. Schubert\xff</creator></identification>");
  const Piece piece = piece_of(xml);
  EXPECT_EQ(piece.title, "Winter reise: Gute Nacht");
  EXPECT_EQ(piece.composer, "F. Schubert\xef\xbf\xbd");
}

TEST(Read, WhatIsNoScoreIsRefusedWithASentence) {
  EXPECT_THAT(why_not(""), HasSubstr("not well-formed"));
  EXPECT_THAT(why_not("<score-partwise><part>"), HasSubstr("not well-formed"));
  EXPECT_THAT(why_not("<html></html>"), HasSubstr("<html>"));
  EXPECT_THAT(why_not("<score-partwise></score-partwise>"), HasSubstr("no bars"));
  EXPECT_THAT(why_not("PK\x03\x04"), HasSubstr("zip"));
}

TEST(Read, DamageInsideABarIsForgivenWithAWarning) {
  const auto reading = read(xml_part(
      measure(divisions(0) + backup(9) + note("C4", -3) + "<note><duration>1</duration></note>" +
              note("C9", 1, "", "<chord/>") + note("D4", 1) +
              "<attributes><transpose><chromatic>99999</chromatic></transpose></attributes>" +
              note("E4", 1))));
  ASSERT_TRUE(reading);
  EXPECT_FALSE(reading->warnings.empty());
  EXPECT_THAT(reading->warnings.front(), HasSubstr("bar 1, part 1"));
}

TEST(Read, MoreBarsOrPartsThanAScoreCanHaveAreRefused) {
  std::string bars;
  for (int i = 0; i <= 20000; ++i)
    bars += "<measure/>";
  EXPECT_THAT(why_not(xml_part(bars)), HasSubstr("20,000 bars"));
  std::string parts;
  for (int i = 0; i <= 512; ++i)
    parts += "<part id=\"x\"><measure/></part>";
  EXPECT_THAT(why_not(xml_score("", parts)), HasSubstr("512 parts"));
}

TEST(Read, EntitiesOfADoctypeDoNotGrow) {
  const std::string bomb =
      "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>" +
      xml_part(measure(divisions(1) + note("C4", 4, "<lyric><text>&b;&b;</text></lyric>")));
  const Piece piece = piece_of(bomb);
  EXPECT_EQ(piece.parts[0].lyrics.front().syllable, "&b;&b;");
}

TEST(Read, DeepNestingIsNoDeepRecursion) {
  std::string xml = "<score-partwise><part><measure>";
  for (int i = 0; i < 100000; ++i)
    xml += "<a>";
  for (int i = 0; i < 100000; ++i)
    xml += "</a>";
  EXPECT_TRUE(read(xml + "</measure></part></score-partwise>"));
}

}  // namespace
}  // namespace cantus::formats::musicxml
