#include "neural/train/weight_names.h"

namespace cantus::train {

std::int64_t WeightName::size() const {
  std::int64_t size = 1;
  for (const std::int64_t n : shape)
    size *= n;
  return size;
}

std::vector<WeightName> weight_names(const ModelShape& s) {
  std::vector<WeightName> names{{"embedding", {s.vocabulary, s.width}}};
  const auto block = [](std::int64_t layer) { return "blocks." + std::to_string(layer) + "."; };
  for (std::int64_t i = 0; i < s.layers; ++i) {
    names.push_back({block(i) + "attention_qkv", {3 * s.width, s.width}});
    names.push_back({block(i) + "attention_out", {s.width, s.width}});
    names.push_back({block(i) + "mlp_in", {s.hidden, s.width}});
    names.push_back({block(i) + "mlp_out", {s.width, s.hidden}});
  }
  for (std::int64_t i = 0; i < s.layers; ++i) {
    names.push_back({block(i) + "attention_norm", {s.width}});
    names.push_back({block(i) + "mlp_norm", {s.width}});
  }
  names.push_back({"final_norm", {s.width}});
  return names;
}

}  // namespace cantus::train
