// Writes a packed corpus and its catalogue, sequence by sequence (docs/formats/pack.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <vector>

#include "base/result.h"
#include "neural/packed/catalogue.h"
#include "neural/packed/packed.h"

namespace cantus::corpus {

/// What is said of a sequence besides its tokens.
struct SequenceFacts {
  std::uint32_t header_length = 0;
  std::uint32_t piece = 0;
  Split split = Split::train;
  std::uint8_t view = 0;
};

/// Tokens stream to a file beside the pack, so a corpus may be larger than memory; only the index
/// is kept. Nothing appears under the pack's name before finish(); without finish() nothing stays.
class PackWriter {
 public:
  static Result<PackWriter> create(const std::filesystem::path& pack,
                                   std::uint32_t vocabulary_size);
  PackWriter(PackWriter&& other) noexcept;
  PackWriter& operator=(PackWriter&&) = delete;
  ~PackWriter();

  /// Refuses an empty sequence, an id outside the vocabulary and a header longer than the sequence.
  Result<void> add(std::span<const std::uint16_t> tokens, const SequenceFacts& facts);

  /// Puts every sequence of piece i on side splits[i], for who knows the sides only at the end. A
  /// piece beyond them stays where it is.
  void move_pieces(std::span<const Split> splits);

  std::size_t sequences() const { return index_.size(); }
  std::uint64_t tokens() const { return tokens_; }

  /// Writes the catalogue, then the pack, each under a temporary name and renamed. The numbers of
  /// pieces, sequences and tokens of the sets are counted here. Refuses a piece that the catalogue
  /// lacks, a piece whose set it lacks, and a vocabulary of another size. Call it once.
  Result<void> finish(Catalogue catalogue);

 private:
  PackWriter(std::filesystem::path pack, std::uint32_t vocabulary_size);
  Result<void> count_sets(Catalogue& catalogue) const;
  Result<void> write_pack(const std::filesystem::path& path);

  std::filesystem::path pack_;
  std::filesystem::path stream_path_;
  std::ofstream stream_;
  std::uint32_t vocabulary_size_ = 0;
  std::uint64_t tokens_ = 0;
  std::vector<PackedSequence> index_;
};

}  // namespace cantus::corpus
