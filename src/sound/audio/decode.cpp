#include "sound/audio/decode.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <sndfile.h>

#include "base/files.h"
#include "sound/audio/memory_file.h"

namespace cantus::sound {
namespace {

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kMostSamples = std::size_t{2} * 48000 * 3600;

struct Closed {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

void append(Audio& audio, const std::vector<float>& interleaved, std::size_t frames) {
  const std::size_t channels = audio.channels.size();
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < frames; ++i) {
      audio.channels[c].push_back(interleaved[i * channels + c]);
    }
  }
}

}  // namespace

// The frame count in a header is not believed: frames are read until there are no more.
Result<Audio> decode(std::string bytes) {
  MemoryFile memory{std::move(bytes), 0};
  SF_INFO info = {};
  const std::unique_ptr<SNDFILE, Closed> file(
      sf_open_virtual(MemoryFile::functions(), SFM_READ, &info, &memory));
  if (!file)
    return fail(ErrorCode::invalid_input,
                std::string("is not a sound file: ") + sf_strerror(nullptr));
  const auto channels = static_cast<std::size_t>(std::max(info.channels, 1));
  Audio audio = silence(info.samplerate, channels, 0);
  std::vector<float> block(kBlock * channels);
  while (true) {
    const sf_count_t got = sf_readf_float(file.get(), block.data(), kBlock);
    if (got <= 0) break;
    append(audio, block, static_cast<std::size_t>(got));
    if (audio.frames() * channels > kMostSamples) {
      return fail(ErrorCode::invalid_input, "is over an hour of stereo sound");
    }
  }
  if (audio.frames() == 0) return fail(ErrorCode::invalid_input, "holds no sound");
  return audio;
}

Result<Audio> read_audio(const std::filesystem::path& path) {
  Result<std::string> bytes = read_file(path, std::uintmax_t{1} << 30U);
  if (!bytes) return tl::unexpected(bytes.error());
  Result<Audio> audio = decode(std::move(*bytes));
  if (!audio) return fail_at(path.string(), audio.error());
  return audio;
}

}  // namespace cantus::sound
