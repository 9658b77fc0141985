// Draws the windows that a network is trained on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "neural/train/windows.h"

namespace cantus::train {

/// Weight of a set's or a view's sequences, by name; 1 where not named. A sequence has the product
/// of its set's and its view's.
using Mix = std::map<std::string, double>;

struct WindowSettings {
  std::int64_t context = 512;
  int transpose = 6;  ///< semitones, up and down
  Mix mix;
};

/// Batch n is a function of the seed and n alone, so a run that is resumed sees what it would have
/// seen. The corpus and the catalogue must outlive this.
class TrainingWindows {
 public:
  /// Fails where the training split is empty or a name in the mix is neither a set nor a view.
  static Result<TrainingWindows> create(const corpus::PackedCorpus& corpus,
                                        const corpus::Catalogue& catalogue,
                                        const WindowSettings& settings);

  void draw(std::uint64_t seed, std::uint64_t step, std::int64_t rows, Batch& batch) const;

  /// A window of at most `room` positions. Its sequence is chosen in proportion to length times
  /// weight; one that does not fit begins at a bar. Its tokens are seen equally often,
  /// those of its first window up to twice as often: composing always begins there.
  Window draw_window(Random& random, std::int64_t room) const;

  std::uint64_t tokens() const { return tokens_; }  ///< in the training split

 private:
  TrainingWindows(const corpus::PackedCorpus& corpus,
                  const corpus::Catalogue& catalogue,
                  const WindowSettings& settings);
  Result<void> weigh(const corpus::Catalogue& catalogue);
  void fill_row(Random& random, Batch& batch, std::int64_t row) const;
  const std::vector<std::uint16_t>& turn_for(Random& random, const Window& window) const;

  const corpus::PackedCorpus* corpus_;
  corpus::IdRange bars_;
  WindowSettings settings_;
  std::vector<std::vector<std::uint16_t>> turns_;  ///< [transpose + semitones], empty for none
  std::vector<std::uint32_t> sequences_;
  std::vector<double> cumulative_;  ///< of length times weight, beside sequences_
  std::uint64_t tokens_ = 0;
};

}  // namespace cantus::train
