#include "neural/train/band/band_card.h"

#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "neural/band/network.h"
#include "neural/corpus/source.h"

namespace cantus::train_band {

Result<void> write_card(const std::filesystem::path& weights,
                        std::span<const rolls::Phrase> phrases,
                        const std::string& course) {
  const auto net = band::BandNet::load(weights);
  if (!net) return tl::unexpected<Error>(net.error());
  nlohmann::ordered_json card;
  card["format"] = band::kFormat;
  card["what"] =
      "A band: four bars of drums, bass, chords, pad and melody from noise and conditions at once, "
      "by a generator trained against a discriminator";
  const band::BandShape& shape = net->shape();
  card["shape"] = {{"width", shape.width},
                   {"hidden", shape.hidden},
                   {"heads", shape.heads},
                   {"generator_blocks", shape.generator_blocks},
                   {"encoder_blocks", shape.encoder_blocks}};
  card["hands"] = net->hands().there();
  card["steps"] = net->metadata().contains("steps") ? net->metadata().find("steps")->second : "";
  card["course"] = course;
  card["preferred"] = net->metadata().find("preferred")->second;
  std::map<std::string, std::pair<std::set<std::string>, int>> sets;
  for (const rolls::Phrase& phrase : phrases) {
    if (phrase.split != rolls::Split::train) continue;
    sets[phrase.set].first.insert(phrase.piece);
    ++sets[phrase.set].second;
  }
  for (const auto known : {corpus::open_sources(), corpus::research_sources()}) {
    for (const corpus::Source& source : known) {
      const auto found = sets.find(source.name);
      if (found == sets.end()) continue;
      card["sets"].push_back({{"name", source.name},
                              {"licence", source.licence},
                              {"pieces", found->second.first.size()},
                              {"phrases", found->second.second}});
    }
  }
  auto beside = weights;
  return write_file(beside.replace_extension(".json"), card.dump(2) + "\n");
}

Result<void> write_figures(const std::filesystem::path& weights,
                           std::uint64_t seed,
                           const rolls::Column& generated,
                           const rolls::Column& training) {
  auto path = weights;
  path.replace_extension(".json");
  const auto text = read_file(path);
  if (!text) return tl::unexpected<Error>(text.error());
  auto card = nlohmann::ordered_json::parse(*text, nullptr, false);
  if (!card.is_object()) return fail(ErrorCode::invalid_input, path.string() + ": not a card");
  auto& figures = card["figures"];
  figures = {{"phrases", generated.phrases}, {"seed", seed}};
  const auto rounded = [](double value) { return std::round(value * 1e3) / 1e3; };
  for (std::size_t i = 0; i < rolls::kFigures; ++i) {
    figures[rolls::figure_names()[i]] = {{"generated", rounded(generated.figures[i].value)},
                                         {"training", rounded(training.figures[i].value)}};
  }
  return write_file(path, card.dump(2) + "\n");
}

}  // namespace cantus::train_band
