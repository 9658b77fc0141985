#include "neural/judge/trees.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace cantus::judge {

namespace {

struct Sums {
  double gradient = 0.0;
  double curvature = 0.0;
};

struct Split {
  double gain = 0.0;
  int feature = -1;
  double threshold = 0.0;
};

double worth(const Sums& sums, double shrink) {
  return sums.gradient * sums.gradient / (sums.curvature + shrink);
}

}  // namespace

class TreeGrower {
 public:
  TreeGrower(std::span<const Row* const> rows, const TreeSettings& settings, BoostedTrees& out)
      : rows_(rows), settings_(settings), out_(out), random_(settings.seed) {
    features_ = rows.empty() ? 0 : rows[0]->values.size();
    out_.gains_.assign(features_, 0.0);
    sort_rows();
    weigh_sides();
  }

  void grow_all() {
    std::vector<double> odds(rows_.size(), 0.0);
    for (int t = 0; t < settings_.trees && features_ > 0; ++t) {
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        const double p = 1.0 / (1.0 + std::exp(-odds[i]));
        slopes_[i] = {weights_[i] * ((rows_[i]->ours ? 1.0 : 0.0) - p),
                      weights_[i] * p * (1.0 - p)};
      }
      grow();
      for (std::size_t i = 0; i < rows_.size(); ++i)
        odds[i] += value_of(out_.trees_.back(), rows_[i]->values);
    }
    const double sum = std::accumulate(out_.gains_.begin(), out_.gains_.end(), 0.0);
    for (double& gain : out_.gains_)
      gain = share_of(gain, sum);
  }

  static double value_of(const BoostedTrees::Tree& tree, std::span<const double> values) {
    std::size_t at = 0;
    while (tree[at].feature >= 0) {
      const bool above = values[static_cast<std::size_t>(tree[at].feature)] > tree[at].threshold;
      at = static_cast<std::size_t>(tree[at].below) + (above ? 1 : 0);
    }
    return tree[at].value;
  }

 private:
  static constexpr int kOut = -1;  ///< not in this tree

  void sort_rows() {
    order_.resize(features_);
    for (std::size_t f = 0; f < features_; ++f) {
      order_[f].resize(rows_.size());
      std::iota(order_[f].begin(), order_[f].end(), 0U);
      std::ranges::stable_sort(order_[f], {}, [&](std::uint32_t i) { return rows_[i]->values[f]; });
    }
  }

  void weigh_sides() {
    const auto ours = static_cast<double>(std::ranges::count(rows_, true, &Row::ours));
    const auto all = static_cast<double>(rows_.size());
    for (const Row* row : rows_)
      weights_.push_back(row->ours ? share_of(all, 2.0 * ours) : share_of(all, 2.0 * (all - ours)));
    slopes_.resize(rows_.size());
    node_of_.resize(rows_.size());
  }

  std::vector<std::size_t> drawn_features() {
    std::vector<std::size_t> all(features_);
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto count = std::clamp<std::size_t>(
        static_cast<std::size_t>(
            std::lround(settings_.feature_share * static_cast<double>(features_))),
        1, features_);
    for (std::size_t i = 0; i < count; ++i)
      std::swap(all[i], all[i + random_.below(all.size() - i)]);
    all.resize(count);
    return all;
  }

  Sums sums_of(int node) const {
    Sums sums;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (node_of_[i] != node) continue;
      sums.gradient += slopes_[i].gradient;
      sums.curvature += slopes_[i].curvature;
    }
    return sums;
  }

  void grow() {
    for (int& node : node_of_)
      node = random_.uniform() < settings_.row_share ? 0 : kOut;
    const auto features = drawn_features();
    BoostedTrees::Tree tree(1);
    std::size_t first = 0;
    for (int level = 0; level < settings_.depth; ++level) {
      const std::size_t end = tree.size();
      const auto splits = best_splits(features, first, end);
      for (std::size_t node = first; node < end; ++node)
        divide(tree, node, splits[node - first]);
      first = end;
    }
    for (std::size_t node = 0; node < tree.size(); ++node) {
      if (tree[node].feature >= 0) continue;
      const Sums sums = sums_of(static_cast<int>(node));
      tree[node].value = settings_.rate * sums.gradient / (sums.curvature + settings_.shrink);
    }
    out_.trees_.push_back(std::move(tree));
  }

  /// The best split of each node of a level: one pass over the sorted rows a feature.
  std::vector<Split> best_splits(const std::vector<std::size_t>& features,
                                 std::size_t first,
                                 std::size_t end) const {
    std::vector<Split> best(end - first);
    std::vector<Sums> all(end - first);
    for (std::size_t n = first; n < end; ++n)
      all[n - first] = sums_of(static_cast<int>(n));
    std::vector<Sums> below;
    std::vector<double> last;
    for (const std::size_t feature : features) {
      below.assign(end - first, {});
      last.assign(end - first, 0.0);
      for (const std::uint32_t i : order_[feature]) {
        if (node_of_[i] < static_cast<int>(first)) continue;
        const auto n = static_cast<std::size_t>(node_of_[i]) - first;
        const double value = rows_[i]->values[feature];
        Sums& low = below[n];
        if (low.curvature > 0.0 && value > last[n]) {
          consider(all[n], low, {0.0, static_cast<int>(feature), 0.5 * (last[n] + value)}, best[n]);
        }
        low.gradient += slopes_[i].gradient;
        low.curvature += slopes_[i].curvature;
        last[n] = value;
      }
    }
    return best;
  }

  void consider(const Sums& all, const Sums& low, Split split, Split& best) const {
    const Sums high{all.gradient - low.gradient, all.curvature - low.curvature};
    if (low.curvature < settings_.fewest || high.curvature < settings_.fewest) return;
    split.gain =
        worth(low, settings_.shrink) + worth(high, settings_.shrink) - worth(all, settings_.shrink);
    if (split.gain > best.gain) best = split;
  }

  void divide(BoostedTrees::Tree& tree, std::size_t node, const Split& split) {
    if (split.feature < 0 || split.gain < 1e-9) return;
    const auto feature = static_cast<std::size_t>(split.feature);
    const int below = static_cast<int>(tree.size());
    tree[node].feature = split.feature;
    tree[node].threshold = split.threshold;
    tree[node].below = below;
    tree.resize(tree.size() + 2);
    out_.gains_[feature] += split.gain;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (node_of_[i] != static_cast<int>(node)) continue;
      node_of_[i] = below + (rows_[i]->values[feature] > split.threshold ? 1 : 0);
    }
  }

  std::span<const Row* const> rows_;
  const TreeSettings& settings_;
  BoostedTrees& out_;
  Random random_;
  std::size_t features_ = 0;
  std::vector<std::vector<std::uint32_t>> order_;  // [feature][rank] row
  std::vector<double> weights_;                    // [row]
  std::vector<Sums> slopes_;                       // [row]
  std::vector<int> node_of_;                       // [row]
};

BoostedTrees BoostedTrees::fit(std::span<const Row* const> rows, const TreeSettings& settings) {
  BoostedTrees trees;
  TreeGrower(rows, settings, trees).grow_all();
  return trees;
}

double BoostedTrees::score(std::span<const double> values) const {
  double sum = 0.0;
  for (const Tree& tree : trees_)
    sum += TreeGrower::value_of(tree, values);
  return sum;
}

}  // namespace cantus::judge
