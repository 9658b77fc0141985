#include "neural/train/benchmark/recall.h"

#include <algorithm>
#include <cmath>

namespace cantus::benchmark {
namespace {

constexpr std::size_t kPlaces = 24;    // looked at for one frame
constexpr std::size_t kPostings = 48;  // compared of one list of places
constexpr int kContexts[] = {8, 4, 2, 1};
constexpr float kSharpness[] = {1.5F, 5.0F};

/// A place that may predict a frame.
struct Found {
  float alike;
  KeySet next;
};

/// Keeps the best kPlaces; equal ones in the order they came.
class Best {
 public:
  bool takes(float score) const { return found_.size() < kPlaces || score > lowest_; }
  void add(const Found& one) {
    if (found_.size() == kPlaces) found_.erase(found_.begin() + index_of_lowest());
    found_.push_back(one);
    lowest_ = found_[static_cast<std::size_t>(index_of_lowest())].alike;
  }
  const std::vector<Found>& found() const { return found_; }

 private:
  std::ptrdiff_t index_of_lowest() const {
    const auto less = [](const Found& a, const Found& b) { return a.alike < b.alike; };
    return std::min_element(found_.begin(), found_.end(), less) - found_.begin();
  }
  std::vector<Found> found_;
  float lowest_ = 0.0F;
};

/// Equal predictions become one; masses are made to add up to one.
std::vector<Recalled> merged(const std::vector<Found>& found) {
  std::vector<Recalled> list;
  float most = 0.0F;
  for (const Found& f : found)
    most = std::max(most, f.alike);
  for (const Found& f : found) {
    auto same = std::ranges::find(list, f.next, &Recalled::next);
    if (same == list.end()) same = list.insert(list.end(), {f.next, 0.0F, {}});
    same->alike = std::max(same->alike, f.alike);
    for (std::size_t i = 0; i < 2; ++i)
      same->mass[i] += std::exp(kSharpness[i] * (f.alike - most));
  }
  std::ranges::stable_sort(list,
                           [](const auto& a, const auto& b) { return a.mass[1] > b.mass[1]; });
  if (list.size() > kRecalled) list.resize(kRecalled);
  for (std::size_t i = 0; i < 2; ++i) {
    float sum = 0.0F;
    for (const Recalled& each : list)
      sum += each.mass[i];
    for (Recalled& each : list)
      each.mass[i] /= sum;
  }
  return list;
}

/// For every earlier frame s, how alike what ends at s is to what ends at t, the piece being
/// compared with itself moved. `scores` holds the same for t - 1.
[[gnu::target_clones("default", "arch=x86-64-v3")]] void follow(const KeySet& now,
                                                                const KeySet* moved,
                                                                std::size_t t,
                                                                float* scores) {
  for (std::size_t s = t; s-- > 0;) {
    const int sum = now.size() + moved[s].size();
    const float same =
        sum == 0 ? 1.0F : 2.0F * static_cast<float>(now.common(moved[s])) / static_cast<float>(sum);
    scores[s] = same + (s > 0 ? kForget * scores[s - 1] : 0.0F);
  }
}

/// Adds the predictions for every frame from the piece moved by `move`.
void recall_moved(const Roll& roll, int move, std::vector<Best>& best) {
  constexpr float kStranger = 0.3F;  // what a transposed place loses
  Roll moved;
  for (const KeySet& keys : roll)
    moved.push_back(keys.moved(move));
  std::vector<float> scores(roll.size(), 0.0F);
  for (std::size_t t = 0; t + 1 < roll.size(); ++t) {
    follow(roll[t], moved.data(), t, scores.data());
    for (std::size_t s = t; s-- > 0;) {
      const float score = scores[s] - (move == 0 ? 0.0F : kStranger);
      if (score > 0.5F && best[t + 1].takes(score)) best[t + 1].add({score, moved[s + 1]});
    }
  }
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 29U);
}

/// The lowest key of the frame before t: what places are compared from.
int anchor_of(const Roll& roll, std::size_t t) {
  const int lowest = roll[t - 1].lowest();
  return lowest == kKeys ? 0 : lowest;
}

/// Of the `frames` frames before t, wherever on the piano they lie.
std::uint64_t context_of(const Roll& roll, std::size_t t, int frames) {
  const int anchor = anchor_of(roll, t);
  std::uint64_t hash = static_cast<std::uint64_t>(frames);
  for (std::size_t back = 1; back <= static_cast<std::size_t>(frames); ++back) {
    roll[t - back].each(
        [&](int key) { hash = mixed(hash, static_cast<std::uint64_t>(key - anchor + 256)); });
    hash = mixed(hash, 1);
  }
  return hash;
}

/// How alike what goes before frame t of `a` is to what goes before frame s of `b` moved.
float alike_before(const Roll& a, std::size_t t, const Roll& b, std::size_t s, int move) {
  float sum = 0.0F;
  float weight = 1.0F;
  for (std::size_t back = 1; back <= std::min({s, t, std::size_t{8}}); ++back) {
    sum += weight * alike(a[t - back], b[s - back].moved(move));
    weight *= kForget;
  }
  return sum;
}

}  // namespace

float alike(const KeySet& a, const KeySet& b) {
  const int sum = a.size() + b.size();
  return sum == 0 ? 1.0F : 2.0F * static_cast<float>(a.common(b)) / static_cast<float>(sum);
}

RecalledFrames recall_within(const Roll& roll, std::span<const int> moves) {
  std::vector<Best> best(roll.size());
  for (const int move : moves)
    recall_moved(roll, move, best);
  RecalledFrames frames;
  for (const Best& each : best)
    frames.push_back(merged(each.found()));
  return frames;
}

TrainingMemory::TrainingMemory(std::span<const Roll> train) : train_(train) {
  for (std::uint32_t piece = 0; piece < train.size(); ++piece) {
    for (std::uint32_t t = 1; t < train[piece].size(); ++t) {
      for (const int frames : kContexts) {
        if (t >= static_cast<std::uint32_t>(frames))
          places_[context_of(train[piece], t, frames)].push_back({piece, t});
      }
    }
  }
}

RecalledFrames TrainingMemory::recall(const Roll& roll, std::int64_t own) const {
  RecalledFrames frames(roll.size());
  for (std::size_t t = 1; t < roll.size(); ++t) {
    Best best;
    std::size_t seen = 0;
    for (const int length : kContexts) {
      if (t < static_cast<std::size_t>(length) || seen >= kPlaces) continue;
      const auto list = places_.find(context_of(roll, t, length));
      if (list == places_.end()) continue;
      const std::size_t stride = list->second.size() / kPostings + 1;
      for (std::size_t i = 0; i < list->second.size(); i += stride) {
        const Place& place = list->second[i];
        if (static_cast<std::int64_t>(place.piece) == own) continue;
        const Roll& other = train_[place.piece];
        const int move = anchor_of(roll, t) - anchor_of(other, place.frame);
        const float score = alike_before(roll, t, other, place.frame, move);
        ++seen;
        if (best.takes(score)) best.add({score, other[place.frame].moved(move)});
      }
    }
    frames[t] = merged(best.found());
  }
  return frames;
}

}  // namespace cantus::benchmark
