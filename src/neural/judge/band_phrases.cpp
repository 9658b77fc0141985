#include "neural/judge/band_phrases.h"

#include <limits>
#include <map>
#include <numeric>
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

std::vector<rolls::Phrase> apart(std::vector<rolls::Phrase> phrases) {
  std::map<std::pair<std::string, std::string>, int> next;  // bar of each piece
  std::erase_if(phrases, [&](const rolls::Phrase& phrase) {
    int& bar = next[{phrase.set, phrase.piece}];
    if (phrase.first_bar < bar) return true;
    bar = phrase.first_bar + rolls::kBars;
    return false;
  });
  return phrases;
}

std::vector<rolls::Phrase> matched(std::span<const rolls::Phrase> people,
                                   std::span<const rolls::Phrase> from,
                                   std::size_t count,
                                   std::uint64_t seed) {
  Random random(seed);
  const auto order_of = [&random](std::size_t size) {
    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = size; i > 1; --i)
      std::swap(order[i - 1], order[random.below(i)]);
    return order;
  };
  const auto turns = order_of(people.size());
  std::vector<std::size_t> open = order_of(from.size());
  std::map<std::uint32_t, int> taken;
  std::vector<rolls::Phrase> out;
  for (std::size_t turn = 0; out.size() < count && !open.empty() && !people.empty(); ++turn) {
    const rolls::Phrase& wanted = people[turns[turn % people.size()]];
    const auto otherness = [&](const rolls::Phrase& phrase) {
      int sum = (phrase.set != wanted.set ? 3 : 0) + (phrase.style != wanted.style ? 1 : 0);
      for (const rolls::Player player : rolls::kAllPlayers)
        sum += phrase.roll.of(player).empty() != wanted.roll.of(player).empty() ? 1 : 0;
      const auto group = taken.find(phrase.group);
      return sum + (group == taken.end() ? 0 : group->second);
    };
    int least = std::numeric_limits<int>::max();
    std::size_t best = 0;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const int here = otherness(from[open[i]]);
      if (here < least) best = i;
      least = std::min(least, here);
    }
    rolls::Phrase& phrase = out.emplace_back(from[open[best]]);
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(best));
    ++taken[phrase.group];
    phrase.set = "other people";
    phrase.piece = std::to_string(phrase.group);
  }
  return out;
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
