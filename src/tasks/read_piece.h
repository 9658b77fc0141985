// Reads one piece from a file or from standard input.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::tasks {

struct ReadPiece {
  score::Piece piece;
  std::vector<std::string> warnings;  ///< also that the file holds more pieces than the one taken
};

/// `which` counts from 1. "-" reads standard input and tells the format by its content. A piece
/// without a title gets the file's name.
Result<ReadPiece> read_piece(const std::filesystem::path& path, int which = 1);

}  // namespace cantus::tasks
