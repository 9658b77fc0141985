// Trains a network on a packed corpus, so that it may be killed at any moment and go on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "neural/train/model_shape.h"
#include "neural/train/scores.h"
#include "neural/train/training_windows.h"

namespace cantus::train {

struct FitSettings {
  std::filesystem::path corpus;      ///< NAME.pack, its catalogue beside it
  std::filesystem::path out;         ///< models/NAME: NAME.safetensors, .json and .png are written
  std::filesystem::path checkpoint;  ///< folder; empty for OUT.checkpoint
  ModelShape shape;                  ///< vocabulary and hash come from the corpus
  int transpose = 6;                 ///< semitones, up and down
  Mix mix;
  std::int64_t batch = 8;  ///< rows of `context` tokens a step
  std::int64_t rows = 1;   ///< rows computed at once; bounds memory, and the last bits
  std::int64_t steps = 2000;
  double minutes = 0.0;       ///< above 0: as many steps as fit, estimated once at the start
  double rate = 2e-3;         ///< peak learning rate
  std::int64_t warmup = 100;  ///< steps
  double weight_decay = 0.1;
  double dropout = 0.0;
  double average = 0.0;  ///< of the weights, such as 0.999; the average is what is written
  std::int64_t validate_every = 250;     ///< steps; 0 for never
  std::int64_t validate_tokens = 65536;  ///< of the validation split
  std::int64_t test_tokens = 100000;     ///< of the test split, scored at the end; 0 for none
  std::int64_t checkpoint_every = 100;   ///< steps
  std::int64_t report_every = 10;        ///< steps
  std::uint64_t seed = 1;
  int threads = 1;
  std::string device = "cpu";
  std::string precision = "fp32";  ///< or bf16
  bool resume = false;
  std::string commit;                       ///< of this program, for the card
  const std::atomic<bool>* stop = nullptr;  ///< once true: a checkpoint is written and fit returns
};

struct Progress {
  std::int64_t step = 0;
  std::int64_t steps = 0;
  double loss = 0.0;  ///< nats a token, since the report before
  double rate = 0.0;
  double gradient_norm = 0.0;
  double tokens_per_second = 0.0;
  double seconds_left = 0.0;
  double validation = 0.0;  ///< nats a token; NaN except just after a validation
};

struct FitOutcome {
  bool finished = false;  ///< false where `stop` ended it
  std::int64_t steps = 0;
  double seconds = 0.0;
  double validation = 0.0;  ///< nats a token, at the end; NaN without validation
  std::optional<Scores> test;
};

using ReportProgress = std::function<void(const Progress&)>;

/// Runs to the last step and writes the model, its card and its curve. Being stopped is no failure.
Result<FitOutcome> fit(const FitSettings& settings, const ReportProgress& report);

/// Writes the model as it is in a checkpoint folder: OUT.safetensors. Returns its step.
Result<std::int64_t> export_checkpoint(const std::filesystem::path& checkpoint,
                                       const std::filesystem::path& out);

/// One line for a terminal: "step 120/2000  loss 3.214  1,530 tokens/s  1 h 12 min left".
std::string to_line(const Progress& progress);

}  // namespace cantus::train
