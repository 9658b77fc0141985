#include "neural/train/benchmark/roll_fit.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "neural/train/benchmark/roll_features.h"
#include "neural/train/benchmark/roll_score.h"

namespace cantus::benchmark {
namespace {

constexpr std::size_t kFramesLookedAt = 4500;  // of validation, while training
constexpr double kQuietWeight =
    6.0F;  // of the one in so many keys asked about where nothing is near

/// Keys near what sounded lately, recalled or sounding are always asked about; of the others a few,
/// which count for all.
KeyWeights draw_keys(const RollContext& context, std::size_t t, Random& random) {
  KeySet near = context.roll[t];
  for (std::size_t back = 1; back <= std::min<std::size_t>(t, 4); ++back) {
    context.roll[t - back].each([&](int key) {
      for (int k = std::max(key - 2, 0); k <= std::min(key + 2, kKeys - 1); ++k)
        near.add(k);
    });
  }
  for (const RecalledFrames& recalled : context.recalled) {
    for (const Recalled& r : recalled[t])
      r.next.each([&](int key) { near.add(key); });
  }
  KeyWeights weights{};
  for (int key = 0; key < kKeys; ++key) {
    if (near.has(key))
      weights[static_cast<std::size_t>(key)] = 1.0F;
    else if (random.uniform() * kQuietWeight < 1.0)
      weights[static_cast<std::size_t>(key)] = static_cast<float>(kQuietWeight);
  }
  return weights;
}

/// A move that keeps every note on the piano.
int draw_move(const Before& last, int widest, Random& random) {
  const int down = std::min<int>(widest, last.low);
  const int up = std::min<int>(widest, kKeys - 1 - last.high);
  if (down < 0 || up < 0 || last.low > last.high) return 0;
  return static_cast<int>(random.below(static_cast<std::uint64_t>(down + up + 1))) - down;
}

class RollTask {
 public:
  RollTask(const Splits<Roll>& splits, const RollFitSettings& settings)
      : settings_(settings),
        memory_(settings.learning.reading.memory ? std::span<const Roll>(splits.train)
                                                 : std::span<const Roll>()) {
    for (std::size_t i = 0; i < splits.train.size(); ++i) {
      train_.push_back(
          benchmark::context_of(splits.train[i], memory_, static_cast<std::int64_t>(i)));
      for (std::size_t t = 1; t < splits.train[i].size(); ++t)
        frames_.emplace_back(i, t);
    }
    for (const Roll& roll : splits.valid)
      valid_.push_back(benchmark::context_of(roll, memory_));
    order_ = frames_.size();
  }

  void batch(Random& random, int moments, Decisions& to) {
    for (int i = 0; i < moments; ++i) {
      if (order_ >= frames_.size()) shuffle(random);
      const auto [piece, t] = frames_[order_++];
      const RollContext& context = train_[piece];
      const int move = draw_move(context.before.back(), settings_.learning.transpose, random);
      add_frame(context, t, move, draw_keys(context, t, random), to);
    }
  }

  double look(DecisionNet& net) const {
    std::size_t frames = 0;
    for (const RollContext& context : valid_)
      frames += context.roll.size();
    const std::size_t stride = frames / kFramesLookedAt + 1;
    double sum = 0.0;
    std::size_t looked = 0;
    for (const RollContext& context : valid_) {
      for (std::size_t t = 1; t < context.roll.size(); t += stride, ++looked) {
        for (const double loss : key_losses({&net, 1}, context, t))
          sum += loss;
      }
    }
    return sum / static_cast<double>(looked);
  }

  std::size_t frames() const { return frames_.size(); }

 private:
  void shuffle(Random& random) {
    for (std::size_t i = frames_.size(); i > 1; --i)
      std::swap(frames_[i - 1], frames_[random.below(i)]);
    order_ = 0;
  }

  const RollFitSettings& settings_;
  TrainingMemory memory_;
  std::vector<RollContext> train_;
  std::vector<RollContext> valid_;
  std::vector<std::pair<std::size_t, std::size_t>> frames_;
  std::size_t order_ = 0;
};

void turn_all(std::vector<Roll>& rolls) {
  for (Roll& roll : rolls)
    roll = turned(roll);
}

}  // namespace

Result<double> fit_rolls(const std::filesystem::path& data, const RollFitSettings& settings) {
  auto splits = load_rolls(data, settings.set);
  if (!splits) return tl::unexpected<Error>(splits.error());
  if (settings.learning.reading.from_above) {
    turn_all(splits->train);
    turn_all(splits->valid);
  }
  RollTask task(*splits, settings);
  LearningTask learning;
  learning.features = roll_feature_count();
  learning.moments = task.frames();
  learning.batch = [&](Random& random, int moments, Decisions& to) {
    task.batch(random, moments, to);
  };
  learning.look = [&](DecisionNet& net) { return task.look(net); };
  return learn(settings.learning, learning);
}

}  // namespace cantus::benchmark
