#include "sound/perform/perform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "base/random.h"
#include "sound/perform/articulation.h"
#include "sound/perform/clock.h"
#include "sound/perform/draft.h"
#include "sound/perform/timing.h"
#include "sound/perform/touch.h"

namespace cantus::sound {
namespace {

using score::Note;
using score::Part;
using score::Piece;
using score::Tick;

/// Written music sits on twelfths and sixteenths of a beat (a grid of 1/48); hands do not.
bool is_played_by_hand(const Part& part) {
  constexpr std::int64_t kGrid = score::kTicksPerBeat / 48;
  const auto on_grid = std::ranges::count_if(
      part.notes, [](const Note& note) { return note.onset.count() % kGrid == 0; });
  return part.notes.size() >= 8 && static_cast<std::size_t>(on_grid) * 10 < part.notes.size() * 6;
}

/// Programmed parts know a few levels; hands know many.
bool is_struck_by_hand(const Part& part) {
  std::set<int> levels;
  for (const Note& note : part.notes)
    levels.insert(note.velocity);
  return part.notes.size() >= 24 && levels.size() >= 16;
}

Draft draft_of(const Rehearsal& rehearsal) {
  const Part& part = rehearsal.part;
  const Clock& clock = rehearsal.clock;
  Draft draft;
  draft.reserve(part.notes.size());
  for (std::size_t i = 0; i < part.notes.size(); ++i) {
    const Note& note = part.notes[i];
    if (note.length <= score::TickLength() || note.onset < Tick()) continue;
    draft.push_back(DraftNote{note, clock.seconds_at(note.onset), clock.seconds_at(note.end()),
                              static_cast<double>(note.velocity),
                              rehearsal.touches == nullptr ? nullptr : &(*rehearsal.touches)[i]});
  }
  std::ranges::stable_sort(draft, {}, [](const DraftNote& note) { return note.written.onset; });
  return draft;
}

std::int64_t frame_at(double seconds, int sample_rate) {
  return std::llround(std::max(seconds, 0.0) * sample_rate);
}

PerformedNote on_frames(const DraftNote& note, int sample_rate) {
  const std::int64_t onset = frame_at(note.onset_seconds, sample_rate);
  const std::int64_t release = frame_at(note.release_seconds, sample_rate);
  const int velocity = std::clamp(static_cast<int>(std::lround(note.velocity)), 1, 127);
  return {onset, std::max(release, onset + 1), note.written.pitch.key(), velocity};
}

/// One key cannot be down twice: the earlier note is let go a moment before the later one starts,
/// and two that start together are one.
void free_keys(std::vector<PerformedNote>& notes, int sample_rate) {
  const std::int64_t gap = sample_rate / 200;
  std::array<std::ptrdiff_t, 128> last = {};
  last.fill(-1);
  std::vector<PerformedNote> freed;
  for (const PerformedNote& note : notes) {
    std::ptrdiff_t& before = last[static_cast<std::size_t>(note.key)];
    if (before >= 0) {
      PerformedNote& held = freed[static_cast<std::size_t>(before)];
      if (note.onset_frame <= held.onset_frame + gap) {
        held.velocity = std::max(held.velocity, note.velocity);
        held.release_frame = std::max(held.release_frame, note.release_frame);
        continue;
      }
      held.release_frame = std::min(held.release_frame, note.onset_frame - gap);
    }
    before = static_cast<std::ptrdiff_t>(freed.size());
    freed.push_back(note);
  }
  notes = std::move(freed);
}

PerformedPart perform_part(const Rehearsal& rehearsal, int sample_rate) {
  const Part& part = rehearsal.part;
  Draft draft = draft_of(rehearsal);
  articulate(rehearsal, draft);
  humanize_velocity(rehearsal, draft);
  humanize_timing(rehearsal, draft);
  roll_chords(rehearsal, draft);
  place_graces(rehearsal, draft);
  PerformedPart played{part.name, part.role, std::clamp(part.program, 0, 127), {}};
  played.notes.reserve(draft.size());
  for (const DraftNote& note : draft)
    played.notes.push_back(on_frames(note, sample_rate));
  std::ranges::sort(played.notes, {}, [](const PerformedNote& note) {
    return std::pair(note.onset_frame, note.key);
  });
  free_keys(played.notes, sample_rate);
  return played;
}

}  // namespace

Performance perform(const Piece& piece, const PerformOptions& options) {
  const Clock clock(piece, options.final_slowing);
  const Tick end = score::sounding_end(piece);
  const std::vector<Tick> bars = piece.metre.bar_starts(end);
  Performance performance{
      options.sample_rate, frame_at(clock.seconds_at(end), options.sample_rate), {}};
  std::map<std::string, int> namesakes;
  for (std::size_t p = 0; p < piece.parts.size(); ++p) {
    const Part& part = piece.parts[p];
    const bool touched =
        p < options.touches.size() && options.touches[p].size() == part.notes.size();
    std::string name = part.name + "/" + std::string(score::to_text(part.role));
    name += "/" + std::to_string(namesakes[name]++);
    const Rehearsal rehearsal{piece,
                              part,
                              clock,
                              bars,
                              Random(options.seed).fork(name),
                              std::clamp(options.amount, 0.0, 2.0),
                              is_played_by_hand(part),
                              is_struck_by_hand(part),
                              touched ? &options.touches[p] : nullptr};
    performance.parts.push_back(perform_part(rehearsal, options.sample_rate));
  }
  return performance;
}

}  // namespace cantus::sound
