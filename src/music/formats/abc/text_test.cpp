#include "music/formats/abc/text.h"

#include <gtest/gtest.h>

namespace cantus::formats::abc {
namespace {

TEST(Text, Utf8StaysAndLatin1BecomesUtf8) {
  EXPECT_EQ(text_of("Ó Cearbhalláin"), "Ó Cearbhalláin");
  EXPECT_EQ(text_of("Archiv f\xFCr"), "Archiv für");
  EXPECT_EQ(text_of("\xC0\xAF"), "À¯") << "an overlong sequence is not UTF-8";
}

TEST(Text, MnemonicsBecomeTheirCharacters) {
  EXPECT_EQ(text_of("Fr\\'ed\\'eric"), "Frédéric");
  EXPECT_EQ(text_of("M\\\"uller \\c{c} \\~n"), "Müller \\c{c} ñ");
  EXPECT_EQ(text_of("caf&eacute; & more"), "café & more");
  EXPECT_EQ(text_of("\\u266f 100\\%"), "♯ 100%");
  EXPECT_EQ(text_of("\\ud800\\u00"), "\\ud800\\u00") << "no half of a surrogate pair";
}

TEST(Text, ControlCharactersBecomeSpaces) {
  EXPECT_EQ(text_of("a\x01\tb"), "a  b");
}

TEST(Text, WordsKeepWhatIsQuoted) {
  const auto words = words_of("V1 name=\"Tenor Sax\"  clef=bass");
  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[1], "name=\"Tenor Sax\"");
}

TEST(Text, ShorteningNeverCutsACharacter) {
  EXPECT_EQ(shortened("aé", 2), "a");
  EXPECT_EQ(shortened("aé", 3), "aé");
}

TEST(Scanner, NumbersAreHeldToTheirLimit) {
  Scanner scan("99999999999999999999x");
  EXPECT_EQ(scan.number(1, 1999999999), 1999999999);
  EXPECT_EQ(scan.take(), 'x');
  EXPECT_TRUE(scan.done());
  EXPECT_EQ(scan.take(), '\0');
}

}  // namespace
}  // namespace cantus::formats::abc
