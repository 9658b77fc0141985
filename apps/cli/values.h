// Checks of option values that CLI11 would let through; each gives what is wrong, or nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cantus::cli {

std::string wrong_if_empty(const std::string& text);
std::string wrong_seed(const std::string& text);       ///< 0 to 2^64 - 1: no sign, no overflow
std::string wrong_guidance(const std::string& text);   ///< 0 to 4, and no NaN
std::string wrong_precision(const std::string& text);  ///< float32, bf16 or int8
std::string wrong_loudness(const std::string& text);   ///< -60 to -5 LUFS, and no NaN

}  // namespace cantus::cli
