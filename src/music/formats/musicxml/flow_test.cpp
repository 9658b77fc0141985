#include "music/formats/musicxml/flow.h"

#include <gmock/gmock.h>

namespace cantus::formats::musicxml {
namespace {

using testing::ElementsAre;

std::vector<BarFlow> bars(std::size_t count) {
  return std::vector<BarFlow>(count);
}

TEST(Flow, WithoutSignsBarsArePlayedAsWritten) {
  EXPECT_THAT(unfolded(bars(3)), ElementsAre(0, 1, 2));
  EXPECT_TRUE(unfolded(bars(0)).empty());
}

TEST(Flow, ARepeatGoesBackToItsStartOrToTheBeginning) {
  auto score = bars(4);
  score[1].repeat_end = true;
  score[2].repeat_start = true;
  score[3].repeat_end = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 0, 1, 2, 3, 2, 3));
}

TEST(Flow, ASecondRepeatWithoutAStartGoesBackToTheFirstsEnd) {
  auto score = bars(3);
  score[0].repeat_end = true;
  score[2].repeat_end = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 0, 1, 2, 1, 2));
}

TEST(Flow, TimesSaysHowOftenInAll) {
  auto score = bars(1);
  score[0].repeat_end = true;
  score[0].times = 4;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 0, 0, 0));
}

TEST(Flow, VoltasAreChosenByPass) {
  auto score = bars(4);
  score[1].ending = {1};
  score[1].repeat_end = true;
  score[2].ending = {2};
  score[2].ending_stop = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 0, 2, 3));
}

TEST(Flow, AVoltaForTwoPassesIsPlayedTwice) {
  auto score = bars(3);
  score[1].ending = {1, 2};
  score[1].repeat_end = true;
  score[2].ending = {3};
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 0, 1, 0, 2));
}

TEST(Flow, AFirstVoltaAloneIsLeftOutAtTheLastPass) {
  auto score = bars(3);
  score[1].ending = {1};
  score[1].repeat_end = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 0, 2));
}

TEST(Flow, ARepeatSignInTheLastVoltaIsNoFurtherPass) {
  auto score = bars(3);
  score[1].ending = {1};
  score[1].repeat_end = true;
  score[2].ending = {2};
  score[2].repeat_end = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 0, 2));
}

TEST(Flow, AVoltaDrawnOverItsFirstBarLastsToTheRepeatsEnd) {
  auto score = bars(4);
  score[1].ending = {1};
  score[1].ending_stop = true;
  score[2].repeat_end = true;
  score[3].ending = {2};
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 2, 0, 3));
}

TEST(Flow, TwoFirstVoltasInARowAreFirstAndSecond) {
  auto score = bars(3);
  score[1].ending = {1};
  score[1].repeat_end = true;
  score[2].ending = {1};
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 0, 2));
}

TEST(Flow, AfterVoltasTheNextRepeatStartsBehindThem) {
  auto score = bars(4);
  score[1].ending = {1};
  score[1].repeat_end = true;
  score[2].ending = {2};
  score[2].ending_stop = true;
  score[3].repeat_end = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 0, 2, 3, 3));
}

TEST(Flow, DaCapoAlFineStopsAtFineAndTakesNoRepeats) {
  auto score = bars(4);
  score[0].repeat_end = true;
  score[1].fine = true;
  score[3].da_capo = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 0, 1, 2, 3, 0, 1));
}

TEST(Flow, DalSegnoAlCodaJumpsToTheCoda) {
  auto score = bars(6);
  score[1].segno = true;
  score[2].to_coda = true;
  score[4].dal_segno = true;
  score[5].coda = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 2, 3, 4, 1, 2, 5));
}

TEST(Flow, OfTwoCodaSignsTheFirstIsWhereToLeave) {
  auto score = bars(4);
  score[0].coda = true;
  score[2].da_capo = true;
  score[3].coda = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 2, 0, 3));
}

TEST(Flow, AfterAJumpTheLastVoltaIsPlayed) {
  auto score = bars(4);
  score[1].ending = {1};
  score[1].repeat_end = true;
  score[2].ending = {2};
  score[2].ending_stop = true;
  score[3].da_capo = true;
  EXPECT_THAT(unfolded(score), ElementsAre(0, 1, 0, 2, 3, 0, 2, 3));
}

TEST(Flow, MoreBarsThanAPieceCanHaveAreLeftAsWritten) {
  auto score = bars(1000);
  for (BarFlow& bar : score) {
    bar.repeat_start = bar.repeat_end = true;
    bar.times = 64;
  }
  EXPECT_EQ(unfolded(score).size(), 1000U);
}

}  // namespace
}  // namespace cantus::formats::musicxml
