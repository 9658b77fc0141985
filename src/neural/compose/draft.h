// A composition while it is written, in a key without sharps or flats: what every stage asks of its
// plan, its bars and what returns. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "neural/compose/compose.h"
#include "neural/compose/write_parts.h"
#include "neural/tokens/bar_words.h"

namespace cantus::compose {

struct Draft {
  Draft(const infer::Transformer& composer, Plan what, const ComposeOptions& how);

  const infer::Transformer& model;
  const infer::Transformer& planner;  ///< of form and chords
  const ComposeOptions& options;
  Plan plan;
  int shift = 0;              ///< semitones from the key it is written in to the plan's
  score::Piece frame;         ///< tempo, metre, key, sections, chords; no parts
  bool form_is_free = false;  ///< what returns is the model's choice
  std::vector<std::optional<int>> returns;  ///< by bar of the piece, what the melody took over

  bool has(score::Role role) const;
  bool by_band(score::Role role) const;
  /// Whether the model says which bars of the melody return (write_parts.h).
  bool learns_returns() const;
  /// Whether chords and melody are written together, as people's lead sheets were learnt; a
  /// variation has its chords before it has notes.
  bool writes_lead() const;

  /// Bars of a piece before the first whole one.
  int bars_before() const { return plan.upbeat > score::TickLength() ? 1 : 0; }
  /// The whole bar that is bar `bar` of a piece, counted from its start; -1 is the upbeat.
  int whole_bar(int bar) const { return bar - bars_before(); }
  std::optional<int> in_piece(std::optional<int> whole_bar) const;

  bool in_intro(int bar) const;  ///< a whole bar, as below
  /// What a bar repeats; the last but one only if it leads to the same end.
  std::optional<int> returning(const tokens::BarWords& words, int bar) const;
  bool same_chords(const tokens::BarWords& words, int one, int other) const;

  /// How parts are written into `piece` whose bars return as the draft's do.
  Writing writing(std::string_view style, const score::Piece& piece) const;

  /// Adds the plan's parts of these roles, empty, in the order of roles; returns their plans.
  std::vector<PlannedPart> add_parts(std::initializer_list<score::Role> roles,
                                     score::Piece& piece) const;

 private:
  std::optional<int> returned(int bar) const;
};

}  // namespace cantus::compose
