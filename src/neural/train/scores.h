// Negative log likelihood summed over scored tokens: in all, by set and by view.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/packed/catalogue.h"
#include "neural/packed/packed.h"

namespace cantus::train {

struct Score {
  double nats = 0.0;  ///< sum
  std::uint64_t tokens = 0;

  double nats_a_token() const { return tokens > 0 ? nats / static_cast<double>(tokens) : 0.0; }
  double bits_a_token() const;
};

struct Scores {
  Score all;
  std::map<std::string, Score> by_set;
  std::map<std::string, Score> by_view;
};

/// Adds scores up under the names of their sequence's set and view.
class Scoreboard {
 public:
  Scoreboard(const corpus::PackedCorpus& corpus, const corpus::Catalogue& catalogue);

  void add(std::uint32_t sequence, double nats);
  Scores scores() const;

 private:
  struct Place {
    std::uint32_t set = 0;
    std::uint8_t view = 0;
  };
  const corpus::Catalogue* catalogue_;
  std::vector<Place> places_;   ///< by sequence
  std::vector<Score> by_set_;   ///< the last one for pieces of no set
  std::vector<Score> by_view_;  ///< by view byte
};

/// Some views of a corpus, by name; all of them where none is named.
class ViewFilter {
 public:
  /// Fails, naming those there are, where the catalogue has no view of a name.
  static Result<ViewFilter> create(const corpus::Catalogue& catalogue,
                                   const std::vector<std::string>& views);
  bool has(const corpus::PackedSequence& sequence) const { return wanted_[sequence.view]; }

 private:
  std::vector<bool> wanted_ = std::vector<bool>(256, true);
};

/// A view's name, or its number where the catalogue has none.
std::string view_name(const corpus::Catalogue& catalogue, std::uint8_t view);

/// "train", "validation", "test".
const char* name_of(corpus::Split split);

}  // namespace cantus::train
