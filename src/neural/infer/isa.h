// The instruction sets the engine is built for, and which one to use. All give the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"

namespace cantus::infer {

enum class Isa { scalar, neon, avx2, avx512, avx512_vnni };

std::string_view name_of(Isa isa);

/// What this program has code for and this machine can run, slowest first; scalar is always there.
std::vector<Isa> supported_isas();

/// The fastest, unless the environment's CANTUS_ISA names one; fails where that is no name of ours
/// or this machine cannot run it.
Result<Isa> chosen_isa();

}  // namespace cantus::infer
