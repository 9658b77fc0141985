// Dynamic marks and the velocities they stand for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace cantus::formats::abc {

/// "mf" is 80; nothing for what is no dynamic mark.
std::optional<int> velocity_of(std::string_view dynamic);
/// The mark that stands for exactly this velocity.
std::optional<std::string_view> dynamic_of(int velocity);

}  // namespace cantus::formats::abc
