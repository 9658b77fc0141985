// A packed corpus, mapped: sequences of token ids with their split (docs/formats/pack.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>

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

/// Where the parts of a packed corpus lie in its bytes.
struct PackedView {
  std::uint32_t vocabulary_size = 0;
  std::span<const PackedSequence> sequences;
  std::span<const std::uint16_t> tokens;
};

/// Checks every number of the index against the bytes, which must begin at a multiple of eight and
/// outlive the view; every id is below vocabulary_size.
Result<PackedView> view_packed(std::span<const std::byte> bytes);

class PackedCorpus {
 public:
  static Result<PackedCorpus> open(const std::filesystem::path& path);

  std::uint32_t vocabulary_size() const { return view_.vocabulary_size; }
  std::span<const PackedSequence> sequences() const { return view_.sequences; }
  std::span<const std::uint16_t> tokens() const { return view_.tokens; }
  std::span<const std::uint16_t> tokens_of(const PackedSequence& sequence) const {
    return view_.tokens.subspan(sequence.first, sequence.length);
  }

 private:
  PackedCorpus(MappedFile file, PackedView view) : file_(std::move(file)), view_(view) {}
  MappedFile file_;
  PackedView view_;
};

}  // namespace cantus::corpus
