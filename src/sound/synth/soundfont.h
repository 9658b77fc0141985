// Finds the SoundFont that instruments are played from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.h"

namespace cantus::sound {

/// `asked`, where given; else $CANTUS_SOUNDFONT; else Fluid R3 or the system's General MIDI font,
/// in $XDG_DATA_HOME and $XDG_DATA_DIRS under sounds/sf2, sounds/sf3 and soundfonts. Fails with
/// not_found, naming the Debian package to install, or invalid_input for what is no SoundFont.
Result<std::filesystem::path> find_soundfont(const std::optional<std::filesystem::path>& asked);

}  // namespace cantus::sound
