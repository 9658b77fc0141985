#include "neural/train/export.h"

#include "neural/train/checkpoint.h"
#include "neural/train/fit_settings.h"
#include "neural/train/model_file.h"

namespace cantus::train {

Result<std::int64_t> export_checkpoint(const std::filesystem::path& folder,
                                       const std::filesystem::path& out) {
  const auto checkpoint = read_checkpoint(folder);
  if (!checkpoint) return tl::unexpected<Error>(checkpoint.error());
  const auto shape = shape_in_settings(checkpoint->settings);
  if (!shape) return fail_at(folder.string(), shape.error());
  const auto& weights = checkpoint->average.empty() ? checkpoint->weights : checkpoint->average;
  if (static_cast<std::int64_t>(weights.size()) != shape->weights()) {
    return fail(ErrorCode::invalid_input, folder.string() + ": its weights are not its shape's");
  }
  if (auto written = write_model(out.string() + ".safetensors", *shape, weights); !written) {
    return tl::unexpected<Error>(written.error());
  }
  return checkpoint->step;
}

}  // namespace cantus::train
