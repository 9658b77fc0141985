// The few statistics a run is watched by: those of MuseGAN's table and how much is played.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "neural/rolls/roll.h"

namespace cantus::train_band {

struct Measure {
  std::string name;
  double value = 0.0;
};

std::vector<Measure> table_of(std::span<const rolls::Roll> phrases);
/// The mean of |a - b| / b over the measures.
double distance(std::span<const Measure> a, std::span<const Measure> b);
nlohmann::ordered_json table_json(std::span<const Measure> table);

}  // namespace cantus::train_band
