#include "music/formats/musicxml/rhythm.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace cantus::formats::musicxml {
namespace {

using score::TickLength;
using testing::ElementsAre;

std::vector<TickLength> at(std::initializer_list<double> places) {
  std::vector<TickLength> out;
  for (const double beats : places) {
    out.emplace_back(static_cast<std::int64_t>(beats * score::kTicksPerBeat + 0.5));
  }
  return out;
}

/// "0 quarter." is the first event as a dotted quarter; a tuplet adds " 3:2" and brackets.
std::vector<std::string> written(std::initializer_list<double> places) {
  std::vector<std::string> out;
  const auto boundaries = at(places);
  for (const NoteValue& value : note_values(boundaries)) {
    std::string text = fmt::format("{} {}{}", value.event, value.type,
                                   std::string(static_cast<std::size_t>(value.dots), '.'));
    if (value.actual != 1) {
      text += fmt::format(" {}{}:{}{}", value.tuplet_starts ? "[" : "", value.actual, value.normal,
                          value.tuplet_stops ? "]" : "");
    }
    out.push_back(text);
  }
  return out;
}

TEST(Rhythm, PlainValuesAndDotsAreOneNote) {
  EXPECT_THAT(written({0, 1, 2.5, 3, 4}),
              ElementsAre("0 quarter", "1 quarter.", "2 eighth", "3 quarter"));
  EXPECT_THAT(written({0, 6}), ElementsAre("0 whole."));
}

TEST(Rhythm, ALengthThatNoValueHasIsTied) {
  EXPECT_THAT(written({0, 1.25, 2}), ElementsAre("0 quarter", "0 16th", "1 eighth."));
  EXPECT_THAT(written({0, 0.75, 2}), ElementsAre("0 eighth.", "1 16th", "1 quarter"));
}

TEST(Rhythm, ThirdsOfABeatAreATriplet) {
  EXPECT_THAT(written({0, 1.0 / 3, 2.0 / 3, 1, 2}),
              ElementsAre("0 eighth [3:2", "1 eighth 3:2", "2 eighth 3:2]", "3 quarter"));
  EXPECT_THAT(written({0, 2.0 / 3, 1}), ElementsAre("0 quarter [3:2", "1 eighth 3:2]"));
}

TEST(Rhythm, ThirdsOfTwoAndFourBeatsAreBroadTriplets) {
  EXPECT_THAT(written({0, 2.0 / 3, 4.0 / 3, 2}),
              ElementsAre("0 quarter [3:2", "1 quarter 3:2", "2 quarter 3:2]"));
  EXPECT_THAT(written({0, 4.0 / 3, 8.0 / 3, 4}),
              ElementsAre("0 half [3:2", "1 half 3:2", "2 half 3:2]"));
}

TEST(Rhythm, OneHalfOfABeatMayBeATriplet) {
  EXPECT_THAT(written({0, 0.5, 4.0 / 6, 5.0 / 6, 1}),
              ElementsAre("0 eighth", "1 16th [3:2", "2 16th 3:2", "3 16th 3:2]"));
}

TEST(Rhythm, FifthsAndSeventhsAreTupletsInTheTimeOfFour) {
  EXPECT_THAT(written({0, 0.2, 1}), ElementsAre("0 16th [5:4", "1 quarter 5:4]"));
  EXPECT_THAT(written({0, 3.0 / 7, 1}), ElementsAre("0 eighth. [7:4", "1 quarter 7:4]"));
}

TEST(Rhythm, AnEventIsTiedIntoATuplet) {
  EXPECT_THAT(written({0, 4.0 / 3, 5.0 / 3, 2}),
              ElementsAre("0 quarter", "0 eighth [3:2", "1 eighth 3:2", "2 eighth 3:2]"));
}

TEST(Rhythm, EveryEventOnTheGridIsCoveredExactlyByRealValues) {
  for (std::int64_t first = 1; first < 96; ++first) {
    for (std::int64_t second = first + 1; second < 96; second += 5) {
      const std::vector<TickLength> places = {TickLength(), TickLength(first * 420),
                                              TickLength(second * 420), TickLength(96 * 420)};
      TickLength now;
      for (const NoteValue& value : note_values(places)) {
        ASSERT_EQ(value.at, now);
        ASSERT_FALSE(value.type.empty()) << first << ' ' << second;
        ASSERT_GE(value.at, places[value.event]);
        ASSERT_LE(value.at + value.length, places[value.event + 1]);
        now += value.length;
      }
      ASSERT_EQ(now, places.back());
    }
  }
}

TEST(Rhythm, ABarThatNoValueFillsEndsInALengthWithoutAType) {
  const std::vector<TickLength> places = {TickLength(), TickLength(10081)};
  const auto values = note_values(places);
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values.back().length, TickLength(1));
  EXPECT_TRUE(values.back().type.empty());
}

TEST(BarGrid, PlacesThatOneTupletHoldsAreLeftAlone) {
  for (const int step : {315, 210, 252, 180}) {
    std::vector<TickLength> places;
    for (int i = 0; i * step < 10080; ++i)
      places.emplace_back(i * step);
    const BarGrid grid(places);
    for (const TickLength place : places)
      EXPECT_EQ(grid.nearest(place), place);
  }
}

TEST(BarGrid, OtherPlacesGoToTheNearest24thOfTheirBeatAlone) {
  const std::vector<TickLength> places = {TickLength(5041), TickLength(10080 + 315)};
  const BarGrid grid(places);
  EXPECT_EQ(grid.nearest(places[0]), TickLength(5040));
  EXPECT_EQ(grid.step_at(places[0]), TickLength(420));
  EXPECT_EQ(grid.nearest(places[1]), places[1]);
}

TEST(Rhythm, GraceNotesTakeTheNearestPlainValue) {
  EXPECT_EQ(nearest_type(score::beats(1, 2)), "eighth");
  EXPECT_EQ(nearest_type(score::beats(1, 3)), "16th");
  EXPECT_EQ(nearest_type(TickLength(1)), "128th");
}

}  // namespace
}  // namespace cantus::formats::musicxml
