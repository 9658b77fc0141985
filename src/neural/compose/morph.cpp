#include "neural/compose/morph.h"

#include <algorithm>
#include <string>

#include "neural/band/latents.h"
#include "neural/compose/hearing.h"

namespace cantus::compose {
namespace {

using rolls::Player;
using score::Piece;
using score::Tick;

/// One end of the walk as the band hears it.
struct End {
  Heard heard;
  rolls::Roll roll;
  band::Conditions conditions;
  band::Latents draw;  ///< what its noise is made of
  double bpm = 120.0;
  std::array<int, rolls::kPlayers> programs{};
  std::array<bool, rolls::kPlayers> there{};
};

Result<End> end_of(const band::BandNet& net, const Piece& piece, const char* which) {
  auto heard = hear(piece);
  if (!heard) return fail_at(which, heard.error());
  // A phrase that stops in its fourth bar is whole: its end is the bar line.
  Piece whole = heard->piece;
  const Tick fourth = whole.metre.bar_start(1 + rolls::kBars);
  if (whole.end > whole.metre.bar_start(rolls::kBars)) whole.end = std::max(whole.end, fourth);
  auto roll = rolls::roll_of(whole, 0);
  if (!roll) {
    return fail(ErrorCode::invalid_input,
                std::string(which) + ": its first four bars must be whole and in 4/4, 3/4 or 6/8");
  }
  End end{.heard = std::move(*heard), .roll = std::move(*roll)};
  const auto key = score::key_at(end.heard.piece, Tick());
  const bool minor = key && key->mode == score::Mode::minor;
  end.conditions = band::conditions_of(end.roll, minor, 0);
  band::BandNet::Workspace work(net);
  end.draw = net.prior().draw_of(net.encode(end.conditions, work));
  end.bpm = piece.tempo.bpm_at(Tick());
  for (const score::Part& part : end.heard.piece.parts) {
    const auto player = rolls::player_of(part.role);
    if (!player) continue;
    const auto p = static_cast<std::size_t>(*player);
    if (!end.there[p]) end.programs[p] = part.program;
    end.there[p] = true;
  }
  return end;
}

std::optional<float> mixed(std::optional<float> a, std::optional<float> b, float share) {
  if (!a || !b) return a ? a : b;
  return *a + share * (*b - *a);
}

/// Chords and players of the nearer end; how busily, between both.
band::Conditions conditions_between(const End& from, const End& to, float share) {
  band::Conditions c = share < 0.5F ? from.conditions : to.conditions;
  for (std::size_t p = 0; p < c.manners.size(); ++p) {
    const auto& a = from.conditions.manners[p];
    const auto& b = to.conditions.manners[p];
    c.manners[p] = {mixed(a.strokes, b.strokes, share), mixed(a.keys, b.keys, share)};
  }
  return c;
}

class Walk {
 public:
  Walk(const band::BandNet& net, const End& from, const End& to, const Morph& how)
      : net_(net), from_(from), to_(to), how_(how), work_(net) {}

  Piece walked() {
    out_.title = "From one phrase to another";
    out_.composer = "Cantus";
    out_.metre = score::MetreMap(from_.roll.metre);
    for (const Player player : rolls::kAllPlayers) {
      const auto p = static_cast<std::size_t>(player);
      if (!from_.there[p] && !to_.there[p]) continue;
      score::Part part;
      part.role = rolls::role_of(player);
      part.program = from_.there[p] ? from_.programs[p] : to_.programs[p];
      part.name = std::string(rolls::to_text(player));
      part.name[0] = static_cast<char>(part.name[0] - 'a' + 'A');
      out_.parts.push_back(part);
    }
    for (int step = 0; step < how_.steps; ++step)
      add(step, static_cast<float>(step) / static_cast<float>(how_.steps - 1));
    out_.end = start_of(how_.steps);
    score::tidy(out_);
    return std::move(out_);
  }

 private:
  Tick start_of(int step) const {
    return Tick() + from_.roll.metre.bar_length() * (rolls::kBars * step);
  }

  rolls::Roll phrase(int step, float share) {
    if (step == 0) return from_.roll;
    if (step + 1 == how_.steps) return to_.roll;
    const band::Conditions c = conditions_between(from_, to_, share);
    std::vector<float> logits(static_cast<std::size_t>(c.tokens()) * band::kContentFeatures);
    net_.generate(c, net_.prior().noise_of(band::between(from_.draw, to_.draw, share)), work_,
                  logits);
    return band::decided_roll(logits, c, net_.leanings(), {.strict = how_.strict_harmony});
  }

  void add(int step, float share) {
    const End& nearer = share < 0.5F ? from_ : to_;
    const Tick at = start_of(step);
    const double bpm = from_.bpm + static_cast<double>(share) * (to_.bpm - from_.bpm);
    if (step == 0) out_.tempo = score::TempoMap(bpm);
    if (step > 0 && from_.bpm != to_.bpm) out_.tempo.set(at, bpm);
    if (const auto key = score::key_at(nearer.heard.piece, Tick())) {
      const score::Key sounding = score::transposed(*key, nearer.heard.shift);
      if (out_.keys.empty() || out_.keys.back().key != sounding)
        out_.keys.push_back({at, sounding});
    }
    add_chords(nearer, at);
    const Tick over = start_of(step + 1);
    for (score::Part& part : rolls::parts_of(phrase(step, share), at)) {
      const auto to = std::ranges::find(out_.parts, part.role, &score::Part::role);
      if (to == out_.parts.end()) continue;
      for (score::Note& note : part.notes) {
        if (note.end() > over) note.length = over - note.onset;
        if (!part.is_drums())
          note.pitch = score::Pitch::clamped(note.pitch.key() + nearer.heard.shift);
        to->notes.push_back(note);
      }
    }
  }

  void add_chords(const End& end, Tick at) {
    const score::TickLength phrase = start_of(1) - Tick();
    const Tick first = end.heard.piece.metre.bar_start(1);
    for (const score::ChordSpan& span :
         score::transposed(end.heard.piece, end.heard.shift).chords) {
      if (span.end() <= first || span.onset >= first + phrase) continue;
      const Tick onset = std::max(span.onset, first);
      const Tick over = std::min(span.end(), first + phrase);
      out_.chords.push_back({at + (onset - first), over - onset, span.chord});
    }
  }

  const band::BandNet& net_;
  const End& from_;
  const End& to_;
  const Morph& how_;
  band::BandNet::Workspace work_;
  Piece out_;
};

}  // namespace

Result<Piece> morph(const band::BandNet& net,
                    const Piece& from,
                    const Piece& to,
                    const Morph& how) {
  if (how.steps < 2 || how.steps > 64) {
    return fail(ErrorCode::invalid_input, "a walk has 2 to 64 phrases, its two ends among them");
  }
  const auto first = end_of(net, from, "the first piece");
  if (!first) return tl::unexpected<Error>(first.error());
  const auto second = end_of(net, to, "the second piece");
  if (!second) return tl::unexpected<Error>(second.error());
  if (first->roll.metre != second->roll.metre) {
    return fail(ErrorCode::invalid_input,
                "the two pieces are in different metres; a walk needs one metre");
  }
  return Walk(net, *first, *second, how).walked();
}

}  // namespace cantus::compose
