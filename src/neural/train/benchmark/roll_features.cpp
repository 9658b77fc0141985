#include "neural/train/benchmark/roll_features.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cantus::benchmark {
namespace {

constexpr int kMetres[] = {2, 3, 4, 6, 8, 12, 16, 24, 32};
constexpr int kMetreSizes = 107;  // their sum
constexpr int kChanges = 32;      // frames back of which is known whether anything changed
constexpr int kNeighbours[] = {0, -1, 1, -2, 2, -12, 12};
constexpr int kLengths = 14;
constexpr int kDecided = 48;  // keys below, within which a decided one is seen by its distance
constexpr int kCounts = 9;
constexpr int kBuckets = 12;
constexpr int kAlike = 6;

struct Window {
  int back;
  int reach;
};
constexpr Window kWindows[] = {{1, 30},  {2, 30},  {3, 28},  {4, 28},  {5, 20},  {6, 20},
                               {7, 20},  {8, 20},  {9, 12},  {10, 12}, {11, 12}, {12, 12},
                               {16, 20}, {24, 14}, {32, 14}, {48, 8},  {64, 8}};

struct RecallBlock {
  std::uint32_t none, chance[2], real[2], best, around;
};

/// Where each kind of feature begins.
struct Layout {
  FeatureBlocks blocks;
  // of the moment
  std::uint32_t bias = blocks.take(1);
  std::uint32_t metre = blocks.take(kMetreSizes);
  std::uint32_t age = blocks.take(14);
  std::uint32_t changes = blocks.take(kChanges);
  std::uint32_t unchanged = blocks.take(kLengths);
  std::uint32_t last_size = blocks.take(kCounts);
  std::uint32_t hits = blocks.take(kRecallSets * 6);
  // of the key
  std::uint32_t windows[std::size(kWindows)];
  std::uint32_t key = blocks.take(kKeys);
  std::uint32_t lengths = blocks.take(static_cast<int>(std::size(kNeighbours)) * 2 * kLengths);
  std::uint32_t share = blocks.take(10);
  std::uint32_t classes = blocks.take(24);
  std::uint32_t first = blocks.take(24);
  std::uint32_t range = blocks.take(2 * 20);
  std::uint32_t decided = blocks.take(kDecided + 1);
  std::uint32_t decided_classes = blocks.take(12);
  std::uint32_t lowest_decided = blocks.take(kDecided + 2);
  std::uint32_t count = blocks.take(kCounts);
  std::uint32_t last_below = blocks.take(kCounts);
  std::uint32_t last_above = blocks.take(kCounts);
  std::uint32_t fresh = blocks.take(5 * 5);
  std::uint32_t all_held = blocks.take(2 * kLengths);
  RecallBlock recalled[kRecallSets];

  Layout() {
    for (std::size_t i = 0; i < std::size(kWindows); ++i)
      windows[i] = blocks.take(2 * kWindows[i].reach + 1);
    for (RecallBlock& r : recalled) {
      r.none = blocks.take(1);
      for (std::size_t i = 0; i < 2; ++i) {
        r.chance[i] = blocks.take(kBuckets * 4);
        r.real[i] = blocks.take(1);
      }
      r.best = blocks.take(kAlike * 4 * 2);
      r.around = blocks.take(25);
    }
  }
};

const Layout& layout() {
  static const Layout kLayout;
  return kLayout;
}

std::uint32_t bucket(int length) {
  constexpr int kEdges[] = {1, 2, 3, 4, 5, 7, 9, 12, 16, 24, 32, 64, 255};
  return static_cast<std::uint32_t>(std::ranges::lower_bound(kEdges, length) - std::begin(kEdges));
}

std::uint32_t capped(int count, int sizes = kCounts) {
  return static_cast<std::uint32_t>(std::clamp(count, 0, sizes - 1));
}

/// One frame's features being written.
class Frame {
 public:
  Frame(const RollContext& context, std::size_t t, int move, Decisions& to)
      : context_(context), before_(context.before[t]), t_(t), move_(move), to_(to), l_(layout()) {
    for (std::size_t i = 0; i < std::size(kWindows); ++i) {
      if (t >= static_cast<std::size_t>(kWindows[i].back))
        context.roll[t - static_cast<std::size_t>(kWindows[i].back)].each(
            [&](int key) { past_[i].push_back(key); });
    }
    for (std::size_t i = 0; i < kRecallSets; ++i) {
      for (const Recalled& r : context.recalled[i][t])
        recalled_[i].push_back({&r, r.mass, 0});
    }
    add_moment();
  }

