// A packed corpus, mapped: sequences of token ids with their split (docs/formats/pack.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/files.h"
#include "base/result.h"

namespace cantus::corpus {

enum class Split : std::uint8_t { train, validation, test };

/// One index entry, as it lies in the file.
struct PackedSequence {
  std::uint64_t first = 0;          ///< index of its first token
  std::uint32_t length = 0;         ///< tokens
  std::uint32_t header_length = 0;  ///< tokens before the first bar
  std::uint32_t piece = 0;          ///< index into the catalogue's pieces
  Split split = Split::train;
  std::uint8_t view = 0;
  std::uint16_t zero = 0;
};
static_assert(sizeof(PackedSequence) == 24);

class PackedCorpus {
 public:
  /// Checks every number of the index against the file; ids are below vocabulary_size().
  static Result<PackedCorpus> open(const std::filesystem::path& path);

  std::uint32_t vocabulary_size() const { return vocabulary_size_; }
  std::span<const PackedSequence> sequences() const { return sequences_; }
  std::span<const std::uint16_t> tokens() const { return tokens_; }
  std::span<const std::uint16_t> tokens_of(const PackedSequence& sequence) const {
    return tokens_.subspan(sequence.first, sequence.length);
  }

 private:
  explicit PackedCorpus(MappedFile file) : file_(std::move(file)) {}
  MappedFile file_;
  std::uint32_t vocabulary_size_ = 0;
  std::span<const PackedSequence> sequences_;
  std::span<const std::uint16_t> tokens_;
};

}  // namespace cantus::corpus
