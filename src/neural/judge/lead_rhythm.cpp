// When the melody strikes and how long its notes are.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "neural/judge/lead_features.h"
#include "neural/judge/successions.h"

namespace cantus::judge {
namespace {

void add_lengths(const LeadLine& line, Sheet& sheet) {
  constexpr std::array<std::pair<std::string_view, std::pair<int, int>>, 9> kLengths = {{
      {"notes shorter than a sixteenth", {1, 5}},
      {"notes of a sixteenth", {6, 6}},
      {"notes of a triplet or an odd length", {-1, -1}},
      {"notes of an eighth", {12, 12}},
      {"notes of a dotted eighth", {18, 18}},
      {"notes of a beat", {24, 24}},
      {"notes of a beat and a half", {36, 36}},
      {"notes of two beats", {48, 48}},
      {"notes longer than two beats", {49, 100000}},
  }};
  const auto count = static_cast<double>(line.tones.size());
  double told = 0;
  std::array<double, kLengths.size()> shares{};
  for (std::size_t i = 0; i < kLengths.size(); ++i) {
    const auto [low, high] = kLengths[i].second;
    shares[i] = share_of(
        static_cast<double>(std::ranges::count_if(
            line.tones, [&](const Tone& t) { return t.length >= low && t.length <= high; })),
        count);
    told += shares[i];
  }
  shares[2] = count > 0 ? 1.0 - told : 0.0;
  for (std::size_t i = 0; i < kLengths.size(); ++i)
    sheet.add(kLengths[i].first, shares[i]);
}

/// Neighbouring lengths.
void add_pairs(const LeadLine& line, Sheet& sheet) {
  double same = 0;
  double dotted = 0;
  double snaps = 0;
  double run = 1;
  double longest = 0;
  Successions successions;
  for (std::size_t i = 1; i < line.tones.size(); ++i) {
    const int a = line.tones[i].onset - line.tones[i - 1].onset;
    const int b = i + 1 < line.tones.size() ? line.tones[i + 1].onset - line.tones[i].onset
                                            : line.tones[i].length;
    successions.count(a, b);
    same += a == b ? 1 : 0;
    dotted += a == 3 * b ? 1 : 0;
    snaps += 3 * a == b ? 1 : 0;
    run = a == b ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  const auto count = static_cast<double>(line.tones.size());
  sheet.add("notes as long as the one before", share_of(same, count));
  sheet.add("dotted pairs, long and short", share_of(dotted, count));
  sheet.add("pairs short and long", share_of(snaps, count));
  sheet.add("longest run of equal notes", longest);
  sheet.add("variety of lengths, bits", successions.bits_of_first());
  sheet.add("variety of the length after a length, bits", successions.bits_of_next());
}

/// Places in the bar, and notes that hold over a stronger one.
void add_places(const LeadLine& line, Sheet& sheet) {
  double on_pulse = 0;
  double on_half_pulse = 0;
  double syncopated = 0;
  double over_bar = 0;
  double downbeats = 0;
  std::map<int, double> places;
  for (const Tone& tone : line.tones) {
    ++places[tone.place];
    const int in_pulse = tone.place % line.pulse_steps;
    on_pulse += in_pulse == 0 ? 1 : 0;
    on_half_pulse += in_pulse != 0 && in_pulse % 12 == 0 ? 1 : 0;
    syncopated += in_pulse != 0 && in_pulse + tone.length > line.pulse_steps ? 1 : 0;
    over_bar += tone.place + tone.length > line.bar_steps ? 1 : 0;
    downbeats += tone.place == 0 ? 1 : 0;
  }
  std::vector<double> counts;
  for (const auto& [place, times] : places)
    counts.push_back(times);
  const auto count = static_cast<double>(line.tones.size());
  sheet.add("notes on the pulse", share_of(on_pulse, count));
  sheet.add("notes on eighths between pulses", share_of(on_half_pulse, count));
  sheet.add("notes held over a pulse from between", share_of(syncopated, count));
  sheet.add("notes held over a bar line", share_of(over_bar, count));
  sheet.add("bars with a note on one", share_of(downbeats, line.bars));
  sheet.add("variety of places in the bar, bits", entropy_of(counts));
}

void add_density(const LeadLine& line, Sheet& sheet) {
  const auto bounds = bar_bounds(line);
  std::vector<double> notes;
  double changes = 0;
  double one_note = 0;
  for (std::size_t bar = 0; bar + 1 < bounds.size(); ++bar) {
    notes.push_back(static_cast<double>(bounds[bar + 1] - bounds[bar]));
    one_note += notes.back() <= 1 ? 1 : 0;
    if (bar > 0) changes += std::abs(notes[bar] - notes[bar - 1]);
  }
  double silence = line.tones.empty() ? line.steps() : line.tones.front().onset;
  double rests = 0;
  double long_rests = 0;
  for (std::size_t i = 0; i < line.tones.size(); ++i) {
    const int next = i + 1 < line.tones.size() ? line.tones[i + 1].onset : line.steps();
    const int gap = std::max(0, next - line.tones[i].end());
    silence += gap;
    rests += gap >= 6 ? 1 : 0;
    long_rests += gap >= 2 * line.pulse_steps ? 1 : 0;
  }
  const double beats = static_cast<double>(line.steps()) / kStepsPerBeat;
  sheet.add("notes a beat", share_of(static_cast<double>(line.tones.size()), beats));
  sheet.add("spread of notes a bar", deviation_of(notes));
  sheet.add("change of notes from bar to bar", share_of(changes, line.bars - 1));
  sheet.add("bars of one note or none", share_of(one_note, line.bars));
  sheet.add("time in rests", share_of(silence, line.steps()));
  sheet.add("rests a bar", share_of(rests, line.bars));
  sheet.add("rests of two pulses or more, a bar", share_of(long_rests, line.bars));
}

}  // namespace

void add_rhythm(const LeadLine& line, Sheet& sheet) {
  sheet.begin("rhythm");
  add_lengths(line, sheet);
  add_pairs(line, sheet);
  add_places(line, sheet);
  add_density(line, sheet);
}

}  // namespace cantus::judge
