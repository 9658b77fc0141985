// What a collection's own table says of each of its pieces: style, and which side of the split.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/corpus/source.h"
#include "neural/packed/packed.h"

namespace cantus::corpus {

struct PieceFacts {
  std::optional<Split>
      split;  ///< where the collection publishes one, or two pieces are one recording
  std::optional<int> style;  ///< of tokens::styles(), where the table names a genre we have
};

/// The tables of groove (info.csv), SALAMI and the Harmonix Set (metadata.csv); of other
/// collections nothing. A missing table gives no facts.
class CollectionFacts {
 public:
  CollectionFacts(const Source& source, const std::filesystem::path& data);

  /// `name` is the piece's path below the source's folder.
  PieceFacts of(const std::string& name) const;

 private:
  Genre genre_;
  std::map<std::string, PieceFacts> facts_;
};

/// 90 % train, 5 % validation, 5 % test, by the name alone.
Split split_of(const std::string& name);

/// Rows of comma-separated values; a field in quotes may hold commas, and "" is a quote.
std::vector<std::vector<std::string>> rows_of_csv(std::string_view text);

/// "Hip_Hop___Rap", "R&B", "Rock_-_Metal" as a style of the models; nothing where there is none.
std::optional<int> style_of_genre(std::string_view genre);

}  // namespace cantus::corpus
