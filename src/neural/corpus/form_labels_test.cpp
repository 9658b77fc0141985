#include "neural/corpus/form_labels.h"

#include <gtest/gtest.h>

#include "neural/corpus/collection_facts.h"
#include "neural/corpus/views.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::corpus {
namespace {

using score::beats;
using score::Tick;

std::vector<std::string> names_of(const score::Piece& piece) {
  std::vector<std::string> names;
  for (const score::Section& section : piece.sections)
    names.push_back(section.name);
  return names;
}

/// Bars of `per_bar` beats, `beat_seconds` apart, from `start` on.
std::string tapped(int bars, int per_bar, double beat_seconds, double start) {
  std::string lines;
  for (int i = 0; i < bars * per_bar; ++i) {
    lines += std::to_string(start + i * beat_seconds) + "\t" + std::to_string(i % per_bar + 1) +
             "\t" + std::to_string(i / per_bar + 1) + "\n";
  }
  return lines;
}

TEST(FormLabels, SalamiTakesTheFunctionAndWhereThereIsNoneTheLetter) {
  const auto piece = read_salami(
      "0.0\tSilence\n0.2\tIntro\n8.2\tno_function\n24.2\tChorus\n40.2\tno_function\n"
      "56.2\tFade-out\n64.2\tSilence\n66\tEnd",
      "0.0\tSilence\n0.2\tA\n8.2\tB\n24.2\tC\n40.2\tB'\n56.2\tC\n64.2\tSilence\n66\tEnd");
  ASSERT_TRUE(piece) << piece.error().message;
  EXPECT_EQ(names_of(*piece), (std::vector<std::string>{"intro", "B", "chorus", "B", "outro"}));
  EXPECT_EQ(score::bars_of(*piece), 32);
  EXPECT_EQ(piece->sections[1].length, beats(32));
}

TEST(FormLabels, TheNominalBarFollowsTheSectionsWhereTheyAgree) {
  // Eight-bar sections at 96 beats a minute: 20 seconds each.
  const auto piece = read_salami(
      "0\tVerse\n20\tChorus\n40\tVerse\n60\tChorus\n80\tBridge\n90\tChorus\n110\tEnd", "");
  ASSERT_TRUE(piece);
  EXPECT_EQ(score::bars_of(*piece), 44);
  EXPECT_NEAR(piece->tempo.bpm_at(Tick()), 96.0, 0.5);
  const auto uneven = read_salami("0\tVerse\n17\tChorus\n26.5\tBridge\n37\tEnd", "");
  ASSERT_TRUE(uneven);
  EXPECT_EQ(uneven->tempo.bpm_at(Tick()), 120.0) << "too few sections to tell a bar by";
}

TEST(FormLabels, SilenceInsideLengthensTheSectionBeforeAndApplauseIsCutOff) {
  const auto piece = read_salami(
      "0\tapplause\n4\tVerse\n20\tSilence\n24\tChorus\n40\tSolo\n56\tapplause\n80\tEnd", "");
  ASSERT_TRUE(piece);
  EXPECT_EQ(names_of(*piece), (std::vector<std::string>{"verse", "chorus", "solo"}));
  EXPECT_EQ(piece->sections[0].length, beats(40));
  EXPECT_EQ(piece->end, Tick() + beats(104));
}

TEST(FormLabels, HarmonixGivesBarsFromDownbeatsAndSectionsFromTheNearest) {
  const auto piece = read_harmonix(tapped(24, 4, 0.5, 1.0),
                                   "0.0 silence\n1.1 intro\n8.9 verse\n25.0 altchorus\n49.0 end\n");
  ASSERT_TRUE(piece) << piece.error().message;
  EXPECT_EQ(names_of(*piece), (std::vector<std::string>{"intro", "verse", "chorus"}));
  EXPECT_EQ(score::bars_of(*piece), 24);
  EXPECT_EQ(piece->sections[1].onset, Tick() + beats(16));
  EXPECT_NEAR(piece->tempo.bpm_at(Tick()), 120.0, 1e-6);
}

TEST(FormLabels, HarmonixSixQuickBeatsAreEighths) {
  const auto piece =
      read_harmonix(tapped(12, 6, 0.35, 0.0), "0 verse\n8.4 chorus\n16.8 outro\n25.2 end");
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->metre.metre_at(Tick()), (score::Metre{6, 8}));
  EXPECT_NEAR(piece->tempo.bpm_at(Tick()), 60.0 / 0.7, 0.01);
  EXPECT_EQ(score::bars_of(*piece), 12);
}

