#include "neural/compose/phrases.h"

#include <algorithm>
#include <utility>

namespace cantus::compose {

using score::Tick;

Phrases::Phrases(const score::Piece& piece,
                 std::vector<score::Section> sections,
                 Tick until,
                 bool ends)
    : metre_(piece.metre),
      end_(piece.end),
      sections_(std::move(sections)),
      bars_(piece.metre.bar_starts(piece.end)),
      until_(until),
      ends_(ends) {}

Tick Phrases::section_end(Tick start) const {
  const auto next = std::ranges::upper_bound(sections_, start, {}, &score::Section::onset);
  const Tick end = std::min(next == sections_.end() ? end_ : next->onset, until_);
  const Tick last = bars_.back();
  return ends_ && start < last ? std::min(end, last) : end;
}

bool Phrases::ends_phrase(Tick start) const {
  const auto after = std::ranges::upper_bound(bars_, start);
  const Tick end = after == bars_.end() ? end_ : *after;
  const auto ends = [&](const score::Section& section) { return section.end() == end; };
  if (std::ranges::any_of(sections_, ends)) return true;
  Tick section;
  for (const score::Section& other : sections_) {
    if (other.onset <= start) section = other.onset;
  }
  return (metre_.bar_at(start) - std::max(1, metre_.bar_at(section))) % 4 == 3;
}

}  // namespace cantus::compose
