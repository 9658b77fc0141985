#include "music/theory/section_finding.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "music/theory/test_pieces.h"

namespace cantus::theory {
namespace {

using score::Piece;

/// Eight bars of a random tune and its bass, the same for the same seed.
void add_eight_bars(score::Part& part, std::uint64_t seed, int up = 0) {
  constexpr double kBar = 4.0;
  const double sounded =
      part.notes.empty() ? 0.0 : (part.notes.back().end() - score::Tick()).beats();
  const double start = std::ceil(sounded / kBar) * kBar;
  Random random(seed);
  for (int bar = 0; bar < 8; ++bar) {
    const double at = start + 4.0 * bar;
    part.notes.push_back(note(at, 4.0, 36 + up + static_cast<int>(random.below(12))));
    for (double beat = 0.0; beat < 4.0;) {
      const double length = random.below(2) == 0 ? 1.0 : 0.5;
      const int key = 60 + up + std::array{0, 2, 4, 5, 7, 9, 11, 12}[random.below(8)];
      part.notes.push_back(note(at + beat, std::min(length, 4.0 - beat), key));
      beat += length;
    }
  }
}

std::string told(const std::vector<score::Section>& sections) {
  std::string text;
  for (const score::Section& section : sections) {
    text += section.name + std::to_string(static_cast<int>(section.length.beats() / 4.0)) + ' ';
  }
  return text;
}

std::string sections_of(std::initializer_list<std::uint64_t> seeds) {
  score::Part part;
  for (const std::uint64_t seed : seeds)
    add_eight_bars(part, seed);
  return told(find_sections(piece_of({part})));
}

TEST(SectionFinding, ReturningSectionsHaveOneName) {
  EXPECT_EQ(sections_of({1, 2, 1, 3, 2}), "A8 B8 A8 C8 B8 ");
}

TEST(SectionFinding, PhrasesThatAlwaysFollowOneAnotherAreOneSection) {
  EXPECT_EQ(sections_of({1, 2, 3, 1, 2}), "A16 B8 A16 ");
}

TEST(SectionFinding, ATransposedReturnKeepsItsName) {
  score::Part part;
  add_eight_bars(part, 1);
  add_eight_bars(part, 2);
  add_eight_bars(part, 1, 3);
  EXPECT_EQ(told(find_sections(piece_of({part}))), "A8 B8 A8 ");
}

TEST(SectionFinding, AnIntroductionBeforeTheFirstPhraseIsTold) {
  score::Part part = blocks({{48, 55}, {50, 57}, {53, 60}, {55, 62}}, 4.0);
  for (const std::uint64_t seed : {1, 2, 1, 2})
    add_eight_bars(part, seed);
  const auto sections = find_sections(piece_of({part}));
  ASSERT_FALSE(sections.empty());
  EXPECT_EQ(told(sections), "Intro4 A16 A16 ");
}

TEST(SectionFinding, SectionsCoverThePieceWithoutGaps) {
  for (int bars = 1; bars < 40; ++bars) {
    score::Part part;
    Random random(static_cast<std::uint64_t>(bars));
    for (int bar = 0; bar < bars; ++bar) {
      part.notes.push_back(note(4.0 * bar, 4.0, 60 + static_cast<int>(random.below(12))));
    }
    Piece piece = piece_of({part});
    if (bars % 3 == 0) piece.metre.set_pickup(score::beats(1));
    const auto sections = find_sections(piece);
    ASSERT_FALSE(sections.empty()) << bars;
    EXPECT_EQ(sections.front().onset, score::Tick()) << bars;
    for (std::size_t i = 1; i < sections.size(); ++i) {
      EXPECT_EQ(sections[i].onset, sections[i - 1].end()) << bars;
    }
    EXPECT_EQ(sections.back().end(), piece.end) << bars;
  }
}

TEST(SectionFinding, SilenceHasNoSections) {
  EXPECT_TRUE(find_sections(Piece()).empty());
}

}  // namespace
}  // namespace cantus::theory
