#include "music/formats/musicxml/harmony.h"

#include <gmock/gmock.h>

namespace cantus::formats::musicxml {
namespace {

using score::Quality;

/// What a <harmony> with this content says: "C7", "N.C.", or "nothing".
std::string read(const std::string& content) {
  pugi::xml_document document;
  document.load_string(("<harmony>" + content + "</harmony>").c_str());
  const auto harmony = read_harmony(document.child("harmony"));
  if (!harmony) return "nothing";
  return harmony->chord ? score::to_text(*harmony->chord) : "N.C.";
}

std::string root(const std::string& step, const std::string& kind) {
  return "<root><root-step>" + step + "</root-step></root><kind>" + kind + "</kind>";
}

std::string degree(int value, int alter, const std::string& type) {
  return "<degree><degree-value>" + std::to_string(value) + "</degree-value><degree-alter>" +
         std::to_string(alter) + "</degree-alter><degree-type>" + type + "</degree-type></degree>";
}

TEST(Harmony, EveryQualityIsWrittenAsAKindThatReadsBack) {
  for (int i = 0; i < score::kQualities; ++i) {
    const auto quality = static_cast<Quality>(i);
    const KindOf kind = kind_of(quality);
    std::string content = root("D", std::string(kind.kind));
    if (kind.added) content += degree(kind.added->value, kind.added->alter, "add");
    EXPECT_EQ(read(content), "D" + std::string(score::symbol(quality))) << kind.kind;
  }
}

TEST(Harmony, RootsAndBassesAreSpeltAsWritten) {
  EXPECT_EQ(read("<root><root-step>B</root-step><root-alter>-1</root-alter></root>"
                 "<kind>minor</kind><bass><bass-step>D</bass-step></bass>"),
            "Bbm/D");
  EXPECT_EQ(read(root("C", "major") + "<bass><bass-step>C</bass-step></bass>"), "C");
}

TEST(Harmony, DegreesMakeTheQualityWithJustThoseNotes) {
  EXPECT_EQ(read(root("G", "dominant") + degree(5, 1, "alter")), "Gaug7");
  EXPECT_EQ(read(root("B", "minor-seventh") + degree(5, -1, "alter")), "Bm7b5");
  EXPECT_EQ(read(root("C", "suspended-fourth") + degree(7, 0, "add")), "C7sus4");
  EXPECT_EQ(read(root("C", "suspended-fourth") + degree(7, -1, "add")), "C7sus4");
  EXPECT_EQ(read(root("C", "major") + degree(9, 0, "add")), "Cadd9");
  EXPECT_EQ(read(root("C", "major") + degree(6, 0, "add")), "C6");
  EXPECT_EQ(read(root("C", "major") + degree(3, 0, "subtract")), "C5");
}

TEST(Harmony, DegreesBeyondOurQualitiesLeaveTheKind) {
  EXPECT_EQ(read(root("G", "dominant") + degree(11, 1, "add")), "G7");
}

TEST(Harmony, AKindOutsideTheStandardIsReadByItsText) {
  EXPECT_EQ(read("<root><root-step>A</root-step></root><kind text=\"m7b5\">other</kind>"), "Am7b5");
  EXPECT_EQ(read(root("A", "min")), "Am");
  EXPECT_EQ(read(root("A", "nonsense")), "A");
}

TEST(Harmony, NoneIsNoChordAndAFunctionIsNothing) {
  EXPECT_EQ(read(root("C", "none")), "N.C.");
  EXPECT_EQ(read("<kind>none</kind>"), "N.C.");
  EXPECT_EQ(read("<function>V</function><kind>none</kind>"), "nothing");
  EXPECT_EQ(read("<root><root-step>H</root-step></root><kind>major</kind>"), "nothing");
}

}  // namespace
}  // namespace cantus::formats::musicxml
