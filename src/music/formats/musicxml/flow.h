// The order in which the bars of a score are played: repeats, voltas, da capo, dal segno, coda.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace cantus::formats::musicxml {

constexpr std::size_t kMostPlayedBars = 20000;

/// The signs of one bar.
struct BarFlow {
  bool repeat_start = false;
  bool repeat_end = false;
  int times = 2;             ///< How often a repeat is played in all.
  std::vector<int> ending;   ///< Numbers of a volta that starts here: {1, 2}; empty: none starts.
  bool ending_stop = false;  ///< The volta ends with this bar.
  bool segno = false;
  bool coda = false;
  bool fine = false;
  bool to_coda = false;
  bool da_capo = false;
  bool dal_segno = false;
};

/// Bar indices in the order played. Voltas are chosen by pass; a da capo or dal segno is taken
/// once, after it repeats are not taken and the last volta is, and Fine and To Coda hold. More
/// than kMostPlayedBars gives the bars as written.
std::vector<int> unfolded(std::span<const BarFlow> bars);

}  // namespace cantus::formats::musicxml
