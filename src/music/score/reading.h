// What a reader of a music file gives back: the pieces in it, and what it had to forgive.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "music/score/piece.h"

namespace cantus::score {

struct Reading {
  std::vector<Piece> pieces;          ///< Tidied. A tune book holds several.
  std::vector<std::string> warnings;  ///< "bar 12, part 2: ...": read nonetheless. At most 100.
  std::vector<std::string>
      failures;  ///< Pieces of a collection that could not be read, one line each.
};

}  // namespace cantus::score
