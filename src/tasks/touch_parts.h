// How the parts of a piece are touched: by the learnt drummer and player, where their weights are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"
#include "sound/perform/note_touch.h"

namespace cantus::tasks {

constexpr const char* kPerformerFile = "performer.safetensors";  ///< the drummer's
constexpr const char* kPlayerFile = "player.safetensors";        ///< of pitched parts

struct TouchOptions {
  std::uint64_t seed = 0;
  std::string style;  ///< a word of tokens::styles(); what is none of them says nothing
  /// Else kPerformerFile where find_model finds it.
  std::optional<std::filesystem::path> weights;
  /// Else kPlayerFile, likewise.
  std::optional<std::filesystem::path> player_weights;
};

/// One entry a part, empty where the rules play it for want of weights. The player says how hard a
/// note is struck and how it leans; drift and unevenness of timing are the rules'.
/// Fails where weights were found or asked for and cannot be used.
Result<std::vector<sound::PartTouches>> touch_parts(const score::Piece& piece,
                                                    const TouchOptions& options);

}  // namespace cantus::tasks
