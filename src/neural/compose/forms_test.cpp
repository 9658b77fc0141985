#include "neural/compose/forms.h"

#include <gtest/gtest.h>

#include "neural/compose/style.h"

namespace cantus::compose {
namespace {

Plan plan_of(std::string_view style, int bars) {
  Plan plan;
  plan.style = find_style(style);
  plan.bars = bars;
  return plan;
}

TEST(Forms, AddUpToTheBarsForEveryLength) {
  for (const char* style : {"folk", "waltz", "song", "hymn"}) {
    for (int bars = 1; bars <= kMostBars; ++bars) {
      const auto form = usual_form(plan_of(style, bars), Random(3));
      if (!form) continue;
      int sum = 0;
      for (const FormItem& item : *form)
        sum += item.bars;
      EXPECT_EQ(sum, bars) << style;
    }
  }
}

TEST(Forms, ATuneHasStrainsAndNoIntroAndPopHasNone) {
  const auto form = usual_form(plan_of("folk", 32), Random(1));
  ASSERT_TRUE(form);
  ASSERT_EQ(form->size(), 4U);
  EXPECT_EQ(form->front(), (FormItem{"A", 8}));
  EXPECT_FALSE(usual_form(plan_of("pop", 32), Random(1)));
  EXPECT_FALSE(usual_form(plan_of("folk", 12), Random(1)));
}

TEST(Forms, OnlyWhatReturnsHasANewEnding) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::vector<FormItem> form = {{"A", 8}, {"A", 8}, {"B", 8}, {"B", 4}};
    vary_endings(*find_style("folk"), form, Random(seed));
    EXPECT_EQ(form[0].new_ending, 0);
    EXPECT_EQ(form[2].new_ending, 0);
    EXPECT_LE(form[3].new_ending, 2);
  }
}

}  // namespace
}  // namespace cantus::compose
