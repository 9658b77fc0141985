#include "neural/train/checkpoint.h"

#include <nlohmann/json.hpp>

#include "neural/packed/whole_number.h"
#include "neural/train/safetensors.h"

namespace cantus::train {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kFormat = "cantus-checkpoint-1";

json to_json(const CurvePoint& point) {
  json value = {{"step", point.step}, {"tokens", point.tokens}, {"seconds", point.seconds}};
  if (point.training) value["training"] = *point.training;
  if (point.validation) value["validation"] = *point.validation;
  return value;
}

CurvePoint point_from(const json& value) {
  CurvePoint point{corpus::whole_number<std::int64_t>(value.at("step")),
                   corpus::whole_number<std::uint64_t>(value.at("tokens")),
                   value.at("seconds").get<double>(), std::nullopt, std::nullopt};
  if (value.contains("training")) point.training = value.at("training").get<double>();
  if (value.contains("validation")) point.validation = value.at("validation").get<double>();
  return point;
}

std::string progress_of(const Checkpoint& c) {
  json value = {{"step", c.step},         {"total_steps", c.total_steps},
                {"seconds", c.seconds},   {"tokens", c.tokens},
                {"loss_sum", c.loss_sum}, {"loss_tokens", c.loss_tokens},
                {"curve", json::array()}};
  for (const CurvePoint& point : c.curve)
    value["curve"].push_back(to_json(point));
  return value.dump();
}

void read_progress(const json& value, Checkpoint& c) {
  c.step = corpus::whole_number<std::int64_t>(value.at("step"));
  c.total_steps = corpus::whole_number<std::int64_t>(value.at("total_steps"));
  c.seconds = value.at("seconds").get<double>();
  c.tokens = corpus::whole_number<std::uint64_t>(value.at("tokens"));
  c.loss_sum = value.at("loss_sum").get<double>();
  c.loss_tokens = corpus::whole_number<std::uint64_t>(value.at("loss_tokens"));
  for (const json& point : value.at("curve"))
    c.curve.push_back(point_from(point));
}

TensorView view(const char* name, const std::vector<float>& values) {
  return {name, {static_cast<std::int64_t>(values.size())}, values};
}

std::vector<float> take(TensorFile& file, const char* name) {
  const auto found = file.tensors.find(name);
  return found == file.tensors.end() ? std::vector<float>() : std::move(found->second.values);
}

}  // namespace

fs::path checkpoint_path(const fs::path& folder) {
  return folder / "checkpoint.safetensors";
}

Result<void> write_checkpoint(const fs::path& folder, const Checkpoint& checkpoint) {
  std::vector<TensorView> tensors{view("weights", checkpoint.weights),
                                  view("first_moment", checkpoint.first_moment),
                                  view("second_moment", checkpoint.second_moment)};
  if (!checkpoint.average.empty()) tensors.push_back(view("average", checkpoint.average));
  return write_tensors(checkpoint_path(folder),
                       {{"format", kFormat},
                        {"settings", checkpoint.settings},
                        {"progress", progress_of(checkpoint)}},
                       tensors);
}

Result<Checkpoint> read_checkpoint(const fs::path& folder) {
  const fs::path path = checkpoint_path(folder);
  auto file = read_tensors(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const auto format = file->metadata.find("format");
  if (format == file->metadata.end() || format->second != kFormat) {
    return fail(ErrorCode::invalid_input, path.string() + ": is not a checkpoint of this program");
  }
  Checkpoint checkpoint;
  try {
    checkpoint.settings = file->metadata.at("settings");
    read_progress(json::parse(file->metadata.at("progress")), checkpoint);
  } catch (const std::exception& error) {
    return fail(ErrorCode::invalid_input, path.string() + ": broken: " + error.what());
  }
  checkpoint.weights = take(*file, "weights");
  checkpoint.first_moment = take(*file, "first_moment");
  checkpoint.second_moment = take(*file, "second_moment");
  checkpoint.average = take(*file, "average");
  return checkpoint;
}

void remove_leftovers(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".checkpoint.") && name.ends_with(".part.safetensors")) {
      fs::remove(entry.path(), error);
    }
  }
}

}  // namespace cantus::train
