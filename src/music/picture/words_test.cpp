#include "music/picture/words.h"

#include <gtest/gtest.h>

namespace cantus::picture {
namespace {

TEST(Words, BrokenUtf8BecomesQuestionMarks) {
  EXPECT_EQ(printable("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(printable("a\xff"), "a?");
  EXPECT_EQ(printable("\xc3"), "?");
  EXPECT_EQ(printable("\xed\xa0\x80"), "???");  // half of a surrogate pair
  EXPECT_EQ(printable("a\tb\n"), "a b ");
}

TEST(Words, ChordsAndKeysArePrintedWithSigns) {
  EXPECT_EQ(chord_words(*score::chord_from_text("Bbm7")), "B♭m7");
  EXPECT_EQ(chord_words(*score::chord_from_text("C#/E#")), "C♯/E♯");
  EXPECT_EQ(key_words(*score::key_from_text("Eb minor")), "E♭ minor");
}

TEST(Words, TheSummaryTellsKeyTempoMetreBarsAndTime) {
  score::Piece piece;
  piece.tempo = score::TempoMap(96.0);
  piece.metre = score::MetreMap({3, 4});
  piece.keys = {{score::Tick(), *score::key_from_text("D minor")}};
  piece.end = score::Tick() + score::beats(96);
  EXPECT_EQ(summary_of(piece), "D minor  ·  96 bpm  ·  3/4  ·  32 bars  ·  1:00");
  piece.tempo.set(score::Tick() + score::beats(48), 48.0);
  EXPECT_EQ(summary_of(piece), "D minor  ·  48–96 bpm  ·  3/4  ·  32 bars  ·  1:30");
}

TEST(Words, AnInstrumentIsNotSaidTwice) {
  score::Part part;
  part.program = 73;
  EXPECT_EQ(name_of(part), "Flute");
  EXPECT_EQ(instrument_of(part), "");
  part.name = "Melody";
  EXPECT_EQ(instrument_of(part), "Flute");
}

}  // namespace
}  // namespace cantus::picture
