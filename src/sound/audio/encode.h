// Sound out: WAV, FLAC, Ogg Vorbis, Opus and MP3, with tags, to memory or to a file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sound/audio/audio.h"

namespace cantus::sound {

enum class Format { wav, flac, vorbis, opus, mp3 };

/// By the ending, in any case: .wav .flac .ogg .oga .opus .mp3; nothing for another.
std::optional<Format> format_of(const std::filesystem::path& path);

/// What players show; empty ones are left out.
struct Tags {
  std::string title;
  std::string artist;
  std::string album;
  std::string genre;
  std::string comment;
  std::vector<std::pair<std::string, std::string>> more;  ///< Any name, such as "BPM".
};

struct Encoding {
  Format format = Format::flac;
  int bits = 24;  ///< 16 or 24, WAV and FLAC only; 16 is dithered.
  /// 0 to 1, Vorbis, Opus and MP3 only. Without it, what few can tell from the original: about 190,
  /// 160 and 180 kbit/s.
  std::optional<double> quality = {};
};

/// A whole file's bytes: the same audio, tags and encoding give the same bytes. A rate the format
/// does not have is resampled to 48 kHz. Samples beyond +-1 are clipped, but
/// for 32 bits.
Result<std::string> encode(const Audio& audio, const Encoding& encoding, const Tags& tags);

/// encode() by the path's ending, written whole or not at all. See Encoding for `bits`.
Result<void> write_audio(const std::filesystem::path& path,
                         const Audio& audio,
                         const Tags& tags,
                         int bits = 24);

}  // namespace cantus::sound
