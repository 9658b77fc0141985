// Sound as numbers: planar frames at one sample rate.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace cantus::sound {

/// Planar samples, `channels[channel][frame]`, nominal range -1 to 1; all channels equally long.
struct Audio {
  int sample_rate = 44100;
  std::vector<std::vector<float>> channels;

  std::size_t frames() const { return channels.empty() ? 0 : channels.front().size(); }
  double seconds() const { return static_cast<double>(frames()) / sample_rate; }
  friend bool operator==(const Audio&, const Audio&) = default;
};

Audio silence(int sample_rate, std::size_t channels, std::size_t frames);

/// Cuts, or lengthens with silence.
void resize(Audio& audio, std::size_t frames);

/// Adds sample by sample. `other` has as many channels and is not longer.
void add(Audio& to, const Audio& other);

void scale(Audio& audio, float gain);

/// The largest absolute sample in [from, to); 0 where there is none.
float peak(const Audio& audio,
           std::size_t from = 0,
           std::size_t to = std::numeric_limits<std::size_t>::max());

/// A half cosine from 1 at frame `from` to 0 at frame `to`, silence after it.
void fade_out(Audio& audio, std::size_t from, std::size_t to);

inline double gain_from_db(double decibels) {
  return std::pow(10.0, decibels / 20.0);
}
/// Minus infinity for 0.
inline double db_from_gain(double gain) {
  return 20.0 * std::log10(gain);
}

}  // namespace cantus::sound
