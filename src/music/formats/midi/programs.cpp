#include "music/formats/midi/programs.h"

#include <algorithm>
#include <array>

namespace cantus::formats::midi {
namespace {

constexpr int kPrograms = 128;
constexpr int kFamily = 8;

}  // namespace

void ProgramLine::sort() {
  std::ranges::stable_sort(changes_, {}, &Change::at);
}

int ProgramLine::at(score::Tick tick, const Clock& clock) const {
  const auto after = std::ranges::upper_bound(
      changes_, tick, {}, [&](const Change& change) { return clock.tick(change.at); });
  return after == changes_.begin() ? 0 : std::prev(after)->program;
}

Programs::Programs(std::span<const Track> tracks) {
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    for (const ChannelEvent& event : tracks[i].events) {
      if (event.kind != kProgram) continue;
      by_track_[{i, event.channel}].add(event.at, event.first);
      by_port_[{tracks[i].port, event.channel}].add(event.at, event.first);
    }
  }
  for (auto& [place, line] : by_port_)
    line.sort();
}

const ProgramLine& Programs::line(std::size_t track, int port, std::size_t channel) const {
  if (const auto own = by_track_.find({track, channel}); own != by_track_.end()) return own->second;
  if (const auto any = by_port_.find({port, channel}); any != by_port_.end()) return any->second;
  return nothing_;
}

int main_program(std::span<const score::Note> notes, const ProgramLine& line, const Clock& clock) {
  std::array<std::size_t, kPrograms> counts{};
  int best = notes.empty() ? 0 : line.at(notes.front().onset, clock);
  for (const score::Note& note : notes)
    ++counts[static_cast<std::size_t>(line.at(note.onset, clock))];
  for (const score::Note& note : notes) {
    const int program = line.at(note.onset, clock);
    if (counts[static_cast<std::size_t>(program)] > counts[static_cast<std::size_t>(best)])
      best = program;
  }
  return best;
}

std::vector<ProgramNotes> split_by_family(std::vector<score::Note> notes,
                                          const ProgramLine& line,
                                          const Clock& clock) {
  std::vector<ProgramNotes> groups;
  std::array<int, kPrograms / kFamily> group_of;
  group_of.fill(-1);
  for (score::Note& note : notes) {
    int& group = group_of[static_cast<std::size_t>(line.at(note.onset, clock) / kFamily)];
    if (group < 0) {
      group = static_cast<int>(groups.size());
      groups.emplace_back();
    }
    groups[static_cast<std::size_t>(group)].notes.push_back(std::move(note));
  }
  for (ProgramNotes& group : groups)
    group.program = main_program(group.notes, line, clock);
  return groups;
}

}  // namespace cantus::formats::midi
