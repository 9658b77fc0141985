#include "neural/compose/section_names.h"

#include <algorithm>
#include <string>

#include "neural/tokens/bar_words.h"

namespace cantus::compose {
namespace {

bool has_letter(const PlannedSection& section) {
  return section.name.size() == 1;
}

}  // namespace

void name_sections(Plan& plan, score::Piece& piece) {
  const auto melody = std::ranges::find(piece.parts, score::Role::melody, &score::Part::role);
  if (melody == piece.parts.end()) return;
  const auto part = static_cast<std::size_t>(melody - piece.parts.begin());
  const int before = plan.upbeat > score::TickLength() ? 1 : 0;
  const tokens::BarWords words(piece);
  auto& sections = plan.sections;
  const auto is_like = [&](const PlannedSection& one, const PlannedSection& other) {
    if (one.bars != other.bars || !has_letter(other)) return false;
    int same = 0;
    for (int bar = 0; bar < one.bars; ++bar) {
      const auto notes = words.notes(part, one.first_bar + bar + before);
      same += !notes.empty() && notes == words.notes(part, other.first_bar + bar + before);
    }
    return 8 * same >= 5 * one.bars;
  };
  char letter = 'A';
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (!has_letter(sections[i])) continue;
    const auto first = sections.begin();
    const auto here = first + static_cast<std::ptrdiff_t>(i);
    const auto earlier =
        std::find_if(first, here, [&](const auto& other) { return is_like(sections[i], other); });
    const bool is_new = earlier == here;
    sections[i].name = is_new ? std::string(1, letter) : earlier->name;
    if (is_new && letter < 'H') ++letter;
    plan.form[i].name = sections[i].name;
    piece.sections[i].name = sections[i].name;
  }
}

}  // namespace cantus::compose
