// For tests: a composer with random weights; what compositions promise holds for any.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neural/infer/random_network.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {

inline const infer::Transformer& dice() {
  static const infer::Transformer model =
      infer::random_transformer({tokens::kVocabularySize, 32, 64, 1, 2, 512, 10000.0, "random"}, 7);
  return model;
}

}  // namespace cantus::compose
