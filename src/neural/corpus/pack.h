// Packs folders of music into one file of token ids for the trainer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "base/result.h"
#include "neural/corpus/read_source.h"
#include "neural/corpus/source.h"
#include "neural/packed/catalogue.h"

namespace cantus::corpus {

struct PackReport {
  std::map<std::string, Counts> counts;  ///< by source
  std::map<std::string, int> dropped;    ///< what the token language could not say
  std::size_t left_out = 0;              ///< pieces too short, too bare or in unsayable metres
  std::size_t duplicate_groups = 0;      ///< groups of near duplicates, each on one side
  std::size_t pieces_in_groups = 0;
  std::uint64_t sequences = 0;
  std::uint64_t tokens = 0;
};

enum class Splitting {
  by_name,    ///< as pack() says
  one_in_ten  ///< for a few pieces: every tenth, at least one, is for testing, the rest to learn
              ///< from
};

/// Writes `out` and its catalogue. Tokens go to the disk piece by piece: in memory stay a piece's
/// names, its sequences' places and the fingerprint it is compared by. A piece's split follows from
/// its group of near duplicates alone: 90 % train, 5 % validation, 5 % test; the groove
/// performances keep their published split, and both annotations of a SALAMI recording lie on one
/// side. `said` is told what is being read. Ends with `interrupted` soon after `stop` becomes true.
Result<PackReport> pack(std::span<const Source> sources,
                        const std::filesystem::path& data,
                        const std::filesystem::path& out,
                        const std::function<void(const std::string&)>& said = {},
                        const std::atomic<bool>* stop = nullptr,
                        Splitting splitting = Splitting::by_name);

/// The vocabulary as the pack's catalogue describes it.
PackVocabulary pack_vocabulary();

}  // namespace cantus::corpus
