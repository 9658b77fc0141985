// The kernels without vector instructions: the reference the others are held to, and the fallback.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neural/infer/kernels.h"

namespace cantus::infer {

const Kernels& scalar_kernels();

}  // namespace cantus::infer
