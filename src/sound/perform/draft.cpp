#include "sound/perform/draft.h"

#include <algorithm>
#include <string>

namespace cantus::sound {

Random Rehearsal::draw(std::string_view purpose, std::int64_t place, std::int64_t detail) const {
  std::string name(purpose);
  for (const std::int64_t number : {place, detail})
    name += ":" + std::to_string(number);
  return random.fork(name);
}

score::Tick Rehearsal::bar_start(score::Tick at) const {
  const auto after = std::ranges::upper_bound(bars, at);
  return after == bars.begin() ? score::Tick() : *std::prev(after);
}

std::size_t chord_end(const Draft& draft, std::size_t first) {
  std::size_t last = first;
  while (last < draft.size() && draft[last].written.onset == draft[first].written.onset)
    ++last;
  return last;
}

}  // namespace cantus::sound
