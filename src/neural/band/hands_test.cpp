#include "neural/band/hands.h"

#include <bit>

#include <gmock/gmock.h>

#include "neural/band/random_phrase.h"
#include "neural/band/random_weights.h"

namespace cantus::band {
namespace {

using rolls::Player;
using Chances = std::array<Random, rolls::kBars>;

Chances chances(std::uint64_t seed, std::uint64_t of_last_bar) {
  return {Random(seed), Random(seed + 1), Random(seed + 2), Random(of_last_bar)};
}

std::vector<float> logits_of(const BandNet& net, const Conditions& c, std::uint64_t seed) {
  BandNet::Workspace work(net);
  std::vector<float> logits(static_cast<std::size_t>(c.tokens()) * kContentFeatures);
  net.generate(c, draw_latents(Random(seed)), work, logits);
  return logits;
}

BeatGrid played(const BandNet& net, const Conditions& c, std::uint64_t seed, const Rules& rules) {
  return net.hands().play(logits_of(net, c, seed), c, rules, chances(seed, seed + 3), net.isa());
}

template <class Check>
void for_random_phrases(Check check) {
  for (const score::Metre metre : {score::Metre{4, 4}, score::Metre{3, 4}, score::Metre{6, 8}}) {
    for (std::uint64_t seed = 0; seed < 8; ++seed)
      check(random_net(seed, true), random_conditions(metre, Random(seed)), seed);
  }
}

TEST(Hands, StrictNotesSoundOnlyInChordOrScaleAtEveryHalfBar) {
  for_random_phrases([](const BandNet& net, const Conditions& c, std::uint64_t seed) {
    const Rules strict{.strict = true};
    const rolls::Roll roll = net.play(logits_of(net, c, seed), c, strict, chances(seed, 9));
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

TEST(Hands, APlayerStrikesInExactlyTheBarsWhereItPlaysAndGivenOnesKeepTheirStrokes) {
  for_random_phrases([](const BandNet& net, const Conditions& c, std::uint64_t seed) {
    const BeatGrid grid = played(net, c, seed, {});
    for (const Player player : rolls::kAllPlayers) {
      const auto p = static_cast<std::size_t>(player);
      for (int bar = 0; bar < rolls::kBars; ++bar) {
        bool any = false;
        for (int beat = bar * kBeatsOfBar; beat < (bar + 1) * kBeatsOfBar; ++beat) {
          if (c.given[p]) EXPECT_EQ(grid.at(beat, player), c.grid.at(beat, player));
          for (const Stroke& stroke : grid.at(beat, player))
            any = any || stroke.keys != 0;
        }
        if (!c.given[p]) EXPECT_EQ(any, c.plays[p][static_cast<std::size_t>(bar)]);
      }
    }
  });
}

TEST(Hands, LinesHaveOneKeyOthersNoMoreThanAllowedAndAllAreInRange) {
  Rules rules;
  rules.lowest = {0, 30, 48, 50, 60};
  rules.highest = {127, 45, 72, 70, 80};
  for_random_phrases([&](const BandNet& net, const Conditions& c, std::uint64_t seed) {
    const BeatGrid grid = played(net, c, seed, rules);
    for (int beat = 0; beat < kBeats; ++beat) {
      for (const Player player : rolls::kAllPlayers) {
        const auto p = static_cast<std::size_t>(player);
        if (c.given[p]) continue;
        for (const Stroke& stroke : grid.at(beat, player)) {
          EXPECT_LE(std::popcount(stroke.keys), is_line(player) ? 1 : p == 0 ? 4 : 6);
          if (stroke.keys == 0 || p == 0) continue;
          EXPECT_GE(lowest_key(player) + std::countr_zero(stroke.keys), rules.lowest[p]);
          EXPECT_LE(lowest_key(player) + 63 - std::countl_zero(stroke.keys), rules.highest[p]);
        }
      }
    }
  });
}

TEST(Hands, EveryInstructionSetGivesTheSameStrokes) {
  BandNet net = random_net(1, true);
  const Conditions c = random_conditions({4, 4}, Random(7));
  net.use(infer::Isa::scalar);
  const BeatGrid plain = played(net, c, 5, {});
  for (const infer::Isa isa : infer::supported_isas()) {
    net.use(isa);
    EXPECT_EQ(played(net, c, 5, {}), plain) << infer::name_of(isa);
  }
}

TEST(Hands, OtherLotsInTheLastBarLeaveThoseBeforeAsTheyAreForWhoeverPlaysFirst) {
  const BandNet net = random_net(2, true);
  Conditions c = random_conditions({4, 4}, Random(3));
  c.given = {};
  for (auto& bars : c.plays)
    bars.fill(true);
  const auto logits = logits_of(net, c, 4);
  const BeatGrid one = net.hands().play(logits, c, {}, chances(1, 50), net.isa());
  const BeatGrid other = net.hands().play(logits, c, {}, chances(1, 51), net.isa());
  for (int beat = 0; beat < 3 * kBeatsOfBar; ++beat)
    EXPECT_EQ(one.at(beat, Player::drums), other.at(beat, Player::drums));
  EXPECT_NE(one, other);
}

TEST(Hands, AHandThatIsAskedForMoreStrikesMore) {
  int few = 0;
  int many = 0;
  for_random_phrases([&](const BandNet& net, Conditions c, std::uint64_t seed) {
    c.given = {};
    c.plays[1].fill(true);
    const auto bass = [&](float strokes) {
      c.manners[1].strokes = strokes;
      const BeatGrid grid = played(net, c, seed, {});
      int count = 0;
      for (int beat = 0; beat < kBeats; ++beat) {
        for (const Stroke& stroke : grid.at(beat, Player::bass))
          count += stroke.keys != 0;
      }
      return count;
    };
    few += bass(0.25F);
    many += bass(4.0F);
  });
  EXPECT_GT(many, few);
}

TEST(Hands, AFullerHandStrikesMoreKeysAtOnceAndAThinOneNeverMoreThanOne) {
  const auto keys_at_once = [](float fullness) {
    int strokes = 0;
    int keys = 0;
    for_random_phrases([&](const BandNet&, Conditions c, std::uint64_t seed) {
      BandNet net = random_net(seed, true);
      c.given = {};
      HandManners manners;
      for (HandManner& manner : manners)
        manner.fullness = fullness;
      net.hands().use(manners);
      const BeatGrid grid = played(net, c, seed, {});
      for (int beat = 0; beat < kBeats; ++beat) {
        for (const Stroke& stroke : grid.at(beat, Player::drums)) {
          strokes += stroke.keys != 0 ? 1 : 0;
          keys += std::popcount(stroke.keys);
        }
      }
    });
    return static_cast<double>(keys) / strokes;
  };
  EXPECT_DOUBLE_EQ(keys_at_once(-1000.0F), 1.0);
  const double as_drawn = keys_at_once(0.0F);
  EXPECT_GT(as_drawn, 1.05);
  EXPECT_GT(keys_at_once(1000.0F), as_drawn + 0.05);
}

TEST(Hands, AFileWithoutHandsHasNoneAndOneThatLiesIsRefusedWithASentence) {
  EXPECT_FALSE(random_net(1).hands().there());
  EXPECT_TRUE(random_net(1, true).hands().there());
  std::string bytes = random_file(1, {}, true);
  const auto at = bytes.find("hands.out_bias");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 6] = 'x';
  const auto file = infer::SafeTensors::parse(std::as_bytes(std::span(bytes)));
  ASSERT_TRUE(file.has_value());
  const auto net = BandNet::load(*file);
  ASSERT_FALSE(net.has_value());
  EXPECT_THAT(net.error().message, testing::HasSubstr("hands.out"));
}

}  // namespace
}  // namespace cantus::band
