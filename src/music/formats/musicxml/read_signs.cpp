#include "music/formats/musicxml/read_signs.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "music/formats/musicxml/xml_values.h"

namespace cantus::formats::musicxml {
namespace {

struct LevelRow {
  std::string_view name;
  int velocity;
};
// Steps of 16 around mf = 80, as most notation programs play them.
constexpr LevelRow kLevels[] = {
    {"pppppp", 4}, {"ppppp", 8},  {"pppp", 12},   {"ppp", 18},     {"pp", 33},
    {"p", 49},     {"mp", 64},    {"mf", 80},     {"f", 96},       {"ff", 112},
    {"fff", 122},  {"ffff", 126}, {"fffff", 127}, {"ffffff", 127}, {"n", 1},
};
constexpr LevelRow kAccents[] = {
    // one note only; what follows keeps its level
    {"sf", 112}, {"sfz", 112}, {"sffz", 122}, {"fz", 112}, {"rf", 104}, {"rfz", 104},
};
constexpr int kForte = 96;
constexpr int kPiano = 49;

const LevelRow* row_of(std::span<const LevelRow> rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, &LevelRow::name);
  return found == rows.end() ? nullptr : &*found;
}

using Kind = DynamicMark::Kind;

void read_dynamics(pugi::xml_node dynamics, TickLength at, WrittenBar& bar) {
  for (const pugi::xml_node mark : dynamics.children()) {
    const std::string_view name = name_of(mark);
    if (const LevelRow* level = row_of(kLevels, name)) {
      bar.dynamics.push_back({at, Kind::level, level->velocity});
    } else if (const LevelRow* accent = row_of(kAccents, name)) {
      bar.dynamics.push_back({at, Kind::accent, accent->velocity});
    } else if (name == "fp" || name == "pf" || name == "sfp" || name == "sfpp") {
      bar.dynamics.push_back({at, Kind::level, name == "pf" ? kForte : kPiano});
      bar.dynamics.push_back({at, Kind::accent, name == "pf" ? kPiano : kForte});
    }
  }
}

void read_wedge(pugi::xml_node wedge, TickLength at, WrittenBar& bar) {
  const std::string_view type = wedge.attribute("type").value();
  if (type == "crescendo") bar.dynamics.push_back({at, Kind::crescendo, 0});
  if (type == "diminuendo") bar.dynamics.push_back({at, Kind::diminuendo, 0});
  if (type == "stop") bar.dynamics.push_back({at, Kind::wedge_end, 0});
}

std::optional<double> unit_beats(std::string_view unit) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"quarter", 1}, {"half", 2}, {"eighth", 0.5}, {"whole", 4}, {"16th", 0.25}, {"breve", 8}};
  for (const auto& [name, beats] : kUnits) {
    if (name == unit) return beats;
  }
  return std::nullopt;
}

/// "dotted quarter = 72"; nothing for "quarter = dotted quarter" and words.
std::optional<double> metronome_bpm(pugi::xml_node metronome) {
  const auto beats = unit_beats(content_of(metronome.child("beat-unit")));
  std::string_view text = content_of(metronome.child("per-minute"));
  while (!text.empty() && (text.front() < '0' || text.front() > '9'))
    text.remove_prefix(1);
  const auto end = text.find_first_not_of("0123456789.");
  const auto count = number_in(text.substr(0, end));
  if (!beats || !count || *count <= 0) return std::nullopt;
  return *beats * (metronome.child("beat-unit-dot") ? 1.5 : 1.0) * *count;
}

/// Jumps in words, for files that have no <sound> for them.
void read_words(std::string_view text, BarFlow& flow) {
  if (text.size() > 60) return;
  const std::string words = letters_of(text);
  if (words == "fine") {
    flow.fine = true;
  } else if (words.starts_with("tocoda")) {
    flow.to_coda = true;
  } else if (words.find("dacapo") != std::string::npos || words.starts_with("dc") ||
             words.ends_with("dc") || words.find("dcal") != std::string::npos) {
    flow.da_capo = true;
  } else if (words.find("dalsegno") != std::string::npos || words.starts_with("dsal") ||
             words == "ds") {
    flow.dal_segno = true;
  }
}

