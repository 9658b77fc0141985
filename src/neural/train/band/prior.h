// The noise that phrases are drawn from while the networks learn.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "neural/train/band/nets.h"

namespace cantus::train_band {

/// Normal numbers, of which those of a phrase's bars are as
/// alike as the encoder finds them in music. Independent bars would make a groove that changes in
/// every bar; a full covariance was tried and was worse (docs/benchmarks-band.md).
class Prior {
 public:
  explicit Prior(bool learns) : learns_(learns) {
    alike_ = torch::zeros({kAlike});
    square_ = torch::ones({kAlike});
    root_ = torch::eye(Noise::kSize);
  }

  void see(const Noise& drawn) {
    if (!learns_) return;
    torch::NoGradGuard no_grad;
    const auto with_others = [](const Tensor& bars) {  // [rows, bars, numbers]
      const double n = rolls::kBars;
      return (bars.sum(1).square() - bars.square().sum(1)).mean(0) / (n * (n - 1.0));
    };
    const Tensor cells = drawn.cells.detach().flatten(2);
    const Tensor bars = drawn.bars.detach();
    const Tensor alike = torch::cat({with_others(bars), with_others(cells)});
    const Tensor square =
        torch::cat({bars.square().flatten(0, 1).mean(0), cells.square().flatten(0, 1).mean(0)});
    // Young estimates forget faster.
    const double kept = std::min(0.995, 1.0 - 1.0 / (2.0 + static_cast<double>(seen_)));
    alike_.mul_(kept).add_(alike, 1.0 - kept);
    square_.mul_(kept).add_(square, 1.0 - kept);
    if (++seen_ % kEvery == 0) solve();
  }

  Tensor draw(std::int64_t rows) const { return torch::randn({rows, Noise::kSize}).mm(root_.t()); }

  /// root · rootᵀ has ones on its diagonal, and between the bars of a phrase how alike they are.
  void solve() {
    const Tensor share = (alike_ / square_).clamp(0.0, 0.97).contiguous();
    const float* alike = share.data_ptr<float>();
    Tensor covariance = torch::eye(Noise::kSize, torch::kDouble);
    double* at = covariance.data_ptr<double>();
    constexpr std::int64_t kBars = band::kPhraseNoise;
    constexpr std::int64_t kCells =
        kBars + rolls::kBars * band::kBarNoise + band::kPlayers * band::kPlayerNoise;
    constexpr std::int64_t kOfBar = std::int64_t{band::kPlayers} * band::kCellNoise;
    const auto relate = [&](std::int64_t from, std::int64_t count, const float* how) {
      for (std::int64_t a = 0; a < rolls::kBars; ++a) {
        for (std::int64_t b = 0; b < rolls::kBars; ++b) {
          for (std::int64_t i = 0; i < count && a != b; ++i)
            at[(from + a * count + i) * Noise::kSize + from + b * count + i] = how[i];
        }
      }
    };
    relate(kBars, band::kBarNoise, alike);
    relate(kCells, kOfBar, alike + band::kBarNoise);
    root_ = at::linalg_cholesky(covariance).to(torch::kFloat).contiguous();
  }

  Tensor& alike() { return alike_; }
  Tensor& square() { return square_; }
  Tensor& root() { return root_; }
  std::int64_t& seen() { return seen_; }

 private:
  static constexpr std::int64_t kEvery = 50;
  static constexpr std::int64_t kAlike =
      band::kBarNoise + std::int64_t{band::kPlayers} * band::kCellNoise;
  bool learns_;
  std::int64_t seen_ = 0;
  Tensor alike_, square_, root_;
};

}  // namespace cantus::train_band
