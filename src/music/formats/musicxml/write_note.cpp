#include "music/formats/musicxml/write_note.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include <fmt/format.h>

#include "music/formats/musicxml/instruments.h"

namespace cantus::formats::musicxml {
namespace {

using score::Note;
using score::Spelling;
using score::TickLength;

constexpr int kLowestWritten = 12;    // C0: MusicXML's octaves are 0 to 9
constexpr int kHighestWritten = 131;  // B9

template <class... Arguments>
void put(std::string& out, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), text, std::forward<Arguments>(arguments)...);
}

void write_tuplet(const NoteValue& value, std::string& out) {
  put(out,
      "<time-modification><actual-notes>{}</actual-notes><normal-notes>{}"
      "</normal-notes>",
      value.actual, value.normal);
  if (!value.normal_type.empty()) {
    put(out, "<normal-type>{}</normal-type>", value.normal_type);
  }
  out += "</time-modification>";
}

void write_type(const NoteValue& value, std::string& out) {
  if (value.type.empty()) return;
  put(out, "<type>{}</type>", value.type);
  for (int i = 0; i < value.dots; ++i)
    out += "<dot/>";
  if (value.actual != 1) write_tuplet(value, out);
}

void write_notations(const NoteSetting& setting, std::string& out) {
  const NoteValue& value = *setting.value;
  const bool tuplet = !setting.in_chord && (value.tuplet_starts || value.tuplet_stops);
  if (!setting.tie_stop && !setting.tie_start && !tuplet) return;
  out += "<notations>";
  if (setting.tie_stop) out += "<tied type=\"stop\"/>";
  if (setting.tie_start) out += "<tied type=\"start\"/>";
  if (tuplet && value.tuplet_starts) out += "<tuplet type=\"start\" bracket=\"yes\"/>";
  if (tuplet && value.tuplet_stops) out += "<tuplet type=\"stop\"/>";
  out += "</notations>";
}

}  // namespace

std::string part_id(std::size_t part) {
  return fmt::format("P{}", part + 1);
}

std::string drum_id(std::size_t part, int key) {
  return fmt::format("P{}-I{}", part + 1, key + 1);
}

NoteWriter::NoteWriter(const score::Piece& piece,
                       std::size_t part,
                       int staves,
                       const Layout& layout)
    : piece_(piece), part_(piece.parts[part]), number_(part), staves_(staves), layout_(layout) {
  const bool too_low = std::ranges::any_of(
      part_.notes, [](const Note& note) { return note.pitch.key() < kLowestWritten; });
  if (too_low && !part_.is_drums()) octave_change_ = 1;
}

std::string NoteWriter::pitch_element(const Note& note) const {
  const int key = note.pitch.key();
  if (part_.is_drums()) {
    const DrumPlace place = place_of_drum(key);
    return fmt::format(
        "<unpitched><display-step>{}</display-step><display-octave>{}"
        "</display-octave></unpitched>",
        place.step, place.octave);
  }
  const score::Key context = score::key_at(piece_, note.onset).value_or(score::Key{});
  Spelling spelling = note.spelling.value_or(context.spell(note.pitch.pitch_class()));
  const bool usable =
      spelling.pitch_class() == note.pitch.pitch_class() && std::abs(spelling.alter()) <= 2;
  if (!usable) spelling = context.spell(note.pitch.pitch_class());
  int written = key + 12 * octave_change_ - spelling.alter();
  if (written < kLowestWritten || written > kHighestWritten) {  // B sharp below C0, C flat above
    spelling = score::Key{}.spell(note.pitch.pitch_class());
    written = key + 12 * octave_change_ - spelling.alter();
  }
  while (written > kHighestWritten)
    written -= 12;
  std::string out = fmt::format("<pitch><step>{}</step>", spelling.letter());
  if (spelling.alter() != 0) out += fmt::format("<alter>{}</alter>", spelling.alter());
  return out + fmt::format("<octave>{}</octave></pitch>", written / 12 - 1);
}

void NoteWriter::write(const Note& note, const NoteSetting& setting, std::string& out) const {
  out += "<note";
  if (note.velocity != score::kDefaultVelocity)
    put(out, " dynamics=\"{:.2f}\"", note.velocity / 0.9);
  out += setting.value == nullptr ? "><grace/>" : ">";
  if (setting.in_chord) out += "<chord/>";
  out += pitch_element(note);
  if (setting.value != nullptr)
    put(out, "<duration>{}</duration>", layout_.divisions(setting.value->length));
  if (setting.tie_stop) out += "<tie type=\"stop\"/>";
  if (setting.tie_start) out += "<tie type=\"start\"/>";
  if (part_.is_drums()) put(out, "<instrument id=\"{}\"/>", drum_id(number_, note.pitch.key()));
  put(out, "<voice>{}</voice>", setting.voice);
  if (setting.value == nullptr) {
    put(out, "<type>{}</type>", nearest_type(note.length));
  } else {
    write_type(*setting.value, out);
  }
  if (part_.is_drums() && place_of_drum(note.pitch.key()).cross) out += "<notehead>x</notehead>";
  if (staves_ > 1) put(out, "<staff>{}</staff>", setting.staff);
  if (setting.value != nullptr) write_notations(setting, out);
  out += setting.lyrics;
  out += "</note>\n";
}

void NoteWriter::write_rest(const NoteSetting& setting, std::string& out) const {
  put(out, "<note><rest/><duration>{}</duration><voice>{}</voice>",
      layout_.divisions(setting.value->length), setting.voice);
  write_type(*setting.value, out);
  if (staves_ > 1) put(out, "<staff>{}</staff>", setting.staff);
  write_notations(setting, out);
  out += "</note>\n";
}

void NoteWriter::write_bar_rest(const NoteSetting& setting,
                                TickLength length,
                                std::string& out) const {
  put(out, "<note><rest measure=\"yes\"/><duration>{}</duration><voice>{}</voice>",
      layout_.divisions(length), setting.voice);
  if (staves_ > 1) put(out, "<staff>{}</staff>", setting.staff);
  out += "</note>\n";
}

}  // namespace cantus::formats::musicxml
