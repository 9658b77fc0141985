// Writes on a composition where it came from: brief, seed, weights, their training music.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "neural/compose/compose.h"
#include "tasks/weights.h"

namespace cantus::tasks {

constexpr const char* kVersion = "0.1.0";

/// JSON (docs/formats/manifest.md). `digital_source_type` is IPTC's word for what a trained model
/// made, for machines to find. `verdict` is the critics' (critique_piece.h), as JSON, or empty.
std::string manifest_of(const compose::Composition& composition,
                        const compose::Brief& brief,
                        const Weights& weights,
                        const std::string& verdict = "");

/// One line for the comment of a sound file.
std::string comment_of(const compose::Brief& brief, const Weights& weights);

}  // namespace cantus::tasks
