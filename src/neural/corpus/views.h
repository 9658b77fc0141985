// What a model is shown of a piece: the whole, its melody over its chords, its chords, its form.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "music/score/piece.h"
#include "music/theory/mood.h"
#include "neural/corpus/source.h"

namespace cantus::corpus {

enum class View : std::uint8_t {
  lead,    ///< melody and chords
  melody,  ///< melody alone
  chords,  ///< chords and sections
  form,    ///< sections and bars alone
  band,    ///< chords, melody, counter-melody, chord parts, pad, bass, drums
  song,    ///< chords, a voice and its piano
  drums,   ///< drums alone
  // Made from those above (exercises.h):
  harmony,  ///< a lead whose chords answer the melody
  turn,     ///< a band or song whose parts come in another order
  gap,      ///< bars between two sides, of any view
};
constexpr std::array<std::string_view, 10> kViewNames = {
    "lead", "melody", "chords", "form", "band", "song", "drums", "harmony", "turn", "gap"};

struct ViewOfPiece {
  View view;
  score::Piece piece;
  std::optional<theory::Mood> mood;  ///< as played, where notes tell
};

/// The views worth learning from: none for a piece too short (under four bars) or too bare.
/// Key and chords that the piece does not declare are found from its notes.
std::vector<ViewOfPiece> views_of(const score::Piece& piece, Genre genre);

/// One note at a time: the highest of a chord, each ending where the next begins.
std::vector<score::Note> single_line(std::vector<score::Note> notes);

/// Moves the piece to the key with no sharps or flats by the nearest way.
/// A piece without keys is left alone.
score::Piece at_home(const score::Piece& piece);

/// Puts a played piece on the grid of sixteenths and eighth triplets, lengths on common note
/// values.
score::Piece straightened(const score::Piece& piece);

}  // namespace cantus::corpus
