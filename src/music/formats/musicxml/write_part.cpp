#include "music/formats/musicxml/write_part.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace cantus::formats::musicxml {
namespace {

using score::Note;
using score::Part;
using score::Tick;
using score::TickLength;

constexpr int kVoicesOfStaff = 4;  // as notation programs count them

template <class... Arguments>
void put(std::string& out, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), text, std::forward<Arguments>(arguments)...);
}

/// Voices of the first staff are 1 to 4, of the second 5 to 8; more come after those.
std::vector<int> names_of(const VoicedPart& part) {
  std::vector<int> names;
  std::vector<int> used(static_cast<std::size_t>(part.staves) + 1, 0);
  int extra = kVoicesOfStaff * part.staves;
  for (const Voice& voice : part.voices) {
    int& count = used[static_cast<std::size_t>(voice.staff)];
    const int first = kVoicesOfStaff * (voice.staff - 1);
    names.push_back(count < kVoicesOfStaff ? first + ++count : ++extra);
  }
  return names;
}

int average_key(const Part& part) {
  if (part.notes.empty()) return 60;
  std::int64_t sum = 0;
  for (const Note& note : part.notes)
    sum += note.pitch.key();
  return static_cast<int>(sum / static_cast<std::int64_t>(part.notes.size()));
}

std::string_view syllabic(bool continued, bool continues) {
  if (continued) return continues ? "middle" : "end";
  return continues ? "begin" : "single";
}

std::vector<Sign> all_signs(const score::Piece& piece, Tick start, Tick end) {
  std::vector<Sign> out;
  for (auto& signs : {tempo_signs(piece, start, end), section_signs(piece, start, end),
                      chord_signs(piece, start, end)}) {
    out.insert(out.end(), signs.begin(), signs.end());
  }
  std::ranges::stable_sort(out, {}, &Sign::at);
  return out;
}

}  // namespace

PartWriter::PartWriter(const score::Piece& piece,
                       std::size_t part,
                       const VoicedPart& voices,
                       const Layout& layout,
                       bool carries_signs)
    : piece_(piece),
      part_(piece.parts[part]),
      voices_(voices),
      layout_(layout),
      carries_signs_(carries_signs),
      notes_(piece, part, voices.staves, layout),
      voice_names_(names_of(voices)),
      next_event_(voices.voices.size(), 0) {
  collect_lyrics();
}

void PartWriter::collect_lyrics() {
  std::map<int, bool> open;  // by verse: the last syllable goes on
  for (const score::Lyric& lyric : part_.lyrics) {
    bool& continued = open[lyric.verse];
    const auto moved = voices_.moved.find(lyric.onset);
    lyrics_.emplace(
        moved == voices_.moved.end() ? lyric.onset : moved->second,
        fmt::format("<lyric number=\"{}\"><syllabic>{}</syllabic><text>{}</text>"
                    "</lyric>",
                    lyric.verse, syllabic(continued, lyric.continues), escaped(lyric.syllable)));
    continued = lyric.continues;
  }
}

void PartWriter::write_bar(std::size_t bar, std::string& out) {
  start_ = layout_.bars[bar];
  length_ = layout_.bars[bar + 1] - start_;
  last_bar_ = bar + 1 == layout_.bar_count();
  cursor_ = TickLength();
  signs_ = carries_signs_ ? all_signs(piece_, start_, end()) : std::vector<Sign>();
  next_sign_ = 0;
  const bool pickup = start_ < Tick() + piece_.metre.pickup();
  const std::size_t first_number = piece_.metre.pickup() > TickLength() ? 0 : 1;
  put(out, "<measure number=\"{}\"{}>\n", bar + first_number, pickup ? " implicit=\"yes\"" : "");
  write_attributes(bar, out);
  int staff = 0;
  for (std::size_t i = 0; i < voices_.voices.size(); ++i) {
    const bool first_of_staff = voices_.voices[i].staff != staff;
    staff = voices_.voices[i].staff;
    const Line line = line_of(i);
    if (!line.sounds && !first_of_staff) continue;
    move_to(TickLength(), out);
    if (line.sounds) {
      write_line(line, i, first_of_staff, out);
    } else {
      write_whole_rest(i, out);
    }
  }
  write_late_keys(out);
  if (last_bar_) {
    out += "<barline location=\"right\"><bar-style>light-heavy</bar-style></barline>\n";
  }
  out += "</measure>\n";
}

std::string PartWriter::first_attributes() const {
  std::string out;
  if (voices_.staves > 1) out += fmt::format("<staves>{}</staves>", voices_.staves);
  for (int staff = 1; staff <= voices_.staves; ++staff) {
    out += clef_element(average_key(part_), part_.program, part_.is_drums(), staff, voices_.staves);
  }
  if (notes_.octave_change() != 0) {
    out += fmt::format(
        "<transpose><chromatic>0</chromatic><octave-change>{}</octave-change>"
        "</transpose>",
        -notes_.octave_change());
  }
  return out;
}

void PartWriter::write_attributes(std::size_t bar, std::string& out) const {
  std::string text;
  if (bar == 0) {
    put(text, "<divisions>{}</divisions>", score::kTicksPerBeat / layout_.unit);
  }
  const auto key = std::ranges::lower_bound(piece_.keys, start_, {}, &score::KeyChange::at);
  if (key != piece_.keys.end() && key->at == start_) text += key_element(key->key);
  const auto changes = piece_.metre.changes();
  const auto change = std::ranges::lower_bound(changes, start_, {}, &score::MetreChange::at);
  if (change != changes.end() && change->at == start_) text += time_element(change->metre);
  if (bar == 0) text += first_attributes();
  if (!text.empty()) out += "<attributes>" + text + "</attributes>\n";
}

