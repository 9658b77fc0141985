#include "neural/train/evaluate.h"

#include <ATen/ATen.h>

#include "neural/packed/catalogue.h"
#include "neural/train/device.h"
#include "neural/train/likelihood.h"
#include "neural/train/model_file.h"
#include "neural/train/network.h"
#include "neural/train/windows.h"

namespace cantus::train {
namespace {

Result<Scores> score(const EvaluateSettings& settings,
                     const ModelFile& model,
                     const corpus::PackedCorpus& corpus,
                     const corpus::Catalogue& catalogue) {
  const auto device = prepare_device(settings.device, settings.threads);
  if (!device) return tl::unexpected<Error>(device.error());
  Network network(model.shape, {*device});
  network.set_weights(model.weights);
  auto windows = scoring_windows(corpus, catalogue.vocabulary, settings.split, model.shape.context);
  const auto wanted = ViewFilter::create(catalogue, settings.views);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  std::erase_if(windows,
                [&](const Window& w) { return !wanted->has(corpus.sequences()[w.sequence]); });
  if (settings.tokens > 0) windows = thin(windows, settings.tokens);
  Scoreboard board(corpus, catalogue);
  for (const Batch& batch : lay_out(corpus, windows, 64, model.shape.context)) {
    each_loss(network, batch, settings.rows, *device,
              [&](std::uint32_t sequence, double nats) { board.add(sequence, nats); });
  }
  return board.scores();
}

}  // namespace

Result<Scores> evaluate(const EvaluateSettings& settings) {
  const auto model = read_model(settings.model);
  if (!model) return tl::unexpected<Error>(model.error());
  const auto corpus = corpus::PackedCorpus::open(settings.corpus);
  if (!corpus) return tl::unexpected<Error>(corpus.error());
  const auto catalogue = corpus::read_catalogue(settings.corpus);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  if (model->shape.vocabulary_hash != corpus::vocabulary_hash(catalogue->vocabulary.names) ||
      model->shape.vocabulary != corpus->vocabulary_size()) {
    return fail(ErrorCode::invalid_input, settings.model.string() +
                                              ": was trained on another vocabulary than " +
                                              settings.corpus.string() + " has");
  }
  try {
    return score(settings, *model, *corpus, *catalogue);
  } catch (const std::exception& error) {  // c10::Error among others
    return fail(ErrorCode::invalid_input, std::string("LibTorch: ") + error.what());
  }
}

}  // namespace cantus::train
