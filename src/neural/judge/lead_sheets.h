// Lead sheets made alike before they are judged: what is left is the music.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"
#include "neural/corpus/source.h"
#include "neural/judge/habits.h"
#include "neural/judge/table.h"
#include "neural/packed/packed.h"

namespace cantus::judge {

struct LeadSheet {
  std::string name;  ///< set and file: "nottingham/jigs.abc#12"
  score::Piece piece;
  score::Key key;  ///< found from the notes, whatever was declared
};

struct LeadChoice {
  int fewest_bars = 8;
  int most_bars = 64;                ///< Longer ones are cut there.
  std::vector<score::Metre> metres;  ///< Only these, where any are named.
};

/// Melody and chords on the grid of the token language, without touch, names or a first upbeat,
/// from the first bar with a melody to the last, at most `most_bars`. Nothing where the piece has
/// no melody over chords, changes its metre, or is too short.
std::optional<LeadSheet> lead_sheet(const score::Piece& piece,
                                    const LeadChoice& choice,
                                    corpus::Genre genre = corpus::Genre::mixed);

/// The side of the split of each piece of a pack, by its name.
Result<std::map<std::string, corpus::Split>> splits_of_pack(const std::filesystem::path& pack);

/// The lead sheets of sets that we know (neural/corpus/source.h) on one of the given sides.
Result<std::vector<LeadSheet>> read_sets(std::span<const std::string> sets,
                                         const std::filesystem::path& data,
                                         const std::map<std::string, corpus::Split>& splits,
                                         std::span<const corpus::Split> sides,
                                         const LeadChoice& choice);

/// The lead sheets of all music below a folder.
Result<std::vector<LeadSheet>> read_folder(const std::filesystem::path& folder,
                                           const LeadChoice& choice);

enum class Scale { piece, section, phrase };  ///< the whole, eight bars, four bars

/// A row for each piece, or for two sections or phrases of each (its first, and the one where its
/// second half begins), with six notes or more. Near duplicates, whosever, share a group.
Table lead_table(std::span<const LeadSheet> people,
                 std::span<const LeadSheet> ours,
                 Scale scale,
                 const Habits* habits);

}  // namespace cantus::judge
