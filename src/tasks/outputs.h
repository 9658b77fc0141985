// Hands a piece over in every form asked for: notes, score, sound, picture, manifest.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"
#include "tasks/render_piece.h"

namespace cantus::tasks {

enum class Form { notes, sound, picture, manifest };

/// By the ending: .mid .musicxml .mxl .abc; .wav .flac .ogg .opus .mp3; .png .svg .pdf; .json.
Result<Form> form_of(const std::filesystem::path& path);

struct OutputOptions {
  RenderOptions render;
  std::optional<std::filesystem::path> stems;  ///< folder for one WAV a part and the mix
  std::string manifest;                        ///< JSON; what a .json output holds
  std::string comment;                         ///< goes into the tags of sound files
  /// Told what is being done, for people: "rendering", "writing out/song.flac".
  std::function<void(const std::string&)> said;
};

/// What came out, for the caller's last words.
struct Outputs {
  std::vector<std::filesystem::path> written;
  std::optional<double> loudness_lufs;
  std::optional<double> true_peak_dbtp;
};

/// Fails where what is named cannot be written whatever the piece: an ending that tells no form, a
/// folder's name, a name given twice, stems in what is a file (`stems` empty: none are asked for).
Result<void> check_outputs(const std::vector<std::filesystem::path>& paths,
                           const std::filesystem::path& stems,
                           const std::string& stdout_ending = ".mid");

/// Writes all of them; checks every ending first, so that a mistake costs no rendering. Each file
/// is written whole or not at all. "-" writes to standard output in the form of `stdout_ending`.
Result<Outputs> write_outputs(const score::Piece& piece,
                              const std::vector<std::filesystem::path>& paths,
                              const OutputOptions& options,
                              const std::string& stdout_ending = ".mid");

}  // namespace cantus::tasks
