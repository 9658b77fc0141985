#include "sound/audio/resample.h"

#include <cmath>
#include <string>

#include <soxr.h>

namespace cantus::sound {

Result<Audio> resampled(const Audio& audio, int sample_rate) {
  if (sample_rate == audio.sample_rate) return audio;
  if (sample_rate <= 0 || audio.sample_rate <= 0) {
    return fail(ErrorCode::invalid_input, "the sample rate must be above 0 Hz");
  }
  const auto frames = static_cast<std::size_t>(std::llround(audio.seconds() * sample_rate));
  Audio result = silence(sample_rate, audio.channels.size(), frames);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  for (std::size_t c = 0; c < audio.channels.size(); ++c) {
    std::size_t written = 0;
    const soxr_error_t error = soxr_oneshot(
        audio.sample_rate, sample_rate, 1, audio.channels[c].data(), audio.frames(), nullptr,
        result.channels[c].data(), frames, &written, nullptr, &quality, nullptr);
    if (error != nullptr) {
      return fail(ErrorCode::invalid_input, std::string("cannot resample: ") + error);
    }
  }
  return result;
}

}  // namespace cantus::sound
