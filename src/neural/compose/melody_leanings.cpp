#include "neural/compose/melody_leanings.h"

#include <cstdlib>

#include "neural/compose/style.h"

namespace cantus::compose {
namespace {

// Set by hand in rounds of composing, comparing how often people (of the training side) and the
// composer do each and moving the leaning by about the logarithm of the difference;
// docs/decisions/0006.
constexpr MelodyLeanings kTunes = {.chord_note = {0.55F, 0.3F, 0.25F},
                                   .root = -0.1F,
                                   .outside = 0.2F,
                                   .same = -0.3F,
                                   .still_same = -0.7F,
                                   .taken_up = -0.6F,
                                   .left_by_leap = -0.5F,
                                   .leap = -0.05F,
                                   .step_on = 0.1F,
                                   .comes_home = 1.5F,
                                   .ends = 2.5F,
                                   .rests = 0.25F};
constexpr MelodyLeanings kSongs = {.chord_note = {0.48F, 0.42F, 0.32F},
                                   .root = -0.3F,
                                   .outside = 0.3F,
                                   .same = -0.4F,
                                   .still_same = -0.7F,
                                   .taken_up = -0.4F,
                                   .left_by_leap = -0.4F,
                                   .leap = 0.0F,
                                   .leap_back = -0.3F,
                                   .comes_home = 1.5F,
                                   .ends = 1.5F,
                                   .rests = 1.2F};

}  // namespace

float leaning_of(const MelodyLeanings& leanings, const MelodyPlace& place) {
  float by = 0.0F;
  if (place.chord_note) by += leanings.chord_note[static_cast<std::size_t>(place.chord_place)];
  if (place.root) by += leanings.root;
  if (!place.chord_note && !place.scale_note) by += leanings.outside;
  if (!place.move) return by;
  if (*place.move == 0) by += leanings.same;
  if (*place.move == 0 && place.repeated) by += leanings.still_same;
  if (*place.move == 0 && place.from_foreign && place.chord_note) by += leanings.taken_up;
  const int size = std::abs(*place.move);
  if (size > 2 && place.from_foreign) by += leanings.left_by_leap;
  const bool onward = (*place.move > 0) == (place.move_before > 0) && place.move_before != 0;
  if (size >= 1 && size <= 2 && onward) by += leanings.step_on;
  if (size > 5) by += leanings.leap;
  if (size > 2 && *place.move == -place.move_before) by += leanings.leap_back;
  return by;
}

const MelodyLeanings& leanings_of(const Style& style) {
  return style.melody == "folk" ? kTunes : kSongs;
}

}  // namespace cantus::compose
