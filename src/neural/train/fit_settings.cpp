#include "neural/train/fit_settings.h"

#include <nlohmann/json.hpp>

#include "neural/packed/whole_number.h"

namespace cantus::train {
namespace {

ModelShape shape_from(const nlohmann::json& settings) {
  ModelShape shape;
  const auto number = [&](const char* name) {
    return corpus::whole_number<std::int64_t>(settings.at(name));
  };
  shape.vocabulary = number("vocabulary");
  shape.vocabulary_hash = settings.at("vocabulary_hash").get<std::string>();
  shape.width = number("width");
  shape.layers = number("layers");
  shape.heads = number("heads");
  shape.hidden = number("hidden");
  shape.context = number("context");
  shape.rope_base = settings.at("rope_base").get<double>();
  return shape;
}

}  // namespace

Result<void> check_settings(const FitSettings& s) {
  const auto refuse = [](const char* why) { return fail(ErrorCode::invalid_input, why); };
  if (s.batch < 1) return refuse("--batch must be at least 1");
  if (s.rows < 1) return refuse("--rows must be at least 1");
  if (s.minutes <= 0.0 && s.steps < 1) return refuse("--steps must be at least 1");
  if (!(s.rate > 0.0)) return refuse("--rate must be above 0");
  if (s.warmup < 0) return refuse("--warmup must not be negative");
  if (!(s.dropout >= 0.0 && s.dropout < 1.0)) return refuse("--dropout must be 0 to below 1");
  if (!(s.average >= 0.0 && s.average < 1.0)) return refuse("--average must be 0 to below 1");
  if (s.batch < s.place.size) {
    return refuse("--batch must be at least the number of workers: each computes whole windows");
  }
  if (s.low_rank < 0) return refuse("--low-rank must not be negative");
  if (s.low_rank > 0 && (s.resume || s.place.size > 1)) {
    return refuse("--low-rank: such a run is short; it is neither resumed nor shared by workers");
  }
  if (!(s.patience > 0.0)) return refuse("--patience must be above 0");
  if (s.precision != "fp32" && s.precision != "bf16") {
    return refuse("--precision must be fp32 or bf16");
  }
  return {};
}

std::string fixed_settings(const FitSettings& s, const corpus::PackedCorpus& corpus) {
  nlohmann::ordered_json value = {{"vocabulary", s.shape.vocabulary},
                                  {"vocabulary_hash", s.shape.vocabulary_hash},
                                  {"width", s.shape.width},
                                  {"layers", s.shape.layers},
                                  {"heads", s.shape.heads},
                                  {"hidden", s.shape.hidden},
                                  {"context", s.shape.context},
                                  {"rope_base", s.shape.rope_base},
                                  {"corpus_sequences", corpus.sequences().size()},
                                  {"corpus_tokens", corpus.tokens().size()},
                                  {"transpose", s.transpose},
                                  {"mix", s.mix},
                                  {"batch", s.batch},
                                  {"rows", s.rows},
                                  {"rate", s.rate},
                                  {"warmup", s.warmup},
                                  {"weight_decay", s.weight_decay},
                                  {"dropout", s.dropout},
                                  {"average", s.average},
                                  {"precision", s.precision},
                                  {"seed", s.seed}};
  if (!s.from.empty()) value["from"] = s.from.stem().string();
  return value.dump();
}

Result<void> check_same_settings(const std::string& was, const std::string& now) {
  if (was == now) return {};
  const auto before = nlohmann::json::parse(was, nullptr, false);
  const auto after = nlohmann::json::parse(now, nullptr, false);
  for (const auto& [name, value] : after.items()) {
    if (before.is_object() && before.contains(name) && before[name] == value) continue;
    return fail(ErrorCode::invalid_input,
                "the checkpoint was made with another '" + name + "' (" +
                    (before.contains(name) ? before[name].dump() : std::string("none")) + ", now " +
                    value.dump() + "); give the same settings, or another --checkpoint folder");
  }
  return {};
}

Result<ModelShape> shape_in_settings(const std::string& settings) {
  try {
    const ModelShape shape = shape_from(nlohmann::json::parse(settings));
    if (auto checked = check_shape(shape); !checked) {
      return tl::unexpected<Error>(checked.error());
    }
    return shape;
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorCode::invalid_input, std::string("broken settings: ") + error.what());
  }
}

}  // namespace cantus::train
