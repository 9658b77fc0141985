#include "neural/compose/echoes.h"

#include <algorithm>
#include <string_view>

#include "base/random.h"
#include "neural/compose/habits.h"
#include "neural/compose/plan.h"

namespace cantus::compose {
namespace {

constexpr int kStrain = 8;

std::optional<int> draw_rhythm(const Habits& habits, int place, int bar, Random& random) {
  double left = random.uniform() / habits.rhythms_asked;
  int back = 1;
  for (const double share : habits.rhythms[static_cast<std::size_t>(place)]) {
    left -= share;
    if (left < 0.0) return back <= bar ? std::optional(bar - back) : std::nullopt;
    ++back;
  }
  return std::nullopt;
}

class Echoing {
 public:
  explicit Echoing(const Plan& plan)
      : plan_(plan),
        habits_(habits_of(*plan.style)),
        random_(Random(plan.seed).fork("echoes")),
        echoes_(static_cast<std::size_t>(plan.bars)) {}

  std::vector<Echo> write() {
    for (const PlannedSection& section : plan_.sections) {
      if (section.same_as) {
        if (section.kept == section.bars - 1) second_ending_ = section.first_bar + section.kept;
        continue;
      }
      for (int inside = 0; inside < section.bars; inside += kStrain) {
        const int bars = std::min(kStrain, section.bars - inside);
        write_strain(section.first_bar + inside, bars);
        if (bars == kStrain && !is_edge(section)) {
          strains_.push_back(section.first_bar + inside);
        }
      }
    }
    return std::move(echoes_);
  }

 private:
  static bool is_edge(const PlannedSection& section) {
    return section.name == "intro" || section.name == "outro" || section.name == "interlude";
  }

  void write_strain(int first_bar, int bars) {
    const bool first = strains_.empty();
    const auto pattern = draw(first ? habits_.first_strain : habits_.later_strain, random_);
    const auto shared = first ? std::string_view() : draw(habits_.shared, random_);
    const int other = first ? 0 : strains_[random_.below(strains_.size())];
    for (int place = 0; place < bars; ++place) {
      const auto p = static_cast<std::size_t>(place);
      Echo echo;
      const auto same = static_cast<int>(pattern.find(pattern[p]));
      if (same < place) echo.notes = first_bar + same;
      if (!first && shared[p] == 's') echo.notes = other + place;
      if (!first && shared[p] == 'e') echo.notes = second_ending_.value_or(other + place);
      echo.rhythm = draw_rhythm(habits_, place, first_bar + place, random_);
      if (first_bar + place + 1 < plan_.bars) {
        echoes_[static_cast<std::size_t>(first_bar + place)] = echo;
      }
    }
  }

  const Plan& plan_;
  const Habits& habits_;
  Random random_;
  std::vector<Echo> echoes_;
  std::vector<int> strains_;          ///< first bars of those written so far
  std::optional<int> second_ending_;  ///< the latest bar that ends a return in its own way
};

}  // namespace

std::vector<Echo> echoes_of(const Plan& plan) {
  return Echoing(plan).write();
}

}  // namespace cantus::compose
