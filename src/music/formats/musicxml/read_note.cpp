#include "music/formats/musicxml/read_note.h"

#include <algorithm>
#include <cmath>

#include "music/formats/musicxml/xml_values.h"

namespace cantus::formats::musicxml {
namespace {

struct TypeRow {
  std::string_view name;
  double beats;
};
constexpr TypeRow kTypes[] = {
    {"quarter", 1},       {"eighth", 0.5},       {"16th", 0.25},   {"half", 2},
    {"32nd", 0.125},      {"whole", 4},          {"64th", 0.0625}, {"128th", 0.03125},
    {"breve", 8},         {"256th", 0.015625},   {"long", 16},     {"maxima", 32},
    {"512th", 1.0 / 128}, {"1024th", 1.0 / 256},
};

constexpr double kForte = 90;  // the velocity that "100 %" means: MusicXML 4.0, dynamics attribute

void read_pitch(pugi::xml_node pitch, NoteElement& out) {
  for (const pugi::xml_node child : pitch.children()) {
    const std::string_view name = name_of(child);
    const std::string_view text = content_of(child);
    if (name == "step" || name == "display-step") {
      const auto at = text.find_first_of("ABCDEFG");
      if (at != std::string_view::npos) out.step = text[at];
    } else if (name == "octave" || name == "display-octave") {
      out.octave = integer_in(text, -1, 10, 4);
    } else if (name == "alter") {
      out.alter = integer_in(text, -3, 3, 0);
    }
  }
}

void read_tuplet(pugi::xml_node modification, NoteElement& out) {
  out.actual = integer_in(content_of(modification.child("actual-notes")), 1, 1000, 1);
  out.normal = integer_in(content_of(modification.child("normal-notes")), 1, 1000, 1);
}

void read_notations(pugi::xml_node notations, NoteElement& out) {
  for (const pugi::xml_node mark : notations.child("articulations").children()) {
    const std::string_view name = name_of(mark);
    out.accent = out.accent || name == "accent" || name == "strong-accent";
  }
}

std::optional<WrittenLyric> read_lyric(pugi::xml_node lyric) {
  std::string text;
  WrittenLyric out;
  for (const pugi::xml_node child : lyric.children()) {
    const std::string_view name = name_of(child);
    if (name == "text") text += content_of(child);
    if (name == "elision") text += content_of(child).empty() ? " " : content_of(child);
    if (name == "syllabic") {
      out.continues = content_of(child) == "begin" || content_of(child) == "middle";
    }
  }
  out.syllable = clean_text(text);
  if (out.syllable.empty()) return std::nullopt;
  const std::string_view number = lyric.attribute("number").value();
  const auto digit = number.find_first_of("123456789");
  out.verse = digit == std::string_view::npos ? 1 : integer_in(number.substr(digit), 1, 99, 1);
  return out;
}

/// The elements that are said once, by their bare presence or their text.
void read_child(std::string_view name, pugi::xml_node child, NoteElement& out) {
  if (name == "pitch") {
    read_pitch(child, out);
  } else if (name == "duration") {
    out.duration = std::clamp(number_in(content_of(child)).value_or(0), 0.0, 1e12);
  } else if (name == "voice") {
    out.voice = content_of(child);
  } else if (name == "type") {
    out.type = content_of(child);
  } else if (name == "dot") {
    out.dots = std::min(out.dots + 1, 4);
  } else if (name == "chord") {
    out.chord = true;
  } else if (name == "rest") {
    out.rest = true;
    out.whole_bar = std::string_view(child.attribute("measure").value()) == "yes";
  } else if (name == "staff") {
    out.staff = integer_in(content_of(child), 1, 99, 1);
  } else if (name == "tie") {
    const std::string_view type = child.attribute("type").value();
    (type == "start" ? out.tie_start : out.tie_stop) |= type == "start" || type == "stop";
  } else if (name == "grace") {
    out.grace = true;
  } else if (name == "cue") {
    out.cue = true;
  } else if (name == "unpitched") {
    out.unpitched = true;
    read_pitch(child, out);
  } else if (name == "time-modification") {
    read_tuplet(child, out);
  } else if (name == "notations") {
    read_notations(child, out);
  } else if (name == "instrument") {
    out.instrument = child.attribute("id").value();
  } else if (name == "notehead") {
    out.cross = content_of(child) == "x" || content_of(child) == "circle-x";
  } else if (name == "lyric") {
    if (auto lyric = read_lyric(child)) out.lyrics.push_back(std::move(*lyric));
  }
}

}  // namespace

std::optional<double> NoteElement::written_ticks() const {
  const auto* row = std::ranges::find(kTypes, type, &TypeRow::name);
  if (row == std::ranges::end(kTypes)) return std::nullopt;
  const double dotted = row->beats * (2 - std::ldexp(1.0, -dots));
  return dotted * static_cast<double>(score::kTicksPerBeat) * normal / actual;
}

NoteElement read_note(pugi::xml_node note) {
  NoteElement out;
  if (const auto dynamics = number_in(note.attribute("dynamics").value())) {
    out.velocity = static_cast<int>(std::lround(std::clamp(*dynamics * kForte / 100, 1.0, 127.0)));
  }
  for (const pugi::xml_node child : note.children())
    read_child(name_of(child), child, out);
  return out;
}

}  // namespace cantus::formats::musicxml
