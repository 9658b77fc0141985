#include "neural/compose/accompany.h"

#include <algorithm>
#include <limits>

#include "music/theory/melody_statistics.h"
#include "music/theory/role_finding.h"
#include "neural/compose/band_parts.h"
#include "neural/compose/hearing.h"
#include "neural/compose/judgement.h"
#include "neural/compose/write_chords.h"
#include "neural/compose/write_parts.h"
#include "neural/tokens/encode.h"

namespace cantus::compose {
namespace {

using score::Part;
using score::Piece;
using score::Role;
using score::Tick;

/// The index of the part in the role of melody, or of the highest.
std::size_t melody_of(const Piece& piece) {
  std::size_t best = 0;
  double highest = -1.0;
  for (std::size_t i = 0; i < piece.parts.size(); ++i) {
    const Part& part = piece.parts[i];
    if (part.is_drums() || part.notes.empty()) continue;
    double mean = 0.0;
    for (const score::Note& note : part.notes)
      mean += note.pitch.key();
    mean /= static_cast<double>(part.notes.size());
    if (part.role == Role::melody) mean += 1000.0;
    if (mean <= highest) continue;
    highest = mean;
    best = i;
  }
  return best;
}

Plan plan_of(const Piece& piece, std::string_view style) {
  Plan plan;
  plan.style = find_style(style);
  plan.key = score::key_at(piece, Tick()).value_or(score::Key{});
  plan.metre = piece.metre.metre_at(piece.metre.bar_start(1));
  plan.bpm = piece.tempo.bpm_at(Tick());
  plan.bars = tokens::BarWords(piece).bars();
  plan.end = piece.end;
  return plan;
}

/// How badly chords sit under a melody, besides their own faults.
double faults_under(const Piece& lead) {
  const auto line = theory::top_line(lead.parts.front());
  const auto over = theory::melody_over_chords(line, lead.chords, lead.metre);
  return chord_faults_of(lead) + 3.0 * (1.0 - over.strong_chord_time.value_or(1.0));
}

Result<void> answer(const infer::Transformer& model,
                    Heard& heard,
                    const Random& random,
                    const std::atomic<bool>* stop) {
  Piece lead = heard.piece;
  Part melody = heard.piece.parts[melody_of(heard.piece)];
  melody.role = Role::melody;
  melody.notes = theory::top_line(melody);
  lead.parts = {melody};
  lead.chords.clear();
  lead.tempo = score::TempoMap(120.0);  // as lead sheets were learnt
  lead = tokens::expressible(lead);
  const Plan plan = plan_of(lead, "song");
  const int pickup = lead.metre.pickup() > score::TickLength() ? 1 : 0;
  double fewest = std::numeric_limits<double>::max();
  for (const char* name : {"first", "second", "third", "fourth"}) {
    Piece with = lead;
    const ChordWriting how{.first_bar = pickup, .answers_melody = true, .stop = stop};
    if (auto done = write_chords(model, plan, with, how, random.fork(name)); !done) return done;
    const double faults = faults_under(with);
    if (faults >= fewest) continue;
    fewest = faults;
    heard.piece.chords = std::move(with.chords);
  }
  return {};
}

/// Nothing but one line: its chords are not in its notes.
bool is_a_tune(const Piece& piece) {
  std::size_t pitched = 0;
  for (const Part& part : piece.parts) {
    if (part.is_drums() || part.notes.empty()) continue;
    ++pitched;
    if (5 * theory::top_line(part).size() < 4 * part.notes.size()) return false;
  }
  return pitched == 1;
}

std::vector<score::ChordSpan> chords_back(const Heard& heard, const Piece& original) {
  const WayBack back(heard, original);
  std::vector<score::ChordSpan> chords;
  for (const score::ChordSpan& span : heard.piece.chords)
    chords.push_back(back.chord(span));
  return chords;
}

Result<Plan> plan_for(const Piece& heard, const Accompaniment& asked) {
  Brief brief;
  brief.style = asked.style;
  brief.parts = asked.parts;
  brief.metre = heard.metre.metre_at(heard.metre.bar_start(1));
  brief.tempo = std::clamp(heard.tempo.bpm_at(Tick()), 20.0, 400.0);
  brief.bars = std::clamp(tokens::BarWords(heard).bars(), 1, kMostBars);
  brief.key = score::key_at(heard, Tick());
  brief.seed = asked.seed;
  auto plan = make_plan(brief);
  if (plan) plan->bars = tokens::BarWords(heard).bars();
  return plan;
}

Part empty_part(const PlannedPart& planned) {
  Part part;
  part.role = planned.role;
  part.program = planned.program;
  part.name = std::string(score::to_text(planned.role));
  part.name[0] = static_cast<char>(part.name[0] - 'a' + 'A');
  return part;
}

/// Two bars of a groove, kept for eight, with a fill in the eighth.
std::optional<int> groove_from(int bar, int bars) {
  const int inside = bar % 8;
  if (inside < 2 || inside == 7 || bar + 1 >= bars) return std::nullopt;
  return bar - inside + inside % 2;
}

class Arranger {
 public:
  Arranger(const infer::Transformer& model,
           const Heard& heard,
           const Plan& plan,
           const ComposeOptions& options)
      : model_(model), heard_(heard), plan_(plan), options_(options), random_(plan.seed) {}

