// What the user asks of a composition; whatever is absent is chosen to suit the rest.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::compose {

/// "A8": eight bars called A. The same name again is the same music; a prime ("A'8") varies it.
/// What a user writes has no new endings.
struct FormItem {
  std::string name;
  int bars = 8;
  bool varied = false;
  int new_ending = 0;  ///< where it returns: so many of its last bars are new
  friend bool operator==(const FormItem&, const FormItem&) = default;
};

struct KeyRange {
  int lowest = 0;
  int highest = 127;
};

struct Brief {
  std::string text;                  ///< free words; what they say yields to the fields below
  std::optional<std::string> style;  ///< a name of styles()
  std::optional<std::string> mood;   ///< a name of moods()
  std::optional<double> valence;     ///< -1 dark to 1 bright, in place of the mood's
  std::optional<double> arousal;     ///< -1 calm to 1 stirring, in place of the mood's
  std::optional<double> density;     ///< strokes a beat of the melody, 0.25 to 4; a leaning
  std::optional<score::Key> key;
  std::optional<double> tempo;  ///< beats (quarter notes) a minute
  std::optional<score::Metre> metre;
  std::optional<int> bars;
  std::optional<double> seconds;
  std::vector<FormItem> form;
  std::vector<std::vector<score::Chord>> chords;  ///< by bar; repeated until the piece ends
  std::vector<score::Role> parts;
  std::map<score::Role, int> programs;
  std::map<score::Role, KeyRange> ranges;
  std::uint64_t seed = 1;
};

constexpr int kMostBars = 512;
constexpr double kLongestSeconds = 1800.0;

/// Reads "i4 A8 B8 A8 o4", "A8 A'8 B8", "intro4 verse8 chorus8". Lone i and o are intro and outro.
Result<std::vector<FormItem>> form_from_text(std::string_view text);

/// Reads "Dm | Gm C7 | % | Dm": bars between strokes, "%" says the bar before again. Chords in one
/// bar share it evenly.
Result<std::vector<std::vector<score::Chord>>> chords_from_text(std::string_view text);

/// Reads "3/4".
Result<score::Metre> metre_from_text(std::string_view text);

/// Reads "melody,chords,bass,drums".
Result<std::vector<score::Role>> parts_from_text(std::string_view text);

/// Fails with a sentence where two wishes cannot both be met: bars against form, a key outside the
/// range of an instrument, an unknown style, a tempo out of range.
Result<void> check(const Brief& brief);

}  // namespace cantus::compose
