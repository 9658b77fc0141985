#include "neural/compose/section_names.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace cantus::compose {
namespace {

/// Sections of two bars each, called as given; a letter of `music` is a bar's one note, or silence.
std::vector<std::string> named(const std::vector<std::string>& names, const std::string& music) {
  Plan plan;
  score::Piece piece;
  piece.metre = score::MetreMap(score::Metre{4, 4});
  score::Part melody{.name = "flute", .role = score::Role::melody};
  for (std::size_t bar = 0; bar < music.size(); ++bar) {
    const auto at = score::Tick() + score::beats(4) * static_cast<std::int64_t>(bar);
    if (music[bar] != '-')
      melody.notes.push_back(
          {at, score::beats(4), score::Pitch::clamped(60 + music[bar] - 'a'), 80});
  }
  piece.parts = {melody};
  piece.end = score::Tick() + score::beats(4) * static_cast<std::int64_t>(music.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const int first = 2 * static_cast<int>(i);
    PlannedSection section;
    section.name = names[i];
    section.first_bar = first;
    section.bars = 2;
    plan.sections.push_back(section);
    plan.form.push_back({names[i], 2});
    piece.sections.push_back({score::Tick() + score::beats(4) * first, score::beats(8), names[i]});
  }
  name_sections(plan, piece);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(plan.sections[i].name, piece.sections[i].name);
    EXPECT_EQ(plan.form[i].name, piece.sections[i].name);
    out.push_back(piece.sections[i].name);
  }
  return out;
}

using Names = std::vector<std::string>;

TEST(SectionNames, AreAfterWhatReturned) {
  EXPECT_EQ(named({"A", "A", "B"}, "abcdab"), (Names{"A", "B", "A"}));
  EXPECT_EQ(named({"A", "B", "A"}, "ababab"), (Names{"A", "A", "A"}));
  EXPECT_EQ(named({"A", "A"}, "abac"), (Names{"A", "B"})) << "half of it is too little";
}

TEST(SectionNames, AnIntroStaysOne) {
  EXPECT_EQ(named({"intro", "A", "B"}, "--abab"), (Names{"intro", "A", "A"}));
  EXPECT_EQ(named({"A", "intro", "outro"}, "abab--"), (Names{"A", "intro", "outro"}));
}

}  // namespace
}  // namespace cantus::compose
