#include "music/formats/musicxml/flow.h"

#include <algorithm>
#include <numeric>

namespace cantus::formats::musicxml {
namespace {

/// A volta bracket: bars first..last, and the highest number of the brackets it stands with.
struct Bracket {
  std::size_t first = 0;
  std::size_t last = 0;
  std::vector<int> numbers;
  std::size_t group = 0;
  int highest = 0;
  bool alone = true;
  bool last_of_group = true;

  bool holds(int pass) const { return std::ranges::find(numbers, pass) != numbers.end(); }
};

void settle_groups(std::vector<Bracket>& brackets) {
  for (std::size_t first = 0, after = 0; first < brackets.size(); first = after) {
    int highest = 1;
    for (after = first; after < brackets.size() && brackets[after].group == brackets[first].group;
         ++after) {
      highest = std::max(highest, *std::ranges::max_element(brackets[after].numbers));
    }
    for (std::size_t i = first; i < after; ++i) {
      brackets[i].highest = highest;
      brackets[i].alone = after - first == 1;
      brackets[i].last_of_group = i + 1 == after;
    }
  }
}

/// Where the bracket that starts at `first` ends: at its stop, at a repeat's end, or where the next
/// one starts.
std::size_t drawn_end(std::span<const BarFlow> bars, std::size_t first) {
  std::size_t last = first;
  while (last + 1 < bars.size() && !bars[last].ending_stop && !bars[last].repeat_end &&
         bars[last + 1].ending.empty() && !bars[last + 1].repeat_start) {
    ++last;
  }
  return last;
}

/// Some files draw a volta over its first bar only: where a repeat's end and the next volta follow,
/// it lasts until that repeat's end.
std::size_t played_end(std::span<const BarFlow> bars, std::size_t first) {
  const std::size_t drawn = drawn_end(bars, first);
  for (std::size_t i = drawn; i + 1 < bars.size(); ++i) {
    const std::vector<int>& next = bars[i + 1].ending;
    if (bars[i].repeat_end) {
      const bool continues = !next.empty() && std::ranges::find(next, 1) == next.end();
      return continues ? i : drawn;
    }
    if (!next.empty() || bars[i + 1].repeat_start) break;
  }
  return drawn;
}

std::vector<Bracket> find_brackets(std::span<const BarFlow> bars) {
  std::vector<Bracket> brackets;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    if (bars[i].ending.empty()) continue;
    Bracket bracket{i, played_end(bars, i), bars[i].ending};
    const bool follows = !brackets.empty() && brackets.back().last + 1 == i;
    // Two first voltas in a row: the second is the second, whatever its number says.
    if (follows && brackets.back().numbers == bracket.numbers && bars[i - 1].repeat_end) {
      bracket.numbers = {*std::ranges::max_element(bracket.numbers) + 1};
    }
    const bool joins = follows && !bracket.holds(1);
    bracket.group = joins ? brackets.back().group : brackets.size();
    brackets.push_back(std::move(bracket));
  }
  settle_groups(brackets);
  return brackets;
}

/// Of two coda signs and no "To Coda", the first says where to leave.
std::vector<BarFlow> with_to_coda(std::span<const BarFlow> written) {
  std::vector<BarFlow> bars(written.begin(), written.end());
  if (std::ranges::any_of(bars, &BarFlow::to_coda)) return bars;
  if (std::ranges::count(bars, true, &BarFlow::coda) < 2) return bars;
  const auto first = std::ranges::find(bars, true, &BarFlow::coda);
  first->to_coda = true;
  first->coda = false;
  return bars;
}

class Player {
 public:
  explicit Player(std::span<const BarFlow> bars)
      : bars_(bars), brackets_(find_brackets(bars)), bracket_of_(bars.size(), nullptr) {
    for (const Bracket& bracket : brackets_) {
      for (std::size_t i = bracket.first; i <= bracket.last; ++i)
        bracket_of_[i] = &bracket;
    }
  }

  /// False where the piece would be longer than kMostPlayedBars.
  bool play() {
    std::size_t steps = 0;
    while (at_ < bars_.size()) {
      if (played_.size() >= kMostPlayedBars || ++steps > 4 * kMostPlayedBars) return false;
      if (skips_bracket()) continue;
      if (bars_[at_].repeat_start && at_ != start_) begin_repeat(at_);
      played_.push_back(static_cast<int>(at_));
      step();
    }
    return true;
  }

  std::vector<int> take() { return std::move(played_); }

 private:
  void begin_repeat(std::size_t bar) {
    start_ = bar;
    pass_ = 1;
  }

  bool skips_bracket() {
    const Bracket* bracket = bracket_of_[at_];
    if (bracket == nullptr || at_ != bracket->first) return false;
    const int wanted = jumped_ ? bracket->highest : pass_;
    // A pass beyond every number has no bracket of its own: the last one is played.
    if (bracket->holds(wanted)) return false;
    if (wanted > bracket->highest && bracket->holds(bracket->highest) && !bracket->alone) {
      return false;
    }
    at_ = bracket->last + 1;
    return true;
  }

  /// Another pass follows this repeat's end.
  bool goes_back(const BarFlow& bar) const {
    if (!bar.repeat_end || jumped_) return false;
    const Bracket* bracket = bracket_of_[at_];
    if (bracket == nullptr) return pass_ < bar.times;
    if (bracket->alone) return pass_ <= bracket->highest;
    return pass_ < bracket->highest;
  }

  bool leaves_voltas() const {
    const Bracket* bracket = bracket_of_[at_];
    return bracket != nullptr && at_ == bracket->last &&
           (bracket->last_of_group || bracket->holds(bracket->highest));
  }

  void step() {
    const BarFlow& bar = bars_[at_];
    if (goes_back(bar)) {
      ++pass_;
      at_ = start_;
      return;
    }
    if (bar.repeat_end || leaves_voltas()) begin_repeat(at_ + 1);
    if (jumped_ && bar.fine) {
      at_ = bars_.size();
    } else if (jumped_ && bar.to_coda && coda() > at_) {
      at_ = coda();
    } else if (!jumped_ && (bar.da_capo || bar.dal_segno)) {
      jumped_ = true;
      at_ = bar.da_capo ? 0 : segno_before(at_);
    } else {
      ++at_;
    }
  }

  std::size_t coda() const {
    // The last sign is the coda's own; an earlier one may stand for "to coda".
    for (std::size_t i = bars_.size(); i > 0; --i) {
      if (bars_[i - 1].coda) return i - 1;
    }
    return 0;
  }

  std::size_t segno_before(std::size_t bar) const {
    for (std::size_t i = bar + 1; i > 0; --i) {
      if (bars_[i - 1].segno) return i - 1;
    }
    return 0;
  }

  std::span<const BarFlow> bars_;
  std::vector<Bracket> brackets_;
  std::vector<const Bracket*> bracket_of_;
  std::vector<int> played_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  int pass_ = 1;
  bool jumped_ = false;
};

}  // namespace

std::vector<int> unfolded(std::span<const BarFlow> written) {
  const std::vector<BarFlow> bars = with_to_coda(written);
  Player player(bars);
  if (player.play()) return player.take();
  std::vector<int> order(bars.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

}  // namespace cantus::formats::musicxml
