// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/assemble.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "music/formats/humdrum/bars.h"
#include "music/formats/humdrum/dynamics.h"
#include "music/formats/humdrum/instruments.h"
#include "music/formats/humdrum/modes.h"
#include "music/formats/humdrum/ties.h"
#include "music/formats/humdrum/words.h"

namespace cantus::formats::humdrum {
namespace {

using score::Tick;
using score::TickLength;

/// Which part and voice a spine's notes go to.
struct Place {
  std::size_t part = 0;
  int first_voice = 0;
  int verse = 0;  ///< Of a text spine.
};

struct Layout {
  std::vector<std::vector<int>> parts;  ///< The **kern spines of each, the top staff first.
  std::vector<Place> places;            ///< By spine.
};

// Humdrum writes the lowest staff leftmost; *staff numbers, where all have one, count from the top.
std::vector<int> kern_from_the_top(const Written& heard) {
  std::vector<int> order;
  for (int i = static_cast<int>(heard.spines.size()); i-- > 0;)
    if (heard.spines[static_cast<std::size_t>(i)].kind == SpineKind::kern) order.push_back(i);
  const auto staff = [&](int i) { return heard.spines[static_cast<std::size_t>(i)].staff; };
  if (std::ranges::all_of(order, [&](int i) { return staff(i).has_value(); }))
    std::ranges::stable_sort(order, {}, staff);
  return order;
}

Layout layout_of(const Written& heard) {
  Layout layout;
  layout.places.resize(heard.spines.size());
  const auto spine = [&](int i) -> const Spine& {
    return heard.spines[static_cast<std::size_t>(i)];
  };
  for (const int i : kern_from_the_top(heard)) {
    auto part = layout.parts.begin();
    if (spine(i).part)
      part = std::ranges::find_if(layout.parts,
                                  [&](const auto& p) { return spine(p[0]).part == spine(i).part; });
    else
      part = layout.parts.end();
    Place& place = layout.places[static_cast<std::size_t>(i)];
    place.part = static_cast<std::size_t>(part - layout.parts.begin());
    if (part == layout.parts.end()) part = layout.parts.insert(part, std::vector<int>{});
    for (const int other : *part)
      place.first_voice += spine(other).voices;
    part->push_back(i);
  }
  std::vector<int> verses(layout.parts.size(), 0);
  for (int i = 0; i < std::ssize(heard.spines); ++i) {
    if (spine(i).kind != SpineKind::text) continue;
    Place& place = layout.places[static_cast<std::size_t>(i)];
    place.part = layout.places[static_cast<std::size_t>(kern_of(heard, i))].part;
    place.verse = ++verses[place.part];
  }
  return layout;
}

std::optional<Instrument> instrument_of(const Spine& spine) {
  if (const auto coded = instrument_of_code(spine.instrument)) return coded;
  return instrument_of_name(spine.name);
}

score::Part named_part(const Written& heard, const std::vector<int>& staves) {
  score::Part part;
  std::optional<Instrument> instrument;
  for (const int i : staves) {
    const Spine& spine = heard.spines[static_cast<std::size_t>(i)];
    if (part.name.empty()) part.name = spine.name;
    if (!instrument) instrument = instrument_of(spine);
  }
  if (!instrument) return part;
  if (part.name.empty()) part.name = instrument->name;
  part.program = instrument->program;
  if (instrument->drum) part.role = score::Role::drums;
  return part;
}

void add_notes(const Written& heard,
               const Layout& layout,
               score::Piece& piece,
               Warnings& warnings) {
  std::vector<TieJoiner> joiners(layout.parts.size(), TieJoiner(warnings));
  std::vector<std::optional<int>> drums;
  for (const auto& staves : layout.parts) {
    const auto instrument = instrument_of(heard.spines[static_cast<std::size_t>(staves[0])]);
    drums.push_back(instrument ? instrument->drum : std::nullopt);
  }
  for (const auto& fragment : heard.fragments) {
    const Place& place = layout.places[static_cast<std::size_t>(fragment.value.spine)];
    const auto drum = drums[place.part];
    joiners[place.part].take(fragment, drum ? score::Pitch::clamped(*drum) : fragment.value.pitch,
                             place.first_voice + fragment.value.voice);
  }
  for (std::size_t i = 0; i < joiners.size(); ++i)
    piece.parts[i].notes = std::move(joiners[i]).notes();
}

/// Which of the written verses is sung when a segment is played the n-th of several times: verse n,
/// and on from there in steps where there are more verses than passes. Played once, all of them.
class Verses {
 public:
  Verses(const Written& heard, const Layout& layout) : heard_(heard), layout_(layout) {
    for (const auto& event : heard.syllables) {
      const Place& place = place_of(event);
      int& most = most_[{place.part, segment_of(event).passes}];
      most = std::max(most, place.verse);
    }
  }