/// Every part may carry the same mark; the first counts.
void read_mark(pugi::xml_node rehearsal, TickLength at, SharedBar& shared) {
  std::string name = clean_text(content_of(rehearsal));
  const bool known = std::ranges::find(shared.marks, at, &WrittenMark::at) != shared.marks.end();
  if (!known && !name.empty()) shared.marks.push_back({at, std::move(name)});
}

bool says_jump(pugi::xml_node sound) {
  for (const char* name : {"dacapo", "dalsegno", "fine", "tocoda"}) {
    if (sound.attribute(name)) return true;
  }
  return false;
}

/// "1", "1, 2", "1-3"; 1 where there is no number.
std::vector<int> ending_numbers(std::string_view text) {
  std::vector<int> out;
  bool range = false;
  for (std::size_t at = 0; at < text.size() && out.size() < 32;) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
    if (end == at) {
      range = range || text[at] == '-';
      ++at;
      continue;
    }
    const int number = integer_in(text.substr(at, end - at), 1, 32, 1);
    const bool fills = range && !out.empty() && out.back() < number;
    for (int n = fills ? out.back() + 1 : number; n <= number; ++n)
      out.push_back(n);
    range = false;
    at = end;
  }
  if (out.empty()) out.push_back(1);
  return out;
}

}  // namespace

void read_sound(pugi::xml_node sound, TickLength at, SharedBar& shared, WrittenBar& bar) {
  const auto tempo = number_in(sound.attribute("tempo").value());
  if (tempo && *tempo > 0) shared.tempos.push_back({at, *tempo});
  if (const auto dynamics = number_in(sound.attribute("dynamics").value())) {
    const double velocity = std::clamp(*dynamics * 0.9, 1.0, 127.0);
    bar.dynamics.push_back({at, Kind::level, static_cast<int>(std::lround(velocity))});
  }
  BarFlow& flow = shared.flow;
  const auto yes = [&](const char* name) { return sound.attribute(name).as_bool(); };
  flow.da_capo |= yes("dacapo");
  flow.fine |= static_cast<bool>(sound.attribute("fine"));
  flow.repeat_start |= yes("forward-repeat");
  flow.dal_segno |= static_cast<bool>(sound.attribute("dalsegno"));
  flow.to_coda |= static_cast<bool>(sound.attribute("tocoda"));
  flow.segno |= static_cast<bool>(sound.attribute("segno"));
  flow.coda |= static_cast<bool>(sound.attribute("coda"));
}

void read_direction(pugi::xml_node direction, TickLength at, SharedBar& shared, WrittenBar& bar) {
  const pugi::xml_node sound = direction.child("sound");
  std::optional<double> bpm;
  std::vector<DynamicMark> kept = std::move(bar.dynamics);
  bar.dynamics.clear();
  for (const pugi::xml_node type : direction.children("direction-type")) {
    for (const pugi::xml_node mark : type.children()) {
      const std::string_view name = name_of(mark);
      if (name == "dynamics") read_dynamics(mark, at, bar);
      if (name == "wedge") read_wedge(mark, at, bar);
      if (name == "metronome" && !bpm) bpm = metronome_bpm(mark);
      if (name == "segno") shared.flow.segno |= !sound.attribute("dalsegno");
      if (name == "coda") shared.flow.coda = shared.flow.coda || !sound.attribute("tocoda");
      if (name == "words" && !says_jump(sound)) read_words(content_of(mark), shared.flow);
      if (name == "rehearsal") read_mark(mark, at, shared);
    }
  }
  if (sound) {
    // A sound's dynamics are the level that the mark means; a lone note's loudness stays with it.
    const bool marked = !bar.dynamics.empty();
    const std::size_t marks = bar.dynamics.size();
    read_sound(sound, at, shared, bar);
    if (marked && bar.dynamics.size() > marks) bar.dynamics.pop_back();
  }
  if (bpm && !sound.attribute("tempo")) shared.tempos.push_back({at, *bpm});
  kept.insert(kept.end(), bar.dynamics.begin(), bar.dynamics.end());
  bar.dynamics = std::move(kept);
}

