// The phrases that a band learns from: every four bars of the collections whose parts play
// together. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/corpus/source.h"
#include "neural/rolls/phrase.h"

namespace cantus::corpus {

using rolls::Phrase;

struct PhraseOptions {
  int hop_bars = 1;               ///< from the start of a phrase to the start of the next
  std::size_t fewest_notes = 16;  ///< of a phrase
  std::function<void(const std::string&)> said;  ///< is told what is being read
  const std::atomic<bool>* stop = nullptr;       ///< ends with `interrupted` soon after it is true
};

/// What became of one collection.
struct PhraseCounts {
  std::size_t files = 0;
  std::size_t pieces = 0;
  std::size_t pieces_used = 0;  ///< that gave a phrase
  std::size_t phrases = 0;
  std::size_t notes = 0;                               ///< of all phrases: of four that overlap too
  std::array<std::size_t, rolls::kPlayers> players{};  ///< phrases in which the player plays
  std::map<std::string, std::size_t> metres;           ///< phrases by metre
  std::array<std::size_t, 3> splits{};                 ///< phrases by side
  std::map<std::string, std::size_t> dropped_pieces;   ///< by reason
  std::map<std::string, std::size_t> dropped;          ///< phrases, by reason
};

struct PhraseReport {
  std::map<std::string, PhraseCounts> sets;
  std::size_t duplicate_groups = 0;  ///< of two pieces and more, each group on one side
  std::size_t pieces_in_groups = 0;
};

struct PhraseSet {
  std::vector<Phrase> phrases;  ///< by set, piece and bar
  PhraseReport report;
};

/// The collections of several players, in the order of open_sources().
std::vector<Source> phrase_sources();

/// Reads the phrases of `sources`. A piece goes to the grid (phrase_grid.h), its chords are found
/// where it has none, its parts are cast phrase by phrase (casting.h), and each phrase is moved to
/// the key without sharps or flats from the key that the piece is in there. Kept are phrases of
/// four whole bars of 4/4 (or 2/2), 3/4 or 6/8 in which two players play (drums alone in
/// collections of drumming, only those with the singer in songs), each once in its piece. The split
/// is that of the piece's group of near duplicates (near_duplicates.h, alike_pieces.h); groove
/// keeps its published one.
Result<PhraseSet> read_phrases(const std::vector<Source>& sources,
                               const std::filesystem::path& data,
                               const PhraseOptions& options = {});

/// The phrases of one piece of a band, by bar, made as read_phrases() makes them: those that two
/// players and more play. Repeats are kept; set, piece and side are not said.
std::vector<Phrase> phrases_of(score::Piece piece, int hop_bars = 1);

/// Sounds in two bars of the four at least.
bool plays(const rolls::Roll& roll, rolls::Player player);

/// A table of the report in Markdown, and what was dropped and why.
std::string table_of(const PhraseReport& report);

}  // namespace cantus::corpus
