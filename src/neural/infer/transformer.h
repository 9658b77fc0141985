// The weights of a network of docs/formats/weights.md, ready for decoding.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/infer/aligned_floats.h"
#include "neural/infer/isa.h"
#include "neural/infer/packed_matrix.h"
#include "neural/infer/precision.h"
#include "neural/infer/safetensors.h"

namespace cantus::infer {

struct TransformerConfig {
  int vocabulary = 0;
  int width = 0;
  int hidden = 0;
  int layers = 0;
  int heads = 0;
  int context = 0;  ///< tokens a sequence may have
  double rope_base = 0.0;
  std::string vocabulary_hash;

  int head_width() const { return width / heads; }
};

/// Reads the metadata and the shapes; fails where they disagree with each other or with what a
/// machine can hold.
Result<TransformerConfig> read_config(const SafeTensors& file);

struct Block {
  const float* attention_norm = nullptr;  ///< [width]
  PackedMatrix attention_qkv;             ///< [3 width, width]
  PackedMatrix attention_out;             ///< [width, width]
  const float* mlp_norm = nullptr;        ///< [width]
  PackedMatrix mlp_in;                    ///< [hidden, width]
  PackedMatrix mlp_out;                   ///< [width, hidden]
};

/// Constant after loading: any number of decoders, on any threads, may share one.
class Transformer {
 public:
  /// Matrices are held as the file holds them, or rounded to `wanted` (from int8 or bfloat16 to
  /// more, the numbers stay). Fails with the file's name and what is wrong with it. CANTUS_ISA is
  /// read here.
  static Result<Transformer> load(const std::filesystem::path& path,
                                  std::optional<Precision> wanted = std::nullopt);

  /// The same from an opened file, which is not needed afterwards.
  static Result<Transformer> load(const SafeTensors& file,
                                  std::optional<Precision> wanted = std::nullopt);

  const TransformerConfig& config() const { return config_; }

  /// Everything the file says of itself, also what the engine does not use.
  const Metadata& metadata() const { return metadata_; }

  Isa isa() const { return isa_; }

  /// Of the matrices that make keys and values, which are kept in it too.
  Precision precision() const { return blocks_.front().attention_qkv.precision; }

  /// Of all matrices: what is read of them for a token when none is beside it.
  std::size_t matrix_bytes() const;

  /// For tests: another of supported_isas(). Not while a decoder uses it.
  void use(Isa isa) { isa_ = isa; }

  const PackedMatrix& embedding() const { return embedding_; }  ///< [vocabulary, width]
  std::span<const Block> blocks() const { return blocks_; }
  const float* final_norm() const { return final_norm_; }  ///< [width]

  /// Cosine and sine by which pair `i` of a head turns at `position`: [position][head_width / 2].
  std::span<const float> cosines() const { return cosines_; }
  std::span<const float> sines() const { return sines_; }

 private:
  Result<void> read_weights(const SafeTensors& file, std::optional<Precision> wanted);
  void make_rotations();

  TransformerConfig config_;
  Metadata metadata_;
  Isa isa_ = Isa::scalar;
  AlignedFloats weights_;
  PackedMatrix embedding_;
  std::vector<Block> blocks_;
  const float* final_norm_ = nullptr;
  std::vector<float> cosines_;
  std::vector<float> sines_;
};

}  // namespace cantus::infer
