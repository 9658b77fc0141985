// Bars in the order played, each with its start; and the maps that follow from them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "music/formats/musicxml/written_score.h"

namespace cantus::formats::musicxml {

struct PlayedBar {
  std::size_t bar = 0;  ///< index into the written bars
  int pass = 1;         ///< 1 the first time this bar is played
  int passes = 1;       ///< how often it is played in all
  score::Tick start;
  TickLength length;
  score::Metre metre;  ///< the one in force
};

/// Every bar gets a length: its own, or its metre's where it is empty.
std::vector<PlayedBar> timeline_of(std::span<const SharedBar> bars, std::span<const int> order);

/// Metre changes and pickup. A short bar that the next ones complete (a repeat in mid-bar) is no
/// change; another bar whose length is not its metre's gets a metre of its own.
void set_metres(std::span<const PlayedBar> played,
                std::span<const SharedBar> bars,
                score::MetreMap& map);

void set_tempos(std::span<const PlayedBar> played,
                std::span<const SharedBar> bars,
                score::TempoMap& map);

/// Rehearsal marks as sections, one again wherever a jump leads back into it.
std::vector<score::Section> sections_of(std::span<const PlayedBar> played,
                                        std::span<const SharedBar> bars);

/// Signatures in force; where the file says no mode, major (see modes.h).
struct PlayedKey {
  score::Tick at;
  WrittenKey key;
};
std::vector<PlayedKey> keys_of(std::span<const PlayedBar> played, std::span<const SharedBar> bars);

}  // namespace cantus::formats::musicxml
