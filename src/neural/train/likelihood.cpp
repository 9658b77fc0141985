#include "neural/train/likelihood.h"

#include <algorithm>

namespace cantus::train {

void each_loss(Network& network,
               const Batch& batch,
               std::int64_t rows,
               at::Device device,
               const std::function<void(std::uint32_t, double)>& take) {
  for (std::int64_t row = 0; row < batch.rows; row += rows) {
    const std::int64_t count = std::min(rows, batch.rows - row);
    const at::Tensor losses =
        network.token_losses(BatchTensors::of(batch, row, count, device)).contiguous();
    for (std::int64_t i = 0; i < losses.numel(); ++i) {
      const auto at = static_cast<std::size_t>(row * batch.context + i);
      if (batch.targets[at] == kUnscored) continue;
      take(batch.sequences[at], static_cast<double>(losses.data_ptr<float>()[i]));
    }
  }
}

double mean_loss(Network& network,
                 const std::vector<Batch>& batches,
                 std::int64_t rows,
                 at::Device device) {
  double sum = 0.0;
  std::int64_t tokens = 0;
  for (const Batch& batch : batches) {
    each_loss(network, batch, rows, device, [&](std::uint32_t, double nats) {
      sum += nats;
      ++tokens;
    });
  }
  return tokens > 0 ? sum / static_cast<double>(tokens) : 0.0;
}

}  // namespace cantus::train
