// The three networks of the band in LibTorch: generator, encoder, discriminator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <torch/torch.h>

#include "neural/band/latents.h"
#include "neural/train/band/batch.h"
#include "neural/train/band/net_shape.h"

namespace cantus::train_band {

using at::Tensor;

/// A batch on the device, and what follows from it.
struct Rows {
  Tensor conditions;          ///< [rows, tokens, features]
  Tensor content;             ///< [rows, tokens, kContentFeatures]
  Tensor used, given, plays;  ///< [rows, tokens]
  Tensor roots;               ///< int64 [rows, tokens, places]

  static Rows of(const Batch& batch, at::Device device);
  Rows part(std::int64_t from, std::int64_t count) const;
  std::int64_t rows() const { return conditions.size(0); }
};

/// Pitch classes of the strokes above the chord's root: [rows, tokens, kRelativeFeatures].
Tensor relative(const Tensor& content, const Tensor& roots);

/// Named weights in a fixed order.
using Weights = std::vector<std::pair<std::string, Tensor>>;

/// Pre-norm blocks of attention between all tokens and a squared-ReLU layer, as
/// docs/formats/weights.md has them, without rotation and without a causal mask.
class Trunk {
 public:
  Trunk() = default;
  Trunk(std::string name, const NetShape& shape, int inputs, int blocks, Weights& weights);
  /// [rows, tokens, inputs] to [rows, tokens, width], normalised.
  Tensor operator()(const Tensor& inputs, const Tensor& used) const;

 private:
  Tensor attend(const Tensor& x, std::size_t block, const Tensor& hidden) const;
  int heads_ = 1;
  Tensor input_;
  std::vector<Tensor> norms_, qkv_, out_, mlp_norms_, in_, back_;
  Tensor final_norm_;
};

struct Logits {
  Tensor keys;     ///< [rows, tokens, places, kKeys]
  Tensor lengths;  ///< [rows, tokens, places, kLengths]
  Tensor bands;    ///< [rows, tokens, places, kBands]
};

/// Noise of several phrases, as band::Latents has it.
struct Noise {
  Tensor phrase;   ///< [rows, kPhraseNoise]
  Tensor bars;     ///< [rows, bars, kBarNoise]
  Tensor players;  ///< [rows, players, kPlayerNoise]
  Tensor cells;    ///< [rows, bars, players, kCellNoise]

  /// Numbers of one phrase's noise.
  static constexpr std::int64_t kSize = band::kPhraseNoise + rolls::kBars * band::kBarNoise +
                                        band::kPlayers * band::kPlayerNoise +
                                        rolls::kBars * band::kPlayers * band::kCellNoise;

  /// Of [rows, kSize]: phrase, bars, players, cells.
  static Noise of(const Tensor& flat);
  Tensor flat() const;
  /// [rows, tokens, kTokenNoise]
  Tensor by_token() const;
};

class Generator {
 public:
  explicit Generator(const NetShape& shape);
  Logits operator()(const Rows& rows, const Noise& noise) const;
  const Weights& weights() const { return weights_; }

 private:
  Weights weights_;
  Trunk trunk_;
  Tensor head_;       ///< [players, width, kContentFeatures + kRelativeFeatures]
  Tensor head_bias_;  ///< [players, kContentFeatures + kRelativeFeatures]
};

/// Strokes from logits, hard forwards and soft backwards (straight-through; Bengio et al. 2013):
/// given players as given, silent bars silent, lines one key at a time.
Tensor strokes(const Logits& logits, const Rows& rows);

struct Posterior {
  Noise mean;
  Noise log_variance;
  Noise drawn() const;
  Tensor divergence() const;  ///< [rows], nats from the normal distribution
};

class Encoder {
 public:
  explicit Encoder(const NetShape& shape);
  Posterior operator()(const Rows& rows) const;
  const Weights& weights() const { return weights_; }

 private:
  Weights weights_;
  Trunk trunk_;
  Tensor phrase_, bars_, players_, cells_;  ///< [2 · noise, width]
};

/// Real (positive) or not, at three scales.
struct Verdict {
  Tensor phrase;   ///< [rows]
  Tensor bars;     ///< [rows, bars]
  Tensor players;  ///< [rows, players]
  Tensor playing;  ///< [rows, players]: 1 where the player plays at all
  /// [rows]: the mean of the three scales' means.
  Tensor mean() const;
  /// [rows]: the same mean of `of` the verdicts.
  template <class Of>
  Tensor mean_of(Of of) const {
    const Tensor by_player = (of(players) * playing).sum(-1) / playing.sum(-1).clamp_min(1.0);
    return (of(phrase) + of(bars).mean(-1) + by_player) / 3.0;
  }
};

class Discriminator {
 public:
  explicit Discriminator(const NetShape& shape);
  Verdict operator()(const Rows& rows, const Tensor& content) const;
  const Weights& weights() const { return weights_; }

 private:
  Weights weights_;
  Trunk trunk_;
  Tensor phrase_in_, phrase_out_, bar_in_, bar_out_, player_in_, player_out_;
};

}  // namespace cantus::train_band
