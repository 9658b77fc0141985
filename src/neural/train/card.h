// The card of a model, NAME.json: what it is, what it was trained on and how well it does.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "neural/packed/catalogue.h"
#include "neural/train/curve.h"
#include "neural/train/model_shape.h"
#include "neural/train/scores.h"

namespace cantus::train {

struct Card {
  std::string name;
  ModelShape shape;
  std::string settings;  ///< JSON object: how it was trained
  std::int64_t steps = 0;
  std::uint64_t tokens = 0;  ///< scored in training
  double seconds = 0.0;      ///< of training, validation included
  std::string device;
  int threads = 1;
  std::string libtorch;
  std::string commit;
  std::string corpus;  ///< file name
  const corpus::Catalogue* catalogue = nullptr;
  std::string base;       ///< name of the model it began with, empty for none
  std::string base_card;  ///< that model's, whose data sets are its own too
  Curve curve;
  std::optional<Scores> base_test;  ///< the base's, of the same tokens
  std::optional<Scores> test;
  std::optional<Scores> known;  ///< of the training split: far below the test, it is known by heart
  std::optional<double> validation;  ///< nats a token
};

std::string to_json(const Card& card);

/// Adds or replaces `likelihood.SPLIT` of a card.
Result<void> add_scores(const std::filesystem::path& card,
                        const std::string& split,
                        const Scores& scores);

}  // namespace cantus::train
