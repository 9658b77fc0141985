#include "sound/master/master.h"

#include <algorithm>
#include <cmath>

#include "sound/audio/loudness.h"
#include "sound/master/limiter.h"

namespace cantus::sound {
namespace {

constexpr double kMargin_db = 0.1;  // what oversampling four-fold can miss
constexpr double kNearEnough_lu = 0.1;
constexpr double kMostDrive_db = 30.0;  // beyond what loudness alone asks for
constexpr int kMostRounds = 8;

struct Limited {
  Audio audio;
  double lufs;
  double reduced_db;
};

Limited limit(const Audio& mix,
              const std::vector<float>& peaks,
              double drive_db,
              const MasterOptions& options) {
  Limiting how;
  how.ceiling_dbtp = options.ceiling_dbtp - kMargin_db;
  const double drive = gain_from_db(drive_db);
  const std::vector<float> gains = limiter_gains(peaks, drive, mix.sample_rate, how);
  Limited limited{mix, 0.0, 0.0};
  for (std::vector<float>& channel : limited.audio.channels) {
    for (std::size_t i = 0; i < channel.size(); ++i)
      channel[i] *= gains[i];
  }
  const float least = gains.empty() ? 1.0F : std::ranges::min(gains);
  limited.reduced_db = drive_db - db_from_gain(static_cast<double>(least));
  limited.lufs = estimated_lufs(limited.audio);
  return limited;
}

/// Limiting makes a little quieter, so the drive is corrected until the loudness is right: by the
/// error at first, then along the line through the last two tries.
Limited limit_to_loudness(const Audio& mix, double mix_lufs, const MasterOptions& options) {
  const std::vector<float> peaks = true_peaks(mix);
  const double start_db = options.loudness_lufs - mix_lufs;
  double drive_db = start_db;
  double slope = 1.0;
  Limited tried = limit(mix, peaks, drive_db, options);
  for (int round = 1; round < kMostRounds; ++round) {
    const double missing = options.loudness_lufs - tried.lufs;
    if (std::abs(missing) < kNearEnough_lu) break;
    const double next_db =
        std::clamp(drive_db + missing / slope, start_db - 6.0, start_db + kMostDrive_db);
    if (next_db == drive_db) break;
    Limited next = limit(mix, peaks, next_db, options);
    slope = std::clamp((next.lufs - tried.lufs) / (next_db - drive_db), 0.2, 1.0);
    drive_db = next_db;
    tried = std::move(next);
  }
  return tried;
}

}  // namespace

Mastered master(const Audio& mix, const MasterOptions& options) {
  if (peak(mix) == 0.0F) {
    const double nothing = -std::numeric_limits<double>::infinity();
    return Mastered{mix, nothing, nothing, 0.0};
  }
  Limited limited = limit_to_loudness(mix, estimated_lufs(mix), options);
  double true_peak = true_peak_dbtp(limited.audio, options.threads);
  if (true_peak > options.ceiling_dbtp) {
    const double over_db = true_peak - options.ceiling_dbtp + 0.01;
    scale(limited.audio, static_cast<float>(gain_from_db(-over_db)));
    limited.lufs -= over_db;
    true_peak -= over_db;
  }
  return Mastered{std::move(limited.audio), limited.lufs, true_peak, limited.reduced_db};
}

}  // namespace cantus::sound
