// Generator and discriminator at their contest, step by step, with the encoder that keeps the
// generator's noise legible.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "neural/train/band/batch.h"
#include "neural/train/band/net_shape.h"

namespace cantus::train_band {

/// How the discriminator's verdicts become losses, and what keeps it smooth.
enum class Contest {
  hinge,       ///< hinge losses; squared gradient at real phrases (R1; Mescheder et al. 2018)
  wasserstein  ///< differences of verdicts; gradient penalty between real and made (Gulrajani 2017)
};
constexpr std::string_view to_text(Contest contest) {
  return contest == Contest::hinge ? "hinge" : "wasserstein";
}

struct RivalSettings {
  NetShape shape;
  Contest contest = Contest::hinge;
  /// With an encoder the generator also learns to make a phrase again from its noise (a variational
  /// autoencoder against a discriminator; Larsen et al. 2016); without, noise is only drawn.
  bool encoder = true;
  double divergence = 0.3;   ///< weight of the noise's divergence from normal, per nat
  double adversarial = 1.0;  ///< weight of the discriminator's verdict, times places of a phrase
  double penalty = 1.0;      ///< of gradients
  int penalty_every = 8;     ///< steps
  double generator_rate = 5e-4;
  double discriminator_rate = 3e-4;
  double average = 0.999;  ///< of the generator's weights, kept each step
  std::uint64_t seed = 1;
};

struct StepFigures {
  double generator = 0.0;       ///< adversarial loss of the generator
  double discriminator = 0.0;   ///< loss of the discriminator
  double real = 0.0;            ///< mean verdict on real phrases
  double made = 0.0;            ///< on made ones
  double told_apart = 0.0;      ///< share of phrases judged rightly (verdict above or below 0)
  double reconstruction = 0.0;  ///< nats a phrase
  double divergence = 0.0;      ///< nats a phrase
};

/// The generator's output for one phrase: [kTokens][kContentFeatures], places outside the metre
/// included.
using PhraseLogits = std::vector<float>;

/// A weight in the file: row-major.
struct NamedWeight {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

class Rivals {
 public:
  explicit Rivals(const RivalSettings& settings);
  ~Rivals();
  Rivals(Rivals&&) noexcept;

  /// One step of each: `real` (its rows a multiple of eight) shows the discriminator what is true;
  /// the first half of it is made again from its own noise, the second half anew from drawn noise.
  /// `contest` false trains the autoencoder alone, `rate` scales both rates.
  StepFigures learn(const Batch& real, bool contest, double rate);

  /// Of the averaged generator, with noise drawn from `seed`, a phrase a row.
  std::vector<PhraseLogits> generate(const Batch& asked, std::uint64_t seed);
  /// The same from the phrases' own noise (its means).
  std::vector<PhraseLogits> make_again(const Batch& phrases);
  /// Verdicts on phrases as they are.
  std::vector<float> judge(const Batch& phrases);
  /// The logits of the averaged generator for noise as band::Latents has it, one phrase: for
  /// parity.
  PhraseLogits generate_from(const Batch& asked, std::span<const float> noise_by_token);
  /// The means of the encoder for one phrase: phrase, bars, players, cells.
  std::vector<float> encode(const Batch& phrase);

  /// Averaged generator and encoder, as the engine loads them.
  std::vector<NamedWeight> playing_weights() const;
  /// Everything a run needs to go on: weights, averages, moments.
  std::vector<NamedWeight> everything() const;
  /// False where a tensor is missing or of another size.
  bool restore(const std::map<std::string, std::vector<float>>& tensors, std::int64_t steps);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cantus::train_band
