// How often people repeat which bars of a melody, and how sections end when they return: counted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/random.h"
#include "neural/compose/chord_writer.h"
#include "neural/compose/motif.h"
#include "neural/infer/sampler.h"

namespace cantus::compose {

struct Style;

/// A way to do it, and how many people did.
struct Counted {
  std::string_view shape;
  int times;
};

/// Each as often as it was counted; the first where nothing was.
std::string_view draw(std::span<const Counted> shapes, Random& random);

/// Strains are blocks of eight bars.
struct Habits {
  /// Of a piece's first strain and of others: equal letters are bars with the same notes.
  std::span<const Counted> first_strain;
  std::span<const Counted> later_strain;
  /// Which bars of a later strain an earlier strain has at the same place: 's'; 'e': its second
  /// ending has.
  std::span<const Counted> shared;
  /// Which bars of a section that returns are as before ('s') or new, from its last eight.
  std::span<const Counted> returns;
  /// How often a bar whose notes are new has the rhythm of the bar so many before it, 1 to 8 and
  /// no nearer one: [place in the strain][bars back - 1].
  std::array<std::array<double, 8>, 8> rhythms;
  /// Of those, so many are asked for; the model repeats the others' worth by itself.
  double rhythms_asked;
  /// How far it leans to a return of less than eight bars before, of eight to fifteen, and of
  /// more; logits.
  float near_returns;
  float far_returns;
  float farther_returns;
  MotifLeanings motifs;
  ChordLeanings chords;
  infer::Sampling sampling;        ///< of melodies that are not strict
  infer::Sampling chord_sampling;  ///< of chords written with them, and of announcements
  double compression;              ///< a melody under it is marked down (theory/repetition.h)
};

/// Of tunes, waltzes or songs, whichever the style's melodies are.
const Habits& habits_of(const Style& style);

}  // namespace cantus::compose
