// Learns a low-rank change of each matrix instead of the matrix (LoRA, Hu et al. 2021).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "neural/train/network.h"

namespace cantus::train {

class LowRank {
 public:
  /// Every matrix becomes itself + up · down, `up` from nought; gains stay.
  LowRank(Network& network, std::int64_t rank, std::uint64_t seed);

  /// As Optimiser::step(), for the factors.
  double step(double rate, std::int64_t step);

 private:
  struct Factor {
    at::Tensor value;
    at::Tensor first;
    at::Tensor second;
    void learn(const at::Tensor& gradient, double rate, std::int64_t step);
  };
  struct Matrix {
    at::Tensor weight;    ///< [out, in], part of the network's
    at::Tensor gradient;  ///< [out, in]
    at::Tensor base;      ///< [out, in]
    Factor up;            ///< [out, rank]
    Factor down;          ///< [rank, in]
  };

  Network& network_;
  std::vector<Matrix> matrices_;
};

}  // namespace cantus::train