void read_barline(pugi::xml_node barline, SharedBar& shared) {
  BarFlow& flow = shared.flow;
  if (const pugi::xml_node repeat = barline.child("repeat")) {
    const std::string_view direction = repeat.attribute("direction").value();
    if (direction == "forward") flow.repeat_start = true;
    if (direction == "backward") {
      flow.repeat_end = true;
      flow.times = std::max(flow.times, integer_in(repeat.attribute("times").value(), 2, 64, 2));
    }
  }
  if (const pugi::xml_node ending = barline.child("ending")) {
    const std::string_view type = ending.attribute("type").value();
    if (type == "start" && flow.ending.empty()) {
      flow.ending = ending_numbers(ending.attribute("number").value());
    }
    flow.ending_stop |= type == "stop" || type == "discontinue";
  }
  flow.segno |= static_cast<bool>(barline.child("segno"));
  flow.coda |= static_cast<bool>(barline.child("coda"));
}

Transposition read_transposition(pugi::xml_node transpose) {
  const int chromatic = integer_in(content_of(transpose.child("chromatic")), -120, 120, 0);
  const int octaves = integer_in(content_of(transpose.child("octave-change")), -10, 10, 0);
  const auto diatonic = integer_in(content_of(transpose.child("diatonic")));
  // A fifth up is 7 semitones and 4 steps: fifths = 7 * semitones - 12 * steps.
  int fifths = 7 * chromatic;
  if (diatonic && std::abs(*diatonic) <= 70) fifths -= 12 * *diatonic;
  if (!diatonic || std::abs(fifths) > 7) fifths = ((7 * chromatic + 5) % 12 + 12) % 12 - 5;
  return {std::clamp(chromatic + 12 * octaves, -120, 120), fifths};
}

std::optional<score::Metre> read_time(pugi::xml_node time) {
  std::optional<score::Metre> metre;
  int numerator = 0;
  for (const pugi::xml_node child : time.children()) {
    const std::string_view name = name_of(child);
    const std::string_view text = content_of(child);
    if (name == "beats") {
      numerator = 0;
      for (std::size_t at = 0; at < text.size();) {  // "3+2+2"
        const std::size_t plus = std::min(text.find('+', at), text.size());
        numerator = std::min(numerator + integer_in(text.substr(at, plus - at), 0, 64, 0), 64);
        at = plus + 1;
      }
    } else if (name == "beat-type" && numerator > 0) {
      const int given = integer_in(text, 1, 64, 4);
      const int type = static_cast<int>(std::bit_floor(static_cast<unsigned>(given)));
      const int common = std::max(type, metre ? metre->denominator : 1);
      const int before = metre ? metre->numerator * (common / metre->denominator) : 0;
      metre = score::Metre{std::min(before + numerator * (common / type), 64), common};
      numerator = 0;
    }
  }
  return metre;
}

std::optional<WrittenKey> read_key(pugi::xml_node key, const Transposition& transposition) {
  const auto fifths = integer_in(content_of(key.child("fifths")));
  if (!fifths || std::abs(*fifths) > 14) return std::nullopt;
  WrittenKey out;
  out.fifths = *fifths + transposition.fifths;
  while (out.fifths > 7)
    out.fifths -= 12;
  while (out.fifths < -7)
    out.fifths += 12;
  const std::string mode = letters_of(content_of(key.child("mode")));
  constexpr std::pair<std::string_view, score::Mode> kNames[] = {
      {"major", score::Mode::major},    {"ionian", score::Mode::major},
      {"minor", score::Mode::minor},    {"aeolian", score::Mode::minor},
      {"dorian", score::Mode::dorian},  {"phrygian", score::Mode::phrygian},
      {"lydian", score::Mode::lydian},  {"mixolydian", score::Mode::mixolydian},
      {"locrian", score::Mode::locrian}};
  for (const auto& [name, value] : kNames) {
    if (name == mode) out.mode = value;
  }
  return out;
}

}  // namespace cantus::formats::musicxml
