#include "neural/compose/forms.h"

#include <algorithm>
#include <array>
#include <string>

#include "neural/compose/habits.h"
#include "neural/compose/style.h"

namespace cantus::compose {
namespace {

// Counted in the training split: tunes in Nottingham and folk_abc (4/4, 2/4, 6/8), waltzes in
// both, songs in OpenEWLD, hymns in the Open Hymnal. A strain that has five of an earlier one's
// eight bars at their places (a hymn's phrase three of four) has its letter. Left out are rare
// forms, and those of three strains or more where nothing returns or one comes thrice running.
constexpr std::array<Counted, 29> kTunes = {
    {{"AB", 611},   {"ABB", 61},      {"AAB", 57},     {"ABA", 14},    {"AABB", 1590},
     {"AABC", 130}, {"ABCC", 49},     {"AABA", 40},    {"ABCB", 26},   {"ABAB", 17},
     {"AABCD", 17}, {"AABAA", 17},    {"AABBC", 5},    {"ABCDD", 3},   {"AABCA", 3},
     {"ABBCC", 2},  {"AABCC", 2},     {"AABBCC", 98},  {"AABCBC", 19}, {"AABBAA", 14},
     {"AABABA", 8}, {"AABCDD", 6},    {"ABBCDD", 6},   {"AABBCD", 3},  {"ABCCDD", 3},
     {"AABCAA", 3}, {"AABBCCDD", 29}, {"ABABCDCD", 4}, {"AABBCDCD", 2}}};
constexpr std::array<Counted, 16> kWaltzes = {{{"AB", 113},
                                               {"ABB", 4},
                                               {"AAB", 2},
                                               {"AABA", 16},
                                               {"AABC", 13},
                                               {"ABCB", 13},
                                               {"AABB", 9},
                                               {"ABAB", 4},
                                               {"ABBA", 4},
                                               {"ABCC", 3},
                                               {"AABCD", 3},
                                               {"ABCDB", 1},
                                               {"AABCBC", 2},
                                               {"ABCDABCD", 5},
                                               {"ABCBABCB", 2},
                                               {"AABCAABC", 2}}};
constexpr std::array<Counted, 10> kSongs = {{{"ABAC", 47},
                                             {"AABA", 42},
                                             {"ABAB", 26},
                                             {"AABC", 11},
                                             {"ABCA", 6},
                                             {"AABAAABA", 25},
                                             {"ABACABAC", 22},
                                             {"ABCDABCD", 11},
                                             {"AABCAABC", 3},
                                             {"ABCCABCC", 2}}};
constexpr std::array<Counted, 16> kHymns = {{{"AB", 49},
                                             {"AAB", 8},
                                             {"AABC", 23},
                                             {"AABA", 10},
                                             {"ABCB", 9},
                                             {"ABAC", 3},
                                             {"ABBC", 2},
                                             {"AABCD", 3},
                                             {"ABABCD", 4},
                                             {"ABCCAB", 2},
                                             {"ABCDCE", 2},
                                             {"AABCDC", 2},
                                             {"ABABCDE", 1},
                                             {"ABABCDCB", 1},
                                             {"ABCDABCD", 1},
                                             {"ABABCCAB", 1}}};

struct Kind {
  std::string_view name;
  std::span<const Counted> forms;
  int strain;          ///< bars
  bool plays_through;  ///< Lengths that were not counted are a shorter form, again and again.
};
constexpr std::array<Kind, 4> kKinds = {{{"tune", kTunes, 8, true},
                                         {"waltz", kWaltzes, 8, true},
                                         {"song", kSongs, 8, false},
                                         {"hymn", kHymns, 4, true}}};

/// Letters of a form of so many strains; empty where none is known.
std::string letters_of(const Kind& kind, int strains, Random& random) {
  std::vector<Counted> fitting;
  for (const Counted& form : kind.forms) {
    if (static_cast<int>(form.shape.size()) == strains) fitting.push_back(form);
  }
  if (!fitting.empty()) return std::string(draw(fitting, random));
  if (strains < 2 || !kind.plays_through) return {};
  const std::string half = letters_of(kind, strains / 2, random);
  std::string all = half + half;
  if (strains % 2 != 0) all += half.substr(0, 1);
  return all;
}

const Kind* kind_of(const Style& style) {
  const auto kind = std::ranges::find(kKinds, style.form, &Kind::name);
  return kind == kKinds.end() ? nullptr : &*kind;
}

}  // namespace

std::optional<int> usual_bars(const Style& style, double about, double near) {
  constexpr double kFewest = 14.0;
  const Kind* kind = kind_of(style);
  if (kind == nullptr || about < kFewest) return std::nullopt;
  const auto distance = [&](int bars) { return std::max(bars / about, about / bars); };
  const int fewer = 8 * static_cast<int>(about / 8.0);
  int best = distance(fewer + 8) < distance(fewer) ? fewer + 8 : fewer;
  int most = 0;
  for (int bars = 16; bars <= kMostBars && bars <= near * about; bars += 8) {
    if (distance(bars) > near) continue;
    int pieces = 0;
    for (const Counted& form : kind->forms) {
      if (static_cast<int>(form.shape.size()) * kind->strain == bars) pieces += form.times;
    }
    if (pieces > most) best = bars;
    most = std::max(most, pieces);
  }
  return best;
}

std::optional<std::vector<FormItem>> usual_form(const Plan& plan, const Random& random) {
  const Kind* kind = kind_of(*plan.style);
  if (kind == nullptr) return std::nullopt;
  const int left_over = plan.bars % kind->strain;
  if (left_over > 0 && !kind->plays_through) return std::nullopt;
  Random drawing = random.fork("usual form");
  const std::string letters = letters_of(*kind, plan.bars / kind->strain, drawing);
  if (letters.empty()) return std::nullopt;
  std::vector<FormItem> form;
  for (const char letter : letters)
    form.push_back({std::string(1, letter), kind->strain});
  if (left_over > 0) form.push_back({"outro", left_over});
  return form;
}

void vary_endings(const Style& style, std::vector<FormItem>& form, const Random& random) {
  Random drawing = random.fork("endings");
  for (std::size_t i = 0; i < form.size(); ++i) {
    const auto same = [&](const FormItem& earlier) { return earlier.name == form[i].name; };
    if (std::none_of(form.begin(), form.begin() + static_cast<std::ptrdiff_t>(i), same)) continue;
    const auto shape = draw(habits_of(style).returns, drawing);
    const auto bars = static_cast<int>(std::ranges::count(shape, '-'));
    form[i].new_ending = std::min(bars, form[i].bars / 2);
  }
}

}  // namespace cantus::compose
