#include "neural/train/model_file.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "base/check.h"
#include "neural/train/safetensors.h"
#include "neural/train/weight_names.h"

namespace cantus::train {
namespace {

constexpr const char* kFormat = "cantus-transformer-1";

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

Result<ModelShape> shape_of(const TensorFile& file) {
  const auto refuse = [](const std::string& why) { return fail(ErrorCode::invalid_input, why); };
  const auto field = [&](const char* name) { return file.metadata.at(name); };
  const auto size = [&](const char* name, std::size_t axis) {
    return file.tensors.at(name).shape.at(axis);
  };
  try {
    if (field("format") != kFormat) return refuse("is not of format cantus-transformer-1");
    ModelShape shape;
    shape.layers = std::stoll(field("layers"));
    shape.heads = std::stoll(field("heads"));
    shape.context = std::stoll(field("context"));
    shape.rope_base = std::stod(field("rope_base"));
    shape.vocabulary_hash = field("vocabulary_hash");
    shape.vocabulary = size("embedding", 0);
    shape.width = size("embedding", 1);
    shape.hidden = size("blocks.0.mlp_in", 0);
    if (auto checked = check_shape(shape); !checked) return refuse(checked.error().message);
    return shape;
  } catch (const std::logic_error&) {  // at() and stoll()
    return refuse("lacks a tensor or a number of format cantus-transformer-1");
  }
}

}  // namespace

Result<void> write_model(const std::filesystem::path& path,
                         const ModelShape& shape,
                         std::span<const float> weights) {
  CANTUS_CHECK(static_cast<std::int64_t>(weights.size()) == shape.weights());
  std::vector<TensorView> tensors;
  std::size_t at = 0;
  for (const WeightName& weight : weight_names(shape)) {
    const auto size = static_cast<std::size_t>(weight.size());
    tensors.push_back({weight.name, weight.shape, weights.subspan(at, size)});
    at += size;
  }
  return write_tensors(path,
                       {{"format", kFormat},
                        {"layers", std::to_string(shape.layers)},
                        {"heads", std::to_string(shape.heads)},
                        {"context", std::to_string(shape.context)},
                        {"rope_base", number(shape.rope_base)},
                        {"vocabulary_hash", shape.vocabulary_hash}},
                       tensors);
}

Result<ModelFile> read_model(const std::filesystem::path& path) {
  const auto file = read_tensors(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const auto shape = shape_of(*file);
  if (!shape) return fail_at(path.string(), shape.error());
  ModelFile model{*shape, {}};
  for (const WeightName& weight : weight_names(*shape)) {
    const auto found = file->tensors.find(weight.name);
    if (found == file->tensors.end() || found->second.shape != weight.shape) {
      return fail(ErrorCode::invalid_input,
                  path.string() + ": tensor '" + weight.name + "' is missing or has a wrong shape");
    }
    const auto& values = found->second.values;
    model.weights.insert(model.weights.end(), values.begin(), values.end());
  }
  return model;
}

}  // namespace cantus::train
