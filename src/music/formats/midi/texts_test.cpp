#include "music/formats/midi/texts.h"

#include <gtest/gtest.h>

namespace cantus::formats::midi {
namespace {

TEST(MidiTexts, WordedTextGivesItsValueBack) {
  EXPECT_EQ(value_of(worded("chord", "Dm7"), "chord"), "Dm7");
  EXPECT_EQ(value_of("chord:", "chord"), "");
  EXPECT_FALSE(value_of("chords:Dm7", "chord"));
  EXPECT_FALSE(value_of("chord", "chord"));
  EXPECT_FALSE(value_of("", "chord"));
}

TEST(MidiTexts, LengthsInBeatsComeBack) {
  for (const std::int64_t ticks : {0, 1, 7, 5040, 10080, 15120, 30240}) {
    const score::TickLength length(ticks);
    EXPECT_EQ(*beats_from_text(to_text(length)), length) << to_text(length);
  }
  EXPECT_EQ(to_text(score::beats(3, 2)), "3/2");
}

TEST(MidiTexts, NonsenseIsNoLength) {
  for (const char* text :
       {"", "x", "-1", "1/0", "1/11", "1/-2", "200001", "1/2/3", "1 ", "99999999999999999999"}) {
    EXPECT_FALSE(beats_from_text(text)) << text;
  }
}

TEST(MidiTexts, CleanTextIsUtf8WithoutControls) {
  EXPECT_EQ(clean_text("Fl\xF6te"), "Flöte");
  EXPECT_EQ(clean_text("Flöte \xE2\x99\xAD"), "Flöte ♭");
  EXPECT_EQ(clean_text(std::string_view("a\x01\x62\0c", 5)), "ab");
  EXPECT_EQ(clean_text("a\r\nb"), "a  b");
  EXPECT_EQ(clean_text("\xC0\x80"), "À\u0080");
}

TEST(MidiTexts, TempiAreTheRoundestThatFit) {
  EXPECT_EQ(bpm_of(500'000), 120.0);
  EXPECT_EQ(bpm_of(857'143), 70.0);
  EXPECT_EQ(bpm_of(666'666), 90.0);  // cut off, not rounded
  EXPECT_EQ(bpm_of(641'025), 93.6);
  for (std::uint32_t us = 60'000; us < 15'000'000; us += 997) {
    EXPECT_LE(std::max(us, microseconds_of(bpm_of(us))) - std::min(us, microseconds_of(bpm_of(us))),
              1U);
  }
}

TEST(MidiTexts, WholeTempiSurviveMicroseconds) {
  for (int bpm = 4; bpm <= 1000; ++bpm)
    EXPECT_EQ(bpm_of(microseconds_of(bpm)), bpm);
}

}  // namespace
}  // namespace cantus::formats::midi
