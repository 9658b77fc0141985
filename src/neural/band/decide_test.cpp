#include "neural/band/decide.h"

#include <bit>

#include <gmock/gmock.h>

#include "neural/band/random_phrase.h"

namespace cantus::band {
namespace {

using rolls::Player;

std::vector<float> random_logits(const Conditions& c, Random random) {
  std::vector<float> logits(static_cast<std::size_t>(c.tokens()) * kContentFeatures);
  for (float& value : logits)
    value = static_cast<float>(random.normal()) - 1.0F;
  return logits;
}

template <class Check>
void for_random_phrases(Check check) {
  for (const score::Metre metre : {score::Metre{4, 4}, score::Metre{3, 4}, score::Metre{6, 8}}) {
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
      const Conditions c = random_conditions(metre, Random(seed));
      check(c, random_logits(c, Random(seed).fork("logits")));
    }
  }
}

TEST(Decide, StrictNotesSoundOnlyInChordOrScaleAtEveryHalfBar) {
  for_random_phrases([](const Conditions& c, const std::vector<float>& logits) {
    const rolls::Roll roll = decided_roll(logits, c, {}, {.strict = true});
    for (const Player player : rolls::kAllPlayers) {
      if (player == Player::drums || c.given[static_cast<std::size_t>(player)]) continue;
      for (const rolls::RollNote& note : roll.of(player)) {
        for (int step = note.onset; step < note.onset + note.length; ++step) {
          const auto half = static_cast<std::size_t>(2 * step / roll.bar_steps());
          if (half >= c.chords.size()) break;
          ASSERT_TRUE(allowed_classes(c.chords[half]) >> note.key % 12 & 1U);
        }
      }
    }
  });
}

TEST(Decide, FreeNotesMayLeaveTheChordAndScale) {
  int outside = 0;
  for_random_phrases([&](const Conditions& c, const std::vector<float>& logits) {
    const rolls::Roll roll = decided_roll(logits, c, {}, {.strict = false});
    for (const rolls::RollNote& note : roll.of(Player::chords)) {
      const auto half = static_cast<std::size_t>(2 * note.onset / roll.bar_steps());
      outside += (allowed_classes(c.chords[half]) >> note.key % 12 & 1U) == 0;
    }
  });
  EXPECT_GT(outside, 0);
}

TEST(Decide, APlayerStrikesInExactlyTheBarsWhereItPlays) {
  for_random_phrases([](const Conditions& c, const std::vector<float>& logits) {
    Leanings never;
    never.thresholds.fill(100.0F);
    for (const Leanings& leanings : {Leanings{}, never}) {
      const BeatGrid grid = decide(logits, c, leanings, {});
      ASSERT_EQ(grid.beats_of_bar, beats_of_bar(c.metre));
      for (const Player player : rolls::kAllPlayers) {
        const auto p = static_cast<std::size_t>(player);
        if (c.given[p]) continue;
        for (int bar = 0; bar < rolls::kBars; ++bar) {
          bool any = false;
          for (int inside = 0; inside < kBeatsOfBar; ++inside) {
            for (const Stroke& stroke : grid.at(bar * kBeatsOfBar + inside, player))
              any = any || stroke.keys != 0;
          }
          EXPECT_EQ(any, c.plays[p][static_cast<std::size_t>(bar)]);
        }
      }
    }
  });
}

TEST(Decide, AMannerIsObeyedToTheStroke) {
  for_random_phrases([](Conditions c, const std::vector<float>& logits) {
    const auto drums = static_cast<std::size_t>(Player::drums);
    const auto bass = static_cast<std::size_t>(Player::bass);
    c.given = {};
    c.plays[drums].fill(true);
    c.plays[bass].fill(true);
    c.manners[drums] = {2.0F, 1.5F};
    c.manners[bass] = {1.0F, std::nullopt};
    const BeatGrid grid = decide(logits, c, {}, {});
    const auto count = [&](Player player) {
      std::pair<int, int> struck{0, 0};
      for (int beat = 0; beat < kBeats; ++beat) {
        for (const Stroke& stroke : grid.at(beat, player)) {
          struck.first += stroke.keys != 0;
          struck.second += std::popcount(stroke.keys);
        }
      }
      return struck;
    };
    const int beats = 4 * beats_of_bar(c.metre);
    EXPECT_NEAR(count(Player::bass).first, beats, 2);  // every bar has a stroke at least
    EXPECT_NEAR(count(Player::drums).first, 2 * beats, 2);
    EXPECT_NEAR(count(Player::drums).second, 3 * beats, 5);
  });
}

TEST(Decide, ALiftBringsNotesIntoTheChordAndSteadinessBarsTogether) {
  int in_chord = 0;
  int lifted_in_chord = 0;
  int alike = 0;
  int steady_alike = 0;
  Leanings lean;
  lean.chord_lift.fill(3.0F);
  Leanings steady;
  steady.steadiness.fill(1.0F);
  for_random_phrases([&](Conditions c, const std::vector<float>& logits) {
    c.given = {};
    for (auto& bars : c.plays)
      bars.fill(true);
    const auto of_chord = [&](const rolls::Roll& roll) {
      int count = 0;
      for (const rolls::RollNote& note : roll.of(Player::bass)) {
        const auto half = static_cast<std::size_t>(2 * note.onset / roll.bar_steps());
        count += c.chords[half].tones >> note.key % 12 & 1;
      }
      return count;
    };
    in_chord += of_chord(decided_roll(logits, c, {}, {}));
    lifted_in_chord += of_chord(decided_roll(logits, c, lean, {}));
    const auto same_drums = [&](const BeatGrid& grid) {
      int count = 0;
      for (int inside = 0; inside < grid.beats_of_bar; ++inside) {
        for (std::size_t place = 0; place < kPlaces; ++place)
          count += grid.at(inside, Player::drums)[place].keys ==
                   grid.at(4 + inside, Player::drums)[place].keys;
      }
      return count;
    };
    alike += same_drums(decide(logits, c, {}, {}));
    steady_alike += same_drums(decide(logits, c, steady, {}));
  });
  EXPECT_GT(lifted_in_chord, in_chord * 5 / 4);
  EXPECT_GT(steady_alike, alike);
}

TEST(Decide, GivenPlayersKeepTheirStrokes) {
  for_random_phrases([](Conditions c, const std::vector<float>& logits) {
    c.given = {true, false, true, false, true};
    const BeatGrid grid = decide(logits, c, {}, {});
    for (int beat = 0; beat < kBeats; ++beat) {
      for (const Player player : {Player::drums, Player::chords, Player::melody})
        EXPECT_EQ(grid.at(beat, player), c.grid.at(beat, player));
    }
  });
}

TEST(Decide, LinesHaveOneKeyChordsAndDrumsNoMoreThanAllowed) {
  for_random_phrases([](const Conditions& c, const std::vector<float>& logits) {
    Leanings always;
    Conditions free = c;
    free.manners = {};
    always.thresholds.fill(-100.0F);
    const BeatGrid grid = decide(logits, free, always, {});
    for (int beat = 0; beat < kBeats; ++beat) {
      for (const Player player : rolls::kAllPlayers) {
        if (c.given[static_cast<std::size_t>(player)]) continue;
        const int most = is_line(player) ? 1 : player == Player::drums ? 4 : 6;
        for (const Stroke& stroke : grid.at(beat, player))
          EXPECT_LE(std::popcount(stroke.keys), most);
      }
    }
  });
}

TEST(Decide, KeysStayInTheRangeAskedFor) {
  for_random_phrases([](const Conditions& c, const std::vector<float>& logits) {
    Rules rules;
    rules.lowest = {0, 30, 48, 50, 60};
    rules.highest = {127, 45, 72, 70, 80};
    const rolls::Roll roll = decided_roll(logits, c, {}, rules);
    for (const Player player : rolls::kAllPlayers) {
      const auto p = static_cast<std::size_t>(player);
      if (player == Player::drums || c.given[p]) continue;
      for (const rolls::RollNote& note : roll.of(player)) {
        EXPECT_GE(note.key, rules.lowest[p]);
        EXPECT_LE(note.key, rules.highest[p]);
      }
    }
  });
}

TEST(Decide, AHigherThresholdNeverStrikesMore) {
  for_random_phrases([](const Conditions& c, const std::vector<float>& logits) {
    Leanings high;
    high.thresholds.fill(0.5F);
    const rolls::Roll more = decided_roll(logits, c, {}, {});
    const rolls::Roll fewer = decided_roll(logits, c, high, {});
    for (const Player player : rolls::kAllPlayers)
      EXPECT_LE(fewer.of(player).size(), more.of(player).size());
  });
}

}  // namespace
}  // namespace cantus::band
