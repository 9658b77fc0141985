#include "sound/mix/compressor.h"

#include <algorithm>
#include <cmath>

namespace cantus::sound {
namespace {

constexpr std::size_t kStep = 16;  // frames between two readings of the level
constexpr double kQuietest_db = -120.0;

double power(const Audio& audio) {
  double sum = 0.0;
  for (const std::vector<float>& channel : audio.channels) {
    for (const float x : channel)
      sum += static_cast<double>(x) * static_cast<double>(x);
  }
  return sum;
}

}  // namespace

// Giannoulis, Massberg and Reiss, "Digital Dynamic Range Compressor Design", JAES 2012, eq. 4.
double compression_db(const Compression& how, double level_db) {
  const double over = level_db - how.threshold_db;
  const double slope = 1.0 / how.ratio - 1.0;
  if (2.0 * over <= -how.knee_db) return 0.0;
  if (2.0 * over >= how.knee_db) return slope * over;
  const double inside = over + how.knee_db / 2.0;
  return slope * inside * inside / (2.0 * how.knee_db);
}

// The same paper's feed-forward design with the smooth, decoupled detector on the gain in dB
// (eq. 17), read every kStep frames and drawn straight between.
void compress(Audio& audio, const Compression& how) {
  const double steps_per_ms = audio.sample_rate / 1000.0 / static_cast<double>(kStep);
  const double attack = std::exp(-1.0 / (how.attack_ms * steps_per_ms));
  const double release = std::exp(-1.0 / (how.release_ms * steps_per_ms));
  const double before = power(audio);
  double held = 0.0;    // dB of reduction, falling slowly
  double smooth = 0.0;  // the same, rising slowly too
  float gain = 1.0F;
  for (std::size_t at = 0; at < audio.frames(); at += kStep) {
    const std::size_t end = std::min(at + kStep, audio.frames());
    const double level =
        std::max(kQuietest_db, db_from_gain(static_cast<double>(peak(audio, at, end))));
    const double wanted = -compression_db(how, level);
    held = std::max(wanted, release * held + (1.0 - release) * wanted);
    smooth = attack * smooth + (1.0 - attack) * held;
    const auto next = static_cast<float>(gain_from_db(-smooth));
    const float slope = (next - gain) / static_cast<float>(end - at);
    for (std::vector<float>& channel : audio.channels) {
      for (std::size_t i = at; i < end; ++i) {
        channel[i] *= gain + slope * static_cast<float>(i - at);
      }
    }
    gain = next;
  }
  const double after = power(audio);
  if (after > 0.0) scale(audio, static_cast<float>(std::sqrt(before / after)));
}

}  // namespace cantus::sound
