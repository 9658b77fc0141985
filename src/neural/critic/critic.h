// Judges a piece: how much like a person's it is, as a whole and in four aspects, at three scales.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"
#include "neural/critic/network.h"

namespace cantus::critic {

/// Bars as a musician counts them, both included.
struct BarRange {
  int first = 1;
  int last = 1;
  friend bool operator==(const BarRange&, const BarRange&) = default;
};

/// By Aspect; each 0 to 1: of as many people's pieces as composed and spoiled ones, the share of
/// people's among those that score like this.
using Scores = std::array<double, kAspects>;

struct WindowScores {
  BarRange bars;
  Scores scores{};
};

struct Judgement {
  Scores scores{};                     ///< of the whole piece
  std::vector<WindowScores> phrases;   ///< of four bars, beginning at each bar
  std::vector<WindowScores> sections;  ///< of eight bars, and of sixteen
  /// By Aspect: the bars that speak most against the piece.
  std::array<BarRange, kAspects> weakest{};
  bool has_chords = true;  ///< otherwise the harmony's score means nothing

  double of(Aspect aspect) const { return scores[static_cast<std::size_t>(aspect)]; }
};

class Critic {
 public:
  explicit Critic(Network network) : network_(std::move(network)) {}

  /// Fails as Network::load does.
  static Result<Critic> load(const std::filesystem::path& path);

  /// [any thread]. The same bits on every machine. Fails as sheet_of does.
  Result<Judgement> judge(const score::Piece& piece) const;

  /// What candidates are ordered by, higher is better: log-odds of the whole. Nothing where the
  /// piece cannot be judged.
  std::optional<double> rank(const score::Piece& piece) const;

  /// The same of a piece on its way: log-odds of the phrase and the sections that it ends with.
  std::optional<double> rank_end(const score::Piece& piece) const;

 private:
  Network network_;
};

/// "bar 13", "bars 5-6".
std::string to_text(BarRange bars);

/// One plain sentence on one aspect of this piece; it names bars where the aspect is weak.
std::string sentence_on(Aspect aspect, const Judgement& judgement);

}  // namespace cantus::critic
