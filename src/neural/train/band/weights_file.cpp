#include "neural/train/band/weights_file.h"

#include <algorithm>
#include <vector>

namespace cantus::train_band {

Result<void> write_changed(const std::filesystem::path& from,
                           std::span<const infer::NamedTensor> changed,
                           const infer::Metadata& metadata,
                           const std::filesystem::path& to) {
  std::vector<std::vector<float>> kept;
  std::vector<infer::NamedTensor> tensors;
  infer::Metadata all;
  {
    const auto file = infer::SafeTensors::open(from);
    if (!file) return tl::unexpected<Error>(file.error());
    all = file->metadata();
    const auto is_kept = [&](const std::string& name) {
      return std::ranges::find(changed, name, &infer::NamedTensor::name) == changed.end();
    };
    kept.reserve(file->tensors().size());  // the spans below stay where they are
    for (const auto& [name, tensor] : file->tensors()) {
      if (!is_kept(name)) continue;
      auto values = file->floats(name, tensor.shape);
      if (!values) return tl::unexpected<Error>(values.error());
      kept.push_back(std::move(*values));
      tensors.emplace_back(name, tensor.shape, std::span<const float>(kept.back()));
    }
  }
  tensors.insert(tensors.end(), changed.begin(), changed.end());
  for (const auto& [name, value] : metadata)
    all[name] = value;
  return infer::write_safetensors(to, tensors, all);
}

}  // namespace cantus::train_band
