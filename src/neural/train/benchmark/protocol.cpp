#include "neural/train/benchmark/protocol.h"

#include <array>
#include <cmath>
#include <numeric>

namespace cantus::benchmark {
namespace {

using KeyValues = std::array<double, kKeys>;

/// How often each key sounds, kept off 0 and 1 so that a key never seen costs something finite.
KeyValues share_sounding(std::span<const Roll> rolls) {
  constexpr double kSmallest = 1e-6;
  KeyValues share{};
  double frames = 0.0;
  for (const Roll& roll : rolls) {
    for (const KeySet& frame : roll)
      frame.each([&](int key) { share[static_cast<std::size_t>(key)] += 1.0; });
    frames += static_cast<double>(roll.size());
  }
  for (double& each : share)
    each = std::min(std::max(each / frames, kSmallest), 1.0 - kSmallest);
  return share;
}

double loss_of(const KeySet& frame, const KeyValues& share) {
  double loss = 0.0;
  for (int key = 0; key < kKeys; ++key) {
    const double p = share[static_cast<std::size_t>(key)];
    loss -= std::log(frame.has(key) ? p : 1.0 - p);
  }
  return loss;
}

}  // namespace

Figures figures_of(std::span<const FrameLosses> pieces) {
  Figures figures;
  for (const FrameLosses& losses : pieces) {
    const double sum = std::accumulate(losses.begin(), losses.end(), 0.0);
    figures.nats_a_frame += sum;
    figures.mean_of_pieces += sum / static_cast<double>(losses.size());
    figures.frames += losses.size();
  }
  figures.nats_a_frame /= static_cast<double>(figures.frames);
  figures.mean_of_pieces /= static_cast<double>(pieces.size());
  return figures;
}

std::vector<FrameLosses> marginal_losses(std::span<const Roll> train,
                                         std::span<const Roll> scored) {
  const KeyValues share = share_sounding(train);
  std::vector<FrameLosses> losses;
  for (const Roll& roll : scored) {
    FrameLosses of_roll;
    for (std::size_t t = 1; t < roll.size(); ++t)
      of_roll.push_back(loss_of(roll[t], share));
    losses.push_back(std::move(of_roll));
  }
  return losses;
}

}  // namespace cantus::benchmark
