// A piece of music: what every reader gives, every writer takes and every composer makes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "music/score/chord.h"
#include "music/score/key.h"
#include "music/score/metre_map.h"
#include "music/score/pitch.h"
#include "music/score/tempo_map.h"
#include "music/score/ticks.h"

namespace cantus::score {

constexpr int kDefaultVelocity = 80;

struct Note {
  Tick onset;
  TickLength length;  ///< Positive. A grace note's is what is written; it takes no time of its own.
  Pitch pitch;        ///< Sounding pitch. In a drum part a General MIDI drum: 36 is the bass drum.
  int velocity = kDefaultVelocity;  ///< 1 to 127
  std::optional<Spelling> spelling =
      {};              ///< As notated, where a notation gave it (sounding pitch).
  int voice = 0;       ///< Counterpoint inside one part, 0 the highest; a hint.
  bool grace = false;  ///< Sounds just before the note at its onset.

  Tick end() const { return onset + length; }
  friend bool operator==(const Note&, const Note&) = default;
};

/// What a part is for.
enum class Role { melody, counter, chords, pad, bass, drums, other };
constexpr int kRoles = 7;
std::string_view to_text(Role role);
std::optional<Role> role_from_text(std::string_view text);

struct Lyric {
  Tick onset;
  std::string syllable;    ///< UTF-8
  bool continues = false;  ///< A hyphen follows: the word goes on with the next syllable.
  int verse = 1;

  friend bool operator==(const Lyric&, const Lyric&) = default;
};

struct Part {
  std::string name;
  Role role = Role::other;
  int program = 0;  ///< General MIDI, 0 to 127 (0 is a piano). For drums the kit.
  std::vector<Note> notes;
  std::vector<Lyric> lyrics;

  bool is_drums() const { return role == Role::drums; }
  friend bool operator==(const Part&, const Part&) = default;
};

struct KeyChange {
  Tick at;
  Key key;
  friend bool operator==(const KeyChange&, const KeyChange&) = default;
};

/// A chord from its onset for its length; between chords there is none (N.C.).
struct ChordSpan {
  Tick onset;
  TickLength length;
  Chord chord;

  Tick end() const { return onset + length; }
  friend bool operator==(const ChordSpan&, const ChordSpan&) = default;
};

struct Section {
  Tick onset;
  TickLength length;
  std::string name;  ///< "A", "Intro", "Verse 2", ...

  Tick end() const { return onset + length; }
  friend bool operator==(const Section&, const Section&) = default;
};

struct Piece {
  std::string title;
  std::string composer;
  TempoMap tempo;
  MetreMap metre;
  std::vector<KeyChange> keys;    ///< Sorted; may be empty: nobody said.
  std::vector<ChordSpan> chords;  ///< Sorted, not overlapping.
  std::vector<Section> sections;  ///< Sorted, not overlapping.
  std::vector<Part> parts;
  Tick end;  ///< Where the piece stops as written; notes may sound beyond it.

  friend bool operator==(const Piece&, const Piece&) = default;
};

/// Puts a piece in order: notes by onset, pitch, length; maps by tick; drops notes of no length;
/// cuts chords and sections that overlap the next; raises `end` to the last written event.
/// Readers call it last. Doing it twice changes nothing.
void tidy(Piece& piece);

/// The later of `end` and the last note's end.
Tick sounding_end(const Piece& piece);
double seconds_of(const Piece& piece);  ///< of sounding_end

/// Bars from bar 1 to `end`, a started bar counting; the pickup does not count.
int bars_of(const Piece& piece);
std::size_t note_count(const Piece& piece);

/// The key at a tick: the last change at or before it; nothing where none was given.
std::optional<Key> key_at(const Piece& piece, Tick at);
/// The chord sounding at a tick, or null. Valid while the piece is unchanged.
const ChordSpan* chord_at(const Piece& piece, Tick at);

/// Every pitched note, chord and key moved by semitones, notes that leave 0..127 by octaves.
Piece transposed(const Piece& piece, int semitones);

}  // namespace cantus::score
