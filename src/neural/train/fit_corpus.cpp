#include "neural/train/fit_corpus.h"

#include <utility>

namespace cantus::train {

Result<void> FitCorpus::open(const std::filesystem::path& pack) {
  auto corpus = corpus::PackedCorpus::open(pack);
  if (!corpus) return tl::unexpected<Error>(corpus.error());
  pack_.emplace(std::move(*corpus));
  auto catalogue = corpus::read_catalogue(pack);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  catalogue_ = std::move(*catalogue);
  if (catalogue_.vocabulary.names.size() != pack_->vocabulary_size()) {
    return fail(ErrorCode::invalid_input,
                pack.string() + ": its catalogue belongs to another pack");
  }
  return {};
}

Result<void> FitCorpus::prepare(const FitSettings& settings) {
  const std::int64_t context = settings.shape.context;
  auto windows =
      TrainingWindows::create(*pack_, catalogue_, {context, settings.transpose, settings.mix});
  if (!windows) return tl::unexpected<Error>(windows.error());
  windows_.emplace(std::move(*windows));
  batches_.emplace(*windows_, settings.seed, settings.batch);
  const auto scoring =
      scoring_windows(*pack_, catalogue_.vocabulary, corpus::Split::validation, context);
  validation_ = lay_out(*pack_, thin(scoring, settings.validate_tokens), 8, context);
  return {};
}

}  // namespace cantus::train
