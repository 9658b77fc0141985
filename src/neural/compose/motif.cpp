#include "neural/compose/motif.h"

#include <algorithm>

#include "neural/tokens/announcements.h"

namespace cantus::compose {
bool keeps_motif(Motif motif,
                 std::span<const Stroke> strokes,
                 std::size_t at,
                 int key,
                 const MotifSoFar& so_far) {
  if (motif != Motif::moved) return true;
  const auto step = [&](int of) { return tokens::scale_step(of, so_far.tonic); };
  if (so_far.first)
    return step(key) - step(*so_far.first) == step(strokes[at].key) - step(strokes[0].key);
  const int by = step(key) - step(strokes[0].key);
  return by != 0 && std::ranges::all_of(strokes, [&](const Stroke& stroke) {
           const int moved = step(stroke.key) + by;
           return moved >= step(so_far.range.lowest) && moved <= step(so_far.range.highest);
         });
}

}  // namespace cantus::compose
