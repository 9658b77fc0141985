#include "neural/infer/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace cantus::infer {
namespace {

const std::vector<float> kLogits = {1.0F, 3.0F, -2.0F, 2.0F, 0.0F, 3.0F};

/// How often each token came, in shares.
std::map<int, double> drawn(const Sampling& how,
                            const std::vector<std::uint8_t>& allowed = {},
                            int draws = 20000) {
  Random random(42);
  Sampler sampler;
  std::map<int, double> shares;
  for (int i = 0; i < draws; ++i) {
    shares[sampler.sample(kLogits, allowed, how, random)] += 1.0 / draws;
  }
  return shares;
}

TEST(Sampler, DrawsFollowTheSoftmaxOfTheLogits) {
  for (const double temperature : {0.5, 1.0, 2.0}) {
    double total = 0.0;
    for (const float x : kLogits)
      total += std::exp(static_cast<double>(x) / temperature);
    auto shares = drawn({.temperature = temperature});
    for (std::size_t i = 0; i < kLogits.size(); ++i) {
      const double p = std::exp(static_cast<double>(kLogits[i]) / temperature) / total;
      EXPECT_NEAR(shares[static_cast<int>(i)], p, 4.0 * std::sqrt(p / 20000.0)) << temperature;
    }
  }
}

TEST(Sampler, AForbiddenTokenIsNeverDrawn) {
  const std::vector<std::uint8_t> allowed = {1, 0, 1, 0, 1, 0};
  for (const Sampling& how : {Sampling{}, Sampling{.temperature = 0.0}, Sampling{.top_k = 2},
                              Sampling{.top_p = 0.5}, Sampling{.min_p = 0.9}}) {
    for (const auto& [token, share] : drawn(how, allowed, 500)) {
      EXPECT_TRUE(allowed[static_cast<std::size_t>(token)]) << token;
    }
  }
}

TEST(Sampler, ZeroTemperatureIsTheLikeliestAndTheLowestOfEquals) {
  const auto shares = drawn({.temperature = 0.0}, {}, 50);
  ASSERT_EQ(shares.size(), 1U);
  EXPECT_EQ(shares.begin()->first, 1);
}

TEST(Sampler, TopKKeepsTheKLikeliest) {
  const auto shares = drawn({.top_k = 3});
  ASSERT_EQ(shares.size(), 3U);
  EXPECT_TRUE(shares.contains(1) && shares.contains(5) && shares.contains(3));
  EXPECT_NEAR(shares.at(1), shares.at(5), 0.02);
  EXPECT_EQ(drawn({.top_k = 1}, {}, 50).begin()->first, 1);
  EXPECT_EQ(drawn({.top_k = 100}).size(), 6U);
}

TEST(Sampler, TopPKeepsTheFewestThatReachIt) {
  // Probabilities: 0.377 twice, 0.139, 0.051, 0.019, 0.003.
  EXPECT_EQ(drawn({.top_p = 0.3}).size(), 1U);
  EXPECT_EQ(drawn({.top_p = 0.7}).size(), 2U);
  EXPECT_EQ(drawn({.top_p = 0.8}).size(), 3U);
  EXPECT_EQ(drawn({.top_p = 0.0}).size(), 1U);
}

TEST(Sampler, MinPKeepsWhatIsNearTheLikeliest) {
  // Beside the likeliest: 1, 1, 0.37, 0.14, 0.05, 0.007.
  EXPECT_EQ(drawn({.min_p = 0.5}).size(), 2U);
  EXPECT_EQ(drawn({.min_p = 0.3}).size(), 3U);
  EXPECT_EQ(drawn({.min_p = 0.1}).size(), 4U);
  EXPECT_EQ(drawn({.min_p = 1.0}).size(), 2U);
}

TEST(Sampler, LogitsThatAreNoNumbersDoNoHarm) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Random random(1);
  Sampler sampler;
  for (const Sampling& how : {Sampling{}, Sampling{.temperature = 0.0}, Sampling{.top_p = 0.9},
                              Sampling{.temperature = 1e-300}}) {
    EXPECT_EQ(sampler.sample(std::vector{kNan, 1.0F, -kInfinity}, {}, how, random), 1);
    EXPECT_EQ(sampler.sample(std::vector{0.0F, kInfinity, kNan}, {}, how, random), 1);
    EXPECT_LT(sampler.sample(std::vector{kNan, kNan}, {}, how, random), 2);
  }
}

TEST(Sampler, TheDrawsOfASeedAreThese) {
  Random random(2024);
  Sampler sampler;
  std::vector<int> tokens;
  for (int i = 0; i < 16; ++i) {
    tokens.push_back(sampler.sample(kLogits, {}, {.temperature = 1.3, .top_p = 0.95}, random));
  }
  EXPECT_EQ(tokens, (std::vector<int>{5, 1, 1, 1, 3, 5, 1, 5, 1, 5, 5, 3, 3, 5, 1, 5}));
}

TEST(Sampler, ProbabilitiesOfTheAllowedAddUpToOne) {
  const std::vector<std::uint8_t> allowed = {1, 0, 1, 1, 0, 1};
  double all = 0.0;
  double some = 0.0;
  for (int token = 0; token < 6; ++token) {
    all += std::exp(log_probability(kLogits, token));
    some += std::exp(log_probability(kLogits, token, allowed));
  }
  EXPECT_NEAR(all, 1.0, 1e-12);
  EXPECT_NEAR(some, 1.0, 1e-12);
  EXPECT_EQ(log_probability(kLogits, 1, allowed), -std::numeric_limits<double>::infinity());
  EXPECT_NEAR(log_probability(kLogits, 1) - log_probability(kLogits, 3), 1.0, 1e-12);
}

TEST(SamplerDeathTest, AllowingNothingIsTheCallersBug) {
  Random random(1);
  Sampler sampler;
  const std::vector<std::uint8_t> none(kLogits.size(), 0);
  EXPECT_DEATH(sampler.sample(kLogits, none, {}, random), "candidates_");
}

}  // namespace
}  // namespace cantus::infer
