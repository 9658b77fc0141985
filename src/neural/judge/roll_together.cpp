// How the players of a phrase play together.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bitset>
#include <iterator>
#include <utility>

#include "music/score/key.h"
#include "music/theory/tonal_space.h"
#include "neural/judge/roll_features.h"

namespace cantus::judge {
namespace {

using rolls::Player;
using rolls::Roll;
using rolls::RollNote;

constexpr std::array<Player, 4> kPitched = {Player::bass, Player::chords, Player::pad,
                                            Player::melody};

/// What sounds at each step.
struct Sounding {
  std::vector<std::bitset<128>> keys;  ///< [step]
};

Sounding sounding_of(const Roll& roll, Player player) {
  Sounding out;
  out.keys.resize(static_cast<std::size_t>(roll.steps()));
  for (const RollNote& note : roll.of(player)) {
    for (int step = note.onset; step < std::min(roll.steps(), note.onset + note.length); ++step)
      out.keys[static_cast<std::size_t>(step)].set(note.key);
  }
  return out;
}

std::bitset<12> classes_of(const std::bitset<128>& keys) {
  std::bitset<12> classes;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    if (keys[key]) classes.set(key % 12);
  }
  return classes;
}

bool clash(const std::bitset<12>& a, const std::bitset<12>& b) {
  for (std::size_t p = 0; p < 12; ++p) {
    if (a[p] && (b[(p + 1) % 12] || b[(p + 11) % 12])) return true;
  }
  return false;
}

struct Pair {
  std::size_t a;  ///< index into kPitched
  std::size_t b;
  std::string_view distance, clashes, shared;
};

void add_pairs(const std::array<Sounding, 4>& sounding, Sheet& sheet) {
  constexpr std::array<Pair, 5> kPairs = {{
      {0, 1, "tonal distance of bass and chords", "bass and chords a semitone apart",
       "bass note among the chords"},
      {1, 3, "tonal distance of chords and melody", "chords and melody a semitone apart",
       "melody note among the chords"},
      {0, 3, "tonal distance of bass and melody", "bass and melody a semitone apart",
       "melody note is the bass's"},
      {1, 2, "tonal distance of chords and pad", "chords and pad a semitone apart",
       "pad note among the chords"},
      {2, 3, "tonal distance of pad and melody", "pad and melody a semitone apart",
       "melody note is the pad's"},
  }};
  for (const Pair& pair : kPairs) {
    double all = 0;
    double far = 0;
    double clashes = 0;
    double shared = 0;
    for (std::size_t step = 0; step < sounding[pair.a].keys.size(); step += 3) {
      const auto a = classes_of(sounding[pair.a].keys[step]);
      const auto b = classes_of(sounding[pair.b].keys[step]);
      if (a.none() || b.none()) continue;
      ++all;
      far += theory::distance(theory::tonal_centroid(a), theory::tonal_centroid(b));
      clashes += clash(a, b) ? 1 : 0;
      shared += (a & b).any() ? 1 : 0;
    }
    sheet.add(pair.distance, share_of(far, all));
    sheet.add(pair.clashes, share_of(clashes, all));
    sheet.add(pair.shared, share_of(shared, all));
  }
}

/// The share of a's strikes that b strikes too.
double met(const std::vector<int>& a, const std::vector<int>& b) {
  std::vector<int> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return share_of(static_cast<double>(both.size()), static_cast<double>(a.size()));
}

void add_strikes(const Roll& roll, Sheet& sheet) {
  std::vector<int> kicks;
  for (const RollNote& note : roll.of(Player::drums)) {
    const bool is_kick = note.key == 35 || note.key == 36;
    if (is_kick && (kicks.empty() || kicks.back() != note.onset)) kicks.push_back(note.onset);
  }
  const auto bass = strikes_of(roll, Player::bass);
  const auto chords = strikes_of(roll, Player::chords);
  const auto melody = strikes_of(roll, Player::melody);
  sheet.add("strikes of the bass that the bass drum meets", met(bass, kicks));
  sheet.add("strokes of the bass drum that the bass meets", met(kicks, bass));
  sheet.add("strikes of the chords that the bass meets", met(chords, bass));
  sheet.add("strikes of the melody that the chords meet", met(melody, chords));
  sheet.add("strikes of the melody that the bass meets", met(melody, bass));
}

void add_scale(const Roll& roll, Sheet& sheet) {
  std::vector<double> classes(12, 0.0);
  double all = 0;
  double notes = 0;
  for (const Player player : rolls::kAllPlayers)
    notes += static_cast<double>(roll.of(player).size());
  for (const Player player : kPitched) {
    for (const RollNote& note : roll.of(player)) {
      classes[note.key % 12U] += 1;
      ++all;
    }
  }
  double most = 0;
  for (int fifths = -5; fifths <= 6; ++fifths) {
    double inside = 0;
    for (const score::PitchClass p : score::Key{fifths, score::Mode::major}.scale())
      inside += classes[static_cast<std::size_t>(p.number())];
    most = std::max(most, inside);
  }
  sheet.add("notes of all in one scale", share_of(most, all));
  sheet.add("variety of pitch classes, bits", entropy_of(classes));
  sheet.add("notes of all a beat", notes * rolls::kStepsPerBeat / roll.steps());
}

void add_heights(const std::array<Sounding, 4>& sounding, Sheet& sheet) {
  double classes = 0;
  double steps = 0;
  double crossed = 0;
  double covered = 0;
  double with_bass = 0;
  double with_melody = 0;
  for (std::size_t step = 0; step < sounding[0].keys.size(); step += 3) {
    std::bitset<128> others = sounding[1].keys[step] | sounding[2].keys[step];
    const std::bitset<128> all = others | sounding[0].keys[step] | sounding[3].keys[step];
    const auto lowest = [](const std::bitset<128>& keys) {
      std::size_t key = 0;
      while (key < 127 && !keys[key])
        ++key;
      return key;
    };
    const auto highest = [](const std::bitset<128>& keys) {
      std::size_t key = 127;
      while (key > 0 && !keys[key])
        --key;
      return key;
    };
    if (all.any()) {
      ++steps;
      classes += static_cast<double>(classes_of(all).count());
    }
    if (others.none()) continue;
    if (sounding[0].keys[step].any()) {
      ++with_bass;
      crossed += lowest(others) < lowest(sounding[0].keys[step]) ? 1 : 0;
    }
    if (sounding[3].keys[step].any()) {
      ++with_melody;
      covered += highest(others) > highest(sounding[3].keys[step]) ? 1 : 0;
    }
  }
  sheet.add("pitch classes at once", share_of(classes, steps));
  sheet.add("time that others are below the bass", share_of(crossed, with_bass));
  sheet.add("time that others are above the melody", share_of(covered, with_melody));
}

}  // namespace

void add_together(const Roll& roll, Sheet& sheet) {
  sheet.begin("together");
  std::array<Sounding, 4> sounding;
  for (std::size_t i = 0; i < kPitched.size(); ++i)
    sounding[i] = sounding_of(roll, kPitched[i]);
  add_pairs(sounding, sheet);
  add_strikes(roll, sheet);
  add_scale(roll, sheet);
  add_heights(sounding, sheet);
}

}  // namespace cantus::judge
