// Composes a piece to a brief: form, then chords and melody, then the parts under them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/result.h"
#include "neural/band/network.h"
#include "neural/band_critic/critic.h"
#include "neural/compose/brief.h"
#include "neural/compose/plan.h"
#include "neural/critic/critic.h"
#include "neural/infer/transformer.h"

namespace cantus::compose {

/// Which of the two learners writes what accompanies.
enum class Engine {
  automatic,  ///< for each part the one that measured better
  sequence,   ///< the Transformer, bar by bar
  band        ///< the generator that learnt against a discriminator, four bars at once
};

struct ComposeOptions {
  int threads = 2;     ///< does not change the result
  int candidates = 4;  ///< melodies written side by side, of which the best is kept
  const std::atomic<bool>* stop = nullptr;  ///< set it to give up
  float guidance = 2.0F;  ///< how far mood and density are pressed on the model; 1: as learnt
  /// Writes form and chords in the composer's place; outlives the call, same vocabulary.
  const infer::Transformer* planner = nullptr;
  const band::BandNet* band = nullptr;  ///< outlives the call; without it there is no band
  Engine engine = Engine::automatic;
  bool band_leads = false;     ///< with Engine::band: it plays the melody too
  bool strict_harmony = true;  ///< the band's notes belong to chord or scale
  bool strict_melody = false;  ///< chord notes where chords start, between them by step; else as
                               ///< people's
  /// Hears every melody over its chords and has a say in which is kept; outlives the call. Then
  /// `heard_candidates` are written instead of `candidates`.
  const critic::Critic* critic = nullptr;
  /// Hears so many draws of what the band plays in each section and picks one; outlives the call.
  const band_critic::Critic* band_critic = nullptr;
  int band_draws = 4;         ///< about 2 ms more a phrase each (docs/critic.md)
  int heard_candidates = 24;  ///< twice over; half as many where a mood or density is asked for
                              ///< (docs/critic.md)
};

struct Composition {
  score::Piece piece;
  Plan plan;
  double log_likelihood = 0.0;  ///< nats, of the tokens the models chose under the rules
  int choices = 0;
  int candidates = 0;
  double melody_faults = 0.0;        ///< judgement.h
  std::vector<score::Role> by_band;  ///< parts that the band wrote
};

/// The piece obeys the brief exactly. The same brief and weights give the same piece on every
/// machine. Fails with invalid_input where the brief contradicts itself, with interrupted where
/// `stop` was set.
Result<Composition> compose(const infer::Transformer& model,
                            const Brief& brief,
                            const ComposeOptions& options = {});

/// The piece and `bars` more in its manner: its parts go on over chords that follow from its own.
/// Nothing of the original changes. Of a melody alone the critic, where there is one, keeps the
/// best of many. Fails where the piece has no notes or a bar over eight beats.
Result<score::Piece> continue_piece(const infer::Transformer& model,
                                    const score::Piece& piece,
                                    int bars,
                                    std::uint64_t seed,
                                    const ComposeOptions& options = {});

}  // namespace cantus::compose
