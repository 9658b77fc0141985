#include "neural/touch/line_shaper.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "neural/infer/safetensors.h"

namespace cantus::touch {
namespace {

constexpr const char* kFormat = "cantus-player-1";

struct Tensor {
  const char* name;
  std::uint64_t size;
  std::vector<float> ShaperWeights::* values;
};

constexpr std::array<Tensor, 2> kTensors = {{
    {"louder", kLineFeatures, &ShaperWeights::louder},
    {"base", 1, &ShaperWeights::base},
}};

}  // namespace

Result<LineShaper> LineShaper::from(ShaperWeights weights) {
  for (const Tensor& tensor : kTensors) {
    const std::vector<float>& values = weights.*tensor.values;
    if (values.size() != tensor.size) {
      return fail(ErrorCode::invalid_input,
                  std::string("tensor '") + tensor.name + "' of the player has another size");
    }
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
      return fail(ErrorCode::invalid_input,
                  std::string("tensor '") + tensor.name + "' of the player is not finite");
    }
  }
  return LineShaper(std::move(weights));
}

Result<LineShaper> LineShaper::load(const std::filesystem::path& path) {
  const auto file = infer::SafeTensors::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const auto format = file->metadata().find("format");
  if (format == file->metadata().end() || format->second != kFormat) {
    return fail(ErrorCode::invalid_input,
                path.string() + ": not a player's weights (format " + kFormat + ")");
  }
  ShaperWeights weights;
  for (const Tensor& tensor : kTensors) {
    auto values = file->floats(tensor.name, {tensor.size});
    if (!values) return fail_at(path.string(), values.error());
    weights.*tensor.values = std::move(*values);
  }
  return from(std::move(weights));
}

double LineShaper::louder(const LineFeatures& features) const {
  double sum = -static_cast<double>(weights_.base.front());
  for (std::size_t i = 0; i < features.size(); ++i)
    sum += static_cast<double>(weights_.louder[i]) * static_cast<double>(features[i]);
  return std::clamp(sum, -127.0, 127.0);
}

Result<void> write_shaper(const std::filesystem::path& path, const ShaperWeights& weights) {
  std::vector<infer::NamedTensor> named;
  for (const Tensor& tensor : kTensors) {
    named.push_back({tensor.name, {tensor.size}, std::span<const float>(weights.*tensor.values)});
  }
  return infer::write_safetensors(path, named, {{"format", kFormat}});
}

}  // namespace cantus::touch
