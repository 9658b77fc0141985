// The loss of chorales, note by note: an exact likelihood of all four notes of every sixteenth.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "neural/train/benchmark/decision_net.h"
#include "neural/train/benchmark/voice_context.h"

namespace cantus::benchmark {

/// Of one piece: [sixteenth][place in the order].
using NoteLosses = std::vector<std::array<double, kVoices>>;

/// The losses under each network alone, then under their mean logit.
std::vector<NoteLosses> losses_of_each(std::span<DecisionNet> nets, const VoiceContext& context);

/// Nats a note, over all notes of all pieces.
double nats_a_note(std::span<const NoteLosses> pieces);

}  // namespace cantus::benchmark