  /// The new parts, in the order asked for.
  Result<std::vector<Part>> write() {
    for (const bool drums : {false, true}) {
      if (auto done = write(drums); !done) return tl::unexpected<Error>(done.error());
    }
    if (auto done = add_band(); !done) return tl::unexpected<Error>(done.error());
    std::vector<Part> ordered;
    for (const PlannedPart& planned : plan_.parts) {
      const auto found = std::ranges::find(parts_, planned.role, &Part::role);
      if (found != parts_.end()) ordered.push_back(*found);
    }
    return ordered;
  }

 private:
  bool by_band(Role role) const { return band_writes(options_, role, plan_.metre); }

  /// What the band plays, hearing the piece and what was added.
  Result<void> add_band() {
    Piece heard = heard_.piece;
    heard.parts.insert(heard.parts.end(), parts_.begin(), parts_.end());
    BandScene scene{.plan = plan_, .piece = heard};
    for (const PlannedPart& planned : plan_.parts) {
      if (!by_band(planned.role)) continue;
      scene.planned.push_back(planned);
      scene.ranges.push_back(rules_for(plan_, planned, heard_.shift).range);
    }
    if (scene.planned.empty()) return {};
    const auto returning = returning_bars(heard_.piece, true);
    const int pickup = heard.metre.pickup() > score::TickLength() ? 1 : 0;
    scene.repeats = [&returning, pickup](int bar) -> std::optional<int> {
      const auto from = returning[static_cast<std::size_t>(bar + pickup)];
      return from && *from >= pickup ? std::optional(*from - pickup) : std::nullopt;
    };
    auto parts = play_band(options_, scene, random_.fork("players"));
    if (!parts) return tl::unexpected<Error>(parts.error());
    parts_.insert(parts_.end(), parts->begin(), parts->end());
    return {};
  }

