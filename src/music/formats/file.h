// Reads and writes music files of any format we know.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "music/score/reading.h"

namespace cantus::formats {

enum class Format { midi, musicxml, mxl, abc, kern };

/// By the ending (.mid .midi .kar .rmi .musicxml .xml .mxl .abc .krn), in any case.
Result<Format> format_of(const std::filesystem::path& path);

/// By the content where it is telling, else by the ending. Errors begin with the file's name.
Result<score::Reading> read_file(const std::filesystem::path& path);

/// The same for bytes that are not in a file; `name` stands in errors and gives the ending.
Result<score::Reading> read_bytes(std::string_view bytes, const std::filesystem::path& name);

/// The bytes of the file; fails with unsupported for **kern, which is only read.
Result<std::string> write_bytes(const score::Piece& piece, Format format);

/// Writes what the ending asks for; `path` is untouched on failure. Errors begin with the file's
/// name.
Result<void> write_file(const score::Piece& piece, const std::filesystem::path& path);

}  // namespace cantus::formats
