#include "neural/compose/draft.h"

#include <algorithm>
#include <utility>

#include "neural/compose/band_parts.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {

using score::Role;

Draft::Draft(const infer::Transformer& composer, Plan what, const ComposeOptions& how)
    : model(composer),
      planner(how.planner != nullptr ? *how.planner : composer),
      options(how),
      plan(std::move(what)) {
  plan.strict_melody = how.strict_melody;
}

bool Draft::has(Role role) const {
  return std::ranges::find(plan.parts, role, &PlannedPart::role) != plan.parts.end();
}

bool Draft::by_band(Role role) const {
  return band_writes(options, role, plan.metre);
}

bool Draft::learns_returns() const {
  return !plan.strict_melody && !by_band(Role::melody) && has(Role::melody);
}

bool Draft::writes_lead() const {
  return learns_returns() && plan.chords.empty() && plan.style->chords == plan.style->melody &&
         std::ranges::none_of(plan.sections, &PlannedSection::varied);
}

std::optional<int> Draft::in_piece(std::optional<int> whole_bar) const {
  return whole_bar ? std::optional(*whole_bar + bars_before()) : std::nullopt;
}

bool Draft::in_intro(int bar) const {
  const auto& sections = plan.sections;
  return sections.size() > 1 && sections.front().name == "intro" && bar < sections.front().bars;
}

std::optional<int> Draft::returning(const tokens::BarWords& words, int bar) const {
  const auto from = form_is_free ? returned(bar) : repeats_bar(plan, bar);
  const bool near_end = bar + 2 >= plan.bars;
  return from && near_end && !same_chords(words, *from, bar) ? std::nullopt : from;
}

/// The whole bar whose chords and melody the model took over, a phrase before or earlier.
std::optional<int> Draft::returned(int bar) const {
  constexpr int kPhrase = 4;
  const auto at = static_cast<std::size_t>(bar + bars_before());
  if (bar < 0 || at >= returns.size() || !returns[at]) return std::nullopt;
  const int from = whole_bar(*returns[at]);
  return bar - from >= kPhrase ? std::optional(from) : std::nullopt;
}

bool Draft::same_chords(const tokens::BarWords& words, int one, int other) const {
  return words.chords(one + bars_before()) == words.chords(other + bars_before());
}

Writing Draft::writing(std::string_view style, const score::Piece& piece) const {
  Writing writing;
  writing.heading.style = tokens::style_from_text(style).value_or(0);
  if (const auto& mood = plan.mood) {
    writing.heading.valence = tokens::mood_band(kMoodDeviations * mood->valence);
    writing.heading.arousal = tokens::mood_band(kMoodDeviations * mood->arousal);
  }
  writing.guidance = !plan.mood ? 1.0F : options.guidance;
  writing.repeats = [this, words = tokens::BarWords(piece)](int bar) {
    return in_piece(returning(words, whole_bar(bar)));
  };
  writing.stop = options.stop;
  return writing;
}

std::vector<PlannedPart> Draft::add_parts(std::initializer_list<Role> roles,
                                          score::Piece& piece) const {
  std::vector<PlannedPart> added;
  for (const Role role : roles) {
    const auto planned = std::ranges::find(plan.parts, role, &PlannedPart::role);
    if (planned == plan.parts.end()) continue;
    score::Part part;
    part.role = role;
    part.program = planned->program;
    piece.parts.push_back(part);
    added.push_back(*planned);
  }
  return added;
}

}  // namespace cantus::compose
