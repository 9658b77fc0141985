// How many products a second the processor's multipliers give when nothing else holds them up.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neural/infer/isa.h"
#include "neural/infer/precision.h"

namespace cantus::benchmarks {

/// Products a second of one thread, by the instructions that the kernels of `isa` multiply with, on
/// registers alone; 0 where it is not known. bfloat16 is multiplied as float32.
double most_products(infer::Isa isa, infer::Precision precision);

/// Seconds of this thread's own time, so that programs beside it are not counted.
double thread_seconds();

}  // namespace cantus::benchmarks
