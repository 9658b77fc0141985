// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "neural/compose/compose.h"
#include "neural/compose/habits.h"
#include "neural/compose/hearing.h"
#include "neural/compose/manner.h"
#include "neural/compose/write_chords.h"
#include "neural/compose/write_parts.h"
#include "neural/tokens/bar_words.h"

namespace cantus::compose {
namespace {

using score::Tick;

void append(const Heard& heard, const score::Piece& written, Tick from, score::Piece& out) {
  const WayBack back(heard, out);
  for (std::size_t i = 0; i < heard.originals.size(); ++i) {
    for (const score::Note& note : written.parts[i].notes) {
      if (note.onset >= from) out.parts[heard.originals[i]].notes.push_back(back.note(i, note));
    }
  }
  if (out.chords.empty()) return;
  for (const score::ChordSpan& span : written.chords) {
    if (span.onset >= from) out.chords.push_back(back.chord(span));
  }
}

score::Piece up_to(Tick end, score::Piece piece) {
  piece.end = end;
  return piece;
}

/// A melody alone goes on as a lead sheet: its chords are written with it, bars return or are made
/// from others, and where there is a critic it keeps the best of many.
void write_as_lead(const ComposeOptions& options, const Habits& habits, Writing& how) {
  how.may_return = how.writes_chords = true;
  how.near_returns = habits.near_returns;
  how.far_returns = habits.far_returns;
  how.farther_returns = habits.farther_returns;
  how.motifs = habits.motifs;
  how.chords = habits.chords;
  if (options.critic == nullptr) return;
  how.candidates = options.heard_candidates;
  how.liking = [critic = options.critic](const score::Piece& so_far) {
    return critic->rank_end(so_far).value_or(0.0);
  };
}

const Written& best_of(const std::vector<Written>& written, const critic::Critic* critic) {
  if (written.size() == 1 || critic == nullptr) return written.front();
  return *std::ranges::max_element(
      written, {}, [&](const Written& one) { return critic->rank(one.piece).value_or(0.0); });
}

}  // namespace

Result<score::Piece> continue_piece(const infer::Transformer& model,
                                    const score::Piece& piece,
                                    int bars,
                                    std::uint64_t seed,
                                    const ComposeOptions& options) {
  if (bars < 1 || bars > kMostBars) {
    return fail(ErrorCode::invalid_input, "bars: give 1 to " + std::to_string(kMostBars));
  }
  auto heard = hear(piece);
  if (!heard) return tl::unexpected<Error>(heard.error());
  score::Piece work = heard->piece;
  work.sections.clear();  // where the piece's own form would go on, nobody knows
  const Tick from = work.end;
  const int first = tokens::BarWords(work).bars();
  Plan plan;
  plan.style = find_style("song");
  plan.metre = work.metre.metre_at(from - score::TickLength(1));
  plan.bpm = work.tempo.bpm_at(from);
  plan.bars = first + bars;
  work.end = from + plan.metre.bar_length() * bars;
  const Random random(seed);
  const bool is_lead =
      work.parts.size() == 1 && rules_of(plan, work.parts[0]).harmony == Harmony::learnt;
  if (!is_lead) {
    auto chords =
        write_chords(model, plan, work, {.first_bar = first, .stop = options.stop}, random);
    if (!chords) return tl::unexpected<Error>(chords.error());
  }
  Writing how;
  std::string_view style = style_of(work);
  if (is_lead) {
    // As lead sheets were learnt.
    work.tempo = score::TempoMap(120.0);
    work.parts[0].program = lead_program("song");
    plan.style = &manner_of(model, up_to(from, work));
    style = plan.style->melody;
  }
  how.heading.style = tokens::style_from_text(style).value_or(0);
  how.first_bar = first;
  how.sampling = {0.95, 0, 0.93, 0.02};
  how.chord_sampling = habits_of(*plan.style).chord_sampling;
  how.leanings = leanings_of(*plan.style);
  if (is_lead) write_as_lead(options, habits_of(*plan.style), how);
  how.threads = options.threads;
  how.stop = options.stop;
  for (std::size_t i = 0; i < work.parts.size(); ++i) {
    how.parts.push_back({i, rules_of(plan, work.parts[i]), {}});
  }
  auto written = write_parts(model, work, how, random.fork("continue"));
  if (!written) return tl::unexpected<Error>(written.error());
  score::Piece out = piece;
  append(*heard, best_of(*written, options.critic).piece, from, out);
  score::tidy(out);
  out.end = std::max(out.end, work.end);
  return out;
}

}  // namespace cantus::compose
