#include "sound/mix/strip.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "sound/audio/loudness.h"
#include "sound/mix/biquad.h"

namespace cantus::sound {
namespace {

using score::Part;
using score::Role;

// Loudness is counted from the melody's.
constexpr double kMelody_lufs = -24.0;
// What Fluid R3's instruments come to at the default velocity, give or take 3 LU.
constexpr double kUnlevelled_lufs = -23.0;

Strip strip_for_role(Role role) {
  Strip strip;
  const auto set = [&](double below, double low_cut, double ratio, double width,
                       std::optional<double> room) {
    strip.level_lufs = kMelody_lufs - below;
    strip.low_cut_hz = low_cut;
    strip.compression_ratio = ratio;
    strip.width = width;
    strip.room_db = room;
  };
  switch (role) {
    case Role::melody:
      set(0.0, 80.0, 2.0, 0.8, -14.0);
      break;
    case Role::counter:
      set(3.5, 90.0, 1.7, 0.8, -13.0);
      break;
    case Role::chords:
      set(5.0, 90.0, 1.7, 0.9, -14.0);
      break;
    case Role::pad:
      set(7.0, 130.0, 1.3, 1.0, -11.0);
      break;
    case Role::bass:
      set(3.0, 30.0, 2.5, 0.2, std::nullopt);
      break;
    case Role::drums:
      set(2.0, 30.0, 1.5, 1.0, -21.0);
      break;
    case Role::other:
      set(4.0, 50.0, 1.5, 0.9, -13.0);
      break;
  }
  if (role == Role::melody) strip.presence_db = 1.5;
  if (role == Role::other) strip.levelling = 0.35;
  return strip;
}

/// Accompanying parts stand apart: the second of a role opposite the first.
double pan_of(Role role, int index) {
  constexpr std::array kPlaces = {-0.25, 0.25, -0.45, 0.45, -0.1, 0.1};
  const double place = kPlaces[static_cast<std::size_t>(index) % kPlaces.size()];
  switch (role) {
    case Role::melody:
      return index == 0 ? 0.0 : place;
    case Role::bass:
    case Role::drums:
      return 0.0;
    case Role::pad:
      return 0.4 * place;
    case Role::counter:
      return -place;
    case Role::chords:
    case Role::other:
      break;
  }
  return place;
}

/// Half of what FluidSynth would do: it turns 40 dB per tenfold of velocity.
double intent_db(const Part& part) {
  if (part.notes.empty()) return 0.0;
  double sum = 0.0;
  for (const score::Note& note : part.notes)
    sum += note.velocity;
  const double mean = std::max(1.0, sum / static_cast<double>(part.notes.size()));
  return std::clamp(20.0 * std::log10(mean / score::kDefaultVelocity), -6.0, 4.0);
}

/// The two hands of a piano are not pulled apart.
bool is_one_instrument(const score::Piece& piece) {
  const auto& parts = piece.parts;
  return parts.size() <= 2 && std::ranges::all_of(parts, [&](const Part& part) {
           return !part.is_drums() && part.program == parts.front().program;
         });
}

/// The gain that brings a stem to its level, or some of the way.
double levelling_db(const Strip& strip, double stem_lufs) {
  const double whole = strip.level_lufs + strip.intent_db - stem_lufs;
  const double none = strip.level_lufs - kUnlevelled_lufs;
  return strip.levelling * whole + (1.0 - strip.levelling) * none;
}

/// Narrows, then turns towards a side; the power of a centred sound stays the same.
void place(const Strip& strip, Audio& stem) {
  const double angle = (std::clamp(strip.pan, -1.0, 1.0) + 1.0) * std::numbers::pi / 4.0;
  const auto left_gain = static_cast<float>(std::numbers::sqrt2 * std::cos(angle));
  const auto right_gain = static_cast<float>(std::numbers::sqrt2 * std::sin(angle));
  const auto width = static_cast<float>(strip.width);
  for (std::size_t i = 0; i < stem.frames(); ++i) {
    const float middle = 0.5F * (stem.channels[0][i] + stem.channels[1][i]);
    const float side = 0.5F * width * (stem.channels[0][i] - stem.channels[1][i]);
    stem.channels[0][i] = left_gain * (middle + side);
    stem.channels[1][i] = right_gain * (middle - side);
  }
}

void equalize(const Strip& strip, Audio& stem) {
  const Biquad cut = Biquad::high_pass(strip.low_cut_hz, 0.7071, stem.sample_rate);
  const Biquad shelf = Biquad::high_shelf(3000.0, strip.presence_db, stem.sample_rate);
  for (std::vector<float>& channel : stem.channels) {
    filter(cut, channel);
    if (strip.presence_db != 0.0) filter(shelf, channel);
  }
}

}  // namespace

std::vector<Strip> strips_for(const score::Piece& piece) {
  std::vector<Strip> strips;
  std::array<int, score::kRoles> seen = {};
  for (const Part& part : piece.parts) {
    Strip strip = strip_for_role(part.role);
    strip.pan = pan_of(part.role, seen[static_cast<std::size_t>(part.role)]++);
    strip.intent_db = intent_db(part);
    strips.push_back(strip);
  }
  if (is_one_instrument(piece)) {
    for (Strip& strip : strips)
      strip.pan = 0.0;
  }
  return strips;
}

void apply(const Strip& strip, Audio& stem) {
  equalize(strip, stem);
  const double lufs = estimated_lufs(stem);
  if (std::isinf(lufs)) return;
  const double gain_db = levelling_db(strip, lufs);
  scale(stem, static_cast<float>(gain_from_db(gain_db)));
  Compression compression;
  compression.threshold_db = lufs + gain_db + 8.0;
  compression.ratio = strip.compression_ratio;
  compress(stem, compression);
  place(strip, stem);
  if (strip.room_db) add_room(stem, Room{}, gain_from_db(*strip.room_db));
}

Audio mix_of(std::span<const Audio> stems, int sample_rate) {
  std::size_t frames = 0;
  for (const Audio& stem : stems)
    frames = std::max(frames, stem.frames());
  Audio mix = silence(sample_rate, 2, frames);
  for (const Audio& stem : stems)
    add(mix, stem);
  return mix;
}

}  // namespace cantus::sound
