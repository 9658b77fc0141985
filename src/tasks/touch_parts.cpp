#include "tasks/touch_parts.h"

#include <algorithm>

#include "neural/tokens/vocabulary.h"
#include "neural/touch/drummer.h"
#include "tasks/weights.h"

namespace cantus::tasks {

Result<std::vector<sound::PartTouches>> touch_parts(const score::Piece& piece,
                                                    const TouchOptions& options) {
  std::vector<sound::PartTouches> parts(piece.parts.size());
  const auto path = options.weights ? options.weights : find_model(kPerformerFile);
  if (!path || std::ranges::none_of(piece.parts, &score::Part::is_drums)) return parts;
  const auto net = touch::TouchNet::load(*path);
  if (!net) return tl::unexpected<Error>(net.error());
  const touch::DrummerOptions how{options.seed, tokens::style_from_text(options.style).value_or(0)};
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (!piece.parts[p].is_drums()) continue;
    for (const touch::NoteTouch& note : touch::touches_of(*net, piece, piece.parts[p], how))
      parts[p].push_back({note.louder, note.later_ms});
  }
  return parts;
}

}  // namespace cantus::tasks
