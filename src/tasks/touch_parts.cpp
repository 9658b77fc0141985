#include "tasks/touch_parts.h"

#include <algorithm>

#include "neural/tokens/vocabulary.h"
#include "neural/touch/drummer.h"
#include "neural/touch/player.h"
#include "tasks/weights.h"

namespace cantus::tasks {

namespace {

bool is_pitched(const score::Part& part) {
  return !part.is_drums();
}

Result<void> touch_drums(const score::Piece& piece,
                         const TouchOptions& options,
                         std::vector<sound::PartTouches>& parts) {
  const auto path = options.weights ? options.weights : find_model(kPerformerFile);
  if (!path || std::ranges::none_of(piece.parts, &score::Part::is_drums)) return {};
  const auto net = touch::TouchNet::load(*path);
  if (!net) return tl::unexpected<Error>(net.error());
  const touch::DrummerOptions how{options.seed, tokens::style_from_text(options.style).value_or(0)};
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (!piece.parts[p].is_drums()) continue;
    for (const touch::NoteTouch& note : touch::touches_of(*net, piece, piece.parts[p], how))
      parts[p].push_back({note.louder, note.later_ms, 0.0});
  }
  return {};
}

Result<void> touch_pitched(const score::Piece& piece,
                           const TouchOptions& options,
                           std::vector<sound::PartTouches>& parts) {
  const auto path = options.player_weights ? options.player_weights : find_model(kPlayerFile);
  if (!path || std::ranges::none_of(piece.parts, is_pitched)) return {};
  const auto shaper = touch::LineShaper::load(*path);
  if (!shaper) return tl::unexpected<Error>(shaper.error());
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (!is_pitched(piece.parts[p])) continue;
    for (const touch::LineTouch& note :
         touch::line_touches(*shaper, piece, piece.parts[p], options.seed))
      parts[p].push_back({note.louder, std::nullopt, note.lean_ms});
  }
  return {};
}

}  // namespace

Result<std::vector<sound::PartTouches>> touch_parts(const score::Piece& piece,
                                                    const TouchOptions& options) {
  std::vector<sound::PartTouches> parts(piece.parts.size());
  for (const auto& touched : {touch_drums, touch_pitched}) {
    if (const auto done = touched(piece, options, parts); !done)
      return tl::unexpected<Error>(done.error());
  }
  return parts;
}

}  // namespace cantus::tasks
