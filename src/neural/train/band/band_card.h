// The card beside a band's weights: what they are, what they learnt from, how well they do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "base/result.h"
#include "neural/rolls/comparison.h"
#include "neural/rolls/phrase.h"

namespace cantus::train_band {

/// NAME.json for NAME.safetensors; `course` says how the weights were trained.
Result<void> write_card(const std::filesystem::path& weights,
                        std::span<const rolls::Phrase> phrases,
                        const std::string& course);

/// Adds or replaces the card's figures.
Result<void> write_figures(const std::filesystem::path& weights,
                           std::uint64_t seed,
                           const rolls::Column& generated,
                           const rolls::Column& training);

}  // namespace cantus::train_band
