// A melody over chords as the judge sees it: whole steps, counted from the tonic, without touch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "music/score/piece.h"

namespace cantus::judge {

constexpr int kStepsPerBeat = 24;  ///< as in neural/tokens: quicker notes cannot be told apart

/// Steps count from the start of the music.
struct Tone {
  int onset = 0;
  int length = 0;
  int key = 60;
  int degree = 0;  ///< semitones above the tonic, 0 to 11
  int bar = 0;
  int place = 0;  ///< steps into the bar
  int end() const { return onset + length; }
};

struct Harmony {
  int onset = 0;
  int length = 0;
  int root = 0;  ///< semitones above the tonic, 0 to 11
  score::Quality quality = score::Quality::major;
  bool slash = false;       ///< another bass note than the root
  std::bitset<12> degrees;  ///< bit d: the degree d semitones above the tonic belongs to it
  int end() const { return onset + length; }
  bool same_chord(const Harmony& other) const {
    return root == other.root && quality == other.quality;
  }
};

struct LeadLine {
  int bar_steps = 96;
  int pulse_steps = 24;
  int bars = 0;
  bool minor = false;
  std::vector<Tone> tones;              ///< one at a time, by onset
  std::vector<Harmony> chords;          ///< no two equal neighbours that touch
  score::Piece piece = score::Piece();  ///< what it was made from

  int steps() const { return bars * bar_steps; }
  /// Null where none sounds.
  const Harmony* chord_at(int step) const;
};

/// Of a piece with one metre that starts on a bar; `tonic` and mode are given, as they belong to
/// more than this stretch.
LeadLine lead_line(const score::Piece& piece, score::Key key);

/// Where tones of each bar begin: [bar + 1] is where the next bar's do.
std::vector<std::size_t> bar_bounds(const LeadLine& line);

/// A number for what each bar plays: places and lengths alone, or degrees and octaves too.
/// -1 for a bar in which nothing starts.
std::vector<std::int64_t> bar_rhythms(const LeadLine& line);
std::vector<std::int64_t> bar_tunes(const LeadLine& line);

}  // namespace cantus::judge
