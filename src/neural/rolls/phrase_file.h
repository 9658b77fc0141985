// Phrases in one file, so that training need not read the collections (docs/formats/phrases.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "neural/rolls/phrase.h"

namespace cantus::rolls {

/// Fails with invalid_input for a roll that is not tidy, has another metre, or has numbers that the
/// format has no room for (a note over 255 steps long).
Result<std::string> to_bytes(std::span<const Phrase> phrases);

/// Checks every number: what is accepted is tidy and to_bytes() gives a file of the same phrases.
Result<std::vector<Phrase>> parse_phrases(std::string_view bytes);

Result<void> write_phrases(const std::filesystem::path& path, std::span<const Phrase> phrases);
Result<std::vector<Phrase>> read_phrases_file(const std::filesystem::path& path);

}  // namespace cantus::rolls
