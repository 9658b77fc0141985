// The figures of stored networks on the splits they were not trained on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/train/benchmark/datasets.h"
#include "neural/train/benchmark/protocol.h"

namespace cantus::benchmark {

struct Asked {
  bool test = true;    ///< touch the test split
  bool write = false;  ///< the figures into the cards
};

struct Row {
  std::string name;  ///< of one network's file, or "together"
  Figures valid;
  Figures test;  ///< no frames where test was not to be touched
};

/// SLUG-1.safetensors, SLUG-2.safetensors … in `models`; the last row is of all together, where
/// there are several: networks that decide in the same order by their mean logit, the orders by the
/// mean probability of a frame. Fails where there is none. Two threads share the pieces.
Result<std::vector<Row>> evaluate_rolls(const std::filesystem::path& data,
                                        const std::filesystem::path& models,
                                        RollSet set,
                                        const Asked& asked);

/// The same of chorales-1.safetensors …; a frame is a sixteenth, of four notes.
Result<std::vector<Row>> evaluate_voices(const std::filesystem::path& data,
                                         const std::filesystem::path& models,
                                         const Asked& asked);

}  // namespace cantus::benchmark
