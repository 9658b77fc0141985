#include "neural/train/fixture.h"

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/random.h"
#include "neural/train/device.h"
#include "neural/train/model_file.h"
#include "neural/train/network.h"

namespace cantus::train {
namespace {

constexpr std::size_t kTokens = 40;

ModelShape tiny() {
  ModelShape shape;
  shape.vocabulary = 97;
  shape.width = 64;
  shape.layers = 2;
  shape.heads = 4;
  shape.hidden = 96;
  shape.context = 64;
  shape.vocabulary_hash = "0000000000000000";
  return shape;
}

std::string expected(Network& network) {
  Random random(7);
  BatchTensors batch{1, kTokens, at::empty({kTokens}, at::kLong), at::zeros({kTokens}, at::kInt),
                     at::zeros({kTokens}, at::kInt)};
  nlohmann::ordered_json value;
  for (std::size_t i = 0; i < kTokens; ++i) {
    const auto id = static_cast<std::int64_t>(
        random.below(static_cast<std::uint64_t>(network.shape().vocabulary)));
    batch.inputs.data_ptr<std::int64_t>()[i] = id;
    value["tokens"].push_back(id);
  }
  const at::Tensor logits = network.logits(batch).contiguous();
  for (std::int64_t i = 0; i < logits.size(0); ++i) {
    const auto* row = logits.data_ptr<float>() + i * logits.size(1);
    value["logits"].push_back(std::vector<float>(row, row + logits.size(1)));
  }
  return value.dump() + "\n";
}

}  // namespace

Result<void> write_fixture(const std::filesystem::path& folder) {
  if (auto device = prepare_device("cpu", 1); !device) return tl::unexpected<Error>(device.error());
  NetworkOptions options;
  options.plain = true;
  Network network(tiny(), options);
  network.initialise(1, true);
  auto written = write_model(folder / "tiny.safetensors", network.shape(), network.copy_weights());
  if (!written) return written;
  return write_file(folder / "tiny_expected.json", expected(network));
}

}  // namespace cantus::train