  /// Nothing where it is not sung in this pass.
  std::optional<int> sung(const Event<Syllable>& event) const {
    const Segment& segment = segment_of(event);
    const int verse = place_of(event).verse;
    if (segment.passes == 1) return verse;
    const int most = most_.at({place_of(event).part, segment.passes});
    if ((verse - 1) % segment.passes + 1 == segment.pass) return (verse - 1) / segment.passes + 1;
    const bool last_again = segment.pass > most && verse == most;
    return last_again ? std::optional(1) : std::nullopt;
  }

  const Place& place_of(const Event<Syllable>& event) const {
    return layout_.places[static_cast<std::size_t>(event.value.spine)];
  }

 private:
  const Segment& segment_of(const Event<Syllable>& event) const {
    return heard_.segments[static_cast<std::size_t>(event.segment)];
  }

  const Written& heard_;
  const Layout& layout_;
  std::map<std::pair<std::size_t, int>, int> most_;  // by part and passes
};

void add_lyrics(const Written& heard, const Layout& layout, score::Piece& piece) {
  const Verses verses(heard, layout);
  for (const auto& event : heard.syllables) {
    const std::string plain = without_entities(event.value.text);
    std::string_view text = trimmed(plain);
    const bool continues = text.ends_with('-');
    while (text.starts_with('-'))
      text.remove_prefix(1);
    while (text.ends_with('-') || text.ends_with('_'))
      text.remove_suffix(1);
    const auto verse = verses.sung(event);
    if (!verse || text.empty() || text == "|" || text == "%") continue;
    piece.parts[verses.place_of(event).part].lyrics.push_back({.onset = Tick(event.at),
                                                               .syllable = std::string(text),
                                                               .continues = continues,
                                                               .verse = *verse});
  }
}

void add_sections(const Written& heard, score::Piece& piece) {
  int before = 0;
  for (const Segment& segment : heard.segments) {
    const TickLength length(segment.end - segment.start);
    const bool same = !piece.sections.empty() && before == segment.section && !segment.opens;
    before = segment.section;
    if (segment.section == 0) continue;
    if (same)
      piece.sections.back().length += length;
    else
      piece.sections.push_back({Tick(segment.start), length, segment.label});
  }
  std::erase_if(piece.sections, [](const auto& section) { return section.length <= TickLength(); });
}

void add_chords(const Written& heard, score::Piece& piece) {
  for (std::size_t i = 0; i < heard.chords.size(); ++i) {
    const auto& [segment, at, chord] = heard.chords[i];
    const std::int64_t end = i + 1 < heard.chords.size() ? heard.chords[i + 1].at : heard.end;
    if (chord && end > at) piece.chords.push_back({Tick(at), TickLength(end - at), *chord});
  }
}

// The only part with words is the melody; so is the only part beside chord symbols.
void set_roles(score::Piece& piece) {
  const auto sings = [](const score::Part& part) { return !part.lyrics.empty(); };
  if (std::ranges::count_if(piece.parts, sings) == 1)
    std::ranges::find_if(piece.parts, sings)->role = score::Role::melody;
  else if (piece.parts.size() == 1 && !piece.chords.empty() && !piece.parts[0].is_drums())
    piece.parts[0].role = score::Role::melody;
}

}  // namespace

score::Piece assembled(const Written& heard, Warnings& warnings) {
  score::Piece piece;
  piece.title = heard.title;
  piece.composer = heard.composer;
  const Layout layout = layout_of(heard);
  for (const auto& staves : layout.parts)
    piece.parts.push_back(named_part(heard, staves));
  add_notes(heard, layout, piece, warnings);
  add_lyrics(heard, layout, piece);
  add_sections(heard, piece);
  add_chords(heard, piece);
  piece.keys = keys_of(heard, piece.parts);
  set_roles(piece);
  for (const auto& [segment, at, bpm] : heard.tempos)
    piece.tempo.set(Tick(at), bpm);
  piece.metre = metres_of(heard);
  piece.end = Tick(heard.end);
  score::tidy(piece);
  return piece;
}

}  // namespace cantus::formats::humdrum
