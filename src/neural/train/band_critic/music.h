// The phrases that the band's critic learns from: people's, and those of the programs that it is
// trained against. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "neural/band/network.h"
#include "neural/rolls/phrase.h"

namespace cantus::band_critic {

enum class Maker : std::uint8_t {
  people,
  band,      ///< everything by the band, every note in chord or scale
  free,      ///< everything by the band, as it learnt
  beside,    ///< some players are people's, the others the band's
  sequence,  ///< the sequence engine's
};
constexpr int kMakers = 5;
constexpr std::array<std::string_view, kMakers> kMakerNames = {
    "people", "the band", "the band, free harmony", "the band beside people",
    "the sequence engine"};

struct Example {
  rolls::Roll roll;
  Maker maker = Maker::people;
  rolls::Split split = rolls::Split::train;
  std::uint32_t group = 0;  ///< phrases of one piece or its near duplicates
};

/// People's phrases of bands, and what the band plays for the conditions of `count` training
/// phrases drawn by lot and of as many held-out ones as there are, a third of each making.
std::vector<Example> examples_of(std::span<const rolls::Phrase> people,
                                 const band::BandNet& net,
                                 std::size_t count,
                                 std::uint64_t seed);

/// Phrases that somebody composed, by their split.
void add_composed(std::span<const rolls::Phrase> phrases, std::vector<Example>& to);

}  // namespace cantus::band_critic
