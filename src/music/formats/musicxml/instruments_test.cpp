#include "music/formats/musicxml/instruments.h"

#include <gmock/gmock.h>

namespace cantus::formats::musicxml {
namespace {

Instruments declared(const char* content) {
  pugi::xml_document document;
  document.load_string(content);
  return instruments_of(document.document_element());
}

TEST(Instruments, ProgramsAndDrumsCountFromOneInTheFile) {
  const auto instruments = declared(
      "<score-part><score-instrument id=\"a\"><instrument-name>Snare</instrument-name>"
      "</score-instrument><midi-instrument id=\"a\"><midi-channel>10</midi-channel>"
      "<midi-program>1</midi-program><midi-unpitched>39</midi-unpitched></midi-instrument>"
      "</score-part>");
  ASSERT_NE(instruments.find("a"), nullptr);
  EXPECT_EQ(instruments.find("a")->drum, 38);
  EXPECT_EQ(instruments.find("a")->program, 0);
  EXPECT_TRUE(instruments.find("a")->drum_channel);
  EXPECT_EQ(instruments.find("b"), nullptr);
}

TEST(Instruments, TheSoundIsBelievedBeforeTheNames) {
  const auto instruments = declared(
      "<score-part><score-instrument id=\"a\"><instrument-name>Thing</instrument-name>"
      "<instrument-sound>strings.viola</instrument-sound></score-instrument></score-part>");
  EXPECT_EQ(program_of(instruments, "Flute"), 41);
  EXPECT_EQ(program_of(Instruments{}, "Bass Clarinet in Bb"), 71);
  EXPECT_EQ(program_of(Instruments{}, "Violino I"), 40);
  EXPECT_EQ(program_of(Instruments{}, "Contrabassoon"), 70);
  EXPECT_EQ(program_of(Instruments{}, ""), 0);
}

TEST(Instruments, DrumsAreKnownByTheirUsualNames) {
  EXPECT_EQ(drum_named("Bass Drum"), 36);
  EXPECT_EQ(drum_named("Gran Cassa"), 36);
  EXPECT_EQ(drum_named("Open Hi-Hat"), 46);
  EXPECT_EQ(drum_named("Closed Hi-Hat"), 42);
  EXPECT_EQ(drum_named("Tam-tam"), 52);
  EXPECT_EQ(drum_named("Piano"), std::nullopt);
}

TEST(Instruments, EveryDrumHasAPlaceOnTheStaff) {
  for (int key = 0; key <= 127; ++key) {
    const DrumPlace place = place_of_drum(key);
    EXPECT_GE(place.step, 'A');
    EXPECT_LE(place.step, 'G');
  }
}

TEST(Instruments, TheCommonDrumsAreReadFromTheirPlace) {
  for (const int key : {36, 38, 37, 42, 44, 49, 51, 50, 48, 45, 43, 41}) {
    const DrumPlace place = place_of_drum(key);
    EXPECT_EQ(drum_at_place(place.step, place.octave, place.cross), key);
  }
  EXPECT_EQ(drum_at_place('C', 1, false), std::nullopt);
}

}  // namespace
}  // namespace cantus::formats::musicxml
