#include "sound/master/master.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "sound/audio/loudness.h"
#include "sound/master/limiter.h"

namespace cantus::sound {
namespace {

constexpr double kMargin_db = 0.1;  // what oversampling four-fold can miss
constexpr double kNearEnough_lu = 0.15;
constexpr double kMostDrive_db = 30.0;  // away from what the mix asks for
constexpr int kMostRounds = 8;

struct Tried {
  double lufs;
  double reduced_db;
};

/// Writes the limited mix over `out`, which has its shape.
Tried limit(const Audio& mix,
            const std::vector<float>& peaks,
            double drive_db,
            const MasterOptions& options,
            Audio& out) {
  Limiting how;
  how.ceiling_dbtp = options.ceiling_dbtp - kMargin_db;
  const double drive = gain_from_db(drive_db);
  const std::vector<float> gains = limiter_gains(peaks, drive, mix.sample_rate, how);
  for (std::size_t c = 0; c < mix.channels.size(); ++c) {
    std::ranges::transform(mix.channels[c], gains, out.channels[c].begin(), std::multiplies());
  }
  const auto least = static_cast<double>(std::ranges::min(gains));
  return Tried{estimated_lufs(out), drive_db - db_from_gain(least)};
}

/// Limiting makes a little quieter, so the drive is corrected until the loudness is right: by the
/// error at first, then along the line through the last two tries.
Tried limit_to_loudness(const Audio& mix, const MasterOptions& options, Audio& out) {
  const std::vector<float> peaks = true_peaks(mix);
  const double start_db = options.loudness_lufs - estimated_lufs(mix);
  double drive_db = start_db;
  double slope = 1.0;
  Tried tried = limit(mix, peaks, drive_db, options, out);
  for (int round = 1; round < kMostRounds; ++round) {
    const double missing = options.loudness_lufs - tried.lufs;
    if (std::abs(missing) < kNearEnough_lu) break;
    const double next_db =
        std::clamp(drive_db + missing / slope, start_db - kMostDrive_db, start_db + kMostDrive_db);
    if (next_db == drive_db) break;
    const Tried next = limit(mix, peaks, next_db, options, out);
    slope = std::clamp((next.lufs - tried.lufs) / (next_db - drive_db), 0.2, 1.0);
    drive_db = next_db;
    tried = next;
  }
  return tried;
}

}  // namespace

Mastered master(const Audio& mix, const MasterOptions& options) {
  if (peak(mix) == 0.0F) {
    const double nothing = -std::numeric_limits<double>::infinity();
    return Mastered{mix, nothing, nothing, 0.0};
  }
  Audio out = silence(mix.sample_rate, mix.channels.size(), mix.frames());
  Tried tried = limit_to_loudness(mix, options, out);
  double true_peak = db_from_gain(static_cast<double>(std::ranges::max(true_peaks(out))));
  if (true_peak > options.ceiling_dbtp) {
    const double over_db = true_peak - options.ceiling_dbtp + 0.01;
    scale(out, static_cast<float>(gain_from_db(-over_db)));
    tried.lufs -= over_db;
    true_peak -= over_db;
  }
  return Mastered{std::move(out), tried.lufs, true_peak, tried.reduced_db};
}

}  // namespace cantus::sound