  void add_row(int key, bool answer, float weight) {
    add_windows(key);
    add_state(key);
    add_tonality(key);
    add_decided(key);
    for (std::size_t i = 0; i < kRecallSets; ++i)
      add_recalled(key, i);
    to_.close_row(answer, weight);
  }

  /// The key is decided: what follows may know of it.
  void decide(int key, bool on) {
    const bool was = context_.roll[t_ - 1].has(key);
    if (on) decided_.push_back(key);
    if (was) ++last_below_;
    if (on && !was) ++begun_;
    if (was && !on) ++ended_;
    for (auto& list : recalled_) {
      for (Weighed& w : list) {
        if (w.recalled->next.has(key) == on) continue;
        ++w.misses;
        w.mass[0] *= 0.5F;
        w.mass[1] *= 0.12F;
      }
    }
  }

 private:
  struct Weighed {
    const Recalled* recalled;
    std::array<float, 2> mass;
    int misses;
  };

  void moment(std::uint32_t index, float value = 1.0F) { to_.moments.add(index, value); }
  void row(std::uint32_t index, float value = 1.0F) { to_.rows.add(index, value); }

  void add_moment() {
    moment(l_.bias);
    std::uint32_t at = l_.metre;
    for (const int metre : kMetres) {
      moment(at + static_cast<std::uint32_t>(t_ % static_cast<std::size_t>(metre)));
      at += static_cast<std::uint32_t>(metre);
    }
    moment(l_.age + capped(static_cast<int>(std::bit_width(t_)), 14));
    for (std::size_t back = 1; back <= kChanges && back < t_; ++back) {
      if (context_.roll[t_ - back] != context_.roll[t_ - back - 1])
        moment(l_.changes + static_cast<std::uint32_t>(back - 1));
    }
    moment(l_.unchanged + bucket(before_.unchanged));
    moment(l_.last_size + capped(context_.roll[t_ - 1].size()));
    for (std::uint32_t i = 0; i < kRecallSets; ++i)
      moment(l_.hits + i * 6 + before_.hits[i]);
    to_.moments.close();
  }

  void add_windows(int key) {
    for (std::size_t i = 0; i < std::size(kWindows); ++i) {
      for (const int other : past_[i]) {
        const int distance = other - key + kWindows[i].reach;
        if (distance >= 0 && distance <= 2 * kWindows[i].reach)
          row(l_.windows[i] + static_cast<std::uint32_t>(distance));
      }
    }
  }

  void add_state(int key) {
    row(l_.key + static_cast<std::uint32_t>(std::clamp(key + move_, 0, kKeys - 1)));
    std::uint32_t at = l_.lengths;
    for (const int step : kNeighbours) {
      const int other = key + step;
      if (other >= 0 && other < kKeys) {
        const bool on = context_.roll[t_ - 1].has(other);
        row(at + (on ? kLengths : 0U) +
            bucket(before_.state_length[static_cast<std::size_t>(other)]));
      }
      at += 2 * kLengths;
    }
    for (int step = -2; step <= 2; ++step) {
      const int other = key + step;
      if (other < 0 || other >= kKeys) continue;
      const auto o = static_cast<std::size_t>(other);
      const auto s = static_cast<std::uint32_t>(step + 2);
      if (before_.share[o] != 0) row(l_.share + s, static_cast<float>(before_.share[o]) / 64.0F);
      if (before_.share_lately[o] != 0)
        row(l_.share + 5 + s, static_cast<float>(before_.share_lately[o]) / 64.0F);
    }
  }

