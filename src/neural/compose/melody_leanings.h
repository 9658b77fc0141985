// How far a melody's next note leans, against what the model would sing by itself, towards what
// people do. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>

namespace cantus::compose {

struct Style;

enum class ChordPlace { change, beat, between };

/// Logits added to a sound; what people do more often than the model is above 0.
struct MelodyLeanings {
  std::array<float, 3> chord_note{};  ///< by ChordPlace
  float root = 0.0F;                  ///< the chord's
  float outside = 0.0F;               ///< neither in the chord nor in the scale
  float same = 0.0F;                  ///< the note before again
  float still_same = 0.0F;            ///< and more, where that repeated one already
  float taken_up = 0.0F;              ///< the note before, foreign to its chord, now in the chord
  float left_by_leap = 0.0F;          ///< a leap from a note foreign to its chord
  float leap = 0.0F;                  ///< of more than a fourth
  float leap_back = 0.0F;             ///< the leap before undone
  float step_on = 0.0F;               ///< a step in the direction of the move before
  float comes_home = 0.0F;            ///< in the piece's last bar: the last chord's root
  float ends = 0.0F;                  ///< there, after such a note: nothing more
  float rests = 0.0F;                 ///< in a phrase's last bar, after a note: nothing more
};

struct MelodyPlace {
  ChordPlace chord_place = ChordPlace::between;
  bool chord_note = false;
  bool root = false;  ///< of the chord
  bool scale_note = false;
  bool from_foreign = false;  ///< the note before was foreign to its chord
  bool repeated = false;      ///< the note before repeated the one before it
  std::optional<int> move;    ///< semitones from the note before
  int move_before = 0;        ///< and that note's own
};

float leaning_of(const MelodyLeanings& leanings, const MelodyPlace& place);

/// Those of the style's melodies, tunes or songs.
const MelodyLeanings& leanings_of(const Style& style);

}  // namespace cantus::compose
