// A brief made definite: every number a composition must obey, before a note is written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "neural/compose/brief.h"
#include "neural/compose/echoes.h"
#include "neural/compose/style.h"

namespace cantus::compose {

struct PlannedSection {
  std::string name;
  int first_bar = 0;  ///< counted from 0
  int bars = 0;
  std::optional<std::size_t> same_as;  ///< an earlier section whose music returns
  int kept = 0;         ///< where it returns: so many of its first bars are as before
  bool varied = false;  ///< the others are a variation over the same chords, not another ending
};

struct PlannedPart {
  score::Role role = score::Role::melody;
  int program = 0;
  KeyRange range;  ///< sounding key numbers
};

struct Plan {
  const Style* style = nullptr;
  std::optional<Mood> mood;
  std::optional<double> density;  ///< strokes a beat of the melody, as asked for
  score::Key key;
  score::Metre metre;
  double bpm = 100.0;
  int bars = 0;
  score::TickLength upbeat;      ///< what sounds before the first bar
  score::TickLength ends_early;  ///< what the last bar lacks: the upbeat, or nothing
  /// The piece's exact end: the last bar line, or where the seconds asked for are over.
  score::Tick end;
  std::optional<double> exact_seconds;  ///< as asked for
  std::vector<FormItem> form;           ///< empty until decided
  std::vector<PlannedSection> sections;
  std::vector<Echo> echoes;  ///< by bar, of the melody inside its sections; empty before set_form
  std::vector<std::vector<score::Chord>> chords;  ///< as given, by bar; empty: to be composed
  std::vector<PlannedPart> parts;                 ///< in the order asked for
  bool strict_melody = false;  ///< chord notes where chords start, others by step (part_rules.h)
  std::uint64_t seed = 1;
  std::string text;  ///< of the brief

  /// Where the last bar is over.
  score::Tick last_bar_end() const { return bar_start(bars) - ends_early; }

  /// Of whole bars: 0 is the first after the upbeat.
  score::Tick bar_start(int bar) const { return score::Tick() + upbeat + metre.bar_length() * bar; }
};

/// What the words for moods call 1, in the standard deviations of music/theory/mood.h.
constexpr double kMoodDeviations = 1.5;

/// -1 calm to 1 stirring, -1 dark to 1 bright; 0 where no mood was asked for.
inline double arousal_of(const Plan& plan) {
  return plan.mood ? plan.mood->arousal : 0.0;
}
inline double valence_of(const Plan& plan) {
  return plan.mood ? plan.mood->valence : 0.0;
}

/// Everything but the form's sections where the brief leaves the form open (set_form follows).
/// Free text is read first (wording.h). Fails where check(brief) does.
Result<Plan> make_plan(Brief brief);

/// Lays out sections of these lengths; they must add up to plan.bars.
void set_form(Plan& plan, const std::vector<FormItem>& form);

/// The bar whose music a bar repeats, or nothing where it is new. The last bar of the piece is
/// always new, so that endings end; the one before may have another chord than what it repeats.
std::optional<int> repeats_bar(const Plan& plan, int bar);

/// The plan as a piece without notes: tempo, metre, upbeat, key, sections, chords where given. The
/// first section has the upbeat.
score::Piece empty_piece(const Plan& plan);

/// "Calm folk in D minor", or what the brief's text says.
std::string title_of(const Plan& plan);

/// A range that suits the role and instrument.
KeyRange usual_range(score::Role role, int program);

}  // namespace cantus::compose
