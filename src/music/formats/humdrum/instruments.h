// Humdrum's instrument codes and printed names as General MIDI programs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace cantus::formats::humdrum {

struct Instrument {
  std::string_view name;
  int program = 0;          ///< General MIDI, 0 to 127
  std::optional<int> drum;  ///< For unpitched percussion the drum that all its notes strike.
};

/// "violn", "soprn"; none where the code is not known.
std::optional<Instrument> instrument_of_code(std::string_view code);

/// From a printed name, in the languages scores are printed in: "Violino I", "Clarinetti in B".
std::optional<Instrument> instrument_of_name(std::string_view name);

}  // namespace cantus::formats::humdrum
