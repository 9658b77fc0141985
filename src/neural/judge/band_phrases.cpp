#include "neural/judge/band_phrases.h"

#include <map>
#include <string>
#include <utility>

#include "neural/judge/roll_features.h"

namespace cantus::judge {

Table roll_table(std::span<const rolls::Phrase> people, std::span<const rolls::Phrase> ours) {
  Table table;
  std::map<std::pair<bool, std::uint32_t>, std::uint32_t> groups;
  for (const bool is_ours : {false, true}) {
    for (const rolls::Phrase& phrase : is_ours ? ours : people) {
      const auto number = static_cast<std::uint32_t>(groups.size());
      const auto group = groups.emplace(std::pair(is_ours, phrase.group), number).first->second;
      Sheet sheet = roll_features(phrase.roll);
      if (table.features.empty()) table.features = sheet.features();
      table.rows.push_back({sheet.values(), is_ours, group});
    }
  }
  return table;
}

}  // namespace cantus::judge
