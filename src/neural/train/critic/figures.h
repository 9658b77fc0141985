// Areas as a critic's card holds them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "neural/train/critic/evaluation.h"

namespace cantus::critic {

double rounded(double value, double by = 1e4);

nlohmann::ordered_json rows_json(std::span<const AreaRow> rows);

/// Adds the rows to the card of `weights` under `split`.
Result<void> add_figures(const std::filesystem::path& weights,
                         const std::string& split,
                         std::span<const AreaRow> rows);

}  // namespace cantus::critic
