// Judges the phrases of a band: how much like people's they are, as a whole and in five aspects.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/band_critic/network.h"
#include "neural/critic/critic.h"
#include "neural/rolls/roll.h"

namespace cantus::band_critic {

using critic::BarRange;
using Scores = std::array<double, kAspects>;  ///< by Aspect; 0 to 1 as critic::Scores

/// Four bars of a piece, in the key without sharps or flats.
struct PhraseHeard {
  int first_bar = 1;  ///< as a musician counts them
  rolls::Roll roll;
};

struct PhraseScores {
  BarRange bars;
  Scores scores{};
};

/// Of a piece's phrases together.
struct Judgement {
  Scores scores{};                           ///< the phrases' mean log-odds as a score
  std::vector<PhraseScores> phrases;         ///< as they were given
  std::array<BarRange, kAspects> weakest{};  ///< by Aspect: the bar that speaks most against it
  std::array<bool, kAspects> heard{};        ///< drums and bass only where some play

  double of(Aspect aspect) const { return scores[static_cast<std::size_t>(aspect)]; }
};

/// Whether a band plays: a melody and two or more of drums, bass, chords and pad.
bool is_band(const rolls::Roll& roll);

class Critic {
 public:
  explicit Critic(Network network) : network_(std::move(network)) {}

  /// Fails as Network::load does.
  static Result<Critic> load(const std::filesystem::path& path);

  /// [any thread]. The same bits on every machine; takes what candidates are ordered by, higher is
  /// better: log-odds of the whole. In the key without sharps or flats.
  double rank(const rolls::Roll& roll) const;

  /// Nothing where there is no phrase.
  std::optional<Judgement> judge(std::span<const PhraseHeard> phrases) const;

 private:
  Network network_;
};

/// One plain sentence on one aspect of the band; it names bars where the aspect is weak.
std::string sentence_on(Aspect aspect, const Judgement& judgement);

}  // namespace cantus::band_critic
