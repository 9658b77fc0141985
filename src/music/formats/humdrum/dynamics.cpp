// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/dynamics.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "music/score/piece.h"

namespace cantus::formats::humdrum {
namespace {

constexpr std::pair<std::string_view, int> kLevels[] = {
    {"pppp", 16}, {"ppp", 24},  {"pp", 36},    {"p", 52},  {"mp", 66},  {"mf", 80},  {"f", 94},
    {"ff", 108},  {"fff", 118}, {"ffff", 124}, {"fp", 52}, {"sfp", 52}, {"mfp", 52}, {"pf", 94},
};

// Marks of one part belong to all its staves: by part number, or by staff where there is none.
int part_of(const Written& written, int kern) {
  const auto& spines = written.spines;
  const auto& mine = spines[static_cast<std::size_t>(kern)];
  if (!mine.part) return kern;
  for (std::size_t i = 0; i < spines.size(); ++i)
    if (spines[i].kind == SpineKind::kern && spines[i].part == mine.part)
      return static_cast<int>(i);
  return kern;
}

}  // namespace

std::optional<int> velocity_of(std::string_view mark) {
  std::string letters;
  for (const char c : mark)
    if (c == 'p' || c == 'f' || c == 'm' || c == 's' || c == 'z' || c == 'r') letters.push_back(c);
  for (const auto& [name, velocity] : kLevels)
    if (letters == name) return velocity;
  return std::nullopt;
}

int kern_of(const Written& written, int spine) {
  const auto& spines = written.spines;
  const Spine& asked = spines[static_cast<std::size_t>(spine)];
  std::optional<int> first;
  for (std::size_t i = 0; i < spines.size(); ++i) {
    if (spines[i].kind != SpineKind::kern) continue;
    if (!first) first = static_cast<int>(i);
    if (asked.staff && spines[i].staff == asked.staff) return static_cast<int>(i);
  }
  return asked.left_kern.value_or(first.value_or(spine));
}

void apply_dynamics(Written& written) {
  const std::size_t count = written.spines.size();
  std::vector<std::size_t> part(count);
  for (std::size_t i = 0; i < count; ++i) {
    const bool kern = written.spines[i].kind == SpineKind::kern;
    const int staff = kern ? static_cast<int>(i) : kern_of(written, static_cast<int>(i));
    part[i] = static_cast<std::size_t>(part_of(written, staff));
  }
  std::vector<int> level(count, score::kDefaultVelocity);
  auto mark = written.dynamics.begin();
  for (auto& [segment, at, note] : written.fragments) {
    for (; mark != written.dynamics.end() &&
           std::tie(mark->segment, mark->at) <= std::tie(segment, at);
         ++mark)
      level[part[static_cast<std::size_t>(mark->value.spine)]] = mark->value.velocity;
    const int base = level[part[static_cast<std::size_t>(note.spine)]];
    note.velocity = std::clamp(base + note.velocity, 1, 127);
  }
}

}  // namespace cantus::formats::humdrum
