// The next note of a voice as a row of questions: is it held, is it a rest, is it this key, that
// key …, from the nearest outwards. All of it is relative to the key asked about.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "neural/train/benchmark/decisions.h"
#include "neural/train/benchmark/voice_context.h"

namespace cantus::benchmark {

std::uint32_t voice_feature_count();

/// What is asked about, in order: as moves from home_of. Beyond the last of them all key numbers
/// that were not asked about are equally likely.
const std::vector<int>& moves_asked();

/// −log of that share, for a note that none of the questions found.
double loss_beyond(int home);

/// Adds the note at `place` of the order as one moment, with a row for each question up to the one
/// whose answer is yes. The chorale is shown as if moved by `shift`.
void add_note(
    const VoiceContext& context, std::size_t t, std::size_t place, int shift, Decisions& to);

}  // namespace cantus::benchmark
