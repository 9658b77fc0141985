#include "neural/critic/layers_file.h"

#include <cmath>
#include <utility>

#include "neural/infer/short_floats.h"

namespace cantus::critic {
namespace {

infer::Shape shape_of(int inputs, int outputs) {
  return {static_cast<std::uint64_t>(inputs), static_cast<std::uint64_t>(outputs)};
}

bool good(const std::vector<float>& values, int size) {
  return values.size() == static_cast<std::size_t>(size) &&
         std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

}  // namespace

Result<void> read_layers(const infer::SafeTensors& file,
                         const infer::Metadata& wanted,
                         std::string_view who,
                         std::span<const LayerToRead> layers,
                         const infer::Shape& calibrated,
                         Calibration& calibration) {
  const auto says = [&](const char* word) {
    const auto found = file.metadata().find(word);
    return found != file.metadata().end() && found->second == wanted.find(word)->second;
  };
  if (!says("format")) {
    return fail(ErrorCode::invalid_input, "not a " + std::string(who) + "'s weights (format " +
                                              wanted.find("format")->second + ")");
  }
  if (!says("marks")) {
    return fail(ErrorCode::invalid_input,
                "a " + std::string(who) + " that learnt other marks; train it again");
  }
  const auto take = [&](const std::string& name, const infer::Shape& shape,
                        std::vector<float>& to) -> Result<void> {
    auto values = file.floats(name, shape);
    if (!values) return tl::unexpected<Error>(values.error());
    to = std::move(*values);
    return {};
  };
  for (const LayerToRead& one : layers) {
    const std::string name(one.name);
    if (auto done = take(name, shape_of(one.inputs, one.outputs), one.layer->matrix); !done)
      return done;
    if (auto done =
            take(name + "_bias", {static_cast<std::uint64_t>(one.outputs)}, one.layer->bias);
        !done)
      return done;
  }
  if (auto done = take("scale", calibrated, calibration.scale); !done) return done;
  return take("shift", calibrated, calibration.shift);
}

Result<void> check_layers(std::string_view who,
                          std::span<const LayerToWrite> layers,
                          int calibrated,
                          const Calibration& calibration) {
  for (const LayerToWrite& one : layers) {
    if (good(one.layer->matrix, one.inputs * one.outputs) && good(one.layer->bias, one.outputs))
      continue;
    return fail(ErrorCode::invalid_input, "tensor '" + std::string(one.name) + "' of the " +
                                              std::string(who) +
                                              " has another size or is not finite");
  }
  if (!good(calibration.scale, calibrated) || !good(calibration.shift, calibrated)) {
    return fail(ErrorCode::invalid_input, "the " + std::string(who) + "'s calibration is broken");
  }
  return {};
}

Result<void> write_layers(const std::filesystem::path& path,
                          const infer::Metadata& metadata,
                          std::span<const LayerToWrite> layers,
                          const infer::Shape& calibrated,
                          const Calibration& calibration) {
  std::vector<infer::NamedTensor> named;
  std::vector<std::vector<infer::Float16>> halves;  // outlive what is named
  halves.reserve(layers.size());
  for (const LayerToWrite& one : layers) {
    std::vector<infer::Float16>& half = halves.emplace_back();
    for (const float value : one.layer->matrix)
      half.push_back(infer::float16_of(value));
    const std::string name(one.name);
    named.emplace_back(name, shape_of(one.inputs, one.outputs), "F16",
                       std::as_bytes(std::span(half)));
    named.emplace_back(name + "_bias", infer::Shape{static_cast<std::uint64_t>(one.outputs)},
                       std::span<const float>(one.layer->bias));
  }
  named.emplace_back("scale", calibrated, std::span<const float>(calibration.scale));
  named.emplace_back("shift", calibrated, std::span<const float>(calibration.shift));
  return infer::write_safetensors(path, named, metadata);
}

}  // namespace cantus::critic
