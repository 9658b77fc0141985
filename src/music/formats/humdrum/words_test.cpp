// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/words.h"

#include <gtest/gtest.h>

#include "music/formats/humdrum/chord_words.h"

namespace cantus::formats::humdrum {
namespace {

TEST(Words, LinesEndInAnyOfTheThreeWays) {
  std::string_view rest = "a\nb\r\nc\rd\n\ne";
  std::vector<std::string_view> lines;
  while (!rest.empty())
    lines.push_back(take_line(rest));
  EXPECT_EQ(lines, (std::vector<std::string_view>{"a", "b", "c", "d", "", "e"}));
}

TEST(Words, EmptyFieldsAreFields) {
  EXPECT_EQ(fields_of("a\t\tb\t"), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(fields_of(""), (std::vector<std::string_view>{""}));
}

TEST(Words, Latin1BecomesUtf8) {
  EXPECT_EQ(utf8_from_latin1("L\xE4ndler"), "Ländler");
  EXPECT_TRUE(is_utf8(utf8_from_latin1("\x80\xFF")));
}

TEST(Words, BytesThatAreNoUtf8AreToldApart) {
  EXPECT_TRUE(is_utf8("Stanisław – ſ 𝄞"));
  for (const char* bytes :
       {"L\xE4ndler", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"})
    EXPECT_FALSE(is_utf8(bytes)) << bytes;
}

TEST(Words, NamedLettersAreSpeltOut) {
  EXPECT_EQ(without_entities("Wie sch&ouml;n &amp; gro&szlig;"), "Wie schön & groß");
  EXPECT_EQ(without_entities("a & b; &nothing; &"), "a & b; &nothing; &");
}

TEST(ChordWords, TheHabitsOfTheSpinesAgree) {
  const std::pair<const char*, const char*> cases[] = {
      {"A:min7", "Am7"},      {"A minor-seventh", "Am7"}, {"B- major", "Bb"},
      {"Bb:maj", "Bb"},       {"G dominant", "G7"},       {"G:7", "G7"},
      {"C:maj/E", "C/E"},     {"C:maj/3", "C"},           {"F#m7b5", "F#m7b5"},
      {"F#:hdim7", "F#m7b5"}, {"D minor/F", "Dm/F"},
  };
  for (const auto& [text, plain] : cases) {
    const auto chord = read_chord(text);
    ASSERT_TRUE(chord) << text;
    EXPECT_EQ(*chord, *score::chord_from_text(plain)) << text;
  }
  EXPECT_FALSE(read_chord("?"));
  EXPECT_FALSE(read_chord(""));
  EXPECT_TRUE(is_no_chord("N"));
}

}  // namespace
}  // namespace cantus::formats::humdrum
