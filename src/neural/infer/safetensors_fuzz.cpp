// Any bytes as a weights file: read, and if they are a network, run and converted.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/check.h"
#include "neural/infer/convert_weights.h"
#include "neural/infer/decoder.h"
#include "neural/infer/safetensors.h"
#include "neural/infer/sampler.h"
#include "neural/infer/short_floats.h"
#include "neural/infer/transformer.h"

using namespace cantus::infer;

namespace {

/// As the file holds it, or rounded: by the input's length, so that all ways are taken.
std::optional<Precision> wanted(std::size_t size) {
  if (size % 4 == 3) return std::nullopt;
  return static_cast<Precision>(size % 4);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = SafeTensors::parse(std::as_bytes(std::span(data, size)));
  if (!file) return 0;
  for (const auto& [name, tensor] : file->tensors()) {
    const auto values = file->floats(name, tensor.shape);
    const std::size_t unit = tensor.type == "F32" ? sizeof(float) : sizeof(Float16);
    CANTUS_CHECK(!values || values->size() * unit == tensor.bytes.size());
  }
  const auto transformer = Transformer::load(*file, wanted(size));
  if (!transformer) return 0;
  Decoder decoder(*transformer, 2);
  const auto last = static_cast<Token>(transformer->config().vocabulary - 1);
  decoder.prefill(0, std::vector<Token>(std::size_t{1} + (decoder.room(0) > 1 ? 1 : 0), last));
  decoder.copy(0, 1);
  if (decoder.room(1) > 0) decoder.step(std::vector<NextToken>{{1, 0}});
  cantus::Random random(size);
  const int token = Sampler().sample(decoder.logits(1), {}, {.top_p = 0.9}, random);
  CANTUS_CHECK(token >= 0 && token <= last);
  const auto written = converted(*file, static_cast<Storage>(size % 4));
  CANTUS_CHECK(!written || SafeTensors::parse(std::as_bytes(std::span(*written))));
  return 0;
}
