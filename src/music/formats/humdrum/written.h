// A score as its lines have it: every event at its moment, ties and repeats still to be resolved.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "music/score/chord.h"
#include "music/score/key.h"
#include "music/score/metre_map.h"
#include "music/score/pitch.h"

namespace cantus::formats::humdrum {

/// Something at a tick. A list of events is in order of `segment`, and within one in order of
/// lines.
template <class Value>
struct Event {
  int segment = 0;
  std::int64_t at = 0;
  Value value;
};

/// A note as written: one of the pieces of a tied note.
struct Fragment {
  std::int64_t length = 0;  ///< ticks
  score::Pitch pitch;
  score::Spelling spelling;
  int spine = 0;
  int voice = 0;  ///< Place among the spine's own splits, 0 the leftmost.
  int velocity = 80;
  int line = 0;
  bool grace = false;
  bool tied_on = false;
  bool tied_from = false;
  bool after_jump = false;  ///< First in a repeat: what it is tied to may stand elsewhere.
};

struct Syllable {
  int spine = 0;
  std::string text;
};

struct Dynamic {
  enum class Kind { level, accent, crescendo, diminuendo, hairpin_end };
  Kind kind = Kind::level;
  int velocity = 0;  ///< Of a level, or of an accent: one note, the level stays.
  int spine = 0;
};

/// A signature (*k[b-]), or a designated key (*d:dor), whose mode is known.
struct WrittenKey {
  score::Key key;
  bool named = false;
  friend bool operator==(const WrittenKey&, const WrittenKey&) = default;
};

/// A barline: may the bars beside it be two halves of one (no number, or a repeat sign)?
struct Barline {
  bool joins = false;
};

enum class SpineKind { kern, text, dynamics, chords, other };

struct Spine {
  SpineKind kind = SpineKind::other;
  std::string representation = {};    ///< "kern", "text", "mxhm", ...
  std::optional<int> left_kern = {};  ///< The nearest **kern spine to the left.
  std::optional<int> part = {};       ///< *part2
  std::optional<int> staff = {};      ///< *staff1
  std::string name = {};              ///< *I"Violino
  std::string instrument = {};        ///< *Ivioln: "violn"
  int voices = 1;                     ///< The most splits it had at once.
  int open = 1;                       ///< The splits it has now.
};

/// A stretch of lines that repeats play as a whole.
struct Segment {
  std::string label;  ///< Of the section it is in; empty before the first label.
  int section = 0;    ///< Which label of the file, counted from 1; 0 before the first.
  std::int64_t start = 0;
  std::int64_t end = 0;
  bool opens = false;        ///< A label stands before it.
  bool repeat_from = false;  ///< After |:
  bool repeat_back = false;  ///< Before :|
  int pass = 1;              ///< In the playing: the first time it is played is 1,
  int passes = 1;            ///< of so many.
};

struct Written {
  std::string title;
  std::string composer;
  std::vector<Spine> spines = {};
  std::vector<Segment> segments{Segment{}};
  std::optional<std::vector<std::string>> expansion;  ///< Of *>[A,A,B].
  std::vector<Event<Fragment>> fragments;
  std::vector<Event<WrittenKey>> keys;
  std::vector<Event<score::Metre>> metres;
  std::vector<Event<double>> tempos;
  std::vector<Event<Barline>> barlines;
  std::vector<Event<Syllable>> syllables;
  std::vector<Event<Dynamic>> dynamics;
  std::vector<Event<std::optional<score::Chord>>> chords;  ///< Nothing is N.C.
  std::int64_t end = 0;
};

/// At most a hundred sentences; the rest are counted only.
class Warnings {
 public:
  void add(std::string sentence) {
    if (list_.size() < 99)
      list_.push_back(std::move(sentence));
    else
      ++unsaid_;
  }
  std::vector<std::string> taken() {
    if (unsaid_ > 0) list_.push_back(std::to_string(unsaid_) + " more warnings");
    unsaid_ = 0;
    return std::exchange(list_, {});
  }

 private:
  std::vector<std::string> list_;
  std::size_t unsaid_ = 0;
};

}  // namespace cantus::formats::humdrum
