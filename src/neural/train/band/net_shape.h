// How large the band's three networks are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cantus::train_band {

struct NetShape {
  int width = 128;
  int hidden = 256;
  int heads = 4;
  int generator_blocks = 4;
  int encoder_blocks = 2;
  int discriminator_blocks = 3;
};

}  // namespace cantus::train_band
