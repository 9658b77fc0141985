#include "sound/master/limiter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <numbers>

namespace cantus::sound {
namespace {

constexpr std::size_t kPhases = 3;  // between two samples
constexpr std::size_t kTaps = 12;   // a phase
constexpr std::size_t kBlock = 512;

using Taps = std::array<std::array<float, kTaps>, kPhases>;

/// A sinc under a Hann window, its centre between the sixth and seventh tap.
Taps interpolator() {
  Taps taps = {};
  for (std::size_t phase = 0; phase < kPhases; ++phase) {
    const double between = static_cast<double>(phase + 1) / (kPhases + 1);
    for (std::size_t j = 0; j < kTaps; ++j) {
      const double away = static_cast<double>(j) - (kTaps / 2.0 - 1.0) - between;
      const double angle = std::numbers::pi * away;
      const double sinc = std::sin(angle) / angle;
      const double window = 0.5 * (1.0 + std::cos(2.0 * angle / kTaps));
      taps[phase][j] = static_cast<float>(sinc * window);
    }
  }
  return taps;
}

/// `input` holds kTaps / 2 - 1 frames before the block and kTaps / 2 after it.
using Input = std::array<float, kBlock + kTaps>;

void raise_by_phase(const Input& input,
                    const std::array<float, kTaps>& taps,
                    std::array<float, kBlock>& peaks) {
  std::array<float, kBlock> sum = {};
  for (std::size_t j = 0; j < kTaps; ++j) {
    for (std::size_t i = 0; i < kBlock; ++i)
      sum[i] += taps[j] * input[i + j];
  }
  for (std::size_t i = 0; i < kBlock; ++i)
    peaks[i] = std::max(peaks[i], std::abs(sum[i]));
}

/// The largest value from each frame to the next, per frame.
void raise_by_channel(const std::vector<float>& channel, std::vector<float>& peaks) {
  const Taps taps = interpolator();
  constexpr std::ptrdiff_t kBefore = kTaps / 2 - 1;
  const auto frames = static_cast<std::ptrdiff_t>(channel.size());
  for (std::ptrdiff_t at = 0; at < frames; at += kBlock) {
    Input input = {};
    for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(input.size()); ++i) {
      const std::ptrdiff_t from = at + i - kBefore;
      if (from >= 0 && from < frames) {
        input[static_cast<std::size_t>(i)] = channel[static_cast<std::size_t>(from)];
      }
    }
    std::array<float, kBlock> block = {};
    for (std::size_t i = 0; i < kBlock; ++i)
      block[i] = std::abs(input[i + kBefore]);
    for (const auto& phase : taps)
      raise_by_phase(input, phase, block);
    const auto count = std::min(static_cast<std::ptrdiff_t>(kBlock), frames - at);
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      float& peak = peaks[static_cast<std::size_t>(at + i)];
      peak = std::max(peak, block[static_cast<std::size_t>(i)]);
    }
  }
}

/// The least of each frame and the `ahead` frames after it.
std::vector<float> least_ahead(const std::vector<float>& gains, std::size_t ahead) {
  std::vector<float> least(gains.size());
  std::deque<std::size_t> rising;  // indices of candidates, the least in front
  for (std::size_t i = gains.size(); i-- > 0;) {
    while (!rising.empty() && gains[rising.back()] >= gains[i])
      rising.pop_back();
    rising.push_back(i);
    if (rising.front() > i + ahead) rising.pop_front();
    least[i] = gains[rising.front()];
  }
  return least;
}

/// The mean of each frame and the `before` frames ahead of it; before the first frame the gain is
/// taken to be the first's.
void average(std::vector<float>& gains, std::size_t before) {
  std::vector<float> held(before + 1, gains.empty() ? 1.0F : gains.front());
  double sum = 0.0;
  for (const float gain : held)
    sum += static_cast<double>(gain);
  std::size_t at = 0;
  for (float& gain : gains) {
    sum += static_cast<double>(gain) - static_cast<double>(held[at]);
    held[at] = gain;
    if (++at == held.size()) at = 0;
    gain = static_cast<float>(sum / static_cast<double>(held.size()));
  }
}

}  // namespace

std::vector<float> true_peaks(const Audio& audio) {
  std::vector<float> peaks(audio.frames(), 0.0F);
  for (const std::vector<float>& channel : audio.channels)
    raise_by_channel(channel, peaks);
  // What lies between two frames is scaled by both frames' gains.
  for (std::size_t i = peaks.size(); i-- > 1;)
    peaks[i] = std::max(peaks[i], peaks[i - 1]);
  return peaks;
}

// The least gain over the look-ahead, a slow return, then two moving averages that together are as
// long as the look-ahead: no average can exceed what its peak needs, and the gain bends smoothly
// (Giannoulis, Massberg and Reiss 2012, section 4, for the return).
std::vector<float> limiter_gains(const std::vector<float>& peaks,
                                 double drive,
                                 int sample_rate,
                                 const Limiting& how) {
  const double ceiling = gain_from_db(how.ceiling_dbtp);
  std::vector<float> gains(peaks.size());
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    const double driven = drive * static_cast<double>(peaks[i]);
    gains[i] = static_cast<float>(driven > ceiling ? ceiling / driven : 1.0);
  }
  const auto half = static_cast<std::size_t>(how.look_ahead_ms * sample_rate / 2000.0);
  gains = least_ahead(gains, 2 * half);
  const auto back = static_cast<float>(1.0 - std::exp(-1000.0 / (how.release_ms * sample_rate)));
  float gain = 1.0F;
  for (float& wanted : gains)
    wanted = gain = std::min(wanted, gain + back * (1.0F - gain));
  average(gains, half);
  average(gains, half);
  for (float& each : gains)
    each *= static_cast<float>(drive);
  return gains;
}

}  // namespace cantus::sound
