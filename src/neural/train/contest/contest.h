// The composer against the critic: policy gradients, anchored to what people wrote.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "neural/train/contest/rollouts.h"
#include "neural/train/network.h"
#include "neural/train/optimiser.h"

namespace cantus::contest {

/// Adds to the network's gradients those of minus the sum of advantage times log p of the chosen
/// tokens, over the number of chosen tokens (REINFORCE, Williams 1992). Tokens beyond the context
/// are left out. Returns that sum.
double add_policy_gradient(train::Network& network,
                           std::span<const Rollout> rollouts,
                           std::span<const double> advantages);

struct ContestSettings {
  std::filesystem::path from;     ///< NAME.safetensors, the composer
  std::filesystem::path planner;  ///< of form and chords, which stay; empty for the composer itself
  std::filesystem::path critic;
  std::filesystem::path corpus;  ///< NAME.pack, people's: the anchor and the likelihood
  std::filesystem::path out;     ///< NAME.safetensors, in float32
  int rounds = 20;
  int pieces = 32;          ///< composed a round
  int steps = 2;            ///< of the optimiser a round, each on its share of the pieces
  double rate = 3e-5;       ///< after `steps` steps of rising
  double policy = 1.0;      ///< weight of the critic's verdict
  double anchor = 1.0;      ///< weight of people's likelihood
  int anchor_rows = 3;      ///< windows of people's music a step
  double share = 0.0;       ///< above 0: learn from this best share of each group, unlearn nothing
  double most_loss = 0.02;  ///< of likelihood, of its nats a token
  int heard_pieces = 48;    ///< that say how well a round pleases, always of the same seeds
  std::uint64_t heard_seed = 900'000;  ///< of the first of these
  int heard_every = 3;                 ///< rounds
  std::int64_t validation_tokens = 20000;
  double minutes = 0.0;  ///< at most; 0 for no limit
  int threads = 1;
  std::uint64_t seed = 1;
  const std::atomic<bool>* stop = nullptr;  ///< ends early; the best so far is kept
};

struct Standing {
  int round = 0;
  double score = 0.0;       ///< mean of the critic's log-odds
  double likelihood = 0.0;  ///< nats a token of people's, at validation
};

struct ContestOutcome {
  Standing before;
  Standing
      best;  ///< the highest score whose likelihood is good enough; `before` where there is none
};

/// Writes the best weights, and nothing where none are better. `said` is told of each look.
Result<ContestOutcome> contest(const ContestSettings& settings,
                               const std::function<void(const std::string&)>& said);

}  // namespace cantus::contest
