#include "sound/audio/loudness.h"

#include <algorithm>
#include <array>
#include <future>
#include <memory>

#include <ebur128.h>

namespace cantus::sound {
namespace {

struct Closed {
  void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};
using Meter = std::unique_ptr<ebur128_state, Closed>;

constexpr std::size_t kBlock = 4096;
constexpr double kSilence = -std::numeric_limits<double>::infinity();

Meter meter_for(const Audio& audio, std::size_t channels, int mode) {
  return Meter(ebur128_init(static_cast<unsigned>(channels),
                            static_cast<unsigned long>(audio.sample_rate), mode));
}

void feed(ebur128_state* meter, const Audio& audio) {
  const std::size_t channels = audio.channels.size();
  std::vector<float> interleaved(kBlock * channels);
  for (std::size_t at = 0; at < audio.frames(); at += kBlock) {
    const std::size_t count = std::min(kBlock, audio.frames() - at);
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t i = 0; i < count; ++i) {
        interleaved[i * channels + c] = audio.channels[c][at + i];
      }
    }
    ebur128_add_frames_float(meter, interleaved.data(), count);
  }
}

double channel_true_peak(const Audio& audio, std::size_t channel) {
  const Meter meter = meter_for(audio, 1, EBUR128_MODE_TRUE_PEAK);
  if (!meter) return 0.0;
  const std::vector<float>& samples = audio.channels[channel];
  ebur128_add_frames_float(meter.get(), samples.data(), samples.size());
  const std::array<float, 64> flush = {};  // lets the last frames through the interpolator
  ebur128_add_frames_float(meter.get(), flush.data(), flush.size());
  double largest = 0.0;
  ebur128_true_peak(meter.get(), 0, &largest);
  return largest;
}

}  // namespace

double integrated_lufs(const Audio& audio) {
  if (audio.channels.empty()) return kSilence;
  const Meter meter = meter_for(audio, audio.channels.size(), EBUR128_MODE_I);
  if (!meter) return kSilence;
  feed(meter.get(), audio);
  const auto block = static_cast<std::size_t>(audio.sample_rate) / 2;
  if (audio.frames() < block) {
    const std::size_t missing = block - audio.frames();
    const std::vector<float> quiet(missing * audio.channels.size(), 0.0F);
    ebur128_add_frames_float(meter.get(), quiet.data(), missing);
  }
  double lufs = kSilence;
  ebur128_loudness_global(meter.get(), &lufs);
  return lufs;
}

double estimated_lufs(const Audio& audio) {
  const double lufs = integrated_lufs(audio);
  const auto highest = static_cast<double>(peak(audio));
  if (std::isfinite(lufs) || highest == 0.0) return lufs;
  Audio raised = audio;
  scale(raised, static_cast<float>(1.0 / highest));
  const double raised_lufs = integrated_lufs(raised);
  return db_from_gain(highest) + (std::isfinite(raised_lufs) ? raised_lufs : -40.0);
}

double true_peak_dbtp(const Audio& audio, int threads) {
  std::vector<std::future<double>> peaks;
  for (std::size_t c = 0; c < audio.channels.size(); ++c) {
    const auto how = threads > 1 && c > 0 ? std::launch::async : std::launch::deferred;
    peaks.push_back(std::async(how, channel_true_peak, std::cref(audio), c));
  }
  double largest = 0.0;
  for (std::future<double>& peak : peaks)
    largest = std::max(largest, peak.get());
  return db_from_gain(largest);
}

}  // namespace cantus::sound
