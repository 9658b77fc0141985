// One voice's music code: notes, chords, tuplets, broken rhythm, bar lines, in the order of the
// text. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "music/formats/abc/fields.h"
#include "music/formats/abc/text.h"
#include "music/formats/abc/tune.h"

namespace cantus::formats::abc {

/// True where a note with its accidentals comes next.
bool starts_note(const Scanner& scan);

/// Where the notes of the last line of music stand, for the words below them.
struct LineNote {
  Grains at = 0;
  int bar = 0;
};

/// Reads music into a Voice and remembers what goes on from line to line.
class MusicReader {
 public:
  using Warn = std::function<void(std::string)>;

  explicit MusicReader(std::string id) { voice.id = std::move(id); }

  /// Music up to an inline field, which is not taken: its "[" is what `scan` then stands on.
  void read(Scanner& scan, const Warn& warn);
  void set_key(const KeyField& field);
  void set_metre(WrittenMetre metre);
  void set_properties(const Properties& properties);
  void start_line();
  /// Rests with the bar lines of another voice.
  void rest_until(Grains end, const Voice& like);
  /// Closes the last bar.
  void finish();

  Voice voice;
  Grains unit = kGrainsPerWhole / 8;
  WrittenMetre metre = score::Metre{};
  Grains at = 0;
  int midi_transpose = 0;  ///< %%MIDI transpose, semitones
  std::vector<LineNote> line_notes;
  bool too_long = false;  ///< Beyond kMostNotes or kLongestTune; reading stops adding.

 private:
  struct Ratio {
    Grains numerator = 1;
    Grains denominator = 1;
  };
  /// A place on the staff, 7 to the octave, 35 for middle C, and the semitones on it.
  struct Pitched {
    int place = 35;
    int alter = 0;
  };
  struct Member {
    Pitched pitched;
    Ratio ratio = {};
    bool tied = false;
  };

  void read_token(Scanner& scan, const Warn& warn);
  void read_note(Scanner& scan);
  void read_chord(Scanner& scan, const Warn& warn);
  std::vector<Member> read_members(Scanner& scan, const Warn& warn);
  void read_grace(Scanner& scan);
  void read_rest(Scanner& scan);
  void read_bar_rests(int count);
  void read_tuplet(Scanner& scan);
  void read_broken(Scanner& scan);
  void read_bar(Scanner& scan);
  void read_endings(Scanner& scan);
  void read_overlay(Scanner& scan);
  void read_quoted(Scanner& scan, const Warn& warn);
  void read_decoration(Scanner& scan, char end);
  void tie_last();

  static Ratio take_ratio(Scanner& scan);
  Pitched take_pitch(Scanner& scan);
  int alter_of(int place) const;
  Grains length_of(Ratio ratio) const;
  void add_note(Pitched pitched, Grains length, bool grace);
  void add_sounding(const std::vector<Member>& members, Ratio ratio);
  void advance(Grains length);
  void add_bar(BarMark mark);
  void enter_layer(int layer);

  int octave_ = 0;
  int transpose_ = 0;
  Accidentals signature_{};
  /// On each letter, in every octave, as ABC 2.1 has it; nothing where the bar has none yet.
  std::array<std::optional<int>, 7> bar_accidentals_{};
  std::vector<Pitched> last_pitched_;
  std::vector<Pitched> open_ties_;
  std::vector<std::vector<Pitched>> layer_ties_;  // [layer] what was open where it last ended
  Ratio tuplet_;
  int tuplet_left_ = 0;
  Ratio broken_;
  std::size_t last_first_ = 0;  ///< Notes of the last chord or note: [last_first_, last_end_).
  std::size_t last_end_ = 0;
  Grains last_length_ = 0;
  Grains bar_start_ = 0;
  Grains bar_end_ = 0;  ///< The furthest any layer of this bar has come.
  int layer_ = 0;
  int bars_in_line_ = 0;
  int velocity_ = score::kDefaultVelocity;
};

}  // namespace cantus::formats::abc
