#include "neural/train/benchmark/roll_score.h"

#include <algorithm>

#include "neural/train/benchmark/roll_features.h"

namespace cantus::benchmark {
namespace {

constexpr std::size_t kFramesAtOnce = 32;

KeyWeights every_key() {
  KeyWeights weights;
  weights.fill(1.0F);
  return weights;
}

}  // namespace

Roll turned(const Roll& roll) {
  Roll to(roll.size());
  for (std::size_t t = 0; t < roll.size(); ++t)
    roll[t].each([&](int key) { to[t].add(kKeys - 1 - key); });
  return to;
}

std::array<double, kKeys> key_losses(std::span<DecisionNet> nets,
                                     const RollContext& context,
                                     std::size_t t) {
  Decisions rows;
  add_frame(context, t, 0, every_key(), rows);
  const std::vector<float> logits = logits_of_each(nets, rows).back();
  std::array<double, kKeys> losses{};
  for (std::size_t r = 0; r < kKeys; ++r)
    losses[r] = loss_of(logits[r], rows.answer[r] > 0.5F);
  return losses;
}

std::vector<FrameLosses> losses_of_each(std::span<DecisionNet> nets, const RollContext& context) {
  std::vector<FrameLosses> losses(nets.size() + 1, FrameLosses(context.roll.size() - 1));
  for (std::size_t from = 1; from < context.roll.size(); from += kFramesAtOnce) {
    Decisions rows;
    const std::size_t to = std::min(from + kFramesAtOnce, context.roll.size());
    for (std::size_t t = from; t < to; ++t)
      add_frame(context, t, 0, every_key(), rows);
    const std::vector<std::vector<float>> logits = logits_of_each(nets, rows);
    for (std::size_t i = 0; i < logits.size(); ++i) {
      for (std::size_t r = 0; r < rows.size(); ++r) {
        losses[i][from - 1 + rows.moment_of[r]] += loss_of(logits[i][r], rows.answer[r] > 0.5F);
      }
    }
  }
  return losses;
}

FrameLosses frame_losses(std::span<DecisionNet> nets, const RollContext& context) {
  return losses_of_each(nets, context).back();
}

}  // namespace cantus::benchmark
