// Draws a loss curve.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neural/train/curve.h"
#include "neural/train/png.h"

namespace cantus::train {

/// Nats a token over steps: training thin and grey, validation thick and blue.
Picture draw_curve(const Curve& curve);

}  // namespace cantus::train
