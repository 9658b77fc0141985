#include "music/formats/musicxml/harmony.h"

#include <algorithm>
#include <bitset>
#include <string>

#include "music/formats/musicxml/xml_values.h"

namespace cantus::formats::musicxml {
namespace {

using score::Chord;
using score::Quality;
using score::Spelling;
using PitchClasses = std::bitset<12>;

struct KindRow {
  std::string_view kind;
  Quality quality;
};

// MusicXML 4.0, kind-value; then what programs write beside it.
constexpr KindRow kKinds[] = {
    {"major", Quality::major},
    {"minor", Quality::minor},
    {"diminished", Quality::diminished},
    {"augmented", Quality::augmented},
    {"power", Quality::power},
    {"suspended-second", Quality::suspended_second},
    {"suspended-fourth", Quality::suspended_fourth},
    {"major-sixth", Quality::major_sixth},
    {"minor-sixth", Quality::minor_sixth},
    {"dominant", Quality::dominant_seventh},
    {"major-seventh", Quality::major_seventh},
    {"minor-seventh", Quality::minor_seventh},
    {"major-minor", Quality::minor_major_seventh},
    {"half-diminished", Quality::half_diminished},
    {"diminished-seventh", Quality::diminished_seventh},
    {"augmented-seventh", Quality::augmented_seventh},
    {"dominant-ninth", Quality::dominant_ninth},
    {"major-ninth", Quality::major_ninth},
    {"minor-ninth", Quality::minor_ninth},
    {"dominant-11th", Quality::dominant_eleventh},
    {"dominant-13th", Quality::dominant_thirteenth},
    {"major-11th", Quality::major_ninth},
    {"major-13th", Quality::major_ninth},
    {"minor-11th", Quality::minor_ninth},
    {"minor-13th", Quality::minor_ninth},
    {"Neapolitan", Quality::major},
    {"Italian", Quality::dominant_seventh},
    {"French", Quality::dominant_seventh},
    {"German", Quality::dominant_seventh},
    {"pedal", Quality::major},
    {"Tristan", Quality::half_diminished},
    {"minor-major", Quality::minor_major_seventh},
    {"augmented-ninth", Quality::augmented_seventh},
    {"suspended-fourth-seventh", Quality::suspended_seventh},
    {"dominant-seventh", Quality::dominant_seventh},
    {"maj69", Quality::major_sixth},
    {"min", Quality::minor},
    {"maj", Quality::major},
};

const KindRow* row_of(std::string_view kind) {
  const auto* found = std::ranges::find(kKinds, kind, &KindRow::kind);
  return found == std::ranges::end(kKinds) ? nullptr : found;
}

constexpr int kScale[] = {0, 2, 4, 5, 7, 9, 11};  // a degree over a major scale, from 1

int pitch_of_degree(int degree, int alter) {
  const bool seventh = degree % 7 == 0;  // of a dominant chord: minor
  const int natural = kScale[(degree - 1) % 7] - (seventh ? 1 : 0);
  return (((natural + alter) % 12) + 12) % 12;
}

/// The place in the set where a degree of the chord stands now, or nothing.
std::optional<std::size_t> present_degree(const PitchClasses& set, int degree) {
  const int natural = pitch_of_degree(degree, 0);
  for (const int offset : {0, -1, 1}) {
    const auto place = static_cast<std::size_t>(((natural + offset) % 12 + 12) % 12);
    if (set[place]) return place;
  }
  return std::nullopt;
}

void apply(pugi::xml_node degree, PitchClasses& set) {
  const int value = integer_in(content_of(degree.child("degree-value")), 1, 13, 1);
  int alter = integer_in(content_of(degree.child("degree-alter")), -2, 2, 0);
  const std::string_view type = content_of(degree.child("degree-type"));
  if (type == "add") {
    if (value == 7 && alter < 0) alter = 0;  // "b7" is what most programs mean by it
    set.set(static_cast<std::size_t>(pitch_of_degree(value, alter)));
    return;
  }
  const auto place = present_degree(set, value);
  if (place) set.reset(*place);
  if (type != "alter") return;
  const int start = place ? static_cast<int>(*place) : pitch_of_degree(value, 0);
  set.set(static_cast<std::size_t>((start + alter + 12) % 12));
}

std::optional<Quality> quality_with(const PitchClasses& set) {
  for (int i = 0; i < score::kQualities; ++i) {
    const auto quality = static_cast<Quality>(i);
    if (Chord{Spelling(), quality, {}}.pitch_classes() == set) return quality;
  }
  return std::nullopt;
}

/// The kind with its degrees, as the quality that has just these notes, or the kind alone.
Quality with_degrees(Quality kind, pugi::xml_node harmony) {
  if (!harmony.child("degree")) return kind;
  PitchClasses set = Chord{Spelling(), kind, {}}.pitch_classes();
  for (const pugi::xml_node degree : harmony.children("degree"))
    apply(degree, set);
  return quality_with(set).value_or(kind);
}

std::optional<Spelling> read_step(pugi::xml_node node, const char* step, const char* alter) {
  const std::string_view letter = content_of(node.child(step));
  if (letter.size() != 1 || letter[0] < 'A' || letter[0] > 'G') return std::nullopt;
  return Spelling::of(letter[0], integer_in(content_of(node.child(alter)), -2, 2, 0));
}

/// A kind the standard does not have: its own text, or the text shown, may still name a chord.
Quality quality_from_text(Spelling root, pugi::xml_node kind) {
  for (const std::string_view text :
       {std::string_view(kind.attribute("text").value()), content_of(kind)}) {
    if (text.empty() || text.size() > 30) continue;
    const auto chord = score::chord_from_text(score::to_text(root) + std::string(text));
    if (chord) return chord->quality;
  }
  return Quality::major;
}

}  // namespace

KindOf kind_of(Quality quality) {
  if (quality == Quality::suspended_seventh) return {"suspended-fourth", Degree{7, 0}};
  if (quality == Quality::added_ninth) return {"major", Degree{9, 0}};
  if (quality == Quality::dominant_flat_ninth) return {"dominant", Degree{9, -1}};
  return {std::ranges::find(kKinds, quality, &KindRow::quality)->kind, std::nullopt};
}

std::optional<ReadHarmony> read_harmony(pugi::xml_node harmony) {
  const pugi::xml_node kind = harmony.child("kind");
  const auto root = read_step(harmony.child("root"), "root-step", "root-alter");
  const std::string_view kind_text = content_of(kind);
  if (!root) {
    const bool silent =
        kind_text == "none" && !harmony.child("function") && !harmony.child("numeral");
    return silent ? std::optional(ReadHarmony{}) : std::nullopt;
  }
  if (kind_text == "none") return ReadHarmony{};
  Chord chord;
  chord.root = *root;
  const KindRow* row = row_of(kind_text);
  chord.quality =
      with_degrees(row != nullptr ? row->quality : quality_from_text(*root, kind), harmony);
  chord.bass = read_step(harmony.child("bass"), "bass-step", "bass-alter");
  if (chord.bass == chord.root) chord.bass.reset();
  return ReadHarmony{chord};
}

}  // namespace cantus::formats::musicxml
