// How much louder than its part a note is played: a sum of what each of its features brings, the
// same bits on every machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "neural/touch/line_score.h"

namespace cantus::touch {

struct ShaperWeights {
  std::vector<float> louder;  ///< [kLineFeatures], velocity steps
  std::vector<float> base;    ///< [1]: what an average note's features bring, taken off
};

class LineShaper {
 public:
  /// Fails with invalid_input where a tensor has another size or a number is not finite.
  static Result<LineShaper> from(ShaperWeights weights);

  /// Fails as infer::SafeTensors does, and where the file is of another format or shape.
  static Result<LineShaper> load(const std::filesystem::path& path);

  /// Velocity steps above what the part is played at.
  double louder(const LineFeatures& features) const;
  const ShaperWeights& weights() const { return weights_; }

 private:
  explicit LineShaper(ShaperWeights weights) : weights_(std::move(weights)) {}
  ShaperWeights weights_;
};

/// Float32, under a temporary name, synced and renamed.
Result<void> write_shaper(const std::filesystem::path& path, const ShaperWeights& weights);

}  // namespace cantus::touch
