#include "neural/compose/rewrite.h"

#include <algorithm>
#include <limits>

#include "music/score/excerpt.h"
#include "neural/compose/hearing.h"
#include "neural/compose/judgement.h"
#include "neural/compose/write_parts.h"
#include "neural/tokens/encode.h"

namespace cantus::compose {
namespace {

using score::Note;
using score::Piece;
using score::Tick;

constexpr int kBarsBefore = 8;
constexpr int kBarsAfter = 4;
constexpr std::size_t kLongestHeader = 200;  ///< tokens: as in training (corpus/exercises.cpp)

/// The bars asked for, counted from 0, in a piece with this many.
struct Gap {
  int first = 0;
  int last = 0;  ///< one past
  int bars = 0;
};

Result<Gap> gap_of(const Piece& piece, const Rewrite& asked) {
  const auto starts = piece.metre.bar_starts(piece.end);
  const int pickup = piece.metre.pickup() > score::TickLength() ? 1 : 0;
  const auto bars = static_cast<int>(starts.size());
  const Gap gap{asked.first_bar - 1 + pickup, asked.last_bar + pickup, bars};
  if (gap.first >= 0 && gap.first < gap.last && gap.last <= bars) return gap;
  return fail(ErrorCode::invalid_input, "the piece has bars " + std::to_string(1 - pickup) +
                                            " to " + std::to_string(bars - pickup) +
                                            "; name some of them, the first first");
}

/// Which heard parts are written anew.
Result<std::vector<bool>> open_parts(const Heard& heard, const Rewrite& asked) {
  std::vector<bool> open(heard.originals.size(), asked.parts.empty());
  for (const std::size_t part : asked.parts) {
    const auto found = std::ranges::find(heard.originals, part);
    if (found == heard.originals.end()) {
      return fail(ErrorCode::invalid_input,
                  "part " + std::to_string(part + 1) + " has no notes to be written like");
    }
    open[static_cast<std::size_t>(found - heard.originals.begin())] = true;
  }
  return open;
}

/// The bars around the gap as a piece of their own, the open parts empty in the gap. Where a given
/// part comes after an open one, the open ones move behind: they hear it.
struct Scene {
  Piece piece;
  std::vector<std::size_t> parts;  ///< index in the heard piece of each
  Tick from;                       ///< where it starts in the heard piece
  int first = 0;                   ///< the gap in it
  int last = 0;
  bool has_later = false;
};

Scene scene_of(const Heard& heard, const Gap& gap, const std::vector<bool>& open) {
  const auto starts = heard.piece.metre.bar_starts(heard.piece.end);
  const auto at = [&](int bar) {
    return bar < gap.bars ? starts[static_cast<std::size_t>(bar)] : heard.piece.end;
  };
  Scene scene;
  const int from = std::max(0, gap.first - kBarsBefore);
  scene.from = at(from);
  scene.first = gap.first - from;
  scene.last = gap.last - from;
  for (const bool is_open : {false, true}) {
    for (std::size_t part = 0; part < open.size(); ++part) {
      if (open[part] == is_open) scene.parts.push_back(part);
    }
  }
  const auto first_open = std::ranges::find(open, true);
  if (std::find(first_open, open.end(), false) == open.end()) {
    std::ranges::sort(scene.parts);
  }
  for (int after = kBarsAfter; after >= 0; after /= 2) {
    const int to = std::min(gap.bars, gap.last + after);
    scene.piece = score::excerpt(heard.piece, scene.from, at(to));
    scene.has_later = to > gap.last;
    if (!scene.has_later) break;
    const auto said = tokens::encode_gap(scene.piece, {}, scene.first, scene.last);
    if (said && said->header_length <= kLongestHeader) break;
    if (after == 0) break;
  }
  std::vector<score::Part> parts;
  for (const std::size_t part : scene.parts)
    parts.push_back(scene.piece.parts[part]);
  scene.piece.parts = std::move(parts);
  for (std::size_t i = 0; i < scene.parts.size(); ++i) {
    if (!open[scene.parts[i]]) continue;
    std::erase_if(scene.piece.parts[i].notes, [&](const Note& note) {
      const Tick place = scene.from + (note.onset - Tick());
      return place >= at(gap.first) && place < at(gap.last);
    });
  }
  return scene;
}

/// Of several versions the one with the fewest faults, or the likeliest.
const Written& best_of(const std::vector<Written>& versions) {
  const Written* best = &versions.front();
  double fewest = std::numeric_limits<double>::max();
  for (const Written& version : versions) {
    double faults = -version.log_likelihood / std::max(1, version.choices);
    for (std::size_t i = 0; i < version.piece.parts.size(); ++i) {
      if (version.piece.parts[i].role != score::Role::melody) continue;
      faults = 0.3 * faults + faults_of(version.piece, i, {1.1, 0.0});
    }
    if (faults >= fewest) continue;
    fewest = faults;
    best = &version;
  }
  return *best;
}

/// Takes over the gap's notes; a key that still sounds from before is not struck again.
void paste(const Heard& heard,
           const Scene& scene,
           const std::vector<bool>& open,
           const Piece& written,
           Tick first,
           Tick last,
           Piece& out) {
  const WayBack back(heard, out);
  for (std::size_t i = 0; i < scene.parts.size(); ++i) {
    if (!open[scene.parts[i]]) continue;
    auto& notes = out.parts[heard.originals[scene.parts[i]]].notes;
    std::erase_if(notes,
                  [&](const Note& note) { return note.onset >= first && note.onset < last; });
    const std::vector<Note> others = notes;
    for (const Note& written_note : written.parts[i].notes) {
      Note note = back.note(scene.parts[i], written_note);
      note.onset = scene.from + (written_note.onset - Tick());
      if (note.onset < first || note.onset >= last) continue;
      const bool sounds = std::ranges::any_of(others, [&](const Note& other) {
        return other.pitch == note.pitch && other.onset < note.onset && other.end() > note.onset;
      });
      if (!sounds) notes.push_back(note);
    }
  }
  score::tidy(out);
}

}  // namespace

Result<Piece> rewrite_bars(const infer::Transformer& model,
                           const Piece& piece,
                           const Rewrite& asked,
                           const ComposeOptions& options) {
  const auto gap = gap_of(piece, asked);
  if (!gap) return tl::unexpected<Error>(gap.error());
  const auto heard = hear(piece);
  if (!heard) return tl::unexpected<Error>(heard.error());
  const auto starts = heard->piece.metre.bar_starts(heard->piece.end);
  if (static_cast<int>(starts.size()) < gap->last) {
    return fail(ErrorCode::invalid_input, "nothing sounds from bar " +
                                              std::to_string(starts.size() + 1) +
                                              " on: there is nothing to write anew");
  }
  const auto open = open_parts(*heard, asked);
  if (!open) return tl::unexpected<Error>(open.error());
  const Gap inside{gap->first, gap->last, static_cast<int>(starts.size())};
  const Scene scene = scene_of(*heard, inside, *open);
  Plan plan;
  plan.style = find_style("song");
  plan.metre = scene.piece.metre.metre_at(Tick());
  plan.bpm = scene.piece.tempo.bpm_at(Tick());
  Writing how;
  how.heading.style = tokens::style_from_text(style_of(heard->piece)).value_or(0);
  how.first_bar = scene.first;
  if (scene.has_later) how.last_bar = scene.last;
  how.ends = gap->last == gap->bars;
  how.sampling = {0.95, 0, 0.93, 0.02};
  how.leanings = leanings_of(*plan.style);
  how.candidates = options.candidates;
  how.threads = options.threads;
  how.stop = options.stop;
  for (std::size_t i = 0; i < scene.parts.size(); ++i) {
    if ((*open)[scene.parts[i]]) {
      how.parts.push_back({i, rules_of(plan, heard->piece.parts[scene.parts[i]]), {}});
    }
  }
  const auto written = write_parts(model, scene.piece, how, Random(asked.seed).fork("rewrite"));
  if (!written) return tl::unexpected<Error>(written.error());
  Piece out = piece;
  const auto at = [&](int bar) {
    const auto own = piece.metre.bar_starts(piece.end);
    return bar < static_cast<int>(own.size()) ? own[static_cast<std::size_t>(bar)] : piece.end;
  };
  paste(*heard, scene, *open, best_of(*written).piece, at(gap->first), at(gap->last), out);
  out.end = piece.end;
  return out;
}

}  // namespace cantus::compose
