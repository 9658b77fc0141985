// The catalogue beside a packed corpus: its vocabulary, sets with licences, and pieces.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cantus::corpus {

/// Ids first .. first + count - 1.
struct IdRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  bool contains(std::uint32_t id) const { return id >= first && id - first < count; }
  bool operator==(const IdRange&) const = default;
};

struct PackVocabulary {
  std::vector<std::string> names;      ///< by id
  IdRange bars;                        ///< ids that start a bar
  std::vector<IdRange> key_numbers;    ///< semitones apart
  std::vector<IdRange> pitch_classes;  ///< blocks of twelve, C first
};

struct PackSet {
  std::string name;
  std::string licence;
  std::uint64_t pieces = 0;
  std::uint64_t sequences = 0;
  std::uint64_t tokens = 0;
};

struct PackPiece {
  std::string source;  ///< file and number in it: "nottingham/jigs.abc#12"
  std::string set;     ///< name of its PackSet
  std::string title;
  std::uint32_t group = 0;  ///< near duplicates share it
};

struct Catalogue {
  PackVocabulary vocabulary;
  std::vector<std::string> views;  ///< names of PackedSequence::view, by number; may be empty
  std::vector<PackSet> sets;
  std::vector<PackPiece> pieces;
};

/// NAME.json for NAME.pack.
std::filesystem::path catalogue_path(const std::filesystem::path& pack);

/// FNV-1a of the names joined by newlines, sixteen hexadecimal digits.
std::string vocabulary_hash(const std::vector<std::string>& names);

Result<Catalogue> parse_catalogue(std::string_view json);
std::string to_json(const Catalogue& catalogue);

/// The catalogue beside a pack.
Result<Catalogue> read_catalogue(const std::filesystem::path& pack);

}  // namespace cantus::corpus
