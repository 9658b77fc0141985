#include "neural/compose/melody_leanings.h"

#include <cstdlib>

#include "neural/compose/style.h"

namespace cantus::compose {
namespace {

float env(const char* n, float d) { const char* v = std::getenv(n); return v ? static_cast<float>(std::atof(v)) : d; }

}  // namespace

float leaning_of(const MelodyLeanings& leanings, const MelodyPlace& place) {
  float by = 0.0F;
  if (place.chord_note) by += leanings.chord_note[static_cast<std::size_t>(place.chord_place)];
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
  return by;
}

const MelodyLeanings& leanings_of(const Style& style) {
  static const MelodyLeanings kTunes = {{env("F_C0", 0), env("F_C1", 0), env("F_C2", 0)}, env("F_OUT", 0), env("F_SAME", 0), env("F_STILL", 0), env("F_TAKEN", 0), env("F_LEFT", 0), env("F_LEAP", 0), env("F_ON", 0), env("F_HOME", 0), env("F_END", 0), env("F_REST", 0)};
  static const MelodyLeanings kSongs = {{env("S_C0", 0), env("S_C1", 0), env("S_C2", 0)}, env("S_OUT", 0), env("S_SAME", 0), env("S_STILL", 0), env("S_TAKEN", 0), env("S_LEFT", 0), env("S_LEAP", 0), env("S_ON", 0), env("S_HOME", 0), env("S_END", 0), env("S_REST", 0)};
  return style.melody == "folk" ? kTunes : kSongs;
}

}  // namespace cantus::compose
