#include "sound/audio/encode.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <memory>

#include <sndfile.h>

#include "base/files.h"
#include "base/random.h"
#include "sound/audio/memory_file.h"
#include "sound/audio/ogg_serial.h"
#include "sound/audio/resample.h"
#include "sound/audio/tags.h"

namespace cantus::sound {
namespace {

// libsndfile's Vorbis encoder keeps a whole write on the stack.
constexpr std::size_t kBlock = 4096;

struct Closed {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, Closed>;

bool is_float_wav(const Encoding& encoding) {
  return encoding.format == Format::wav && encoding.bits == 32;
}

bool is_integer(const Encoding& encoding) {
  return (encoding.format == Format::wav || encoding.format == Format::flac) &&
         !is_float_wav(encoding);
}

int sndfile_format(const Encoding& encoding) {
  if (is_float_wav(encoding)) return SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  const int pcm = encoding.bits == 16 ? SF_FORMAT_PCM_16 : SF_FORMAT_PCM_24;
  switch (encoding.format) {
    case Format::wav:
      return SF_FORMAT_WAV | pcm;
    case Format::flac:
      return SF_FORMAT_FLAC | pcm;
    case Format::vorbis:
      return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    case Format::opus:
      return SF_FORMAT_OGG | SF_FORMAT_OPUS;
    case Format::mp3:
      break;
  }
  return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
}

bool has_rate(Format format, int rate) {
  if (format == Format::opus) return rate == 48000 || rate == 24000;
  if (format == Format::mp3) return rate == 44100 || rate == 48000 || rate == 32000;
  return rate >= 8000 && rate <= 192000;
}

double usual_quality(Format format) {
  return format == Format::opus ? 0.3 : format == Format::vorbis ? 0.6 : 0.7;
}

// libFLAC's own default is level 5 of 8; the lossy formats take the quality.
void set_level(SNDFILE* file, const Encoding& encoding) {
  const double quality = encoding.quality.value_or(usual_quality(encoding.format));
  double level = encoding.format == Format::flac ? 5.0 / 8.0 : 1.0 - std::clamp(quality, 0.0, 1.0);
  // The peak chunk of a float WAV carries the time of writing.
  if (is_float_wav(encoding)) sf_command(file, SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
  if (encoding.format == Format::wav) return;
  sf_command(file, SFC_SET_COMPRESSION_LEVEL, &level, sizeof level);
}

// Triangular dither of one step each way makes the error of rounding to 16 bits independent of the
// signal (Lipshitz, Wannamaker and Vanderkooy 1992). 24 bits are below any converter's noise.
class Rounding {
 public:
  explicit Rounding(int bits) : dithers_(bits == 16), shift_(32 - bits), steps_(1 << (bits - 1)) {}

  int operator()(float sample) {
    double x = static_cast<double>(sample) * steps_;
    if (dithers_ && sample != 0.0F) x += random_.uniform() - random_.uniform();
    const double most = steps_ - 1;
    return static_cast<int>(std::clamp(std::nearbyint(x), -most - 1.0, most)) * (1 << shift_);
  }

 private:
  bool dithers_;
  int shift_;
  int steps_;
  Random random_{0};
};

Result<void> write_frames(SNDFILE* file, const Audio& audio, const Encoding& encoding) {
  const std::size_t channels = audio.channels.size();
  Rounding rounding(encoding.bits == 16 ? 16 : 24);
  std::vector<int> integers(kBlock * channels);
  std::vector<float> floats(kBlock * channels);
  for (std::size_t at = 0; at < audio.frames(); at += kBlock) {
    const std::size_t count = std::min(kBlock, audio.frames() - at);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t c = 0; c < channels; ++c) {
        const float sample = audio.channels[c][at + i];
        integers[i * channels + c] = is_integer(encoding) ? rounding(sample) : 0;
        floats[i * channels + c] =
            is_float_wav(encoding) ? sample : std::clamp(sample, -1.0F, 1.0F);
      }
    }
    const auto frames = static_cast<sf_count_t>(count);
    const sf_count_t written = is_integer(encoding) ? sf_writef_int(file, integers.data(), frames)
                                                    : sf_writef_float(file, floats.data(), frames);
    if (written != frames) return fail(ErrorCode::io, sf_strerror(file));
  }
  return {};
}

Result<std::string> encode_frames(const Audio& audio, const Encoding& encoding) {
  MemoryFile memory;
  SF_INFO info = {};
  info.samplerate = audio.sample_rate;
  info.channels = static_cast<int>(audio.channels.size());
  info.format = sndfile_format(encoding);
  {
    const File file(sf_open_virtual(MemoryFile::functions(), SFM_WRITE, &info, &memory));
    if (!file) return fail(ErrorCode::io, std::string("cannot encode: ") + sf_strerror(nullptr));
    set_level(file.get(), encoding);
    const Result<void> written = write_frames(file.get(), audio, encoding);
    if (!written) return fail_at("cannot encode", written.error());
  }
  return std::move(memory.bytes);
}

}  // namespace

std::optional<Format> format_of(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (ending == ".wav") return Format::wav;
  if (ending == ".flac") return Format::flac;
  if (ending == ".ogg" || ending == ".oga") return Format::vorbis;
  if (ending == ".opus") return Format::opus;
  if (ending == ".mp3") return Format::mp3;
  return std::nullopt;
}

Result<std::string> encode(const Audio& audio, const Encoding& encoding, const Tags& tags) {
  if (audio.frames() == 0) return fail(ErrorCode::invalid_input, "there is no sound to encode");
  if (!has_rate(encoding.format, audio.sample_rate)) {
    const Result<Audio> other = resampled(audio, 48000);
    if (!other) return tl::unexpected(other.error());
    return encode(*other, encoding, tags);
  }
  Result<std::string> bytes = encode_frames(audio, encoding);
  if (bytes) bytes = tagged(std::move(*bytes), encoding.format, tags);
  if (bytes && (encoding.format == Format::vorbis || encoding.format == Format::opus)) {
    set_ogg_serial(*bytes, static_cast<std::uint32_t>(hash_of(tags.title)));
  }
  return bytes;
}

Result<void> write_audio(const std::filesystem::path& path,
                         const Audio& audio,
                         const Tags& tags,
                         int bits) {
  const std::optional<Format> format = format_of(path);
  if (!format) {
    return fail(ErrorCode::unsupported,
                path.string() + ": sound is written as .wav, .flac, .ogg, .opus or .mp3");
  }
  const Result<std::string> bytes = encode(audio, Encoding{*format, bits}, tags);
  if (!bytes) return fail_at(path.string(), bytes.error());
  return write_file(path, *bytes);
}

}  // namespace cantus::sound
