#include "neural/compose/echoes.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "base/random.h"
#include "neural/compose/plan.h"

namespace cantus::compose {
namespace {

/// Eight bars from a section's start; equal letters are bars with the same notes.
struct Pattern {
  std::string_view bars;
  int times;
};

// Counted in the training split: of the 3,231 blocks of eight bars of Nottingham's tunes and the
// 2,514 of OpenEWLD's songs these are nine in ten.
constexpr std::array<Pattern, 26> kTunes = {
    {{"abcdefgh", 1199}, {"abcdebcf", 375}, {"abcdebfg", 235}, {"abcdabef", 218}, {"abcdebcd", 152},
     {"abcdaefg", 123},  {"abcbdbce", 74},  {"abcdabce", 73},  {"abacabde", 65},  {"abcbdefg", 63},
     {"abacdefg", 59},   {"abcbdbef", 57},  {"abacadef", 39},  {"aabcdefg", 34},  {"abcdefcg", 32},
     {"abbcdefg", 20},   {"ababcdef", 19},  {"abacabad", 16},  {"abcdeefg", 15},  {"abcdefgd", 14},
     {"abcdedfg", 13},   {"abcbcdef", 11},  {"abcdefcd", 11},  {"abbcdbbe", 11},  {"abcdcefg", 10},
     {"abbccbbd", 9}}};
constexpr std::array<Pattern, 26> kSongs = {
    {{"abcdefgh", 1505}, {"abacdefg", 78}, {"abcdefgd", 71}, {"abcdebfg", 53}, {"abcdaefg", 49},
     {"abcbdefg", 48},   {"abcdeefg", 47}, {"abcdcefg", 32}, {"abcdabef", 28}, {"aabcdefg", 25},
     {"abcdabcd", 25},   {"abcdedfg", 25}, {"aabcddef", 23}, {"ababcdef", 23}, {"abcdabce", 22},
     {"abcbcdef", 18},   {"abcdefcd", 17}, {"abcdefcg", 15}, {"abcdeffg", 14}, {"abcdefgf", 14},
     {"abcdebcf", 14},   {"abbcdefg", 12}, {"abcbdefb", 12}, {"ababacde", 11}, {"abcdebcd", 11},
     {"abcddefg", 10}}};

/// How often a bar whose notes are new has the rhythm of the bar so many before it, 1 to 8 and no
/// nearer one: [place in its eight bars][bars back - 1]. The same pieces.
using Rhythms = std::array<std::array<double, 8>, 8>;
constexpr Rhythms kTuneRhythms = {{{0.05, 0.08, 0.04, 0.08, 0.01, 0.01, 0.01, 0.15},
                                   {0.18, 0.19, 0.08, 0.12, 0.02, 0.03, 0.01, 0.02},
                                   {0.30, 0.14, 0.07, 0.11, 0.05, 0.03, 0.01, 0.03},
                                   {0.18, 0.24, 0.02, 0.16, 0.02, 0.02, 0.01, 0.06},
                                   {0.15, 0.24, 0.06, 0.12, 0.03, 0.03, 0.02, 0.04},
                                   {0.31, 0.16, 0.07, 0.09, 0.01, 0.04, 0.03, 0.05},
                                   {0.27, 0.11, 0.05, 0.12, 0.02, 0.01, 0.02, 0.10},
                                   {0.15, 0.08, 0.04, 0.13, 0.01, 0.01, 0.01, 0.17}}};
constexpr Rhythms kSongRhythms = {{{0.05, 0.08, 0.05, 0.14, 0.02, 0.03, 0.01, 0.05},
                                   {0.16, 0.07, 0.06, 0.13, 0.02, 0.04, 0.03, 0.05},
                                   {0.14, 0.15, 0.01, 0.07, 0.03, 0.03, 0.01, 0.05},
                                   {0.11, 0.20, 0.03, 0.09, 0.02, 0.03, 0.01, 0.06},
                                   {0.09, 0.16, 0.08, 0.15, 0.01, 0.01, 0.02, 0.06},
                                   {0.16, 0.15, 0.05, 0.15, 0.00, 0.03, 0.02, 0.05},
                                   {0.13, 0.09, 0.02, 0.11, 0.01, 0.02, 0.01, 0.09},
                                   {0.09, 0.07, 0.02, 0.11, 0.00, 0.01, 0.00, 0.08}}};

std::string_view draw(std::span<const Pattern> patterns, Random& random) {
  int sum = 0;
  for (const Pattern& pattern : patterns)
    sum += pattern.times;
  auto left = static_cast<int>(random.below(static_cast<std::uint64_t>(sum)));
  for (const Pattern& pattern : patterns) {
    left -= pattern.times;
    if (left < 0) return pattern.bars;
  }
  return patterns.front().bars;
}

std::optional<int> draw_rhythm(const Rhythms& rhythms, int place, int bar, Random& random) {
  double left = random.uniform();
  int back = 1;
  for (const double share : rhythms[static_cast<std::size_t>(place)]) {
    left -= share;
    if (left < 0.0) return back <= bar ? std::optional(bar - back) : std::nullopt;
    ++back;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Echo> echoes_of(const Plan& plan) {
  const bool tune = plan.style->melody == "folk";
  const auto patterns = std::span<const Pattern>(tune ? kTunes : kSongs);
  const Rhythms& rhythms = tune ? kTuneRhythms : kSongRhythms;
  Random random = Random(plan.seed).fork("echoes");
  std::vector<Echo> echoes(static_cast<std::size_t>(plan.bars));
  for (const PlannedSection& section : plan.sections) {
    if (section.same_as) continue;
    std::string_view pattern;
    for (int inside = 0; inside < section.bars; ++inside) {
      const auto place = static_cast<std::size_t>(inside % 8);
      if (place == 0) pattern = draw(patterns, random);
      const int bar = section.first_bar + inside;
      Echo echo;
      const auto same = static_cast<int>(pattern.find(pattern[place]));
      if (same < static_cast<int>(place)) echo.notes = bar - static_cast<int>(place) + same;
      echo.rhythm = draw_rhythm(rhythms, static_cast<int>(place), bar, random);
      if (bar + 2 < plan.bars) echoes[static_cast<std::size_t>(bar)] = echo;
    }
  }
  return echoes;
}

}  // namespace cantus::compose
