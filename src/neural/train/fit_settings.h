// What a training run is told, and which of it must stay the same when it is resumed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "neural/packed/packed.h"
#include "neural/train/model_shape.h"
#include "neural/train/training_windows.h"
#include "neural/train/workers/place.h"

namespace cantus::train {

struct FitSettings {
  std::filesystem::path corpus;      ///< NAME.pack, its catalogue beside it
  std::filesystem::path out;         ///< models/NAME: NAME.safetensors, .json and .png are written
  std::filesystem::path checkpoint;  ///< folder; empty for OUT.checkpoint
  std::filesystem::path from;        ///< models/NAME to begin with; empty for a fresh network
  ModelShape shape;                  ///< vocabulary and hash come from the corpus; all from `from`
  std::int64_t context = 0;          ///< tokens of a window in place of the shape's; 0 for those
  int transpose = 6;                 ///< semitones, up and down
  Mix mix;
  std::int64_t batch = 8;  ///< rows of `context` tokens a step
  std::int64_t rows = 1;   ///< rows computed at once; bounds memory, and the last bits
  std::int64_t steps = 2000;
  double minutes = 0.0;         ///< above 0: as many steps as fit, estimated once at the start
  std::int64_t most_steps = 0;  ///< bounds what `minutes` gives; 0 for none
  double rate = 2e-3;           ///< peak learning rate
  std::int64_t warmup = 100;    ///< steps
  double weight_decay = 0.1;
  double dropout = 0.0;
  std::int64_t low_rank = 0;  ///< of the change learnt in place of each matrix; 0 for all weights
  double average = 0.0;       ///< of the weights, such as 0.999; the average is what is written
  std::int64_t validate_every = 250;     ///< steps; 0 for never
  std::int64_t validate_tokens = 65536;  ///< of the validation split
  std::int64_t test_tokens = 100000;     ///< of the test split, scored at the end; 0 for none
  std::int64_t checkpoint_every = 100;   ///< steps
  std::int64_t report_every = 10;        ///< steps
  std::uint64_t seed = 1;
  int threads = 1;
  std::string device = "cpu";
  std::string precision = "fp32";  ///< or bf16
  bool compare_with_base = false;  ///< the base too is scored on the test split
  bool resume = false;
  Place place;              ///< among the workers of the run
  double patience = 120.0;  ///< seconds for another worker's part, before it is given up
  std::string commit;       ///< of this program, for the card
  const std::atomic<bool>* stop = nullptr;  ///< once true: a checkpoint is written and fit returns
};

/// Refuses what cannot work, by the option's name.
Result<void> check_settings(const FitSettings& settings);

/// JSON of what decides each step: a resumed run must have the same.
std::string fixed_settings(const FitSettings& settings, const corpus::PackedCorpus& corpus);

/// Names the first setting that differs between two of fixed_settings().
Result<void> check_same_settings(const std::string& was, const std::string& now);

/// The shape in fixed_settings().
Result<ModelShape> shape_in_settings(const std::string& settings);

}  // namespace cantus::train
