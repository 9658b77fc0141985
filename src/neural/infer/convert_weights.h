// A weights file written anew with its matrices in another type.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "neural/infer/safetensors.h"

namespace cantus::infer {

/// What matrices are stored as; norms are always float32.
enum class Storage { float32, float16, bfloat16, int8 };

/// "float32", "float16", "bf16", "int8"; nothing where it is none of these names.
std::optional<Storage> storage_named(std::string_view name);

/// Rounds every matrix of `from`, to the nearest and int8 by rows as quantised() does; numbers that
/// the file holds in that type already stay as they are. Fails where `from` is no network that the
/// engine would load, or a weight is too large for the type.
Result<std::string> converted(const SafeTensors& from, Storage storage);

/// The same from file to file, which may be one.
Result<void> convert_weights(const std::filesystem::path& from,
                             const std::filesystem::path& to,
                             Storage storage);

}  // namespace cantus::infer
