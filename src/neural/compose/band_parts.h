// Parts of a composition that the band (generator against discriminator) plays.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "neural/compose/compose.h"

namespace cantus::compose {

/// "auto", "sequence", "band".
std::optional<Engine> engine_from_text(std::string_view text);

/// Whether the band writes the part in this role: never a counter-melody, a melody only where
/// `band_leads`, nothing in metres it does not play; where the engine is automatic, the roles that
/// measured better so, named in the weights (docs/benchmarks-band.md).
bool band_writes(const ComposeOptions& options, score::Role role, score::Metre metre);

/// A piece in the key without sharps or flats, and who is to be added.
struct BandScene {
  const Plan& plan;
  const score::Piece& piece;         ///< with its chords; who plays already is heard
  std::vector<PlannedPart> planned;  ///< each of a role that the band plays
  std::vector<KeyRange> ranges;      ///< of each, in the key without sharps or flats
  std::function<std::optional<int>(int bar)> repeats;
  std::function<bool(score::Role role, int bar)> rests;
};

/// The parts in the order of `planned`, with their programs.
Result<std::vector<score::Part>> play_band(const ComposeOptions& options,
                                           const BandScene& scene,
                                           const Random& random);

}  // namespace cantus::compose
