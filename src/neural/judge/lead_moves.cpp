// How the melody moves from note to note.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <utility>

#include "neural/judge/lead_features.h"
#include "neural/judge/successions.h"

namespace cantus::judge {
namespace {

int sign(int value) {
  return (value > 0) - (value < 0);
}

std::vector<int> moves_of(const LeadLine& line) {
  std::vector<int> moves;
  for (std::size_t i = 1; i < line.tones.size(); ++i)
    moves.push_back(line.tones[i].key - line.tones[i - 1].key);
  return moves;
}

/// Shares of moves by size.
void add_sizes(const std::vector<int>& moves, Sheet& sheet) {
  constexpr std::array<std::pair<std::string_view, std::pair<int, int>>, 8> kSizes = {{
      {"moves to the same note", {0, 0}},
      {"moves by a semitone", {1, 1}},
      {"moves by a whole tone", {2, 2}},
      {"moves by a third", {3, 4}},
      {"moves by a fourth", {5, 5}},
      {"moves by a tritone or fifth", {6, 7}},
      {"moves by a sixth or seventh", {8, 11}},
      {"moves by an octave or more", {12, 127}},
  }};
  const auto count = static_cast<double>(moves.size());
  for (const auto& [name, size] : kSizes) {
    const auto fits = std::ranges::count_if(
        moves, [&](int by) { return std::abs(by) >= size.first && std::abs(by) <= size.second; });
    sheet.add(name, share_of(static_cast<double>(fits), count));
  }
}

/// Three notes, two moves.
void add_figures(const std::vector<int>& moves, Sheet& sheet) {
  double leaps = 0;
  double answered = 0;
  double turns = 0;
  double moving = 0;
  double runs = 0;
  double neighbours = 0;
  double broken_chords = 0;
  double returns = 0;
  Successions successions;
  for (std::size_t i = 1; i < moves.size(); ++i) {
    const int a = moves[i - 1];
    const int b = moves[i];
    successions.count(a, b);
    if (std::abs(a) >= 5) {
      ++leaps;
      answered += sign(b) == -sign(a) && std::abs(b) <= 4 ? 1 : 0;
    }
    if (a == 0 || b == 0) continue;
    ++moving;
    turns += sign(a) != sign(b) ? 1 : 0;
    runs += sign(a) == sign(b) && std::abs(a) <= 2 && std::abs(b) <= 2 ? 1 : 0;
    neighbours += a == -b && std::abs(a) <= 2 ? 1 : 0;
    returns += a == -b && std::abs(a) > 2 ? 1 : 0;
    broken_chords += sign(a) == sign(b) && std::abs(a) >= 3 && std::abs(b) >= 3 ? 1 : 0;
  }
  sheet.add("leaps of a fourth or more answered the other way", share_of(answered, leaps));
  sheet.add("turns of direction", share_of(turns, moving));
  sheet.add("two steps on in one direction", share_of(runs, moving));
  sheet.add("neighbour notes, there and back by step", share_of(neighbours, moving));
  sheet.add("leaps there and back", share_of(returns, moving));
  sheet.add("broken chords, two leaps in one direction", share_of(broken_chords, moving));
  sheet.add("variety of moves, bits", successions.bits_of_first());
  sheet.add("variety of the move after a move, bits", successions.bits_of_next());
}

void add_runs(const std::vector<int>& moves, Sheet& sheet) {
  double longest_scale = 0;
  double longest_still = 0;
  double scale = 0;
  double still = 0;
  int direction = 0;
  std::vector<double> lengths;
  double length = 0;
  for (const int by : moves) {
    still = by == 0 ? still + 1 : 0;
    const bool on = by != 0 && sign(by) == direction;
    scale = by == 0 || std::abs(by) > 2 ? 0 : on ? scale + 1 : 1;
    if (by != 0 && !on) {
      if (length > 0) lengths.push_back(length);
      length = 0;
    }
    if (by != 0) {
      direction = sign(by);
      ++length;
    }
    longest_scale = std::max(longest_scale, scale);
    longest_still = std::max(longest_still, still);
  }
  if (length > 0) lengths.push_back(length);
  sheet.add("longest run by step, moves", longest_scale);
  sheet.add("longest run on one note, moves", longest_still);
  sheet.add("moves in one direction, on the average", mean_of(lengths));
}

}  // namespace

void add_moves(const LeadLine& line, Sheet& sheet) {
  sheet.begin("moves");
  const std::vector<int> moves = moves_of(line);
  add_sizes(moves, sheet);
  double up = 0;
  double moving = 0;
  std::vector<double> sizes;
  double largest = 0;
  for (const int by : moves) {
    up += by > 0 ? 1 : 0;
    moving += by != 0 ? 1 : 0;
    largest = std::max<double>(largest, std::abs(by));
    if (by != 0) sizes.push_back(std::abs(by));
  }
  sheet.add("moves upward, of all", share_of(up, moving));
  sheet.add("mean size of a move, semitones", mean_of(sizes));
  sheet.add("largest leap, semitones", largest);
  add_figures(moves, sheet);
  add_runs(moves, sheet);
}

}  // namespace cantus::judge