  Result<void> write(bool drums) {
    Piece scene = heard_.piece;
    if (drums) {
      scene.parts.clear();
      scene.keys.clear();
      scene.chords.clear();
    }
    Writing how;
    how.heading.style =
        tokens::style_from_text(drums ? plan_.style->drums : plan_.style->band).value_or(0);
    how.sampling = {drums ? 0.85 : 0.95, 0, 0.93, 0.02};
    how.candidates = drums ? options_.candidates : 1;
    how.threads = options_.threads;
    how.stop = options_.stop;
    const auto returning = returning_bars(heard_.piece, true);
    how.repeats = [this, drums, &returning](int bar) {
      const auto& returns = returning[static_cast<std::size_t>(bar)];
      return drums && !returns ? groove_from(bar, plan_.bars) : returns;
    };
    for (const PlannedPart& planned : plan_.parts) {
      if ((planned.role == Role::drums) != drums || by_band(planned.role)) continue;
      how.parts.push_back({scene.parts.size(), rules_for(plan_, planned, heard_.shift), {}});
      scene.parts.push_back(empty_part(planned));
      scene.parts.back().name.clear();
    }
    if (how.parts.empty()) return {};
    auto written = write_parts(model_, scene, how, random_.fork(drums ? "drums" : "band"));
    if (!written) return tl::unexpected<Error>(written.error());
    const auto best = std::ranges::max_element(*written, {}, [&](const Written& version) {
      const double likelihood = version.log_likelihood / std::max(1, version.choices);
      return drums ? 0.3 * likelihood - drum_faults_of(version.piece, 0) : likelihood;
    });
    for (const PartToWrite& open : how.parts)
      parts_.push_back(best->piece.parts[open.part]);
    return {};
  }

  const infer::Transformer& model_;
  const Heard& heard_;
  const Plan& plan_;
  const ComposeOptions& options_;
  Random random_;
  std::vector<Part> parts_;
};

Result<void> check(const Piece& piece, const Accompaniment& asked) {
  if (find_style(asked.style) == nullptr) {
    return fail(ErrorCode::invalid_input,
                "no style is called '" + asked.style + "'; there are " + style_names());
  }
  if (asked.parts.empty()) return fail(ErrorCode::invalid_input, "name the parts to add");
  for (const Role role : asked.parts) {
    const bool there = std::ranges::any_of(
        piece.parts, [&](const Part& part) { return part.role == role && !part.notes.empty(); });
    if (there) {
      return fail(ErrorCode::invalid_input, "the piece has a part in the role of " +
                                                std::string(score::to_text(role)) +
                                                " already; ask for others, or rewrite it");
    }
  }
  return {};
}

}  // namespace

Result<Piece> harmonize(const infer::Transformer& model,
                        const Piece& piece,
                        std::uint64_t seed,
                        const ComposeOptions& options) {
  auto heard = hear(piece);
  if (!heard) return tl::unexpected<Error>(heard.error());
  if (auto done = answer(model, *heard, Random(seed), options.stop); !done) {
    return tl::unexpected<Error>(done.error());
  }
  Piece out = piece;
  out.chords = chords_back(*heard, piece);
  return out;
}

Result<Piece> accompany(const infer::Transformer& model,
                        const Piece& original,
                        const Accompaniment& asked,
                        const ComposeOptions& options) {
  Piece piece = original;
  theory::assign_roles(piece);
  if (auto fine = check(piece, asked); !fine) return tl::unexpected<Error>(fine.error());
  auto heard = hear(piece);
  if (!heard) return tl::unexpected<Error>(heard.error());
  if (original.chords.empty() && is_a_tune(piece)) {
    if (auto done = answer(model, *heard, Random(asked.seed), options.stop); !done) {
      return tl::unexpected<Error>(done.error());
    }
  }
  auto plan = plan_for(heard->piece, asked);
  if (!plan) return tl::unexpected<Error>(plan.error());
  const auto parts = Arranger(model, *heard, *plan, options).write();
  if (!parts) return tl::unexpected<Error>(parts.error());
  Piece out = original;
  if (out.chords.empty()) out.chords = chords_back(*heard, piece);
  for (Part part : *parts) {
    part.name = empty_part({part.role, part.program, {}}).name;
    for (score::Note& note : part.notes) {
      if (!part.is_drums()) note.pitch = score::Pitch::clamped(note.pitch.key() + heard->shift);
    }
    out.parts.push_back(std::move(part));
  }
  score::tidy(out);
  out.end = std::max(out.end, original.end);
  return out;
}

}  // namespace cantus::compose