TEST(FormLabels, HarmonixABarOfTwoBeatsIsAChangeOfMetre) {
  const std::string beats_text =
      tapped(4, 4, 0.5, 0.0) + "8.0\t1\t5\n8.5\t2\t5\n" + tapped(4, 4, 0.5, 9.0);
  const auto piece = read_harmonix(beats_text, "0 verse\n9 chorus\n13 outro\n17 end");
  ASSERT_TRUE(piece);
  EXPECT_EQ(score::bars_of(*piece), 9);
  EXPECT_EQ(piece->metre.metre_at(Tick() + beats(16)), (score::Metre{2, 4}));
  EXPECT_EQ(piece->sections[1].onset, Tick() + beats(18));
}

TEST(FormLabels, BothGiveTheFormViewAlone) {
  const auto piece = read_harmonix(tapped(24, 4, 0.5, 0.0), "0 intro\n8 verse\n24 chorus\n48 end");
  ASSERT_TRUE(piece);
  for (const Genre genre : {Genre::harmonix, Genre::salami}) {
    const auto views = views_of(*piece, genre);
    ASSERT_EQ(views.size(), 1U);
    EXPECT_EQ(views[0].view, View::form);
  }
}

TEST(FormLabels, AnnotationsWithoutSectionsOrBeatsAreRefused) {
  EXPECT_FALSE(read_salami("", ""));
  EXPECT_FALSE(read_salami("nan Verse\n0 Silence\n1e300\tVerse\n", ""));
  EXPECT_FALSE(read_harmonix("", "0 verse\n9 end"));
  EXPECT_FALSE(read_harmonix(tapped(8, 4, 0.5, 0.0), ""));
  EXPECT_FALSE(read_harmonix(tapped(8, 4, 0.5, 0.0), "0 silence\n2 end"));
}

TEST(FormLabels, EveryNameGivenIsAWordOfTheTokens) {
  for (const char* label : {"Pre-Chorus", "Head", "gtrsolo", "quietchorus", "Fade-out", "Recap",
                            "Main_Theme", "miniverse", "instrumental", "break"}) {
    const std::string name = section_of_label(label);
    EXPECT_EQ(tokens::section_names()[tokens::section_from_text(name)], name) << label;
  }
  EXPECT_EQ(section_of_label("prechorus"), "other") << "not a chorus";
  EXPECT_EQ(section_of_label("no_function"), "");
}

TEST(CollectionFacts, GenresAreTheModelsStyles) {
  const auto name = [](std::string_view genre) {
    const auto style = style_of_genre(genre);
    return style ? tokens::styles()[static_cast<std::size_t>(*style)] : "none";
  };
  EXPECT_EQ(name("Hip_Hop___Rap"), "hiphop");
  EXPECT_EQ(name("Jazz_-_Soul_Jazz"), "jazz");
  EXPECT_EQ(name("R&B"), "soul");
  EXPECT_EQ(name("R_B_-_Rock___Roll"), "rock");
  EXPECT_EQ(name("Dance/Electronic"), "dance");
  EXPECT_EQ(name("afrocuban"), "afro");
  EXPECT_EQ(name("popular"), "pop");
  EXPECT_EQ(name("Classical_-_Baroque"), "none");
  EXPECT_EQ(name("middleeastern"), "none");
}

TEST(CollectionFacts, AFieldInQuotesHoldsCommasAndQuotes) {
  const auto rows = rows_of_csv("a,\"1, 2 \"\"Step\"\"\",c\r\n,,\nlast");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0], (std::vector<std::string>{"a", "1, 2 \"Step\"", "c"}));
  EXPECT_EQ(rows[1].size(), 3U);
  EXPECT_EQ(rows[2], std::vector<std::string>{"last"});
}

}  // namespace
}  // namespace cantus::corpus
