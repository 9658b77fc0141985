#include "music/formats/musicxml/xml_values.h"

#include <gmock/gmock.h>

namespace cantus::formats::musicxml {
namespace {

TEST(XmlValues, ANumberIsTheWholeText) {
  EXPECT_EQ(number_in(" 1.5\n"), 1.5);
  EXPECT_EQ(number_in("+2"), 2);
  EXPECT_EQ(number_in("-3e2"), -300);
  for (const char* text : {"", " ", "1x", "x", "inf", "nan", "1e999", "1 2"}) {
    EXPECT_EQ(number_in(text), std::nullopt) << text;
  }
}

TEST(XmlValues, IntegersAreRoundedAndHeldToTheirRange) {
  EXPECT_EQ(integer_in("1.6"), 2);
  EXPECT_EQ(integer_in("1e10"), std::nullopt);
  EXPECT_EQ(integer_in("500", 0, 10, 3), 10);
  EXPECT_EQ(integer_in("?", 0, 10, 3), 3);
}

TEST(XmlValues, TextIsOneLineOfValidUtf8) {
  EXPECT_EQ(clean_text("  a \t\n b  "), "a b");
  EXPECT_EQ(clean_text("Dvo\xc5\x99\xc3\xa1k"), "Dvořák");
  EXPECT_EQ(clean_text("\xff\xc3("), "\xef\xbf\xbd\xef\xbf\xbd(");
  EXPECT_EQ(clean_text("\xed\xa0\x80").find('\xed'), std::string::npos);  // half a surrogate pair
  EXPECT_EQ(clean_text("\xf5\x80\x80\x80").find('\xf5'), std::string::npos);
  EXPECT_EQ(clean_text("a\x01"
                       "b\xc2\x85"
                       "c"),
            "a b c");
}

TEST(XmlValues, TheLimitCutsBetweenCharacters) {
  EXPECT_EQ(clean_text("ää", 3), "ä");
  EXPECT_EQ(clean_text("abc", 2), "ab");
}

TEST(XmlValues, LettersAreLowerCaseAndAlone) {
  EXPECT_EQ(letters_of("D.C. al Fine!"), "dcalfine");
}

}  // namespace
}  // namespace cantus::formats::musicxml
