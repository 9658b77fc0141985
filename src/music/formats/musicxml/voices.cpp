#include "music/formats/musicxml/voices.h"

#include <algorithm>
#include <tuple>

#include "music/formats/musicxml/rhythm.h"

namespace cantus::formats::musicxml {
namespace {

using score::Note;
using score::Part;
using score::Tick;
using score::TickLength;

constexpr int kMiddleC = 60;
constexpr int kLowestForOneStaff = 53;   // F3: two ledger lines and a half below a treble staff
constexpr int kHighestForOneStaff = 67;  // G4: as much above a bass staff

struct Placed {
  const Note* note;
  Tick start;
  Tick end;
  int staff;
};

/// Moves places to the grid of their bar.
class Quantiser {
 public:
  Quantiser(const Part& part, std::span<const Tick> bars) : bars_(bars) {
    std::vector<std::vector<TickLength>> places(bars.size());
    const auto add = [&](Tick at) {
      const std::size_t bar = bar_of(at);
      places[bar].push_back(at - bars_[bar]);
    };
    for (const Note& note : part.notes) {
      add(note.onset);
      if (!note.grace) add(note.end());
    }
    for (const score::Lyric& lyric : part.lyrics)
      add(lyric.onset);
    for (const auto& in_bar : places)
      grids_.emplace_back(in_bar);
  }

  Tick nearest(Tick at) const {
    const std::size_t bar = bar_of(at);
    if (bar + 1 >= bars_.size()) return bars_.back();
    return std::min(bars_[bar] + grids_[bar].nearest(at - bars_[bar]), bars_[bar + 1]);
  }

  /// The next place after one that `nearest` gave.
  Tick next(Tick at) const {
    const std::size_t bar = bar_of(at);
    if (bar + 1 >= bars_.size()) return at + score::beats(1, 32);
    return std::min(at + grids_[bar].step_at(at - bars_[bar]), bars_[bar + 1]);
  }

 private:
  std::size_t bar_of(Tick at) const {
    const auto after = std::ranges::upper_bound(bars_, at);
    return after == bars_.begin() ? 0 : static_cast<std::size_t>(after - bars_.begin()) - 1;
  }

  std::span<const Tick> bars_;
  std::vector<BarGrid> grids_;
};

bool has_two_staves(const Part& part) {
  const int program = part.program;
  const bool keys = program <= 8 || (program >= 16 && program <= 21) || program == 46;
  if (!keys || part.is_drums()) return false;
  const auto [low, high] =
      std::ranges::minmax(part.notes, {}, [](const Note& note) { return note.pitch.key(); });
  return low.pitch.key() < kLowestForOneStaff && high.pitch.key() > kHighestForOneStaff;
}

std::vector<Placed> placed(const Part& part, const Quantiser& grid, VoicedPart& out) {
  std::vector<Placed> notes;
  for (const Note& note : part.notes) {
    if (note.length <= TickLength()) continue;
    const Tick start = grid.nearest(std::max(note.onset, Tick()));
    const Tick end = note.grace ? start : std::max(grid.nearest(note.end()), grid.next(start));
    const int staff = out.staves == 2 && note.pitch.key() < kMiddleC ? 2 : 1;
    notes.push_back({&note, start, end, staff});
    out.moved.emplace(note.onset, start);
  }
  std::ranges::stable_sort(notes, {}, [](const Placed& p) {
    return std::tuple(p.start, !p.note->grace, p.note->voice, p.end,
                      p.note->grace ? 0 : p.note->pitch.key());
  });
  return notes;
}

/// The voices of one staff; the order they are made in is the order they are written in.
class Staff {
 public:
  explicit Staff(int number) : number_(number) {}

  void add(const Placed& note) {
    VoiceEvent& event = note.note->grace ? grace_event(note) : chord(note);
    (note.note->grace ? event.graces : event.notes).push_back(note.note);
  }

  std::vector<Voice> take() {
    if (voices_.empty()) voices_.push_back({number_, {}});
    return std::move(voices_);
  }

 private:
  /// The chord this note belongs to, or a new one in a free voice.
  VoiceEvent& chord(const Placed& note) {
    for (Voice& voice : voices_) {
      if (voice.events.empty()) continue;
      VoiceEvent& last = voice.events.back();
      const bool same = last.start == note.start && last.end == note.end && !last.notes.empty();
      if (same && !doubles(last, *note.note)) return last;
    }
    Voice& voice = free_voice(note);
    const bool after_graces = !voice.events.empty() && voice.events.back().start == note.start;
    if (!after_graces) voice.events.push_back({note.start, note.end, {}, {}});
    voice.events.back().end = note.end;
    return voice.events.back();
  }

  VoiceEvent& grace_event(const Placed& note) {
    Voice& voice = free_voice(note);
    if (voice.events.empty() || voice.events.back().start != note.start) {
      voice.events.push_back({note.start, note.start, {}, {}});
    }
    return voice.events.back();
  }

  static bool doubles(const VoiceEvent& event, const Note& note) {
    return std::ranges::any_of(event.notes,
                               [&](const Note* other) { return other->pitch == note.pitch; }) ||
           event.notes.front()->voice != note.voice;
  }

  static bool is_free(const Voice& voice, const Placed& note) {
    if (voice.events.empty()) return true;
    const VoiceEvent& last = voice.events.back();
    return last.end <= note.start && (last.start < note.start || last.notes.empty());
  }

  Voice& free_voice(const Placed& note) {
    const auto preferred = preferred_.find(note.note->voice);
    if (preferred != preferred_.end() && is_free(voices_[preferred->second], note)) {
      return voices_[preferred->second];
    }
    std::size_t i = 0;
    while (i < voices_.size() && !is_free(voices_[i], note))
      ++i;
    if (i == voices_.size()) voices_.push_back({number_, {}});
    preferred_.emplace(note.note->voice, i);
    return voices_[i];
  }

  int number_;
  std::vector<Voice> voices_;
  std::map<int, std::size_t> preferred_;  // by Note::voice
};

}  // namespace

VoicedPart voiced(const Part& part, std::span<const Tick> bars) {
  VoicedPart out;
  if (part.notes.empty()) {
    out.voices.push_back({});
    return out;
  }
  out.staves = has_two_staves(part) ? 2 : 1;
  const Quantiser grid(part, bars);
  for (const score::Lyric& lyric : part.lyrics) {
    out.moved.emplace(lyric.onset, grid.nearest(std::max(lyric.onset, Tick())));
  }
  std::vector<Staff> staves;
  for (int i = 1; i <= out.staves; ++i)
    staves.emplace_back(i);
  for (const Placed& note : placed(part, grid, out)) {
    staves[static_cast<std::size_t>(note.staff - 1)].add(note);
  }
  for (Staff& staff : staves) {
    for (Voice& voice : staff.take())
      out.voices.push_back(std::move(voice));
  }
  return out;
}

}  // namespace cantus::formats::musicxml
