// The data sets of the two benchmarks, with the splits of their files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/train/benchmark/chorale_file.h"
#include "neural/train/benchmark/key_set.h"

namespace cantus::benchmark {

using Roll = std::vector<KeySet>;  ///< one set a frame

template <class Piece>
struct Splits {
  std::vector<Piece> train;
  std::vector<Piece> valid;
  std::vector<Piece> test;
};

enum class RollSet { jsb, nottingham, muse_data, piano_midi };
constexpr RollSet kRollSets[] = {RollSet::jsb, RollSet::nottingham, RollSet::muse_data,
                                 RollSet::piano_midi};

/// As figures print it: "JSB", "Nottingham", "MuseData", "Piano-midi".
std::string name_of(RollSet set);
/// As options and files spell it: "jsb", "nottingham", "musedata", "piano-midi".
std::string slug_of(RollSet set);

/// The folder that holds research/: `asked` unless it is empty, then $CANTUS_DATA, then
/// ../shared/data. Fails where none of them is there.
Result<std::filesystem::path> find_data(const std::filesystem::path& asked);

Result<Splits<Roll>> load_rolls(const std::filesystem::path& data, RollSet set);
Result<Splits<Chorale>> load_chorales(const std::filesystem::path& data);

}  // namespace cantus::benchmark
