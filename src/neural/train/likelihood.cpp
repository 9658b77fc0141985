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

}  // namespace cantus::train
