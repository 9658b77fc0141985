// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/instruments.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace cantus::formats::humdrum {
namespace {

struct Coded {
  std::string_view code;
  Instrument instrument;
};

// Codes: Humdrum user guide, appendix II.
constexpr Coded kCodes[] = {
    {"soprn", {"Soprano", 52, {}}},
    {"cant", {"Soprano", 52, {}}},
    {"canto", {"Canto", 52, {}}},
    {"mezzo", {"Mezzo-soprano", 52, {}}},
    {"calto", {"Contralto", 52, {}}},
    {"alto", {"Alto", 52, {}}},
    {"tenor", {"Tenor", 52, {}}},
    {"barit", {"Baritone", 52, {}}},
    {"bass", {"Bass", 52, {}}},
    {"vox", {"Voice", 52, {}}},
    {"feme", {"Female voice", 52, {}}},
    {"male", {"Male voice", 52, {}}},
    {"piano", {"Piano", 0, {}}},
    {"forte", {"Fortepiano", 0, {}}},
    {"klav", {"Keyboard", 0, {}}},
    {"clavi", {"Clavichord", 7, {}}},
    {"cemba", {"Harpsichord", 6, {}}},
    {"hpspd", {"Harpsichord", 6, {}}},
    {"celes", {"Celesta", 8, {}}},
    {"organ", {"Organ", 19, {}}},
    {"hammd", {"Hammond organ", 16, {}}},
    {"armon", {"Harmonium", 20, {}}},
    {"accor", {"Accordion", 21, {}}},
    {"harmo", {"Harmonica", 22, {}}},
    {"guitr", {"Guitar", 24, {}}},
    {"gtrel", {"Electric guitar", 27, {}}},
    {"liuto", {"Lute", 24, {}}},
    {"tiorb", {"Theorbo", 24, {}}},
    {"mando", {"Mandolin", 25, {}}},
    {"banjo", {"Banjo", 105, {}}},
    {"bguit", {"Bass guitar", 33, {}}},
    {"arpa", {"Harp", 46, {}}},
    {"violn", {"Violin", 40, {}}},
    {"viola", {"Viola", 41, {}}},
    {"cello", {"Cello", 42, {}}},
    {"cbass", {"Double bass", 43, {}}},
    {"violb", {"Bass viol", 42, {}}},
    {"viole", {"Bass viol", 42, {}}},
    {"viold", {"Viola d'amore", 41, {}}},
    {"violt", {"Tenor viol", 41, {}}},
    {"viols", {"Treble viol", 40, {}}},
    {"picco", {"Piccolo", 72, {}}},
    {"flt", {"Flute", 73, {}}},
    {"flts", {"Recorder", 74, {}}},
    {"recor", {"Recorder", 74, {}}},
    {"oboe", {"Oboe", 68, {}}},
    {"oboeD", {"Oboe d'amore", 68, {}}},
    {"cangl", {"English horn", 69, {}}},
    {"clars", {"Clarinet", 71, {}}},
    {"clara", {"Clarinet", 71, {}}},
    {"clarb", {"Bass clarinet", 71, {}}},
    {"clarp", {"Piccolo clarinet", 71, {}}},
    {"bclar", {"Bass clarinet", 71, {}}},
    {"fagot", {"Bassoon", 70, {}}},
    {"fag_c", {"Contrabassoon", 70, {}}},
    {"saxA", {"Alto saxophone", 65, {}}},
    {"saxS", {"Soprano saxophone", 64, {}}},
    {"saxT", {"Tenor saxophone", 66, {}}},
    {"saxR", {"Baritone saxophone", 67, {}}},
    {"cor", {"Horn", 60, {}}},
    {"cornm", {"Bagpipe", 109, {}}},
    {"tromp", {"Trumpet", 56, {}}},
    {"cornt", {"Cornet", 56, {}}},
    {"cor_t", {"Cornett", 56, {}}},
    {"tromb", {"Trombone", 57, {}}},
    {"trmbt", {"Trombone", 57, {}}},
    {"trmbb", {"Bass trombone", 57, {}}},
    {"tuba", {"Tuba", 58, {}}},
    {"timpa", {"Timpani", 47, {}}},
    {"campn", {"Bells", 14, {}}},
    {"glock", {"Glockenspiel", 9, {}}},
    {"xylo", {"Xylophone", 13, {}}},
    {"vibra", {"Vibraphone", 11, {}}},
    {"marim", {"Marimba", 12, {}}},
    {"bdrum", {"Bass drum", 0, 36}},
    {"sdrum", {"Snare drum", 0, 38}},
    {"tambn", {"Tambourine", 0, 54}},
    {"trngl", {"Triangle", 0, 81}},
    {"piatt", {"Cymbals", 0, 49}},
    {"cymba", {"Cymbals", 0, 49}},
    {"tamtm", {"Tam-tam", 0, 52}},
};

struct Named {
  std::string_view word;  // in lower case, the start of a word
  std::string_view code;
};

// The longer and rarer names first: "violoncello" is no violin.
constexpr Named kNames[] = {
    {"violonc", "cello"}, {"cello", "cello"},    {"wiolonc", "cello"}, {"contrab", "cbass"},
    {"kontrab", "cbass"}, {"double b", "cbass"}, {"violon", "violn"},  {"violin", "violn"},
    {"skrzypc", "violn"}, {"geige", "violn"},    {"viola", "viola"},   {"altów", "viola"},
    {"flaut", "flt"},     {"flut", "flt"},       {"flet", "flt"},      {"flöt", "flt"},
    {"obo", "oboe"},      {"hautb", "oboe"},     {"clarin", "clars"},  {"klarn", "clars"},
    {"fagot", "fagot"},   {"basso c", "cello"},  {"bassoon", "fagot"}, {"corn", "cor"},
    {"horn", "cor"},      {"tromb", "tromb"},    {"puzon", "tromb"},   {"tromp", "tromp"},
    {"trąb", "tromp"},    {"trump", "tromp"},    {"timp", "timpa"},    {"kotł", "timpa"},
    {"organ", "organ"},   {"orgel", "organ"},    {"cembal", "cemba"},  {"clavecin", "cemba"},
    {"harps", "cemba"},   {"guit", "guitr"},     {"chitar", "guitr"},  {"gitar", "guitr"},
    {"harp", "arpa"},     {"arpa", "arpa"},      {"piano", "piano"},   {"fortep", "piano"},
    {"klavier", "piano"}, {"sopran", "soprn"},   {"canto", "soprn"},   {"alto", "alto"},
    {"tenor", "tenor"},   {"bass", "bass"},      {"voc", "vox"},       {"voice", "vox"},
    {"voix", "vox"},      {"śpiew", "vox"},      {"singst", "vox"},    {"chór", "vox"},
    {"coro", "vox"},      {"choir", "vox"},
};

}  // namespace

std::optional<Instrument> instrument_of_code(std::string_view code) {
  const auto* found = std::ranges::find(kCodes, code, &Coded::code);
  if (found == std::end(kCodes)) return std::nullopt;
  return found->instrument;
}

std::optional<Instrument> instrument_of_name(std::string_view name) {
  std::string words = " ";
  for (const char c : name.substr(0, 200))
    words.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  for (const auto& [word, code] : kNames)
    if (words.find(" " + std::string(word)) != std::string::npos) return instrument_of_code(code);
  return std::nullopt;
}

}  // namespace cantus::formats::humdrum
