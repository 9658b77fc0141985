#include "neural/train/benchmark/net_card.h"

#include <string>

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace cantus::benchmark {
namespace {

using nlohmann::ordered_json;

std::filesystem::path card_of(std::filesystem::path weights) {
  return weights.replace_extension(".json");
}

}  // namespace

Result<void> write_card(const LearningSettings& s, double valid, double seconds) {
  const ordered_json card{{"format", "cantus-decisions-1"},
                          {"layers", {s.first, s.second, s.third}},
                          {"seed", s.seed},
                          {"begun_from", s.from.filename().string()},
                          {"from_above", s.reading.from_above},
                          {"memory", s.reading.memory},
                          {"transpose", s.transpose},
                          {"epochs", s.epochs},
                          {"moments", s.moments},
                          {"rate", s.rate},
                          {"decay", s.decay},
                          {"average", s.average},
                          {"drop", static_cast<double>(s.drop)},
                          {"drop_in", static_cast<double>(s.drop_in)},
                          {"seconds", seconds},
                          {"looked_at", valid}};
  return write_file(card_of(s.out), card.dump(2) + "\n");
}

Result<void> add_figure(const std::filesystem::path& weights,
                        const std::string& name,
                        double figure) {
  const auto path = card_of(weights);
  const auto text = read_file(path);
  if (!text) return tl::unexpected<Error>(text.error());
  ordered_json card = ordered_json::parse(*text, nullptr, false);
  if (!card.is_object()) return fail(ErrorCode::invalid_input, path.string() + ": is no card");
  card[name] = figure;
  return write_file(path, card.dump(2) + "\n");
}

}  // namespace cantus::benchmark
