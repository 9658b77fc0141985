#include "neural/train/evaluate.h"

#include <ATen/ATen.h>

#include "neural/train/device.h"
#include "neural/train/likelihood.h"
#include "neural/train/model_file.h"
#include "neural/train/network.h"
#include "neural/train/scored_data.h"

namespace cantus::train {
namespace {

Result<Scores> score(const EvaluateSettings& settings,
                     const ModelFile& model,
                     const ScoredData& data) {
  const auto device = prepare_device(settings.device, settings.threads);
  if (!device) return tl::unexpected<Error>(device.error());
  Network network(model.shape, {*device});
  network.set_weights(model.weights);
  Scoreboard board(data.corpus, data.catalogue);
  for (const Batch& batch : lay_out(data.corpus, data.windows, 64, model.shape.context)) {
    each_loss(network, batch, settings.rows, *device,
              [&](std::uint32_t sequence, double nats) { board.add(sequence, nats); });
  }
  return board.scores();
}

}  // namespace

Result<Scores> evaluate(const EvaluateSettings& settings) {
  const auto model = read_model(settings.model);
  if (!model) return tl::unexpected<Error>(model.error());
  const ModelShape& shape = model->shape;
  const auto data = scored_data(settings, {shape.vocabulary_hash, shape.vocabulary, shape.context});
  if (!data) return tl::unexpected<Error>(data.error());
  try {
    return score(settings, *model, *data);
  } catch (const std::exception& error) {  // c10::Error among others
    return fail(ErrorCode::invalid_input, std::string("LibTorch: ") + error.what());
  }
}

}  // namespace cantus::train
