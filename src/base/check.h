// Stops the program at a bug of ours; never reachable from a file, a request or a knob.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <source_location>

namespace cantus {

[[noreturn]] void check_failed(const char* condition, std::source_location where);

/// The one macro of the project: it needs the condition's text.
#define CANTUS_CHECK(condition)       \
  ((condition) ? static_cast<void>(0) \
               : ::cantus::check_failed(#condition, std::source_location::current()))

}  // namespace cantus
