#include "sound/audio/audio.h"

#include <algorithm>
#include <numbers>

#include "base/check.h"

namespace cantus::sound {

Audio silence(int sample_rate, std::size_t channels, std::size_t frames) {
  return Audio{sample_rate,
               std::vector<std::vector<float>>(channels, std::vector<float>(frames, 0.0F))};
}

void resize(Audio& audio, std::size_t frames) {
  for (std::vector<float>& channel : audio.channels)
    channel.resize(frames, 0.0F);
}

void add(Audio& to, const Audio& other) {
  CANTUS_CHECK(to.channels.size() == other.channels.size() && other.frames() <= to.frames());
  for (std::size_t c = 0; c < to.channels.size(); ++c) {
    float* sum = to.channels[c].data();
    const float* added = other.channels[c].data();
    for (std::size_t i = 0; i < other.channels[c].size(); ++i)
      sum[i] += added[i];
  }
}

void scale(Audio& audio, float gain) {
  for (std::vector<float>& channel : audio.channels) {
    for (float& sample : channel)
      sample *= gain;
  }
}

float peak(const Audio& audio, std::size_t from, std::size_t to) {
  float largest = 0.0F;
  for (const std::vector<float>& channel : audio.channels) {
    const std::size_t end = std::min(to, channel.size());
    for (std::size_t i = from; i < end; ++i)
      largest = std::max(largest, std::abs(channel[i]));
  }
  return largest;
}

void fade_out(Audio& audio, std::size_t from, std::size_t to) {
  if (to <= from) to = from + 1;
  const double step = std::numbers::pi / static_cast<double>(to - from);
  const std::size_t frames = audio.frames();
  for (std::size_t i = from; i < frames; ++i) {
    const double phase = static_cast<double>(i - from) * step;
    const auto gain = static_cast<float>(i < to ? 0.5 * (1.0 + std::cos(phase)) : 0.0);
    for (std::vector<float>& channel : audio.channels)
      channel[i] *= gain;
  }
}

}  // namespace cantus::sound
