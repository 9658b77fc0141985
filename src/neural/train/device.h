// Which device a network lives on, and how LibTorch is set up for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <ATen/ATen.h>

#include "base/result.h"

namespace cantus::train {

/// `name` is cpu, cuda or cuda:N. Sets the number of threads (at least one), flushes denormals and
/// keeps freed memory for the next step.
Result<at::Device> prepare_device(const std::string& name, int threads);

}  // namespace cantus::train
