#include "music/formats/musicxml/instruments.h"

#include <algorithm>

#include "music/formats/musicxml/xml_values.h"

namespace cantus::formats::musicxml {
namespace {

struct NamedProgram {
  std::string_view word;  // letters only, lower case
  int program;
};

// The first that the name contains counts, so longer words come first.
constexpr NamedProgram kPrograms[] = {
    {"piccolo", 72},    {"altoflute", 73},      {"flute", 73},      {"flauto", 73},
    {"flte", 73},       {"englishhorn", 69},    {"coranglais", 69}, {"oboe", 68},
    {"hautbois", 68},   {"clarinet", 71},       {"klarinette", 71}, {"contrabassoon", 70},
    {"bassoon", 70},    {"fagott", 70},         {"basson", 70},     {"recorder", 74},
    {"sopranosax", 64}, {"altosax", 65},        {"tenorsax", 66},   {"baritonesax", 67},
    {"saxophone", 65},  {"trumpet", 56},        {"tromba", 56},     {"trompete", 56},
    {"cornet", 56},     {"trombone", 57},       {"posaune", 57},    {"tuba", 58},
    {"frenchhorn", 60}, {"horn", 60},           {"corno", 60},      {"corni", 60},
    {"timpani", 47},    {"pauken", 47},         {"harpsichord", 6}, {"cembalo", 6},
    {"celesta", 8},     {"glockenspiel", 9},    {"vibraphone", 11}, {"marimba", 12},
    {"xylophone", 13},  {"tubularbell", 14},    {"harp", 46},       {"violoncello", 42},
    {"cello", 42},      {"violone", 43},        {"viola", 41},      {"bratsche", 41},
    {"violin", 40},     {"violon", 40},         {"geige", 40},      {"contrabass", 43},
    {"doublebass", 43}, {"kontrabass", 43},     {"bassguitar", 33}, {"electricbass", 33},
    {"organ", 19},      {"accordion", 21},      {"harmonica", 22},  {"banjo", 105},
    {"mandolin", 25},   {"electricguitar", 27}, {"guitar", 24},     {"lute", 24},
    {"piano", 0},       {"klavier", 0},         {"strings", 48},    {"mezzosoprano", 52},
    {"soprano", 52},    {"alto", 52},           {"tenor", 52},      {"baritone", 52},
    {"voice", 52},      {"choir", 52},          {"chorus", 52},     {"singstimme", 52},
    {"gesang", 52},     {"voix", 52},           {"chant", 52},
};

struct NamedDrum {
  std::string_view word;
  int key;
};
constexpr NamedDrum kDrums[] = {
    {"bassdrum", 36},   {"kick", 36},      {"grancassa", 36}, {"grossetrommel", 36},
    {"sidestick", 37},  {"rimshot", 37},   {"snare", 38},     {"sidedrum", 38},
    {"tamburo", 38},    {"handclap", 39},  {"clap", 39},      {"pedalhihat", 44},
    {"hihatpedal", 44}, {"openhihat", 46}, {"hihatopen", 46}, {"hihat", 42},
    {"floortom", 41},   {"lowtom", 45},    {"midtom", 47},    {"hightom", 50},
    {"tomtom", 47},     {"tom", 47},       {"ridebell", 53},  {"ride", 51},
    {"china", 52},      {"splash", 55},    {"crash", 49},     {"cymbal", 49},
    {"piatti", 49},     {"becken", 49},    {"tamtam", 52},    {"gong", 52},
    {"tambourine", 54}, {"tamburin", 54},  {"cowbell", 56},   {"vibraslap", 58},
    {"bongo", 60},      {"conga", 63},     {"timbale", 65},   {"agogo", 67},
    {"cabasa", 69},     {"maraca", 70},    {"shaker", 70},    {"whistle", 72},
    {"guiro", 74},      {"clave", 75},     {"woodblock", 76}, {"templeblock", 76},
    {"cuica", 78},      {"triang", 81},    {"castanet", 75},  {"whip", 39},
    {"drum", 38},
};

struct PlacedDrum {
  int key;
  DrumPlace place;
};
// Weinberg's guidelines (Percussive Notes, 1994) as notation programs keep them; the first with
// a place is the one read there.
constexpr PlacedDrum kPlaces[] = {
    {36, {'F', 4, false}}, {35, {'F', 4, false}}, {38, {'C', 5, false}}, {40, {'C', 5, false}},
    {37, {'C', 5, true}},  {42, {'G', 5, true}},  {46, {'G', 5, true}},  {44, {'D', 4, true}},
    {49, {'A', 5, true}},  {57, {'A', 5, true}},  {51, {'F', 5, true}},  {53, {'F', 5, true}},
    {59, {'F', 5, true}},  {50, {'E', 5, false}}, {48, {'D', 5, false}}, {47, {'D', 5, false}},
    {45, {'B', 4, false}}, {43, {'A', 4, false}}, {41, {'G', 4, false}}, {52, {'C', 6, true}},
    {55, {'B', 5, true}},  {54, {'B', 4, true}},  {56, {'E', 5, true}},
};

template <std::size_t n, class Row>
std::optional<int> first_in(const Row (&rows)[n], const std::string& letters, int Row::* value) {
  for (const Row& row : rows) {
    if (letters.find(row.word) != std::string::npos) return row.*value;
  }
  return std::nullopt;
}

void read_midi(pugi::xml_node midi, Instrument& instrument) {
  for (const pugi::xml_node child : midi.children()) {
    const std::string_view name = name_of(child);
    const auto value = integer_in(content_of(child));
    if (!value) continue;
    if (name == "midi-program") instrument.program = std::clamp(*value, 1, 128) - 1;
    if (name == "midi-unpitched") instrument.drum = std::clamp(*value, 1, 128) - 1;
    if (name == "midi-channel") instrument.drum_channel = *value == 10;
  }
}

}  // namespace

const Instrument* Instruments::find(std::string_view id) const {
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : &found->second;
}

Instruments instruments_of(pugi::xml_node score_part) {
  Instruments out;
  for (const pugi::xml_node child : score_part.children()) {
    const std::string_view name = name_of(child);
    if (name != "score-instrument" && name != "midi-instrument") continue;
    const std::string id = child.attribute("id").value();
    Instrument& instrument = out.by_id[id];
    if (out.by_id.size() == 1) out.first = id;
    if (name == "midi-instrument") {
      read_midi(child, instrument);
    } else {
      instrument.name = clean_text(child.child("instrument-name").child_value());
      instrument.sound = clean_text(child.child("instrument-sound").child_value());
    }
  }
  return out;
}

int program_of(const Instruments& instruments, std::string_view part_name) {
  const Instrument* first = instruments.find(instruments.first);
  if (first != nullptr && first->program) return *first->program;
  for (const std::string_view name :
       {first != nullptr ? std::string_view(first->sound) : std::string_view(),
        first != nullptr ? std::string_view(first->name) : std::string_view(), part_name}) {
    const auto program = first_in(kPrograms, letters_of(name), &NamedProgram::program);
    if (program) return *program;
  }
  return 0;
}

std::optional<int> drum_named(std::string_view name) {
  return first_in(kDrums, letters_of(name), &NamedDrum::key);
}

DrumPlace place_of_drum(int key) {
  const auto* found = std::ranges::find(kPlaces, key, &PlacedDrum::key);
  return found == std::ranges::end(kPlaces) ? DrumPlace{'E', 4, true} : found->place;
}

std::optional<int> drum_at_place(char step, int octave, bool cross) {
  const auto* found = std::ranges::find_if(kPlaces, [&](const PlacedDrum& drum) {
    return drum.place.step == step && drum.place.octave == octave && drum.place.cross == cross;
  });
  if (found == std::ranges::end(kPlaces)) return std::nullopt;
  return found->key;
}

}  // namespace cantus::formats::musicxml
