#include "neural/train/base_model.h"

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "base/random.h"
#include "neural/packed/catalogue.h"

namespace cantus::train {
namespace {

constexpr double kNoise = 0.02;  // standard deviation, as a fresh embedding's

/// The mean of the embedding's rows. [width]
std::vector<double> mean_row(const ModelFile& base) {
  const auto width = static_cast<std::size_t>(base.shape.width);
  std::vector<double> mean(width, 0.0);
  const auto rows = static_cast<std::size_t>(base.shape.vocabulary);
  for (std::size_t i = 0; i < rows * width; ++i)
    mean[i % width] += static_cast<double>(base.weights[i]) / static_cast<double>(rows);
  return mean;
}

std::filesystem::path with_ending(const std::filesystem::path& model, const char* ending) {
  std::filesystem::path path = model;
  if (path.extension() == ".safetensors") path.replace_extension();
  path += ending;
  return path;
}

std::vector<float> new_rows(const ModelFile& base, std::size_t count, std::uint64_t seed) {
  const std::vector<double> mean = mean_row(base);
  Random random = Random(seed).fork("new rows of the embedding");
  std::vector<float> rows;
  for (std::size_t i = 0; i < count * mean.size(); ++i)
    rows.push_back(static_cast<float>(mean[i % mean.size()] + kNoise * random.normal()));
  return rows;
}

}  // namespace

Result<ModelFile> read_base(const std::filesystem::path& model) {
  return read_model(with_ending(model, ".safetensors"));
}

std::string read_base_card(const std::filesystem::path& model) {
  return read_file(with_ending(model, ".json")).value_or("");
}

Result<ModelFile> with_vocabulary(ModelFile base,
                                  std::span<const std::string> names,
                                  std::uint64_t seed) {
  const auto known = static_cast<std::size_t>(base.shape.vocabulary);
  const auto first = names.first(std::min(known, names.size()));
  if (corpus::vocabulary_hash({first.begin(), first.end()}) != base.shape.vocabulary_hash) {
    return fail(ErrorCode::invalid_input, "its " + std::to_string(known) +
                                              " tokens are not the first of the corpus's " +
                                              std::to_string(names.size()) +
                                              "; pack the corpus with the program that goes "
                                              "with the model, or begin without --from");
  }
  const auto rows = new_rows(base, names.size() - known, seed);
  const auto end = base.weights.begin() + static_cast<std::ptrdiff_t>(known) * base.shape.width;
  base.weights.insert(end, rows.begin(), rows.end());
  base.shape.vocabulary = static_cast<std::int64_t>(names.size());
  base.shape.vocabulary_hash = corpus::vocabulary_hash({names.begin(), names.end()});
  return base;
}

}  // namespace cantus::train
