// Reads every piece of a source, whatever its format.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "music/score/reading.h"
#include "neural/corpus/source.h"

namespace cantus::corpus {

/// One music or annotation file of a source of this genre; errors begin with the file's name.
Result<score::Reading> read_music(const std::filesystem::path& file, Genre genre);

/// What reading a source gave, for the table of `cantus corpus stats`.
struct Counts {
  std::size_t files = 0;
  std::size_t pieces = 0;
  std::size_t notes = 0;  ///< as sounding: repeats unfolded, ties joined
  std::size_t chords = 0;
  std::size_t warnings = 0;
  std::vector<std::string> failures;  ///< one line each, with the file's name
};

/// Calls `use` with each piece and its name in the source ("jigs.abc#12"). Ends with `interrupted`
/// before the next file once `stop` is true.
Result<Counts> read_source(
    const Source& source,
    const std::filesystem::path& data,
    const std::function<void(score::Piece& piece, const std::string& name)>& use,
    const std::atomic<bool>* stop = nullptr);

}  // namespace cantus::corpus
