#include "neural/compose/habits.h"

#include "neural/compose/style.h"

namespace cantus::compose {
namespace {

// Counted in the training split, in Nottingham's tunes (907 first strains, 1,278 others, 985
// returns) and OpenEWLD's songs (371, 837, 653) of 16 to 128 bars, pickups aside; of a block that
// has five or more of an earlier one's bars at their places it is said that it returns. Shapes
// that are rare are left out, and so are tails of nine in ten.
// clang-format off
constexpr std::array<Counted, 24> kFirstStrainsOfTunes = {{{"abcdabef", 221}, {"abcdefgh", 204}, {"abcdaefg", 112}, {"abcdabce", 96}, {"abacabde", 34}, {"abacadef", 28}, {"abcdabcd", 18}, {"abacdefg", 15}, {"abcdebfg", 14}, {"abacabac", 13}, {"aabcdefg", 11}, {"abacabad", 10}, {"ababcdef", 9}, {"abbcabde", 7}, {"aabcaade", 7}, {"abcdefcg", 6}, {"abcdaecf", 6}, {"abcdcefg", 5}, {"abcdebcf", 5}, {"abcbabde", 4}, {"aabcddef", 4}, {"aabcaabd", 4}, {"abccabde", 3}, {"abcdefgd", 3}}};
constexpr std::array<Counted, 24> kLaterStrainsOfTunes = {{{"abcdefgh", 549}, {"abcdabef", 180}, {"abcdaefg", 101}, {"abcdabce", 67}, {"abacdefg", 48}, {"abacabde", 46}, {"abacadef", 31}, {"aabcdefg", 21}, {"abcdabcd", 19}, {"abcdebfg", 19}, {"abacabac", 18}, {"abcdeefg", 12}, {"abcdefgg", 10}, {"abacabad", 8}, {"abcdefeg", 8}, {"abcdefcg", 6}, {"ababcdef", 6}, {"aabcaade", 5}, {"abcdefgd", 5}, {"aabcddef", 5}, {"abcdedfg", 4}, {"abcdefef", 4}, {"abcdcefg", 4}, {"abcbdefg", 4}}};
constexpr std::array<Counted, 32> kSharedOfTunes = {{{"--------", 543}, {"-------e", 90}, {"------se", 65}, {"-------s", 55}, {"sss-----", 51}, {"------ss", 49}, {"ssss----", 40}, {"ss------", 32}, {"----ssse", 24}, {"---s---s", 23}, {"------s-", 23}, {"----ssss", 21}, {"--s---se", 20}, {"---s----", 16}, {"s-------", 13}, {"-----sse", 12}, {"----s---", 12}, {"--ss--ss", 10}, {"----sss-", 10}, {"--ss--se", 8}, {"---s--ss", 7}, {"-----ss-", 7}, {"-----sss", 6}, {"-----s--", 6}, {"sssssss-", 6}, {"--ss----", 5}, {"--s-----", 5}, {"---ssss-", 5}, {"-s------", 5}, {"sss---s-", 4}, {"---s--se", 4}, {"-s---s--", 4}}};
constexpr std::array<Counted, 24> kFirstStrainsOfSongs = {{{"abcdefgh", 180}, {"abacdefg", 19}, {"abcdebfg", 13}, {"abcdaefg", 12}, {"abcdcefg", 8}, {"abcdeefg", 8}, {"abcdefgd", 7}, {"abcdabef", 7}, {"abcdabce", 6}, {"abcdabcd", 5}, {"aabcddef", 5}, {"ababcdef", 4}, {"abcdedfg", 4}, {"abcdefgg", 4}, {"abcdebcf", 4}, {"abcdefgb", 3}, {"abcdefcg", 3}, {"abcbcdef", 3}, {"abacabac", 3}, {"abacadef", 3}, {"abcbdefb", 3}, {"abcbdefg", 3}, {"abcdebcd", 3}, {"aabcdefg", 2}}};
constexpr std::array<Counted, 24> kLaterStrainsOfSongs = {{{"abcdefgh", 494}, {"abcdefgd", 25}, {"abacdefg", 20}, {"abcbdefg", 19}, {"abcdeefg", 18}, {"abcdebfg", 16}, {"abcdaefg", 13}, {"abcdabef", 11}, {"abcdeffg", 10}, {"aabcdefg", 9}, {"abcdefgg", 9}, {"abcdefcd", 8}, {"abcdefeg", 8}, {"abcdefcg", 7}, {"abcbcdef", 7}, {"abcdefdg", 7}, {"abcdebcd", 7}, {"abcdcefg", 6}, {"aabcddef", 5}, {"abcdefge", 5}, {"abcdedfg", 5}, {"abcdeeef", 5}, {"abcdabce", 5}, {"abcdefgf", 5}}};
constexpr std::array<Counted, 32> kSharedOfSongs = {{{"--------", 474}, {"sss-----", 34}, {"-------s", 27}, {"ssss----", 26}, {"s-------", 21}, {"ss------", 19}, {"------s-", 18}, {"----s---", 17}, {"-ssss---", 14}, {"-s------", 13}, {"-sss----", 12}, {"--s-----", 12}, {"-----s--", 9}, {"---s----", 8}, {"s-s-----", 7}, {"----ssss", 7}, {"-----ss-", 6}, {"-----sss", 5}, {"----sss-", 5}, {"----ss-s", 4}, {"ss-----s", 4}, {"s---s---", 3}, {"-ss-----", 3}, {"-------e", 3}, {"-----s-s", 3}, {"-s-s----", 3}, {"---s---s", 3}, {"----ss--", 3}, {"--ss----", 3}, {"------ss", 3}, {"ss-s----", 2}, {"--s---s-", 2}}};
constexpr std::array<Counted, 4> kReturnsOfTunes = {{{"sssssss-", 499}, {"ssssssss", 310}, {"ssssss--", 68}, {"sssss---", 25}}};
constexpr std::array<Counted, 5> kReturnsOfSongs = {{{"ssssssss", 369}, {"sssssss-", 44}, {"ssssss--", 42}, {"sssss---", 32}, {"ssss----", 13}}};
// clang-format on

constexpr Habits kTunes = {kFirstStrainsOfTunes,
                           kLaterStrainsOfTunes,
                           kSharedOfTunes,
                           kReturnsOfTunes,
                           {{{0.04, 0.13, 0.06, 0.06, 0.01, 0.01, 0.01, 0.01},
                             {0.30, 0.04, 0.05, 0.07, 0.01, 0.02, 0.01, 0.01},
                             {0.26, 0.27, 0.01, 0.07, 0.03, 0.01, 0.01, 0.01},
                             {0.17, 0.20, 0.03, 0.09, 0.02, 0.02, 0.01, 0.04},
                             {0.13, 0.31, 0.09, 0.11, 0.01, 0.03, 0.02, 0.02},
                             {0.35, 0.12, 0.08, 0.13, 0.01, 0.01, 0.01, 0.03},
                             {0.25, 0.15, 0.08, 0.14, 0.02, 0.01, 0.01, 0.07},
                             {0.07, 0.06, 0.02, 0.16, 0.01, 0.01, 0.00, 0.08}}},
                           0.25,
                           -1.9F,
                           -1.3F,
                           -1.0F,
                           {0.5F, -0.8F},
                           {0.15F, 1.0F, 0.45F},
                           {0.98, 0, 1.0, 0.01},
                           {1.0, 0, 1.0, 0.006},
                           2.0};
constexpr Habits kSongs = {kFirstStrainsOfSongs,
                           kLaterStrainsOfSongs,
                           kSharedOfSongs,
                           kReturnsOfSongs,
                           {{{0.03, 0.07, 0.05, 0.11, 0.01, 0.02, 0.01, 0.03},
                             {0.14, 0.05, 0.04, 0.09, 0.01, 0.02, 0.02, 0.04},
                             {0.16, 0.20, 0.01, 0.06, 0.02, 0.02, 0.00, 0.03},
                             {0.11, 0.23, 0.02, 0.09, 0.03, 0.01, 0.00, 0.03},
                             {0.09, 0.23, 0.08, 0.16, 0.01, 0.01, 0.02, 0.04},
                             {0.16, 0.18, 0.06, 0.18, 0.01, 0.02, 0.02, 0.02},
                             {0.16, 0.12, 0.05, 0.17, 0.02, 0.02, 0.02, 0.07},
                             {0.10, 0.09, 0.02, 0.21, 0.00, 0.01, 0.01, 0.08}}},
                           0.6,
                           -0.4F,
                           -0.9F,
                           -1.5F,
                           {0.5F, 0.2F},
                           {0.0F, -0.5F, 0.2F},
                           {0.95, 0, 1.0, 0.008},
                           {1.0, 0, 1.0, 0.002},
                           2.2};

/// Waltzes are tunes whose strains have sixteen bars rather than eight.
constexpr Habits waltzes() {
  Habits habits = kTunes;
  habits.far_returns = -2.4F;
  habits.farther_returns = -0.5F;
  habits.motifs.moved = -0.5F;
  return habits;
}
constexpr Habits kWaltzes = waltzes();

}  // namespace

std::string_view draw(std::span<const Counted> shapes, Random& random) {
  int sum = 0;
  for (const Counted& counted : shapes)
    sum += counted.times;
  auto left = static_cast<int>(random.below(static_cast<std::uint64_t>(sum)));
  for (const Counted& counted : shapes) {
    left -= counted.times;
    if (left < 0) return counted.shape;
  }
  return shapes.front().shape;
}

const Habits& habits_of(const Style& style) {
  if (style.name == "waltz") return kWaltzes;
  return style.melody == "folk" ? kTunes : kSongs;
}

}  // namespace cantus::compose
