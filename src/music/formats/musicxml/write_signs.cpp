#include "music/formats/musicxml/write_signs.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "music/formats/musicxml/harmony.h"
#include "music/formats/musicxml/xml_values.h"

namespace cantus::formats::musicxml {
namespace {

using score::Piece;
using score::Spelling;
using score::Tick;
using score::TickLength;

std::string step_elements(std::string_view name, Spelling spelling) {
  std::string out = fmt::format("<{0}><{0}-step>{1}</{0}-step>", name, spelling.letter());
  if (spelling.alter() != 0)
    out += fmt::format("<{0}-alter>{1}</{0}-alter>", name, spelling.alter());
  return out + fmt::format("</{}>", name);
}

Sign chord_sign(TickLength at, const score::Chord& chord) {
  const KindOf kind = kind_of(chord.quality);
  std::string text =
      fmt::format("<harmony>{}<kind text=\"{}\">{}</kind>", step_elements("root", chord.root),
                  score::symbol(chord.quality), kind.kind);
  if (chord.bass) text += step_elements("bass", *chord.bass);
  if (kind.added) {
    text += fmt::format(
        "<degree print-object=\"no\"><degree-value>{}</degree-value><degree-alter>{}</degree-alter>"
        "<degree-type>add</degree-type></degree>",
        kind.added->value, kind.added->alter);
  }
  return {at, text, "</harmony>\n"};
}

Sign no_chord(TickLength at) {
  return {at,
          "<harmony><root><root-step text=\"\">C</root-step></root>"
          "<kind text=\"N.C.\">none</kind>",
          "</harmony>\n"};
}

struct Pulse {
  std::string_view unit;
  bool dotted;
  double beats;
};

/// The pulse of the metre as a note value.
Pulse pulse_of(score::Metre metre) {
  const double beats = metre.pulse().beats();
  if (beats == 1.5) return {"quarter", true, 1.5};
  if (beats == 0.75) return {"eighth", true, 0.75};
  if (beats == 2) return {"half", false, 2};
  if (beats == 0.5) return {"eighth", false, 0.5};
  return {"quarter", false, 1};
}

Sign shown_tempo(TickLength at, double bpm, score::Metre metre) {
  const Pulse pulse = pulse_of(metre);
  const double shown = std::round(bpm / pulse.beats * 100) / 100;
  return {at,
          fmt::format("<direction placement=\"above\"><direction-type><metronome>"
                      "<beat-unit>{}</beat-unit>{}<per-minute>{}</per-minute></metronome>"
                      "</direction-type>",
                      pulse.unit, pulse.dotted ? "<beat-unit-dot/>" : "", shown),
          fmt::format("<sound tempo=\"{}\"/></direction>\n", bpm)};
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : clean_text(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

std::vector<Sign> chord_signs(const Piece& piece, Tick start, Tick end) {
  std::vector<Sign> out;
  auto span = std::ranges::lower_bound(piece.chords, start, {}, &score::ChordSpan::onset);
  if (span != piece.chords.begin()) --span;  // its end may be in here
  for (; span != piece.chords.end() && span->onset < end; ++span) {
    if (span->onset >= start) out.push_back(chord_sign(span->onset - start, span->chord));
    const auto next = std::next(span);
    const bool gap = next == piece.chords.end() || next->onset > span->end();
    if (gap && span->end() >= start && span->end() < end) {
      out.push_back(no_chord(span->end() - start));
    }
  }
  return out;
}

std::vector<Sign> tempo_signs(const Piece& piece, Tick start, Tick end) {
  std::vector<Sign> out;
  const auto changes = piece.tempo.changes();
  auto change = std::ranges::lower_bound(changes, start, {}, &score::TempoChange::at);
  for (; change != changes.end() && change->at < end; ++change) {
    const TickLength at = change->at - start;
    const double before = change == changes.begin() ? 0 : std::prev(change)->bpm;
    // Small steps are a rubato: heard, but not for the eye.
    if (at == TickLength() && std::abs(change->bpm - before) >= 2) {
      out.push_back(shown_tempo(at, change->bpm, piece.metre.metre_at(change->at)));
    } else {
      out.push_back({at, fmt::format("<sound tempo=\"{}\">", change->bpm), "</sound>\n"});
    }
  }
  return out;
}

std::vector<Sign> section_signs(const Piece& piece, Tick start, Tick end) {
  std::vector<Sign> out;
  auto section = std::ranges::lower_bound(piece.sections, start, {}, &score::Section::onset);
  for (; section != piece.sections.end() && section->onset < end; ++section) {
    out.push_back({section->onset - start,
                   fmt::format("<direction placement=\"above\"><direction-type><rehearsal>{}"
                               "</rehearsal></direction-type>",
                               escaped(section->name)),
                   "</direction>\n"});
  }
  return out;
}

std::string key_element(score::Key key) {
  return fmt::format("<key><fifths>{}</fifths><mode>{}</mode></key>", key.fifths,
                     score::to_text(key.mode));
}

std::string time_element(score::Metre metre) {
  return fmt::format("<time><beats>{}</beats><beat-type>{}</beat-type></time>", metre.numerator,
                     metre.denominator);
}

std::string clef_element(int average_key, int program, bool drums, int staff, int staves) {
  constexpr int kViola = 41;
  const std::string number = staves > 1 ? fmt::format(" number=\"{}\"", staff) : "";
  const auto clef = [&](std::string_view sign, int line, int octaves) {
    std::string text = fmt::format("<clef{}><sign>{}</sign><line>{}</line>", number, sign, line);
    if (octaves != 0) text += fmt::format("<clef-octave-change>{}</clef-octave-change>", octaves);
    return text + "</clef>";
  };
  if (drums) return fmt::format("<clef{}><sign>percussion</sign><line>2</line></clef>", number);
  if (staves > 1) return staff == 1 ? clef("G", 2, 0) : clef("F", 4, 0);
  if (program == kViola) return clef("C", 3, 0);
  if (average_key > 86) return clef("G", 2, 1);
  if (average_key >= 57) return clef("G", 2, 0);
  if (average_key < 40) return clef("F", 4, -1);
  return program >= 24 && program < 32 ? clef("G", 2, -1) : clef("F", 4, 0);
}

}  // namespace cantus::formats::musicxml
