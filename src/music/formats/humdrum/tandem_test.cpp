// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/tandem.h"

#include <gtest/gtest.h>

#include "music/formats/humdrum/instruments.h"

namespace cantus::formats::humdrum {
namespace {

using score::Key;
using score::Metre;
using score::Mode;

TEST(Tandem, MetresAreRead) {
  EXPECT_EQ(read_metre("*M4/4"), (Metre{4, 4}));
  EXPECT_EQ(read_metre("*M12/16"), (Metre{12, 16}));
  EXPECT_EQ(read_metre("*M2+3/8"), (Metre{5, 8}));
  EXPECT_EQ(read_metre("*M3/0"), (Metre{6, 1}));
}

TEST(Tandem, WhatIsNoMetreIsNone) {
  for (const char* field : {"*MM120", "*met(c)", "*M", "*M4", "*M4/", "*M/4", "*M4/3", "*M0/4",
                            "*M99/4", "*M4/128", "*M3/3%2", "*MX", "*M4/4x"})
    EXPECT_EQ(read_metre(field), std::nullopt) << field;
}

TEST(Tandem, TemposAreReadInBeats) {
  EXPECT_EQ(read_tempo("*MM103.5"), 103.5);
  EXPECT_EQ(read_tempo("*MM[Allegro]"), std::nullopt);
  EXPECT_EQ(read_tempo("*MM0"), std::nullopt);
  EXPECT_EQ(tempo_in_text("Slow March Tempo [quarter]=100"), 100.0);
  EXPECT_EQ(tempo_in_text("M. M. [half-dot] = 60."), 180.0);
  EXPECT_EQ(tempo_in_text("[eighth] = 90"), 45.0);
  EXPECT_EQ(tempo_in_text("Allegro [con brio]"), std::nullopt);
  EXPECT_EQ(tempo_in_text("] = 3 ["), std::nullopt);
}

TEST(Tandem, KeysAreReadWithTheirMode) {
  EXPECT_EQ(read_key("*C:"), (Key{0, Mode::major}));
  EXPECT_EQ(read_key("*f#:"), (Key{3, Mode::minor}));
  EXPECT_EQ(read_key("*B-:"), (Key{-2, Mode::major}));
  EXPECT_EQ(read_key("*d:dor"), (Key{0, Mode::dorian}));
  EXPECT_EQ(read_key("*G:mix"), (Key{0, Mode::mixolydian}));
  EXPECT_EQ(read_key("*e:phr"), (Key{0, Mode::phrygian}));
  for (const char* field : {"*custos:ee", "*X:", "*?:", "*C", "*", "*v:1", "*h:"})
    EXPECT_EQ(read_key(field), std::nullopt) << field;
}

TEST(Tandem, SignaturesAreCounted) {
  EXPECT_EQ(read_signature("*k[]"), 0);
  EXPECT_EQ(read_signature("*k[f#c#g#]"), 3);
  EXPECT_EQ(read_signature("*k[b-e-]"), -2);
  EXPECT_EQ(read_signature("*kcancel"), std::nullopt);
}

TEST(Tandem, OnlyTheUnnamedListIsTheDefaultExpansion) {
  const auto list = read_expansion("*>[A,A1,A,A2]");
  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (std::vector<std::string>{"A", "A1", "A", "A2"}));
  EXPECT_FALSE(read_expansion("*>norep[A,A2]"));
  EXPECT_FALSE(read_expansion("*>A"));
  EXPECT_EQ(read_label("*>A1"), "A1");
  EXPECT_EQ(read_label("*>B1yy"), "B1");
  EXPECT_FALSE(read_label("*>norep[A]"));
}

TEST(Tandem, ASpineIsDescribedOnce) {
  Spine spine;
  for (const char* field :
       {"*part 2", "*staff1/2", "*I\"Violino I", "*ICstr", "*Ivioln", "*I'vl", "*Iviola"})
    describe(spine, field);
  EXPECT_EQ(spine.part, 2);
  EXPECT_EQ(spine.staff, 1);
  EXPECT_EQ(spine.name, "Violino I");
  EXPECT_EQ(spine.instrument, "violn");
}

TEST(Instruments, CodesAndPrintedNamesAgree) {
  const std::pair<const char*, const char*> cases[] = {
      {"violn", "Violino I"}, {"cello", "Violoncello"}, {"clars", "2 Clarinetti in B"},
      {"fagot", "Fagotti"},   {"cbass", "Contrabasso"}, {"piano", "Piano."},
      {"tenor", "TENORE"},    {"bass", "Basso"},        {"flt", "Flauto"},
      {"cor", "Corni in F"},
  };
  for (const auto& [code, name] : cases) {
    ASSERT_TRUE(instrument_of_name(name)) << name;
    EXPECT_EQ(instrument_of_name(name)->program, instrument_of_code(code)->program) << name;
  }
  EXPECT_FALSE(instrument_of_name("Xyz"));
  EXPECT_FALSE(instrument_of_code("empty"));
}

}  // namespace
}  // namespace cantus::formats::humdrum