/// Keys that change inside the bar.
void PartWriter::write_late_keys(std::string& out) {
  const auto first = std::ranges::upper_bound(piece_.keys, start_, {}, &score::KeyChange::at);
  for (auto key = first; key != piece_.keys.end() && key->at < end(); ++key) {
    move_to(key->at - start_, out);
    out += "<attributes>" + key_element(key->key) + "</attributes>\n";
  }
}

void PartWriter::move_to(TickLength at, std::string& out) {
  const TickLength way = at - cursor_;
  if (way == TickLength()) return;
  const bool back = way < TickLength();
  const std::int64_t duration = layout_.divisions(back ? TickLength() - way : way);
  put(out, "<{0}><duration>{1}</duration></{0}>\n", back ? "backup" : "forward", duration);
  cursor_ = at;
}

PartWriter::Line PartWriter::line_of(std::size_t voice) {
  const std::vector<VoiceEvent>& events = voices_.voices[voice].events;
  std::size_t& next = next_event_[voice];
  Line line;
  line.boundaries.push_back(TickLength());
  const VoiceEvent* graces = nullptr;
  const auto stretch = [&](Tick to, const VoiceEvent* event) {
    if (to - start_ <= line.boundaries.back()) return;
    line.boundaries.push_back(to - start_);
    line.events.push_back(event);
    line.grace_events.push_back(std::exchange(graces, nullptr));
  };
  for (; next < events.size(); ++next) {
    const VoiceEvent& event = events[next];
    if (event.start > end() || (event.start == end() && !last_bar_)) break;
    line.sounds = true;
    stretch(event.start, nullptr);
    if (!event.graces.empty() && event.start >= start_) graces = &event;
    if (voice == 0 && !event.notes.empty()) {
      for (const Tick place : lyric_places(event))
        stretch(place, &event);
    }
    stretch(std::min(event.end, end()), event.notes.empty() ? nullptr : &event);
    if (event.end > end()) break;
  }
  stretch(end(), nullptr);
  line.grace_events.push_back(graces);
  return line;
}

void PartWriter::write_line(const Line& line,
                            std::size_t voice,
                            bool fills_rests,
                            std::string& out) {
  std::size_t event = 0;
  for (const NoteValue& value : note_values(line.boundaries)) {
    if (value.event >= event) {
      const bool moved = line.grace_events[value.event] != nullptr && cursor_ != value.at;
      if (moved) move_to(value.at, out);
      write_graces(line.grace_events[value.event], voice, out);
      event = value.event + 1;
    }
    write_value(line, value, voice, fills_rests, out);
  }
  if (line.grace_events.back() != nullptr) move_to(length_, out);
  write_graces(line.grace_events.back(), voice, out);
}

void PartWriter::write_value(const Line& line,
                             const NoteValue& value,
                             std::size_t voice,
                             bool fills_rests,
                             std::string& out) {
  const VoiceEvent* event = line.events[value.event];
  const bool rest = event == nullptr;
  if (rest && !fills_rests && value.actual == 1) return;  // the next value moves there
  move_to(value.at, out);
  if (voice == 0) write_signs_before(value.at, value.at + value.length, out);
  NoteSetting setting = setting_of(voice);
  setting.value = &value;
  if (rest) {
    notes_.write_rest(setting, out);
  } else {
    setting.tie_stop = start_ + value.at > event->start;
    setting.tie_start = start_ + value.at + value.length < event->end;
    setting.lyrics = lyrics_at(start_ + value.at);
    for (const Note* note : event->notes) {
      notes_.write(*note, setting, out);
      setting.in_chord = true;
      setting.lyrics.clear();
    }
  }
  cursor_ = value.at + value.length;
}

NoteSetting PartWriter::setting_of(std::size_t voice) const {
  NoteSetting setting;
  setting.voice = voice_names_[voice];
  setting.staff = voices_.voices[voice].staff;
  return setting;
}

void PartWriter::write_whole_rest(std::size_t voice, std::string& out) {
  if (voice == 0) write_signs_before(TickLength(), length_, out);
  notes_.write_bar_rest(setting_of(voice), length_, out);
  cursor_ = length_;
}

void PartWriter::write_signs_before(TickLength at, TickLength end, std::string& out) {
  for (; next_sign_ < signs_.size() && signs_[next_sign_].at < end; ++next_sign_) {
    const Sign& sign = signs_[next_sign_];
    out += sign.head;
    if (sign.at != at) {
      put(out, "<offset>{}</offset>", layout_.divisions(sign.at - at));
    }
    out += sign.tail;
  }
}

void PartWriter::write_graces(const VoiceEvent* event, std::size_t voice, std::string& out) const {
  if (event == nullptr) return;
  for (const Note* note : event->graces) {
    notes_.write(*note, setting_of(voice), out);
  }
}

/// Where syllables stand while the event is held: it is tied there.
std::vector<Tick> PartWriter::lyric_places(const VoiceEvent& event) const {
  std::vector<Tick> places;
  const Tick stop = std::min(event.end, end());
  auto lyric = lyrics_.upper_bound(std::max(event.start, start_));
  for (; lyric != lyrics_.end() && lyric->first < stop; ++lyric)
    places.push_back(lyric->first);
  return places;
}

std::string PartWriter::lyrics_at(Tick onset) {
  std::string out;
  const auto [first, last] = lyrics_.equal_range(onset);
  for (auto it = first; it != last; ++it)
    out += it->second;
  lyrics_.erase(first, last);
  return out;
}

}  // namespace cantus::formats::musicxml
