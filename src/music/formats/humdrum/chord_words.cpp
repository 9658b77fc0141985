// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/chord_words.h"

#include <string>
#include <utility>

#include "music/formats/humdrum/words.h"

namespace cantus::formats::humdrum {
namespace {

// MusicXML's kinds (**mxhm) and Harte's shorthands that a lead sheet writes otherwise.
constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
    {"major", ""},
    {"minor", "m"},
    {"augmented", "aug"},
    {"diminished", "dim"},
    {"dominant", "7"},
    {"dominant-seventh", "7"},
    {"major-seventh", "maj7"},
    {"minor-seventh", "m7"},
    {"diminished-seventh", "dim7"},
    {"augmented-seventh", "aug7"},
    {"half-diminished", "m7b5"},
    {"major-minor", "mMaj7"},
    {"major-sixth", "6"},
    {"minor-sixth", "m6"},
    {"dominant-ninth", "9"},
    {"major-ninth", "maj9"},
    {"minor-ninth", "m9"},
    {"dominant-11th", "11"},
    {"dominant-13th", "13"},
    {"suspended-second", "sus2"},
    {"suspended-fourth", "sus4"},
    {"power", "5"},
    {"maj", ""},
    {"min", "m"},
    {"min7", "m7"},
    {"min9", "m9"},
    {"min6", "m6"},
    {"maj6", "6"},
    {"minmaj7", "mMaj7"},
    {"hdim7", "m7b5"},
};

std::string_view lead_sheet(std::string_view kind) {
  for (const auto& [name, symbol] : kKinds)
    if (name == kind) return symbol;
  return kind;
}

// "B-" as "Bb": only asked where the root stands apart from the kind.
std::string root_of(std::string_view text) {
  std::string root(text);
  for (char& c : root)
    if (c == '-') c = 'b';
  return root;
}

}  // namespace

bool is_no_chord(std::string_view text) {
  return text == "N" || text == "NC" || text == "N.C." || text == "none" || text == "r";
}

std::optional<score::Chord> read_chord(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.size() > 40) return std::nullopt;
  std::string plain(text);
  const std::size_t apart = text.find_first_of(": ");
  if (apart != std::string_view::npos) {
    const std::string_view bass_and_kind = trimmed(text.substr(apart + 1));
    const std::size_t slash = bass_and_kind.find('/');
    plain = root_of(text.substr(0, apart));
    plain += lead_sheet(bass_and_kind.substr(0, slash));
    const bool named = slash != std::string_view::npos && slash + 1 < bass_and_kind.size() &&
                       !is_digit(bass_and_kind[slash + 1]) && bass_and_kind[slash + 1] != 'b';
    if (named) plain += "/" + root_of(bass_and_kind.substr(slash + 1));
  }
  const auto chord = score::chord_from_text(plain);
  if (!chord) return std::nullopt;
  return *chord;
}

}  // namespace cantus::formats::humdrum
