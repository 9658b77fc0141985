// What a network's matrices are held in while it runs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace cantus::infer {

/// Norms are float32 always. float32 and bfloat16 multiply and add in float32; int8 has a scale a
/// row, meets inputs of eight bits and adds in whole numbers.
enum class Precision { float32, bfloat16, int8 };

/// "float32", "bf16", "int8": what a user says and reads.
std::string_view name_of(Precision precision);

/// Nothing where it is none of these names.
std::optional<Precision> precision_named(std::string_view name);

}  // namespace cantus::infer
