#include "music/theory/chord_templates.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cantus::theory {
namespace {

using score::Quality;

constexpr std::array<ChordTemplate, 11> kTemplates = {{
    {Quality::major, {0, 4, 7, 0}, {.40, .30, .30, 0}, 3, 0.0},
    {Quality::minor, {0, 3, 7, 0}, {.40, .30, .30, 0}, 3, -0.05},
    {Quality::diminished, {0, 3, 6, 0}, {.36, .32, .32, 0}, 3, -1.0},
    {Quality::augmented, {0, 4, 8, 0}, {.34, .33, .33, 0}, 3, -2.5},
    {Quality::power, {0, 7, 0, 0}, {.55, .45, 0, 0}, 2, -1.5},
    {Quality::suspended_fourth, {0, 5, 7, 0}, {.38, .30, .32, 0}, 3, -2.0},
    {Quality::dominant_seventh, {0, 4, 7, 10}, {.30, .26, .22, .22}, 4, -0.3},
    {Quality::major_seventh, {0, 4, 7, 11}, {.30, .25, .25, .20}, 4, -1.2},
    {Quality::minor_seventh, {0, 3, 7, 10}, {.30, .25, .23, .22}, 4, -0.8},
    {Quality::half_diminished, {0, 3, 6, 10}, {.28, .25, .23, .24}, 4, -1.2},
    {Quality::diminished_seventh, {0, 3, 6, 9}, {.25, .25, .25, .25}, 4, -1.2},
}};

constexpr double kForeignShare = 0.10;  ///< Of the sound that does not belong to the chord.
constexpr double kScaleOverChromatic = 3.0;
constexpr double kOutsideKey = -0.6;  ///< For every chord note outside the key.
constexpr std::array<double, 4> kBassShares = {0.66, 0.16, 0.10, 0.05};
constexpr double kForeignBass = 0.004;

/// The key's scale and, in minor, the raised seventh.
bool belongs(score::Key key, score::PitchClass pitch_class) {
  const bool leading =
      key.mode == score::Mode::minor && pitch_class.above(key.tonic().pitch_class()) == 11;
  return leading || key.contains(pitch_class);
}

/// Weights of the notes outside the chord, summing to kForeignShare.
std::array<double, 12> foreign_shares(const ChordTemplate& shape,
                                      score::PitchClass root,
                                      score::Key key) {
  std::array<double, 12> shares = {};
  for (int i = 0; i < 12; ++i) {
    shares[static_cast<std::size_t>(i)] = belongs(key, root + i) ? kScaleOverChromatic : 1.0;
  }
  for (std::size_t i = 0; i < shape.size; ++i) {
    shares[static_cast<std::size_t>(shape.intervals[i])] = 0.0;
  }
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares)
    share *= kForeignShare / sum;
  return shares;
}

ChordLikelihood likelihood(const ChordTemplate& shape, score::PitchClass root, score::Key key) {
  ChordLikelihood chord{.shape = &shape, .root = root, .prior = shape.prior};
  std::array<double, 12> shares = foreign_shares(shape, root, key);
  chord.bass.fill(std::log(kForeignBass));
  for (std::size_t i = 0; i < shape.size; ++i) {
    const auto interval = static_cast<std::size_t>(shape.intervals[i]);
    shares[interval] = (1.0 - kForeignShare) * shape.shares[i];
    chord.bass[interval] = std::log(kBassShares[i]);
    if (!belongs(key, root + shape.intervals[i])) chord.prior += kOutsideKey;
  }
  std::ranges::transform(shares, chord.sound.begin(), [](double s) { return std::log(12.0 * s); });
  return chord;
}

}  // namespace

std::span<const ChordTemplate> chord_templates() {
  return kTemplates;
}

std::vector<ChordLikelihood> likelihoods_in(score::Key key, score::PitchClass first_root) {
  std::vector<ChordLikelihood> all;
  all.reserve(12 * kTemplates.size());
  for (int up = 0; up < 12; ++up) {
    for (const ChordTemplate& shape : kTemplates) {
      all.push_back(likelihood(shape, first_root + up, key));
    }
  }
  return all;
}

}  // namespace cantus::theory
