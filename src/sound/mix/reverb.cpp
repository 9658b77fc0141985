#include "sound/mix/reverb.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/check.h"
#include "sound/mix/biquad.h"

namespace cantus::sound {
namespace {

constexpr std::size_t kLines = 8;
constexpr std::size_t kBlock = 64;  // frames worked on at once; shorter than every line

// Milliseconds; made into primes of frames so that echoes do not pile up (Schroeder 1962).
constexpr std::array<double, kLines> kLengths_ms = {29.7, 34.1, 37.9, 41.3, 45.7, 50.3, 55.1, 61.7};
constexpr std::array<double, 4> kDiffusers_ms = {4.77, 3.59, 12.73, 9.31};
// Two rows of Hadamard's matrix: left and right hear the same lines and nothing in common.
constexpr std::array<float, kLines> kLeft = {1, 1, -1, -1, 1, 1, -1, -1};
constexpr std::array<float, kLines> kRight = {1, -1, -1, 1, 1, -1, -1, 1};
constexpr float kNormal = 0.35355339F;  // 1 / sqrt(kLines)

using Block = std::array<float, kBlock>;

// Sound that has died away must not linger as denormal numbers, which are slow.
float settled(float sample) {
  return std::abs(sample) < 1.0e-20F ? 0.0F : sample;
}

std::size_t prime_at_least(std::size_t number) {
  const auto is_prime = [](std::size_t n) {
    for (std::size_t d = 2; d * d <= n; ++d) {
      if (n % d == 0) return false;
    }
    return n >= 2;
  };
  while (!is_prime(number))
    ++number;
  return number;
}

std::size_t frames_of(double ms, int sample_rate) {
  const auto frames = static_cast<std::size_t>(ms * sample_rate / 1000.0);
  return prime_at_least(std::max(frames, kBlock + 1));
}

/// Longer than a block, so that a block is read before any of it is written.
class Delay {
 public:
  explicit Delay(std::size_t length) : ring_(length, 0.0F) { CANTUS_CHECK(length > kBlock); }

  /// The next kBlock samples.
  void read(Block& block) const {
    const std::size_t first = std::min(kBlock, ring_.size() - at_);
    std::copy_n(ring_.begin() + static_cast<std::ptrdiff_t>(at_), first, block.begin());
    std::copy_n(ring_.begin(), kBlock - first, block.begin() + first);
  }
  /// Replaces what read() gave and steps on.
  void write(const Block& block) {
    const std::size_t first = std::min(kBlock, ring_.size() - at_);
    std::copy_n(block.begin(), first, ring_.begin() + static_cast<std::ptrdiff_t>(at_));
    std::copy_n(block.begin() + first, kBlock - first, ring_.begin());
    at_ = (at_ + kBlock) % ring_.size();
  }

 private:
  std::vector<float> ring_;
  std::size_t at_ = 0;
};

using Blocks = std::array<Block, kLines>;

// The results have places of their own so that the compiler sees that nothing overlaps.
void butterfly(Block& a, Block& b) {
  Block sum;
  Block difference;
  for (std::size_t t = 0; t < kBlock; ++t)
    sum[t] = a[t] + b[t];
  for (std::size_t t = 0; t < kBlock; ++t)
    difference[t] = a[t] - b[t];
  a = sum;
  b = difference;
}

/// Hadamard's matrix, an orthogonal mixing once it is normalized: what goes round keeps its energy.
void mix(Blocks& blocks) {
  for (std::size_t span = 1; span < kLines; span *= 2) {
    for (std::size_t i = 0; i < kLines; ++i) {
      if ((i & span) == 0) butterfly(blocks[i], blocks[i + span]);
    }
  }
}

class Network {
 public:
  Network(const Room& room, int sample_rate) {
    for (std::size_t i = 0; i < kLines; ++i) {
      lines_.emplace_back(frames_of(kLengths_ms[i], sample_rate));
      damp(i, room, static_cast<double>(frames_of(kLengths_ms[i], sample_rate)) / sample_rate);
    }
    for (std::size_t side = 0; side < 2; ++side) {
      const double apart = side == 0 ? 1.0 : 1.07;
      early_.emplace_back(frames_of(room.delay_ms * apart, sample_rate));
      for (const double ms : kDiffusers_ms) {
        diffusers_[side].emplace_back(frames_of(ms * apart, sample_rate));
      }
    }
  }

