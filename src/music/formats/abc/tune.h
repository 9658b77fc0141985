// A tune as written: voices with their notes, bar lines and changes, before repeats are played out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "music/score/piece.h"

namespace cantus::formats::abc {

/// Written time, 2,288 (16 * 11 * 13) to the tick: 1/2048 notes and tuplets of 11 and 13 are exact.
using Grains = std::int64_t;
constexpr Grains kGrainsPerTick = 2288;
constexpr Grains kGrainsPerWhole = 4 * score::kTicksPerBeat * kGrainsPerTick;

constexpr Grains kLongestNote = 64 * kGrainsPerWhole;
constexpr Grains kLongestTune = 20000 * kGrainsPerWhole;
constexpr std::size_t kMostNotes = 500000;     ///< in a tune, unfolded
constexpr std::size_t kMostWritten = 2000000;  ///< notes, bar lines and changes in a tune
constexpr std::size_t kMostVoices = 64;
constexpr int kMostPlays = 16;  ///< of one repeat; the highest number of an ending

struct WrittenNote {
  Grains at = 0;
  Grains length = 0;
  int key = 60;  ///< Sounding key number, perhaps outside 0..127.
  score::Spelling spelling;
  int layer = 0;  ///< Counts the overlays (&) of a bar.
  int velocity = score::kDefaultVelocity;
  bool grace = false;
  bool tied = false;  ///< to a later note
};

/// A bar line, or a bracket that starts an ending where no line is drawn.
struct BarMark {
  Grains at = 0;
  bool line = true;
  bool strong = false;            ///< Double, or thick: a strain may end here.
  bool begins = false;            ///< |:
  int extra_plays = 0;            ///< :| asks for one more, ::| for two
  std::vector<int> endings = {};  ///< Plays in which what follows sounds; empty for all of them.
};

template <class T>
struct Timed {
  Grains at = 0;
  T value;
};

/// No value: M:none.
using WrittenMetre = std::optional<score::Metre>;

struct WrittenLyric {
  Grains at = 0;
  std::string syllable;
  bool continues = false;
  int verse = 1;
};

struct Voice {
  std::string id;
  std::string name;
  std::optional<int> program;
  std::optional<int> channel;  ///< 1 to 16; 10 is drums
  bool percussion = false;
  std::optional<score::Role> role;  ///< Where our own writer has said it.
  std::vector<WrittenNote> notes;
  std::vector<BarMark> bars;
  std::vector<Timed<score::Key>> keys;
  std::vector<Timed<WrittenMetre>> metres;
  std::vector<Timed<double>> tempos;                       ///< Beats a minute.
  std::vector<Timed<std::optional<score::Chord>>> chords;  ///< No value: "N.C."
  std::vector<Timed<std::string>> labels;                  ///< P: in the body
  std::vector<WrittenLyric> lyrics;
  Grains end = 0;
};

/// How many things are written in a voice.
inline std::size_t size_of(const Voice& voice) {
  return voice.notes.size() + voice.bars.size() + voice.keys.size() + voice.metres.size() +
         voice.tempos.size() + voice.chords.size() + voice.labels.size() + voice.lyrics.size();
}

struct Tune {
  int number = 0;  ///< X:
  std::string title;
  std::string composer;
  std::string order;  ///< P: in the head, such as "AABB"
  std::vector<Voice> voices;
  std::vector<std::string> warnings;  ///< At most kMostWarnings.
};
constexpr std::size_t kMostWarnings = 100;

}  // namespace cantus::formats::abc
