#include "music/formats/abc/fields.h"

#include <gtest/gtest.h>

namespace cantus::formats::abc {
namespace {

using score::Key;
using score::Metre;
using score::Mode;

KeyField key_of(std::string_view text) {
  bool understood = false;
  const KeyField key = key_field(text, understood);
  EXPECT_TRUE(understood) << text;
  return key;
}

TEST(KeyField, TonicsAndModesAreReadAsTheyAreCommonlyWritten) {
  EXPECT_EQ(key_of("G").key, (Key{1, Mode::major}));
  EXPECT_EQ(key_of(" Em ").key, (Key{1, Mode::minor}));
  EXPECT_EQ(key_of("A Minor").key, (Key{0, Mode::minor}));
  EXPECT_EQ(key_of("A Mixolydian").key, (Key{2, Mode::mixolydian}));
  EXPECT_EQ(key_of("AMix").key, (Key{2, Mode::mixolydian}));
  EXPECT_EQ(key_of("F#dor").key, (Key{4, Mode::dorian}));
  EXPECT_EQ(key_of("Bb").key, (Key{-2, Mode::major}));
  EXPECT_EQ(key_of("EM").key, (Key{4, Mode::major}));
  EXPECT_EQ(key_of("Bphr").key, (Key{1, Mode::phrygian}));
  EXPECT_EQ(key_of("D clef=bass").key, (Key{2, Mode::major}));
  EXPECT_EQ(key_of("Dm bass").key, (Key{-1, Mode::minor}));
}

TEST(KeyField, NoneAndClefsNameNoKey) {
  EXPECT_FALSE(key_of("none").key);
  EXPECT_TRUE(key_of("none").accidentals);
  EXPECT_FALSE(key_of("").key);
  EXPECT_FALSE(key_of("clef=bass").key);
  EXPECT_FALSE(key_of("clef=bass").accidentals) << "a change of clef leaves the signature";
  EXPECT_FALSE(key_of("bass").accidentals);
}

TEST(KeyField, ExplicitAccidentalsChangeTheSignatureAndPerhapsTheMode) {
  const KeyField d = key_of("D =c");
  EXPECT_EQ(d.key, (Key{1, Mode::mixolydian}));
  EXPECT_EQ((*d.accidentals)[0], 0);
  EXPECT_EQ((*d.accidentals)[3], 1);
  const KeyField hijaz = key_of("D exp _b _e ^f");
  EXPECT_EQ(*hijaz.accidentals, (Accidentals{0, 0, -1, 1, 0, 0, -1}));
  EXPECT_EQ(hijaz.key, (Key{2, Mode::major})) << "no mode has it: the key as named";
}

TEST(KeyField, PipesPlayInTwoSharps) {
  EXPECT_EQ(key_of("HP").accidentals, accidentals_of(2));
  EXPECT_EQ(key_of("Hp").accidentals, accidentals_of(2));
}

TEST(KeyField, NonsenseIsReportedAndTakenAsNone) {
  bool understood = true;
  EXPECT_FALSE(key_field("Quux", understood).key);
  EXPECT_FALSE(understood);
}

TEST(Properties, OctavesAndTranspositionsAreFound) {
  const Properties p = properties_from("clef=treble-8 name=\"Tenor Sax\" transpose=-2");
  EXPECT_EQ(p.octave, -1);
  EXPECT_EQ(p.transpose, -2);
  EXPECT_EQ(p.name, "Tenor Sax");
  EXPECT_TRUE(properties_from("perc").percussion);
}

TEST(MetreField, AllFormsAreRead) {
  EXPECT_EQ(metre_field("6/8"), (Metre{6, 8}));
  EXPECT_EQ(metre_field(" C "), (Metre{4, 4}));
  EXPECT_EQ(metre_field("C|"), (Metre{2, 2}));
  EXPECT_EQ(metre_field("2+3/8"), (Metre{5, 8}));
  EXPECT_EQ(metre_field("(2+2+3)/8"), (Metre{7, 8}));
  for (const char* none : {"none", "", "free", "4", "4/3", "0/4", "65/4", "4/128", "/4"}) {
    EXPECT_FALSE(metre_field(none)) << none;
  }
}

TEST(UnitField, DefaultsFollowTheMetre) {
  EXPECT_EQ(default_unit(Metre{2, 4}), kGrainsPerWhole / 16);
  EXPECT_EQ(default_unit(Metre{3, 4}), kGrainsPerWhole / 8);
  EXPECT_EQ(default_unit(std::nullopt), kGrainsPerWhole / 8);
  EXPECT_EQ(unit_field("1/16"), kGrainsPerWhole / 16);
  EXPECT_EQ(unit_field("1"), kGrainsPerWhole);
  EXPECT_FALSE(unit_field("eighth"));
  EXPECT_FALSE(unit_field("1/0"));
}

TEST(TempoField, BeatsAndWordsGiveQuartersAMinute) {
  const Grains eighth = kGrainsPerWhole / 8;
  EXPECT_DOUBLE_EQ(*tempo_field("1/4=120", eighth), 120);
  EXPECT_DOUBLE_EQ(*tempo_field("3/8=100", eighth), 150);
  EXPECT_DOUBLE_EQ(*tempo_field("1/8 3/8=40", eighth), 80);
  EXPECT_DOUBLE_EQ(*tempo_field("\"Slow\" 1/2=50", eighth), 100);
  EXPECT_DOUBLE_EQ(*tempo_field("1/4 = 80 \"Very Slow\"", eighth), 80);
  EXPECT_DOUBLE_EQ(*tempo_field("C3=40", eighth), 60);
  EXPECT_DOUBLE_EQ(*tempo_field("90", eighth), 90);
  EXPECT_GT(*tempo_field("\"Presto\"", eighth), *tempo_field("\"Largo\"", eighth));
  EXPECT_FALSE(tempo_field("whenever", eighth));
  EXPECT_FALSE(tempo_field("1/4=0", eighth));
}

}  // namespace
}  // namespace cantus::formats::abc
