#include "neural/touch/player_net.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "neural/infer/exact_math.h"
#include "neural/infer/safetensors.h"
#include "neural/touch/dense.h"

namespace cantus::touch {
namespace {

constexpr const char* kFormat = "cantus-player-1";

struct Tensor {
  const char* name;
  infer::Shape shape;
  std::vector<float> PlayerWeights::* values;
};

const std::array<Tensor, 6>& tensors() {
  static const std::array<Tensor, 6> kTensors = {{
      {"first", {kLineFeatures, kPlayerHidden}, &PlayerWeights::first},
      {"first_bias", {kPlayerHidden}, &PlayerWeights::first_bias},
      {"second", {kPlayerHidden, kPlayerHidden}, &PlayerWeights::second},
      {"second_bias", {kPlayerHidden}, &PlayerWeights::second_bias},
      {"out", {kPlayerHidden, kPlayerOutputs}, &PlayerWeights::out},
      {"out_bias", {kPlayerOutputs}, &PlayerWeights::out_bias},
  }};
  return kTensors;
}

std::size_t size_of(const infer::Shape& shape) {
  std::size_t size = 1;
  for (const std::uint64_t n : shape)
    size *= n;
  return size;
}

}  // namespace

Result<PlayerNet> PlayerNet::from(PlayerWeights weights) {
  for (const Tensor& tensor : tensors()) {
    const std::vector<float>& values = weights.*tensor.values;
    if (values.size() != size_of(tensor.shape)) {
      return fail(ErrorCode::invalid_input,
                  std::string("tensor '") + tensor.name + "' of the player has another size");
    }
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
      return fail(ErrorCode::invalid_input,
                  std::string("tensor '") + tensor.name + "' of the player is not finite");
    }
  }
  return PlayerNet(std::move(weights));
}

Result<PlayerNet> PlayerNet::load(const std::filesystem::path& path) {
  const auto file = infer::SafeTensors::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const auto format = file->metadata().find("format");
  if (format == file->metadata().end() || format->second != kFormat) {
    return fail(ErrorCode::invalid_input,
                path.string() + ": not a player's weights (format " + kFormat + ")");
  }
  PlayerWeights weights;
  for (const Tensor& tensor : tensors()) {
    auto values = file->floats(tensor.name, tensor.shape);
    if (!values) return fail_at(path.string(), values.error());
    weights.*tensor.values = std::move(*values);
  }
  return from(std::move(weights));
}

std::array<float, kPlayerOutputs> PlayerNet::outputs(const LineFeatures& features) const {
  auto first = begun<kPlayerHidden>(weights_.first_bias);
  add_product(features, weights_.first, first);
  rectify(first);
  auto second = begun<kPlayerHidden>(weights_.second_bias);
  add_product(first, weights_.second, second);
  rectify(second);
  auto out = begun<kPlayerOutputs>(weights_.out_bias);
  add_product(second, weights_.out, out);
  return out;
}

Shaped PlayerNet::shaped(const LineFeatures& features) const {
  const auto y = outputs(features);
  const auto spread = [](float log) {
    return infer::exact_exp(std::clamp(static_cast<double>(log), -3.0, 1.5));
  };
  return {std::clamp(16.0 * static_cast<double>(y[0]), -63.0, 63.0), 16.0 * spread(y[1]),
          std::clamp(10.0 * static_cast<double>(y[2]), -60.0, 60.0), 10.0 * spread(y[3])};
}

Result<void> write_player(const std::filesystem::path& path, const PlayerWeights& weights) {
  std::vector<infer::NamedTensor> named;
  for (const Tensor& tensor : tensors())
    named.emplace_back(tensor.name, tensor.shape, std::span<const float>(weights.*tensor.values));
  return infer::write_safetensors(path, named, {{"format", kFormat}});
}

}  // namespace cantus::touch
