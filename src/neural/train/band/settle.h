// Leans a trained generator's decisions until its phrases have the statistics of music.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/band/network.h"
#include "neural/rolls/phrase.h"

namespace cantus::train_band {

/// Found by halving on training phrases, for each player alone: the threshold at which it strikes
/// as many notes as they have when nothing is said of how busily it plays; the lift at which as
/// great a share of its notes belongs to the chord; the steadiness at which a bar shares as many of
/// its onsets with the bar before; the lift of lengths at which they are as long; of lines
/// the nearness at which it moves as far and the variety at which a bar has as many pitch classes;
/// last the gaps that are closed until it sounds as much. Drums' steadiness is that at which as
/// many bars are as one of the two before.
band::Leanings settled(const band::BandNet& net, const std::vector<const rolls::Phrase*>& phrases);

/// The weights of `from` with these leanings, and the players that the automatic engine gives to
/// the band.
Result<void> write_settled(const std::filesystem::path& from,
                           const band::Leanings& leanings,
                           const std::string& preferred,
                           const std::filesystem::path& to);

}  // namespace cantus::train_band