  /// Left and right in, the room's answer out.
  void render(Block& left, Block& right) {
    prepare(left, 0);
    prepare(right, 1);
    for (std::size_t i = 0; i < kLines; ++i)
      lines_[i].read(blocks_[i]);
    filter_lines();
    Blocks fed = blocks_;
    mix(fed);
    for (std::size_t i = 0; i < kLines; ++i) {
      const Block& input = i % 2 == 0 ? left : right;
      for (std::size_t t = 0; t < kBlock; ++t)
        fed[i][t] = settled(kNormal * fed[i][t] + input[t]);
      lines_[i].write(fed[i]);
    }
    listen(left, kLeft);
    listen(right, kRight);
  }

 private:
  // A first-order low-pass, y = through x + back y', sets the decay of a line at both ends of the
  // spectrum (Jot and Chaigne 1991).
  void damp(std::size_t line, const Room& room, double seconds) {
    const double low = gain_from_db(-60.0 * seconds / room.decay_seconds);
    const double high = gain_from_db(-60.0 * seconds / room.bright_decay_seconds);
    back_[line] = static_cast<float>((low - high) / (low + high));
    through_[line] = static_cast<float>(low) * (1.0F - back_[line]);
  }

  void filter_lines() {
    for (std::size_t t = 0; t < kBlock; ++t) {
      for (std::size_t i = 0; i < kLines; ++i) {
        blocks_[i][t] = state_[i] = through_[i] * blocks_[i][t] + back_[i] * state_[i];
      }
    }
    for (float& state : state_)
      state = settled(state);
  }

  // All-passes spread a click over time and leave the spectrum.
  void prepare(Block& block, std::size_t side) {
    constexpr float kFeedback = 0.6F;
    Block old;
    early_[side].read(old);
    early_[side].write(block);
    block = old;
    for (Delay& delay : diffusers_[side]) {
      delay.read(old);
      for (std::size_t t = 0; t < kBlock; ++t) {
        const float into = settled(block[t] - kFeedback * old[t]);
        block[t] = old[t] + kFeedback * into;
        old[t] = into;
      }
      delay.write(old);
    }
  }

  void listen(Block& out, const std::array<float, kLines>& signs) const {
    out.fill(0.0F);
    for (std::size_t i = 0; i < kLines; ++i) {
      for (std::size_t t = 0; t < kBlock; ++t)
        out[t] += kNormal * signs[i] * blocks_[i][t];
    }
  }

  std::vector<Delay> lines_;
  std::array<float, kLines> through_ = {};
  std::array<float, kLines> back_ = {};
  std::array<float, kLines> state_ = {};
  std::vector<Delay> early_;  // [side]
  std::array<std::vector<Delay>, 2> diffusers_;
  Blocks blocks_ = {};  // [line][frame]
};

/// Makes the answer to steady noise about as strong as the noise.
double normal_gain(const Room& room) {
  constexpr double kLoop_seconds = 0.0445;  // the mean of kLengths_ms
  const double seconds = std::sqrt(room.decay_seconds * room.bright_decay_seconds);
  const double kept = gain_from_db(-60.0 * kLoop_seconds / seconds);
  return std::numbers::sqrt2 * std::sqrt(1.0 - kept * kept);
}

}  // namespace

void add_room(Audio& audio, const Room& room, double gain) {
  if (audio.channels.size() != 2 || audio.frames() == 0 || gain <= 0.0) return;
  const auto longer = static_cast<std::size_t>(1.4 * room.decay_seconds * audio.sample_rate);
  resize(audio, audio.frames() + longer);
  Audio wet = audio;
  const Biquad low_cut = Biquad::high_pass(room.low_cut_hz, 0.7071, audio.sample_rate);
  for (std::vector<float>& channel : wet.channels)
    filter(low_cut, channel);
  Network network(room, audio.sample_rate);
  const auto level = static_cast<float>(gain * normal_gain(room));
  Block left = {};
  Block right = {};
  for (std::size_t at = 0; at < audio.frames(); at += kBlock) {
    const std::size_t count = std::min(kBlock, audio.frames() - at);
    std::copy_n(&wet.channels[0][at], count, left.begin());
    std::copy_n(&wet.channels[1][at], count, right.begin());
    network.render(left, right);
    for (std::size_t t = 0; t < count; ++t) {
      audio.channels[0][at + t] += level * left[t];
      audio.channels[1][at + t] += level * right[t];
    }
  }
}

}  // namespace cantus::sound
