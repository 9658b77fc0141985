#include "neural/train/scored_data.h"

#include <utility>

namespace cantus::train {

Result<ScoredData> scored_data(const EvaluateSettings& settings, const Listener& model) {
  auto corpus = corpus::PackedCorpus::open(settings.corpus);
  if (!corpus) return tl::unexpected<Error>(corpus.error());
  auto catalogue = corpus::read_catalogue(settings.corpus);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  if (model.vocabulary_hash != corpus::vocabulary_hash(catalogue->vocabulary.names) ||
      model.vocabulary != corpus->vocabulary_size()) {
    return fail(ErrorCode::invalid_input, settings.model.string() +
                                              ": was trained on another vocabulary than " +
                                              settings.corpus.string() + " has");
  }
  const auto wanted = ViewFilter::create(*catalogue, settings.views);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  auto windows = scoring_windows(*corpus, catalogue->vocabulary, settings.split, model.context);
  std::erase_if(windows,
                [&](const Window& w) { return !wanted->has(corpus->sequences()[w.sequence]); });
  if (settings.tokens > 0) windows = thin(windows, settings.tokens);
  return ScoredData{std::move(*corpus), std::move(*catalogue), std::move(windows)};
}

}  // namespace cantus::train
