#include "tasks/weights.h"

#include <cstdlib>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/random.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::tasks {
namespace {

namespace fs = std::filesystem;
constexpr const char* kName = "composer.safetensors";
constexpr const char* kBandName = "band.safetensors";

fs::path from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

std::vector<fs::path> folders() {
  std::vector<fs::path> folders;
  if (const fs::path set = from_environment("CANTUS_MODELS"); !set.empty()) folders.push_back(set);
  folders.emplace_back("models");
  std::error_code error;
  fs::path above = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (int i = 0; i < 5 && !above.empty(); ++i, above = above.parent_path()) {
    folders.push_back(above / "models");
    folders.push_back(above / "share/cantus/models");
  }
  fs::path data = from_environment("XDG_DATA_HOME");
  if (data.empty() && !from_environment("HOME").empty()) {
    data = from_environment("HOME") / ".local/share";
  }
  if (!data.empty()) folders.push_back(data / "cantus/models");
  std::istringstream shared(from_environment("XDG_DATA_DIRS").string());
  if (shared.str().empty()) shared.str("/usr/local/share:/usr/share");
  for (std::string folder; std::getline(shared, folder, ':');) {
    if (fs::path(folder).is_absolute()) folders.push_back(fs::path(folder) / "cantus/models");
  }
  return folders;
}

Result<fs::path> find() {
  if (auto found = find_model(kName)) return *found;
  return fail(ErrorCode::not_found,
              std::string("no weights: ") + kName +
                  " is neither in models/ here nor beside the program nor in a data folder "
                  "(XDG_DATA_HOME, XDG_DATA_DIRS); set CANTUS_MODELS or use --weights");
}

Result<std::string> hash_of_file(const fs::path& path) {
  const auto bytes = MappedFile::open(path);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  const std::string_view view(reinterpret_cast<const char*>(bytes->bytes().data()),
                              bytes->bytes().size());
  return fmt::format("{:016x}", hash_of(view));
}

std::string card_beside(fs::path weights) {
  return read_file(weights.replace_extension(".json"), 1U << 20U).value_or("{}");
}

Result<Specialist> load_one(const fs::path& path, infer::Precision precision) {
  auto model = infer::Transformer::load(path, precision);
  if (!model) return tl::unexpected<Error>(model.error());
  const std::string spoken = fmt::format("{:016x}", tokens::vocabulary_hash());
  if (model->config().vocabulary_hash != spoken ||
      model->config().vocabulary != tokens::kVocabularySize) {
    return fail(ErrorCode::invalid_input,
                path.string() + ": these weights speak another vocabulary; train them again");
  }
  const auto hash = hash_of_file(path);
  if (!hash) return tl::unexpected<Error>(hash.error());
  return Specialist{std::move(*model), *hash, card_beside(path)};
}

Result<BandWeights> load_band_from(const fs::path& path) {
  auto net = band::BandNet::load(path);
  if (!net) return tl::unexpected<Error>(net.error());
  const auto hash = hash_of_file(path);
  if (!hash) return tl::unexpected<Error>(hash.error());
  return BandWeights{std::move(*net), path.filename().string(), *hash, card_beside(path)};
}

}  // namespace

std::optional<fs::path> find_model(std::string_view name) {
  std::error_code error;
  for (const fs::path& folder : folders()) {
    if (fs::is_regular_file(folder / name, error)) return folder / name;
  }
  return std::nullopt;
}

Result<BandWeights> load_band() {
  if (const auto found = find_model(kBandName)) return load_band_from(*found);
  return fail(ErrorCode::not_found,
              std::string("no band: ") + kBandName +
                  " is neither in models/ here nor beside the program nor in a data folder; set "
                  "CANTUS_MODELS");
}

Result<Weights> load_weights(const std::optional<fs::path>& asked, std::string_view precision) {
  const auto wanted = infer::precision_named(precision);
  if (!wanted && !precision.empty()) {
    return fail(ErrorCode::invalid_input,
                fmt::format("precision '{}': write float32, bf16 or int8", precision));
  }
  const auto path = asked ? Result<fs::path>(*asked) : find();
  if (!path) return tl::unexpected<Error>(path.error());
  const auto precision_used = wanted.value_or(infer::Precision::int8);
  auto composer = load_one(*path, precision_used);
  if (!composer) return tl::unexpected<Error>(composer.error());
  Weights weights{std::move(composer->model), *path,        std::move(composer->hash),
                  std::move(composer->card),  std::nullopt, std::nullopt};
  if (!asked) {
    const fs::path band = path->parent_path() / kBandName;
    std::error_code none;
    if (fs::is_regular_file(band, none)) {
      auto loaded = load_band_from(band);
      if (!loaded) return tl::unexpected<Error>(loaded.error());
      weights.band = std::move(*loaded);
    }
  }
  const fs::path planner = path->parent_path() / "planner.safetensors";
  std::error_code error;
  if (asked || !fs::is_regular_file(planner, error)) return weights;
  auto specialist = load_one(planner, precision_used);
  if (!specialist) return tl::unexpected<Error>(specialist.error());
  weights.planner = std::move(*specialist);
  return weights;
}

}  // namespace cantus::tasks
