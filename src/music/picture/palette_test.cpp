#include "music/picture/palette.h"

#include <gtest/gtest.h>

namespace cantus::picture {
namespace {

TEST(Palette, PartsOfOneRoleHaveDifferentColours) {
  score::Piece piece;
  piece.parts.resize(10);
  for (score::Part& part : piece.parts)
    part.role = score::Role::counter;
  const auto colours = part_colours(piece);
  for (std::size_t i = 0; i < colours.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(colours[i], colours[j]);
  }
}

TEST(Palette, MorePartsThanColoursAreStillColoured) {
  score::Piece piece;
  piece.parts.resize(40);
  EXPECT_EQ(part_colours(piece).size(), 40U);
}

TEST(Palette, AReturningSectionHasItsTint) {
  std::vector<score::Section> sections;
  for (const char* name : {"Verse 1", "Chorus", "Verse 2", "Chorus'"}) {
    sections.push_back({score::Tick(), score::beats(1), name});
  }
  EXPECT_EQ(section_tint("Verse 1", sections), section_tint("Verse 2", sections));
  EXPECT_EQ(section_tint("Chorus", sections), section_tint("Chorus'", sections));
  EXPECT_NE(section_tint("Verse 1", sections), section_tint("Chorus", sections));
}

}  // namespace
}  // namespace cantus::picture
