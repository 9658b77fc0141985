// Sound in: any file libsndfile reads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "sound/audio/audio.h"

namespace cantus::sound {

/// Fails with invalid_input for what is not sound, has no frame or is over an hour of stereo.
Result<Audio> decode(std::string bytes);

/// read_file() and decode().
Result<Audio> read_audio(const std::filesystem::path& path);

}  // namespace cantus::sound
