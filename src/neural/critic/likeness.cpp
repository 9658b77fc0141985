#include "neural/critic/likeness.h"

#include <algorithm>

namespace cantus::critic {
namespace {

int level(std::size_t common, std::size_t whole) {
  return whole == 0 ? kLevels - 1 : static_cast<int>(4 * common / whole);
}

template <class Same>
int likeness(const SheetBar& a, const SheetBar& b, Same same) {
  std::size_t common = 0;
  std::size_t j = 0;
  for (const SheetNote& note : a.notes) {
    while (j < b.notes.size() && b.notes[j].step < note.step)
      ++j;
    if (j < b.notes.size() && b.notes[j].step == note.step && same(note, b.notes[j])) ++common;
  }
  return level(2 * common, a.notes.size() + b.notes.size());
}

}  // namespace

int rhythm_likeness(const SheetBar& a, const SheetBar& b) {
  return likeness(a, b, [](const SheetNote&, const SheetNote&) { return true; });
}

int melody_likeness(const SheetBar& a, const SheetBar& b) {
  return likeness(a, b,
                  [](const SheetNote& x, const SheetNote& y) { return x.height == y.height; });
}

int chord_likeness(const SheetBar& a, const SheetBar& b) {
  std::size_t common = 0;
  const int steps = std::max(a.steps, b.steps);
  const auto beats = static_cast<std::size_t>((steps + kStepsPerBeat - 1) / kStepsPerBeat);
  for (std::size_t i = 0; i < beats; ++i) {
    const auto& x = a.chords[i];
    const auto& y = b.chords[i];
    const bool same =
        x && y ? x->root == y->root && x->family == y->family : x.has_value() == y.has_value();
    if (same) ++common;
  }
  return level(common, beats);
}

}  // namespace cantus::critic
