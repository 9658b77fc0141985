// The words of the token language and their ids (docs/formats/tokens.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "music/score/piece.h"

namespace cantus::tokens {

using Token = std::uint16_t;

constexpr int kStepsPerBeat = 24;  ///< 32nd notes and sixteenth triplets are whole steps.
constexpr score::TickLength kStep = score::TickLength(score::kTicksPerBeat / kStepsPerBeat);
constexpr int kMostSteps = 192;       ///< of a bar, and of one duration token: eight beats
constexpr int kMostBarsCounted = 16;  ///< A bar token counts the bars left, up to "16 or more".
constexpr int kPartsPerRole = 4;
constexpr int kVelocityBands = 8;  ///< Sixteen velocities each.
constexpr int kLowestDrum = 27;
constexpr int kHighestDrum = 87;
constexpr int kSlowestTempo = 32;  ///< bpm of the first tempo token
constexpr int kTempoStep = 4;      ///< bpm from one tempo token to the next
constexpr int kTempos = 56;
constexpr int kMoodBands = 7;  ///< half a standard deviation each, the middle one average
constexpr int kDensityBands = 8;
constexpr int kHeightBands = 8;
constexpr int kFarthestReturn = 64;  ///< bars
constexpr int kFarthestEcho = 16;    ///< bars
constexpr int kMostBarsLeft = 64;    ///< of a `left` token, which says "or more" there

/// What a token says. A token is its kind and a value below count_of(kind).
enum class Kind {
  end,       ///< of the piece
  style,     ///< see styles()
  metre,     ///< (numerator - 1) * 4 + log2(denominator) - 1
  key,       ///< mode * 12 + tonic
  tempo,     ///< kSlowestTempo + kTempoStep * value
  section,   ///< see section_names()
  pickup,    ///< an incomplete first bar; a position follows: where in a whole bar it starts
  bar,       ///< bars left in this section with this one, less one; the last says "or more"
  position,  ///< steps from the start of the bar
  root,      ///< of a chord; a quality follows
  quality,
  over,  ///< a bass note that is not the root
  no_chord,
  part,         ///< role * kPartsPerRole + which
  program,      ///< of the part just named, in the header
  velocity,     ///< band; holds for the part until the next
  pitch,        ///< a key number; durations follow
  drum,         ///< key number - kLowestDrum
  duration,     ///< steps - 1; several add up
  valence,      ///< of the piece, kMoodBands of them, dark to bright
  arousal,      ///< calm to stirring
  density,      ///< how often the first part strikes, see density_band()
  height,       ///< how high the first part lies, see height_band()
  chords_last,  ///< in each bar the chords follow the parts
  later,        ///< the bars after the gap follow, then `here`
  here,         ///< the bars before the gap follow, then the gap
  again,        ///< chords and melody of this bar are those of the bar so many before, less one
  left,         ///< after a bar's word that says "16 or more": bars left if more, less seventeen
  moved,        ///< the melody of the bar so many before, less one, some steps of the scale from it
  shaped,       ///< its rhythm, and up and down as it goes
  rhythm,       ///< its rhythm
};
constexpr int kKinds = 31;

struct Word {
  Kind kind = Kind::end;
  int value = 0;
  friend bool operator==(const Word&, const Word&) = default;
};

constexpr std::array<int, kKinds> kCounts = {1,
                                             24,
                                             64,
                                             12 * score::kModes,
                                             kTempos,
                                             16,
                                             1,
                                             kMostBarsCounted,
                                             kMostSteps,
                                             12,
                                             score::kQualities,
                                             12,
                                             1,
                                             score::kRoles* kPartsPerRole,
                                             128,
                                             kVelocityBands,
                                             128,
                                             kHighestDrum - kLowestDrum + 1,
                                             kMostSteps,
                                             kMoodBands,
                                             kMoodBands,
                                             kDensityBands,
                                             kHeightBands,
                                             1,
                                             1,
                                             1,
                                             kFarthestReturn,
                                             kMostBarsLeft - kMostBarsCounted,
                                             kFarthestEcho,
                                             kFarthestEcho,
                                             kFarthestEcho};

constexpr int count_of(Kind kind) {
  return kCounts[static_cast<std::size_t>(kind)];
}

constexpr int first_of(Kind kind) {
  int first = 0;
  for (int i = 0; i < static_cast<int>(kind); ++i)
    first += kCounts[static_cast<std::size_t>(i)];
  return first;
}

constexpr int kVocabularySize = first_of(Kind::rhythm) + count_of(Kind::rhythm);

constexpr Token token(Kind kind, int value = 0) {
  return static_cast<Token>(first_of(kind) + value);
}

/// The word of an id below kVocabularySize.
Word word(Token token);
inline bool is(Token id, Kind kind) {
  return id >= first_of(kind) && id < first_of(kind) + count_of(kind);
}

/// "pitch:60", "bar:4", "quality:m7": for people and for the vocabulary's hash.
std::string name_of(Token token);
/// Of all names joined by newlines (docs/formats/weights.md).
std::uint64_t vocabulary_hash();

/// Styles, "any" first: of folk tunes and songs, of ensembles, and of drumming.
std::span<const std::string_view> styles();
std::optional<int> style_from_text(std::string_view name);

/// "A" to "H", then intro, verse, chorus, bridge, solo, interlude, outro, other.
std::span<const std::string_view> section_names();
/// The nearest of them: "Verse 2" is verse; what is not known is other.
int section_from_text(std::string_view name);

std::optional<int> metre_value(score::Metre metre);
score::Metre metre_of(int value);
int key_value(score::Key key);
score::Key key_of(int value);
int tempo_value(double bpm);
double tempo_of(int value);
int velocity_band(int velocity);
int velocity_of(int band);
/// Of standard deviations from the average (music/theory/mood.h).
int mood_band(double deviation);
/// Of strokes a beat: a half is 2, one is 4, two are 6.
int density_band(double strokes_a_beat);
/// Of the mean key number: six semitones a band, 40 to 45 being the first.
int height_band(double mean_key);

}  // namespace cantus::tokens
