#include "music/formats/midi/lanes.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace cantus::formats::midi {
namespace {

using score::Note;
using score::Tick;
using score::TickLength;

constexpr std::size_t kMostLanes = 16;
constexpr TickLength kLongestGrace = score::beats(1, 8);

void sort(std::vector<Note>& notes) {
  std::ranges::stable_sort(
      notes, {}, [](const Note& note) { return std::tuple(note.onset, note.pitch, note.length); });
}

/// Times the grace notes [first, last), all before the same beat.
void time_graces(std::vector<Note>::iterator first, std::vector<Note>::iterator last) {
  Tick at = first->onset;
  for (auto note = last; note != first;) {
    --note;
    note->length = std::min(note->length, kLongestGrace);
    at = std::max(Tick(), at - note->length);
    note->onset = at;
    note->grace = false;
  }
}

}  // namespace

std::vector<Note> with_timed_graces(std::vector<Note> notes) {
  for (auto first = notes.begin(); first != notes.end();) {
    const Tick beat = first->onset;
    const auto last = std::find_if(first, notes.end(), [&](const Note& note) {
      return note.onset != beat || note.grace != first->grace;
    });
    if (first->grace) time_graces(first, last);
    first = last;
  }
  sort(notes);
  return notes;
}

std::vector<std::vector<Note>> lanes_of(std::vector<Note> notes) {
  std::vector<std::vector<Note>> lanes(1);
  std::vector<std::array<Tick, 128>> last_ends(1);
  for (Note& note : notes) {
    const auto key = static_cast<std::size_t>(note.pitch.key());
    std::size_t lane = 0;
    while (lane < lanes.size() && last_ends[lane][key] > note.end())
      ++lane;
    if (lane == lanes.size() && lane < kMostLanes) {
      lanes.emplace_back();
      last_ends.emplace_back();
    }
    lane = std::min(lane, lanes.size() - 1);
    last_ends[lane][key] = std::max(last_ends[lane][key], note.end());
    lanes[lane].push_back(std::move(note));
  }
  return lanes;
}

}  // namespace cantus::formats::midi
