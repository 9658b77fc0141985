#include "music/formats/midi/parts.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "music/formats/midi/pair_notes.h"
#include "music/formats/midi/programs.h"
#include "music/formats/midi/texts.h"

namespace cantus::formats::midi {
namespace {

using score::Note;
using score::Part;
using score::Role;

/// What a track says of itself.
struct TrackWords {
  std::string name;
  std::array<std::string, kChannels> instruments;  // by channel, where a prefix named one
  std::string instrument;                          // of no channel in particular
  std::optional<Role> role;
  bool continues = false;
};

void read_text(std::string_view bytes, TrackWords& words) {
  const std::string text = clean_text(bytes);
  if (const auto role = value_of(text, words::kRole)) words.role = score::role_from_text(*role);
  if (text == worded(words::kPart, words::kContinued)) words.continues = true;
}

TrackWords words_of(const Track& track) {
  TrackWords words;
  std::size_t channel = kChannels;
  for (const MetaEvent& meta : track.metas) {
    if (meta.type == kChannelPrefix && meta.data.size() == 1) {
      channel = static_cast<std::uint8_t>(meta.data.front());
    } else if (meta.type == kTrackName && words.name.empty()) {
      words.name = trimmed(clean_text(meta.data));
    } else if (meta.type == kInstrumentName) {
      std::string& place = channel < kChannels ? words.instruments[channel] : words.instrument;
      if (place.empty()) place = trimmed(clean_text(meta.data));
    } else if (meta.type == kText) {
      read_text(meta.data, words);
    }
  }
  return words;
}

class PartReader {
 public:
  PartReader(const PieceTracks& piece, const File& file, Warnings& warnings)
      : piece_(piece), file_(file), warnings_(warnings), programs_(piece.tracks) {}

  std::vector<TrackPart> read() {
    for (std::size_t i = 0; i < piece_.tracks.size(); ++i)
      track(i);
    return std::move(parts_);
  }

 private:
  void track(std::size_t index) {
    const Track& track = piece_.tracks[index];
    TrackNotes notes = pairer_.pair(track, file_);
    report(index, notes);
    const TrackWords words = words_of(track);
    if (piece_.ours && (words.role || words.continues)) {
      whole_track(index, words, notes);
      return;
    }
    const auto used =
        std::ranges::count_if(notes.channels, [](const auto& n) { return !n.empty(); });
    for (std::size_t channel = 0; channel < kChannels; ++channel) {
      if (notes.channels[channel].empty()) continue;
      add(index, channel, name_of(words, channel, used > 1), words,
          std::move(notes.channels[channel]));
    }
  }

  void whole_track(std::size_t index, const TrackWords& words, TrackNotes& notes) {
    if (!words.continues || parts_.empty()) {
      const auto& events = piece_.tracks[index].events;
      const auto program = std::ranges::find(events, kProgram, &ChannelEvent::kind);
      Part& part = new_part(index, words.name, words.role.value_or(Role::other));
      if (program != events.end()) part.program = program->first;
    }
    auto& into = parts_.back().part.notes;
    for (const auto& notes_there : notes.channels) {
      into.insert(into.end(), notes_there.begin(), notes_there.end());
    }
  }

  Part& new_part(std::size_t index, const std::string& name, Role role) {
    TrackPart& added = parts_.emplace_back();
    added.track = index;
    added.part.name = name;
    added.part.role = role;
    return added.part;
  }

  void add(std::size_t index,
           std::size_t channel,
           const std::string& name,
           const TrackWords& words,
           std::vector<Note> notes) {
    const ProgramLine& line = programs_.line(index, piece_.tracks[index].port, channel);
    if (file_.drums[channel]) {
      Part& part = new_part(index, name, Role::drums);
      part.program = main_program(notes, line, file_.clock);
      part.notes = std::move(notes);
      return;
    }
    auto groups = split_by_family(std::move(notes), line, file_.clock);
    if (groups.size() > 1) {
      warn(index, fmt::format("channel {} changes its instrument: split into {} parts", channel + 1,
                              groups.size()));
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const std::string full = i == 0 || name.empty() ? name : fmt::format("{} {}", name, i + 1);
      Part& part = new_part(index, full, words.role.value_or(Role::other));
      part.program = groups[i].program;
      part.notes = std::move(groups[i].notes);
    }
  }

  static std::string name_of(const TrackWords& words, std::size_t channel, bool several) {
    if (!words.instruments[channel].empty() && (several || words.name.empty())) {
      return words.instruments[channel];
    }
    if (several)
      return fmt::format("{}{}channel {}", words.name, words.name.empty() ? "" : " ", channel + 1);
    return words.name.empty() ? words.instrument : words.name;
  }

  void report(std::size_t index, const TrackNotes& notes) {
    if (notes.unended > 0) warn(index, fmt::format("{} notes without a note-off", notes.unended));
    if (notes.stray > 0) warn(index, fmt::format("{} note-offs without a note", notes.stray));
    if (notes.empty > 0)
      warn(index, fmt::format("{} notes of no length given one tick", notes.empty));
    if (notes.too_late > 0) {
      warn(index, fmt::format("{} notes after beat 200000 dropped", notes.too_late));
    }
  }

  void warn(std::size_t index, const std::string& what) {
    warnings_.add(fmt::format("track {}: {}", piece_.first_number + index, what));
  }

  const PieceTracks& piece_;
  const File& file_;
  Warnings& warnings_;
  Programs programs_;
  NotePairer pairer_;
  std::vector<TrackPart> parts_;
};

}  // namespace

std::vector<TrackPart> parts_of(const PieceTracks& piece, const File& file, Warnings& warnings) {
  return PartReader(piece, file, warnings).read();
}

}  // namespace cantus::formats::midi
