#include "neural/touch/touch_net.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "neural/infer/exact_math.h"
#include "neural/infer/safetensors.h"

namespace cantus::touch {
namespace {

constexpr const char* kFormat = "cantus-touch-1";

struct Tensor {
  const char* name;
  infer::Shape shape;
  std::vector<float> TouchWeights::* values;

  std::size_t size() const {
    std::size_t size = 1;
    for (const std::uint64_t n : shape)
      size *= n;
    return size;
  }
};

const std::array<Tensor, 8>& tensors() {
  static const std::array<Tensor, 8> kTensors = {{
      {"first", {kFeatures, kHidden}, &TouchWeights::first},
      {"first_bias", {kHidden}, &TouchWeights::first_bias},
      {"second", {kHidden, kHidden}, &TouchWeights::second},
      {"second_bias", {kHidden}, &TouchWeights::second_bias},
      {"out", {kHidden, kOutputs}, &TouchWeights::out},
      {"out_bias", {kOutputs}, &TouchWeights::out_bias},
      {"shares", {2, 3}, &TouchWeights::shares},
      {"centres", {kBands + 2}, &TouchWeights::centres},
  }};
  return kTensors;
}

/// to += the rows of `matrix` ([inputs, outputs]) times the inputs, in their order.
template <std::size_t kIn, std::size_t kOut>
void add_product(const std::array<float, kIn>& inputs,
                 const std::vector<float>& matrix,
                 std::array<float, kOut>& to) {
  for (std::size_t i = 0; i < kIn; ++i) {
    if (inputs[i] == 0.0F) continue;
    const float* row = matrix.data() + i * kOut;
    for (std::size_t o = 0; o < kOut; ++o)
      to[o] += inputs[i] * row[o];
  }
}

template <std::size_t kOut>
std::array<float, kOut> begun(const std::vector<float>& bias) {
  std::array<float, kOut> sums;
  std::ranges::copy(bias, sums.begin());
  return sums;
}

void rectify(std::span<float> values) {
  for (float& value : values)
    value = value > 0.0F ? value : 0.0F;
}

}  // namespace

Expected expected_from(std::array<float, kOutputs> y) {
  const auto spread = [](float log) {
    return infer::exact_exp(std::clamp(static_cast<double>(log), -3.0, 1.5));
  };
  return {std::clamp(64.0 + 32.0 * static_cast<double>(y[0]), 1.0, 127.0), 32.0 * spread(y[1]),
          std::clamp(10.0 * static_cast<double>(y[2]), -60.0, 60.0), 10.0 * spread(y[3])};
}

Result<TouchNet> TouchNet::from(TouchWeights weights) {
  for (const Tensor& tensor : tensors()) {
    const std::vector<float>& values = weights.*tensor.values;
    if (values.size() != tensor.size()) {
      return fail(ErrorCode::invalid_input,
                  std::string("tensor '") + tensor.name + "' of the drummer has another size");
    }
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
      return fail(ErrorCode::invalid_input,
                  std::string("tensor '") + tensor.name + "' of the drummer is not finite");
    }
  }
  return TouchNet(std::move(weights));
}

Result<TouchNet> TouchNet::load(const std::filesystem::path& path) {
  const auto file = infer::SafeTensors::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const auto format = file->metadata().find("format");
  if (format == file->metadata().end() || format->second != kFormat) {
    return fail(ErrorCode::invalid_input,
                path.string() + ": not a drummer's weights (format " + kFormat + ")");
  }
  TouchWeights weights;
  for (const Tensor& tensor : tensors()) {
    auto values = file->floats(tensor.name, tensor.shape);
    if (!values) return fail_at(path.string(), values.error());
    weights.*tensor.values = std::move(*values);
  }
  return from(std::move(weights));
}

std::array<float, kOutputs> TouchNet::outputs(const Features& features) const {
  auto first = begun<kHidden>(weights_.first_bias);
  add_product(features, weights_.first, first);
  rectify(first);
  auto second = begun<kHidden>(weights_.second_bias);
  add_product(first, weights_.second, second);
  rectify(second);
  auto out = begun<kOutputs>(weights_.out_bias);
  add_product(second, weights_.out, out);
  return out;
}

Result<void> write_touch(const std::filesystem::path& path, const TouchWeights& weights) {
  std::vector<infer::NamedTensor> named;
  for (const Tensor& tensor : tensors())
    named.emplace_back(tensor.name, tensor.shape, std::span<const float>(weights.*tensor.values));
  return infer::write_safetensors(path, named, {{"format", kFormat}});
}

}  // namespace cantus::touch
