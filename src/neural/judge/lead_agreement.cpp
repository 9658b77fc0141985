// How melody and chords agree, and how the melody gets out of disagreement.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>
#include <span>

#include "music/theory/melody_statistics.h"
#include "neural/judge/lead_features.h"

namespace cantus::judge {
namespace {

/// What a tone is in its chord: root, third, fifth, seventh, another chord note, none.
std::size_t function_of(const Tone& tone, const Harmony& chord) {
  const int above = (tone.degree - chord.root + 12) % 12;
  if (!chord.degrees[static_cast<std::size_t>(tone.degree)]) return 5;
  switch (above) {
    case 0:
      return 0;
    case 3:
    case 4:
      return 1;
    case 6:
    case 7:
    case 8:
      return 2;
    case 10:
    case 11:
      return 3;
    default:
      return 4;
  }
}

struct Foreign {
  double all = 0;
  double passing = 0;
  double neighbour = 0;
  double left_by_leap = 0;
  double reached_by_leap = 0;
  double suspended = 0;
  double anticipations = 0;
};

/// Notes that are no chord notes, by how they are reached and left.
Foreign foreign_of(const LeadLine& line) {
  Foreign f;
  for (std::size_t i = 1; i + 1 < line.tones.size(); ++i) {
    const Tone& tone = line.tones[i];
    const Harmony* chord = line.chord_at(tone.onset);
    if (chord == nullptr || function_of(tone, *chord) != 5) continue;
    const int in = tone.key - line.tones[i - 1].key;
    const int out = line.tones[i + 1].key - tone.key;
    const bool steps_in = std::abs(in) <= 2 && in != 0;
    const bool steps_out = std::abs(out) <= 2 && out != 0;
    ++f.all;
    f.passing += steps_in && steps_out && (in > 0) == (out > 0) ? 1 : 0;
    f.neighbour += steps_in && steps_out && (in > 0) != (out > 0) ? 1 : 0;
    f.left_by_leap += std::abs(out) > 2 ? 1 : 0;
    f.reached_by_leap += std::abs(in) > 2 ? 1 : 0;
    f.suspended += in == 0 && steps_out ? 1 : 0;
    const Harmony* next = line.chord_at(line.tones[i + 1].onset);
    f.anticipations += next != nullptr && next != chord && out == 0 &&
                               next->degrees[static_cast<std::size_t>(tone.degree)]
                           ? 1
                           : 0;
  }
  return f;
}

void add_functions(const LeadLine& line, Sheet& sheet) {
  std::array<double, 6> all{};
  std::array<double, 6> strong{};
  std::array<double, 6> changes{};
  double count = 0;
  double strong_count = 0;
  double change_count = 0;
  for (const Tone& tone : line.tones) {
    const Harmony* chord = line.chord_at(tone.onset);
    if (chord == nullptr) continue;
    const std::size_t what = function_of(tone, *chord);
    ++all[what];
    ++count;
    if (tone.place == 0) {
      ++strong[what];
      ++strong_count;
    }
    if (tone.onset == chord->onset) {
      ++changes[what];
      ++change_count;
    }
  }
  constexpr std::array<std::string_view, 6> kAll = {
      "notes that are the root",          "notes that are the third",
      "notes that are the fifth",         "notes that are the seventh",
      "notes that are other chord notes", "notes that are no chord notes"};
  constexpr std::array<std::string_view, 6> kStrong = {
      "downbeats on the root",    "downbeats on the third",         "downbeats on the fifth",
      "downbeats on the seventh", "downbeats on other chord notes", "downbeats on no chord note"};
  for (std::size_t i = 0; i < all.size(); ++i)
    sheet.add(kAll[i], share_of(all[i], count));
  for (std::size_t i = 0; i < strong.size(); ++i)
    sheet.add(kStrong[i], share_of(strong[i], strong_count));
  sheet.add("chord changes met by their root", share_of(changes[0], change_count));
  sheet.add("chord changes met by no chord note", share_of(changes[5], change_count));
  sheet.add("chord changes met by a new note",
            share_of(change_count, static_cast<double>(line.chords.size())));
}

}  // namespace

void add_agreement(const LeadLine& line, Sheet& sheet) {
  sheet.begin("agreement");
  add_functions(line, sheet);
  const Foreign f = foreign_of(line);
  sheet.add("foreign notes that pass by step", share_of(f.passing, f.all));
  sheet.add("foreign notes that turn back by step", share_of(f.neighbour, f.all));
  sheet.add("foreign notes left by leap", share_of(f.left_by_leap, f.all));
  sheet.add("foreign notes reached by leap", share_of(f.reached_by_leap, f.all));
  sheet.add("foreign notes repeated and resolved by step", share_of(f.suspended, f.all));
  sheet.add("foreign notes that the next chord takes up", share_of(f.anticipations, f.all));
  std::vector<score::Note> top;
  if (!line.piece.parts.empty()) top = theory::top_line(line.piece.parts.front());
  const auto a = theory::melody_over_chords(top, line.piece.chords, line.piece.metre);
  sheet.add("melody time on chord notes", a.chord_time.value_or(0));
  sheet.add("melody time on chord notes from strong places", a.strong_chord_time.value_or(0));
  sheet.add("chord notes and those left by step", a.ctnctr.value_or(0));
  sheet.add("consonance of melody and chord", a.pcs.value_or(0));
  sheet.add("tonal distance of melody and chord", a.mctd.value_or(0));
}

}  // namespace cantus::judge
