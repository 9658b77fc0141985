// Finds and loads the weights that compose, and the card that says what they learnt from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "neural/band/network.h"
#include "neural/infer/transformer.h"

namespace cantus::tasks {

/// A network for one task of several, beside the composer.
struct Specialist {
  infer::Transformer model;
  std::string hash;
  std::string card;
};

/// The band: the generator that learnt against a discriminator.
struct BandWeights {
  band::BandNet net;
  std::string file;
  std::string hash;
  std::string card;
};

struct Weights {
  infer::Transformer model;
  std::filesystem::path path;
  std::string hash;  ///< FNV-1a of the file, sixteen hexadecimal digits
  std::string card;  ///< the JSON beside it, or "{}"
  /// Writes form and chords: planner.safetensors beside composer.safetensors, unless weights were
  /// asked for by name.
  std::optional<Specialist> planner;
  /// band.safetensors beside the composer's, on the same terms.
  std::optional<BandWeights> band;
};

/// The band of these weights, or null.
inline const band::BandNet* band_of(const Weights& weights) {
  return weights.band ? &weights.band->net : nullptr;
}

/// band.safetensors where find_model finds it. Fails with not_found, naming what is missing.
Result<BandWeights> load_band();

/// `name` in $CANTUS_MODELS, models/ here or beside the program or above it, the user's data
/// folder, /usr/share/cantus/models; nothing where it is in none of them.
std::optional<std::filesystem::path> find_model(std::string_view name);

/// `asked`, else composer.safetensors where find_model finds it. Fails with not_found, naming where
/// it looked, or where the weights speak another vocabulary.
/// They run in the `precision` named (float32, bf16, int8), in int8 where it is empty: as likely as
/// float32 and several times as fast (docs/benchmarks.md).
Result<Weights> load_weights(const std::optional<std::filesystem::path>& asked,
                             std::string_view precision = "");

}  // namespace cantus::tasks
