#include "neural/judge/band_phrases.h"

#include <map>
#include <string>
#include <utility>

#include "base/random.h"
#include "neural/judge/roll_features.h"

namespace cantus::judge {

std::vector<rolls::Phrase> drawn(std::vector<rolls::Phrase> phrases,
                                 std::size_t most,
                                 std::uint64_t seed) {
  if (phrases.size() <= most) return phrases;
  Random random(seed);
  std::vector<rolls::Phrase> kept;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    // Keeps each with the chance that leaves `most` (Knuth's algorithm S).
    if (random.below(phrases.size() - i) < most - kept.size())
      kept.push_back(std::move(phrases[i]));
  }
  return kept;
}

Table roll_table(std::span<const rolls::Phrase> people, std::span<const rolls::Phrase> ours) {
  Table table;
  std::map<std::string, std::uint32_t> groups;
  for (const bool is_ours : {false, true}) {
    for (const rolls::Phrase& phrase : is_ours ? ours : people) {
      const auto number = static_cast<std::uint32_t>(groups.size());
      std::string name = is_ours ? "ours/" + phrase.set + "/" + phrase.piece
                                 : "people/" + std::to_string(phrase.group);
      if (is_ours && phrase.piece.empty()) name = "phrase " + std::to_string(number);
      const auto group = groups.emplace(std::move(name), number).first->second;
      Sheet sheet = roll_features(phrase.roll);
      if (table.features.empty()) table.features = sheet.features();
      table.rows.push_back({sheet.values(), is_ours, group});
    }
  }
  return table;
}

}  // namespace cantus::judge