  void add_tonality(int key) {
    for (int step = 0; step < 12; ++step) {
      const auto of = static_cast<std::size_t>((key + step) % 12);
      const auto s = static_cast<std::uint32_t>(step);
      row(l_.classes + s, before_.classes[of] * 4.0F);
      row(l_.classes + 12 + s, before_.classes_lately[of] * 4.0F);
    }
    const KeySet& first = context_.roll[0];
    std::uint32_t seen = 0;
    first.each([&](int other) { seen |= 1U << static_cast<unsigned>((other - key + 120) % 12); });
    for (std::uint32_t step = 0; step < 12; ++step) {
      if (((seen >> step) & 1U) != 0) row(l_.first + step);
    }
    if (!first.empty())
      row(l_.first + 12 + static_cast<std::uint32_t>((first.lowest() - key + 120) % 12));
    row(l_.range + capped(key - before_.low + 6, 20));
    row(l_.range + 20 + capped(before_.high - key + 6, 20));
  }

  void add_decided(int key) {
    std::uint32_t seen = 0;
    for (const int other : decided_) {
      if (key - other <= kDecided) row(l_.decided + static_cast<std::uint32_t>(key - other));
      seen |= 1U << static_cast<unsigned>((other - key + 120) % 12);
    }
    for (std::uint32_t step = 0; step < 12; ++step) {
      if (((seen >> step) & 1U) != 0) row(l_.decided_classes + step);
    }
    const int lowest = decided_.empty() ? kDecided + 1 : std::min(key - decided_.front(), kDecided);
    row(l_.lowest_decided + static_cast<std::uint32_t>(lowest));
    row(l_.count + capped(static_cast<int>(decided_.size())));
    row(l_.last_below + capped(last_below_));
    row(l_.last_above + capped(context_.roll[t_ - 1].size() - last_below_));
    row(l_.fresh + capped(begun_, 5) * 5 + capped(ended_, 5));
    row(l_.all_held + (begun_ + ended_ == 0 ? kLengths : 0U) + bucket(before_.unchanged));
  }

  void add_recalled(int key, std::size_t set) {
    const RecallBlock& block = l_.recalled[set];
    auto& list = recalled_[set];
    if (list.empty()) return row(block.none);
    float sum[2]{};
    float yes[2]{};
    const Weighed* best = &list.front();
    for (const Weighed& w : list) {
      const bool on = w.recalled->next.has(key);
      for (std::size_t i = 0; i < 2; ++i) {
        sum[i] += w.mass[i];
        if (on) yes[i] += w.mass[i];
      }
      if (w.mass[1] > best->mass[1]) best = &w;
    }
    const auto sure = capped(static_cast<int>(list.front().recalled->alike), 4);
    for (std::size_t i = 0; i < 2; ++i) {
      const float logit = std::log((yes[i] + 0.01F) / (sum[i] - yes[i] + 0.01F));
      row(block.chance[i] + sure * kBuckets +
          capped(static_cast<int>(logit * 1.2F + 6.0F), kBuckets));
      row(block.real[i], logit / 3.0F);
    }
    add_best(key, *best, block);
  }

  void add_best(int key, const Weighed& best, const RecallBlock& block) {
    const auto level = capped(static_cast<int>(best.recalled->alike * 1.2F), kAlike);
    const std::uint32_t on = best.recalled->next.has(key) ? 1 : 0;
    row(block.best + (level * 4 + capped(best.misses, 4)) * 2 + on);
    best.recalled->next.each([&](int other) {
      if (std::abs(other - key) <= 12)
        row(block.around + static_cast<std::uint32_t>(other - key + 12));
    });
  }

  const RollContext& context_;
  const Before& before_;
  std::size_t t_;
  int move_;
  Decisions& to_;
  const Layout& l_;
  std::array<std::vector<int>, std::size(kWindows)> past_;
  std::array<std::vector<Weighed>, kRecallSets> recalled_;
  std::vector<int> decided_;
  int last_below_ = 0;
  int begun_ = 0;
  int ended_ = 0;
};

}  // namespace

std::uint32_t roll_feature_count() {
  return layout().blocks.used();
}

void add_frame(
    const RollContext& context, std::size_t t, int move, const KeyWeights& weights, Decisions& to) {
  Frame frame(context, t, move, to);
  for (int key = 0; key < kKeys; ++key) {
    const bool on = context.roll[t].has(key);
    const float weight = weights[static_cast<std::size_t>(key)];
    if (weight > 0.0F) frame.add_row(key, on, weight);
    frame.decide(key, on);
  }
}

}  // namespace cantus::benchmark
