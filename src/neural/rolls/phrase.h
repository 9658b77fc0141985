// A phrase to learn from: its roll, and what is known of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "neural/packed/packed.h"
#include "neural/rolls/roll.h"

namespace cantus::rolls {

using corpus::Split;

struct Phrase {
  Roll roll;             ///< in the key without sharps or flats
  std::string set;       ///< the collection: "freedoom"
  std::string piece;     ///< its path in the collection
  int first_bar = 0;     ///< counted from 0, the first whole bar of the piece
  int style = 0;         ///< index into tokens::styles()
  double bpm = 120.0;    ///< beats a minute at its start
  double valence = 0.0;  ///< standard deviations (music/theory/mood.h); 0 where unknown
  double arousal = 0.0;
  bool minor = false;  ///< of the key found for the phrase
  Split split = Split::train;
  std::uint32_t group = 0;  ///< pieces that are near duplicates share it
  friend bool operator==(const Phrase&, const Phrase&) = default;
};

}  // namespace cantus::rolls
