#include "neural/train/engine/evaluate_engine.h"

#include <span>
#include <vector>

#include "neural/infer/decoder.h"
#include "neural/infer/sampler.h"
#include "neural/train/scored_data.h"

namespace cantus::train {
namespace {

/// One window from an empty cache.
class WindowScorer {
 public:
  WindowScorer(const infer::Transformer& transformer, int threads)
      : decoder_(transformer, 1, threads),
        context_(transformer.config().context),
        vocabulary_(static_cast<std::size_t>(transformer.config().vocabulary)) {}

  void add(const ScoredData& data, const Window& window, Scoreboard& board) {
    row_.reset(1, context_);
    const auto positions = static_cast<std::size_t>(row_.lay(data.corpus, window, 0, 0));
    tokens_.assign(row_.inputs.begin(),
                   row_.inputs.begin() + static_cast<std::ptrdiff_t>(positions));
    logits_.resize(positions * vocabulary_);
    decoder_.rewind(0, 0);
    decoder_.prefill(0, tokens_, logits_);
    for (std::size_t at = 0; at < positions; ++at) {
      if (row_.targets[at] == kUnscored) continue;
      const auto after = std::span(logits_).subspan(at * vocabulary_, vocabulary_);
      board.add(window.sequence, -infer::log_probability(after, row_.targets[at]));
    }
  }

 private:
  infer::Decoder decoder_;
  std::int64_t context_;
  std::size_t vocabulary_;
  Batch row_;
  std::vector<infer::Token> tokens_;
  std::vector<float> logits_;  // [position][vocabulary]
};

}  // namespace

Result<Scores> evaluate_engine(const EvaluateSettings& settings,
                               std::optional<infer::Precision> wanted) {
  const auto model = infer::Transformer::load(settings.model, wanted);
  if (!model) return tl::unexpected<Error>(model.error());
  const infer::TransformerConfig& config = model->config();
  const auto data =
      scored_data(settings, {config.vocabulary_hash, config.vocabulary, config.context});
  if (!data) return tl::unexpected<Error>(data.error());
  Scoreboard board(data->corpus, data->catalogue);
  WindowScorer scorer(*model, settings.threads);
  for (const Window& window : data->windows)
    scorer.add(*data, window, board);
  return board.scores();
}

}  // namespace cantus::train
