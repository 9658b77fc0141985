// Any bytes as a weights file: read, and if they are a network, run.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/check.h"
#include "neural/infer/decoder.h"
#include "neural/infer/safetensors.h"
#include "neural/infer/sampler.h"
#include "neural/infer/transformer.h"

using namespace cantus::infer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = SafeTensors::parse(std::as_bytes(std::span(data, size)));
  if (!file) return 0;
  for (const auto& [name, tensor] : file->tensors()) {
    const auto values = file->floats(name, tensor.shape);
    CANTUS_CHECK(!values || values->size() * sizeof(float) == tensor.bytes.size());
  }
  const auto transformer = Transformer::load(*file);
  if (!transformer) return 0;
  Decoder decoder(*transformer, 2);
  const auto last = static_cast<Token>(transformer->config().vocabulary - 1);
  decoder.prefill(0, std::vector<Token>(std::size_t{1} + (decoder.room(0) > 1 ? 1 : 0), last));
  decoder.copy(0, 1);
  if (decoder.room(1) > 0) decoder.step(std::vector<NextToken>{{1, 0}});
  cantus::Random random(size);
  const int token = Sampler().sample(decoder.logits(1), {}, {.top_p = 0.9}, random);
  CANTUS_CHECK(token >= 0 && token <= last);
  return 0;
}
