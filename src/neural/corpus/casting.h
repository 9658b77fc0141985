// Casts the parts of a piece as the five players of a roll, phrase by phrase, by what they do
// there. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "music/score/piece.h"
#include "neural/corpus/source.h"

namespace cantus::corpus {

/// What a part does in a phrase.
struct Doing {
  double mean_key = 60.0;       ///< weighted by length
  double voices = 0.0;          ///< notes sounding at once while any sounds
  double mean_beats = 0.0;      ///< of a note
  double strikes_a_beat = 0.0;  ///< while it sounds
  double mean_interval = 0.0;   ///< semitones between successive strikes' highest notes
  double movement = 0.0;        ///< share of those that are not 0
};
Doing doing_of(const std::vector<score::Note>& notes);

/// A piano's notes as a bass line and the rest. The bass has, of each pulse, the lowest notes below
/// G3 that lie at most a tone above the lowest: walking steps belong to it, arpeggios do not.
struct TwoHands {
  std::vector<score::Note> bass;
  std::vector<score::Note> rest;
};
TwoHands two_hands(std::vector<score::Note> notes, score::TickLength pulse);

/// Keeps a reference to the piece.
class Casting {
 public:
  /// A piece of a band, a quartet or an orchestra by roles found for the whole; of Genre::art_song
  /// a voice with its piano; of Genre::drumming the drums.
  Casting(const score::Piece& piece, Genre genre);

  /// Nobody has anything to play: no voice with words in a song, one part in a band.
  bool is_empty() const { return parts_.empty(); }

  /// The bars from `from` to `to`, which begin a new piece: at most one part a player but for
  /// chords and pad, which up to two play. A band's drums play all together.
  /// The bass is one line, the lowest of its part; the melody one line, the highest of its part,
  /// and what else that part plays are chords. The others play pad where they hold their notes or
  /// go in slow steps, else chords. What doubles another part is left out.
  score::Piece phrase(score::Tick from, score::Tick to) const;

  /// The piece with the parts that are cast, under their roles in the whole.
  score::Piece whole() const;

 private:
  std::vector<score::Part> parts_;  ///< roles of the whole piece
  const score::Piece& piece_;
  bool is_song_ = false;
};

}  // namespace cantus::corpus
