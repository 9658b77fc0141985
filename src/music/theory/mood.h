// The mood of a piece from its notes: valence (dark to bright) and arousal (calm to stirring).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "music/score/piece.h"

namespace cantus::theory {

/// What listeners hear a mood by, each in standard deviations from what is usual.
struct MoodCues {
  double mode = 0.0;      ///< minor below, major above
  double pace = 0.0;      ///< strokes a second, on a logarithmic scale
  double height = 0.0;    ///< of the highest part
  double dynamics = 0.0;  ///< velocity
};
MoodCues mood_cues(const score::Piece& piece);

struct Mood {
  double valence = 0.0;  ///< standard deviations, above for bright
  double arousal = 0.0;  ///< standard deviations, above for stirring
};

/// Eerola, Friberg and Bresin, "Emotional expression in music: contribution, linearity, and
/// additivity of primary musical cues" (Frontiers in Psychology 4, 2013) give the order of the cues
/// and their signs: for happy against sad the mode first, then tempo, height, and dynamics against
/// it; tempo and dynamics for stirring against calm. The weights of dynamics are those of a
/// regression on 110 rated excerpts of film music (benchmarks/mood_fit.py), where loudness and
/// brightness explain 43 % of energy and 1 % of valence; height has two thirds of brightness's
/// weight, being a part of it.
Mood mood_of(const MoodCues& cues);

/// Nothing for a piece without pitched notes.
std::optional<Mood> mood_of(const score::Piece& piece);

}  // namespace cantus::theory
