// Writes tags into a finished sound file in memory, by TagLib.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "sound/audio/encode.h"

namespace cantus::sound {

/// The file with its tags; without any it is returned as it came.
Result<std::string> tagged(std::string file, Format format, const Tags& tags);

}  // namespace cantus::sound
