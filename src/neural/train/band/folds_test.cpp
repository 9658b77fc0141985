#include "neural/train/band/folds.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace cantus::train_band {
namespace {

using rolls::Phrase;
using rolls::Split;

/// Two collections of bands with 30 and 6 groups of two pieces, songs, and what is held out.
std::vector<Phrase> some_phrases() {
  std::vector<Phrase> phrases;
  for (std::uint32_t i = 0; i < 80; ++i) {
    Phrase phrase;
    phrase.set = i < 60 ? "freedoom" : i < 72 ? "easyrpg" : "openscore_lieder";
    phrase.piece = std::to_string(i);
    phrase.group = i / 2;
    phrases.push_back(phrase);
    if (i % 10 != 0) continue;
    phrase.group = 1000 + i;
    phrase.split = i % 20 == 0 ? Split::test : Split::validation;
    phrases.push_back(phrase);
  }
  return phrases;
}

TEST(Folds, HoldOutEveryBandOnceAndGroupsWhole) {
  std::map<std::string, int> times;
  for (int fold = 0; fold < 6; ++fold) {
    const auto phrases = with_fold_held_out(some_phrases(), 6, fold, 1);
    ASSERT_TRUE(phrases);
    EXPECT_EQ(phrases->size(), 80U);
    std::map<std::uint32_t, std::set<Split>> sides;
    std::map<std::string, std::set<std::uint32_t>> held_out;
    for (const Phrase& phrase : *phrases) {
      sides[phrase.group].insert(phrase.split);
      if (phrase.split == Split::train) continue;
      ++times[phrase.piece];
      held_out[phrase.set].insert(phrase.group);
    }
    for (const auto& [group, of_group] : sides)
      EXPECT_EQ(of_group.size(), 1U) << group;
    EXPECT_EQ(held_out["freedoom"].size(), 5U);
    EXPECT_EQ(held_out["easyrpg"].size(), 1U);
    EXPECT_TRUE(held_out["openscore_lieder"].empty());
  }
  EXPECT_EQ(times.size(), 72U);
  for (const auto& [piece, count] : times)
    EXPECT_EQ(count, 1) << piece;
}

TEST(Folds, RefuseAFoldThatIsNotThere) {
  EXPECT_FALSE(with_fold_held_out(some_phrases(), 6, 6, 1));
  EXPECT_FALSE(with_fold_held_out(some_phrases(), 1, 0, 1));
  EXPECT_FALSE(with_fold_held_out(some_phrases(), 40, 36, 1));
  EXPECT_FALSE(with_fold_held_out({}, 6, 0, 1));
}

}  // namespace
}  // namespace cantus::train_band
