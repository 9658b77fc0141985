#include "music/formats/midi/pair_notes.h"

#include <algorithm>
#include <span>

namespace cantus::formats::midi {
namespace {

constexpr std::int64_t kNever = -1;
constexpr score::TickLength kDrumLength(score::kTicksPerBeat / 4);

std::size_t key_of(const ChannelEvent& event) {
  return event.channel * 128U + event.first;
}

bool starts_note(const ChannelEvent& event) {
  return event.kind == kNoteOn && event.second > 0;
}

}  // namespace

NotePairer::NotePairer() {
  oldest_.fill(-1);
  newest_.fill(-1);
  last_off_.fill(kNever);
}

TrackNotes NotePairer::pair(const Track& track, const File& file) {
  TrackNotes out;
  for (const ChannelEvent& event : track.events) {
    if (starts_note(event)) {
      start(event);
    } else if (event.kind == kNoteOn || event.kind == kNoteOff) {
      if (!end_oldest(key_of(event), event.at)) ++out.stray;
    } else if (event.kind == kControl) {
      end_channel(event.channel, event.at);
    }
  }
  end_hanging(track, file, out);
  emit(file, out);
  forget();
  return out;
}

void NotePairer::start(const ChannelEvent& event) {
  const auto index = static_cast<std::int32_t>(notes_.size());
  const std::size_t key = key_of(event);
  notes_.push_back({event, kNever, -1});
  if (oldest_[key] < 0) {
    oldest_[key] = index;
  } else {
    notes_[static_cast<std::size_t>(newest_[key])].next = index;
  }
  newest_[key] = index;
  ++sounding_[event.channel];
}

bool NotePairer::end_oldest(std::size_t key, std::int64_t at) {
  if (oldest_[key] < 0) return false;
  Pending& note = notes_[static_cast<std::size_t>(oldest_[key])];
  note.end = at;
  oldest_[key] = note.next;
  last_off_[key] = at;
  --sounding_[note.on.channel];
  return true;
}

void NotePairer::end_channel(std::uint8_t channel, std::int64_t at) {
  for (std::size_t key = channel * 128U; sounding_[channel] > 0 && key < (channel + 1U) * 128U;
       ++key) {
    while (end_oldest(key, at)) {
    }
  }
}

void NotePairer::end_hanging(const Track& track, const File& file, TrackNotes& out) {
  if (std::ranges::all_of(sounding_, [](std::int32_t count) { return count == 0; })) return;
  // Backwards, so that the next onset of each key is known: it takes the place of newest_.
  newest_.fill(-1);
  for (std::size_t i = notes_.size(); i-- > 0;) {
    Pending& note = notes_[i];
    const std::size_t key = key_of(note.on);
    if (note.end == kNever) {
      ++out.unended;
      const std::int32_t next = newest_[key];
      note.end = next < 0 ? track.end : notes_[static_cast<std::size_t>(next)].on.at;
      if (last_off_[key] > note.on.at) note.end = last_off_[key];
      const Clock& clock = file.clock;
      const std::int64_t short_end =
          note.on.at +
          std::max<std::int64_t>(1, kDrumLength.count() * clock.denominator / clock.numerator);
      if (file.drums[note.on.channel]) note.end = std::min(note.end, short_end);
    }
    newest_[key] = static_cast<std::int32_t>(i);
  }
}

void NotePairer::emit(const File& file, TrackNotes& out) {
  const score::TickLength shortest =
      std::max(score::TickLength(1), file.clock.tick(1) - score::Tick());
  for (const Pending& note : notes_) {
    const score::Tick onset = file.clock.tick(note.on.at);
    if (onset + shortest > kLongestPiece) {
      ++out.too_late;
      continue;
    }
    if (note.end <= note.on.at && !file.drums[note.on.channel]) ++out.empty;
    const score::Tick end = std::min(kLongestPiece, file.clock.tick(note.end));
    out.channels[note.on.channel].push_back({.onset = onset,
                                             .length = std::max(end - onset, shortest),
                                             .pitch = score::Pitch::clamped(note.on.first),
                                             .velocity = note.on.second});
  }
}

void NotePairer::forget() {
  for (const Pending& note : notes_) {
    const std::size_t key = key_of(note.on);
    oldest_[key] = -1;
    newest_[key] = -1;
    last_off_[key] = kNever;
  }
  notes_.clear();
  sounding_.fill(0);
}

}  // namespace cantus::formats::midi
