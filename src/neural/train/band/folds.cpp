#include "neural/train/band/folds.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/random.h"
#include "neural/train/band/evaluate.h"

namespace cantus::train_band {

using rolls::Phrase;
using rolls::Split;

Result<std::vector<Phrase>> with_fold_held_out(std::vector<Phrase> phrases,
                                               int folds,
                                               int fold,
                                               std::uint64_t seed) {
  if (folds < 2 || fold < 0 || fold >= folds)
    return fail(ErrorCode::invalid_input, "folds are two or more, and counted from 0");
  std::erase_if(phrases, [](const Phrase& phrase) { return phrase.split != Split::train; });
  std::map<std::string, std::set<std::uint32_t>> groups;  // of each collection
  std::set<std::uint32_t> seen;
  for (const Phrase& phrase : phrases) {
    if (is_band(phrase) && seen.insert(phrase.group).second)
      groups[phrase.set].insert(phrase.group);
  }
  std::set<std::uint32_t> held_out;
  Random random(seed);
  int place = 0;  // goes on from collection to collection, so that folds are equally large
  for (const auto& [set, members] : groups) {
    std::vector<std::uint32_t> order(members.begin(), members.end());
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[random.below(i)]);
    for (const std::uint32_t group : order) {
      if (place++ % folds == fold) held_out.insert(group);
    }
  }
  if (held_out.empty())
    return fail(ErrorCode::invalid_input, "too few bands for so many folds; read more music");
  for (Phrase& phrase : phrases) {
    if (is_band(phrase) && held_out.contains(phrase.group)) phrase.split = Split::validation;
  }
  return phrases;
}

}  // namespace cantus::train_band
