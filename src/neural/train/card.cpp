#include "neural/train/card.h"

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace cantus::train {
namespace {

using nlohmann::ordered_json;

ordered_json score_json(const Score& score) {
  return {{"tokens", score.tokens},
          {"nats_a_token", score.nats_a_token()},
          {"bits_a_token", score.bits_a_token()}};
}

ordered_json scores_json(const Scores& scores) {
  ordered_json value = score_json(scores.all);
  for (const auto& [name, score] : scores.by_set)
    value["by_set"][name] = score_json(score);
  for (const auto& [name, score] : scores.by_view)
    value["by_view"][name] = score_json(score);
  return value;
}

ordered_json network_json(const ModelShape& shape) {
  return {{"format", "cantus-transformer-1"},
          {"weights", shape.weights()},
          {"vocabulary", shape.vocabulary},
          {"vocabulary_hash", shape.vocabulary_hash},
          {"width", shape.width},
          {"layers", shape.layers},
          {"heads", shape.heads},
          {"hidden", shape.hidden},
          {"context", shape.context},
          {"rope_base", shape.rope_base}};
}

ordered_json data_json(const Card& card) {
  ordered_json value = {{"corpus", card.corpus}, {"sets", ordered_json::array()}};
  if (const auto base = ordered_json::parse(card.base_card, nullptr, false); base.is_object()) {
    for (ordered_json set : base.value("data", value).value("sets", ordered_json::array())) {
      set["learnt_by"] = card.base;
      value["sets"].push_back(std::move(set));
    }
  }
  if (card.catalogue == nullptr) return value;
  for (const corpus::PackSet& set : card.catalogue->sets) {
    value["sets"].push_back({{"name", set.name},
                             {"licence", set.licence},
                             {"pieces", set.pieces},
                             {"sequences", set.sequences},
                             {"tokens", set.tokens}});
  }
  return value;
}

ordered_json curve_json(const Curve& curve) {
  ordered_json value = ordered_json::array();
  for (const CurvePoint& point : curve) {
    ordered_json entry = {
        {"step", point.step}, {"tokens", point.tokens}, {"seconds", point.seconds}};
    if (point.training) entry["training"] = *point.training;
    if (point.validation) entry["validation"] = *point.validation;
    value.push_back(entry);
  }
  return value;
}

}  // namespace

std::string to_json(const Card& card) {
  ordered_json value = {{"format", "cantus-card-1"}, {"name", card.name}};
  value["network"] = network_json(card.shape);
  value["training"] = {
      {"steps", card.steps},     {"tokens", card.tokens},
      {"seconds", card.seconds}, {"device", card.device},
      {"threads", card.threads}, {"libtorch", card.libtorch},
      {"commit", card.commit},   {"settings", ordered_json::parse(card.settings, nullptr, false)}};
  if (!card.base.empty()) value["base"] = card.base;
  value["data"] = data_json(card);
  value["likelihood"] = ordered_json::object();
  if (card.validation) value["likelihood"]["validation"] = {{"nats_a_token", *card.validation}};
  if (card.base_test) value["likelihood"]["test_of_base"] = scores_json(*card.base_test);
  if (card.test) value["likelihood"]["test"] = scores_json(*card.test);
  if (card.known) value["likelihood"]["train"] = scores_json(*card.known);
  value["curve"] = curve_json(card.curve);
  return value.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<void> add_scores(const std::filesystem::path& card,
                        const std::string& split,
                        const Scores& scores) {
  const auto text = read_file(card);
  if (!text) return tl::unexpected<Error>(text.error());
  ordered_json value = ordered_json::parse(*text, nullptr, false);
  if (!value.is_object()) {
    return fail(ErrorCode::invalid_input, card.string() + ": is not a model's card");
  }
  value["likelihood"][split] = scores_json(scores);
  return write_file(card, value.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace cantus::train
