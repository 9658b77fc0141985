// How much louder and later than its part a note is played: sums of what each of its features
// brings, the same bits on every machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <utility>
#include <vector>

#include "base/result.h"
#include "neural/touch/line_score.h"

namespace cantus::touch {

struct ShaperWeights {
  std::vector<float> louder;  ///< [kLineFeatures], velocity steps
  std::vector<float> later;   ///< [kLineFeatures], milliseconds
};

constexpr int kBesideBeats = 8;  ///< Beats either side whose notes a note is louder than.

/// The notes of a score that are beside one: from the first to before the second, its own included.
std::pair<std::size_t, std::size_t> beside(const LineScore& score, std::size_t note);

class LineShaper {
 public:
  /// Fails with invalid_input where a tensor has another size or a number is not finite.
  static Result<LineShaper> from(ShaperWeights weights);

  /// Fails as infer::SafeTensors does, and where the file is of another format or shape.
  static Result<LineShaper> load(const std::filesystem::path& path);

  /// For each note of the score, velocity steps above the mean of the notes beside it: the part's
  /// own level is left to whoever set it. Hangs on the notes within kLineBeats and kBesideBeats.
  std::vector<double> louder(const LineScore& score) const;

  /// Likewise milliseconds later than they are.
  std::vector<double> later_ms(const LineScore& score) const;
  const ShaperWeights& weights() const { return weights_; }

 private:
  explicit LineShaper(ShaperWeights weights) : weights_(std::move(weights)) {}
  ShaperWeights weights_;
};

/// Float32, under a temporary name, synced and renamed.
Result<void> write_shaper(const std::filesystem::path& path, const ShaperWeights& weights);

}  // namespace cantus::touch
