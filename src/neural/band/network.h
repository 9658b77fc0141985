// The band's generator and encoder without LibTorch: noise and conditions to logits, and back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/band/conditions.h"
#include "neural/band/decide.h"
#include "neural/band/hands.h"
#include "neural/band/latents.h"
#include "neural/infer/aligned_floats.h"
#include "neural/infer/isa.h"
#include "neural/infer/packed_matrix.h"
#include "neural/infer/safetensors.h"

namespace cantus::band {

constexpr const char* kFormat = "cantus-band-1";

struct BandShape {
  int width = 0;
  int hidden = 0;
  int heads = 0;
  int generator_blocks = 0;
  int encoder_blocks = 0;
};

/// Attention between all tokens and a squared-ReLU layer, both before a residual.
struct BandBlock {
  const float* attention_norm = nullptr;  ///< [width]
  infer::PackedMatrix qkv;                ///< [3 width, width]
  infer::PackedMatrix out;                ///< [width, width]
  const float* mlp_norm = nullptr;        ///< [width]
  infer::PackedMatrix mlp_in;             ///< [hidden, width]
  infer::PackedMatrix mlp_out;            ///< [width, hidden]
};

struct BandTrunk {
  infer::PackedMatrix input;  ///< [width, inputs]
  std::vector<BandBlock> blocks;
  const float* final_norm = nullptr;  ///< [width]
};

/// Constant after loading; any number of threads may use one, each with a Workspace of its own.
class BandNet {
 public:
  /// Room for one phrase's passage through the networks.
  class Workspace {
   public:
    explicit Workspace(const BandNet& net);

   private:
    friend class BandNet;
    infer::AlignedFloats inputs, x, normed, qkv, attended, hidden, keys, values, scores, out;
  };

  /// Fails with the file's name and what is wrong with it. CANTUS_ISA is read here.
  static Result<BandNet> load(const std::filesystem::path& path);
  static Result<BandNet> load(const infer::SafeTensors& file);

  const BandShape& shape() const { return shape_; }
  const Leanings& leanings() const { return leanings_; }
  const Hands& hands() const { return hands_; }
  Hands& hands() { return hands_; }
  const NoisePrior& prior() const { return prior_; }
  const infer::Metadata& metadata() const { return metadata_; }
  infer::Isa isa() const { return isa_; }
  void use(infer::Isa isa) { isa_ = isa; }  ///< for tests: another of supported_isas()

  /// `logits` is [conditions.tokens()][kContentFeatures]. The same bits for every instruction set.
  /// Allocates nothing.
  void generate(const Conditions& conditions,
                const Latents& latents,
                Workspace& work,
                std::span<float> logits) const;

  /// What the band plays of these logits: stroke by stroke where the weights have hands, drawn from
  /// `chances` as Hands::play() says, else as decided_roll() does.
  rolls::Roll play(std::span<const float> logits,
                   const Conditions& conditions,
                   const Rules& rules,
                   std::span<const Random, rolls::kBars> chances) const;

  /// The noise that the strokes in `whole.grid` are made of.
  Latents encode(const Conditions& whole, Workspace& work) const;

 private:
  Result<void> read(const infer::SafeTensors& file);
  void run(const BandTrunk& trunk, int tokens, Workspace& work) const;
  void attend(int tokens, Workspace& work) const;

  BandShape shape_;
  infer::Metadata metadata_;
  infer::Isa isa_ = infer::Isa::scalar;
  infer::AlignedFloats weights_;
  BandTrunk generator_, encoder_;
  std::vector<infer::PackedMatrix>
      heads_;                         ///< a player: [kContentFeatures + kRelativeFeatures, width]
  const float* head_bias_ = nullptr;  ///< [kPlayers][kContentFeatures + kRelativeFeatures]
  infer::PackedMatrix phrase_, bars_, players_, cells_;
  Leanings leanings_;
  NoisePrior prior_;
  Hands hands_;
};

/// The networks' widest input: conditions, strokes, strokes above the root, noise.
constexpr int kGeneratorInputs =
    kConditionFeatures + kContentFeatures + kRelativeFeatures + kTokenNoise;
constexpr int kEncoderInputs = kConditionFeatures + kContentFeatures + kRelativeFeatures;
constexpr int kHeadOutputs = kContentFeatures + kRelativeFeatures;

}  // namespace cantus::band
