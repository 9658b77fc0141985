// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/dynamics.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "music/score/piece.h"

namespace cantus::formats::humdrum {
namespace {

using Kind = Dynamic::Kind;

constexpr int kStep = 16;  // between two levels, around mf = 80; where a hairpin leads unsaid
constexpr int kSoftest = 12;
constexpr int kLoudest = 126;
constexpr std::pair<std::string_view, int> kLevels[] = {
    {"pppp", 12}, {"ppp", 18},  {"pp", 33},    {"p", 49},  {"mp", 64},  {"mf", 80},  {"f", 96},
    {"ff", 112},  {"fff", 122}, {"ffff", 126}, {"fp", 49}, {"sfp", 49}, {"mfp", 49}, {"pf", 96},
};
constexpr std::pair<std::string_view, int> kAccents[] = {
    {"sf", 112},  {"sfz", 112}, {"sffz", 122}, {"fz", 112}, {"ffz", 122}, {"rf", 104},
    {"rfz", 104}, {"fp", 96},   {"sfp", 112},  {"mfp", 80}, {"z", 112},
};

/// How loud one part is, for growing ticks.
class Loudness {
 public:
  void add(std::int64_t at, const Dynamic& mark) {
    switch (mark.kind) {
      case Kind::level:
        close(at, mark.velocity);
        push(at, mark.velocity);
        break;
      case Kind::accent:
        accents_[at] = mark.velocity;
        break;
      case Kind::hairpin_end:
        if (direction_ != 0) end_ = at;
        break;
      case Kind::crescendo:
      case Kind::diminuendo:
        close(at, std::nullopt);
        push(at, points_.back().velocity);
        direction_ = mark.kind == Kind::crescendo ? 1 : -1;
        break;
    }
  }
  void finish() { close(points_.back().at + 4 * score::kTicksPerBeat, std::nullopt); }

  int at(std::int64_t tick) {
    while (next_ < points_.size() && points_[next_].at <= tick)
      ++next_;
    const Point& from = points_[next_ - 1];
    double velocity = from.velocity;
    if (from.slopes && next_ < points_.size()) {
      const Point& to = points_[next_];
      const auto way = static_cast<double>(tick - from.at) / static_cast<double>(to.at - from.at);
      velocity += way * (to.velocity - from.velocity);
    }
    const auto accent = accents_.find(tick);
    const int level = static_cast<int>(velocity + 0.5);
    return accent == accents_.end() ? level : std::max(level, accent->second);
  }

 private:
  struct Point {
    std::int64_t at;
    double velocity;
    bool slopes = false;  // towards the next point
  };

  void push(std::int64_t at, double velocity) {
    if (points_.back().at == at) points_.pop_back();
    points_.push_back({at, velocity});
  }

  // The open hairpin arrives at `level`, or one step on where that lies the other way.
  void close(std::int64_t latest, std::optional<int> level) {
    if (direction_ == 0) return;
    const std::int64_t end = std::min(end_.value_or(latest), latest);
    const double from = points_.back().velocity;
    const bool fits = level && (*level - from) * direction_ > 0;
    const double to =
        fits ? *level : std::clamp<double>(from + kStep * direction_, kSoftest, kLoudest);
    if (end > points_.back().at) {
      points_.back().slopes = true;
      points_.push_back({end, to});
    }
    direction_ = 0;
    end_.reset();
  }

  std::vector<Point> points_{{-1, score::kDefaultVelocity}};
  std::size_t next_ = 1;
  std::map<std::int64_t, int> accents_;
  int direction_ = 0;
  std::optional<std::int64_t> end_;
};

std::optional<int> row_of(auto&& rows, std::string_view name) {
  for (const auto& [row, velocity] : rows)
    if (row == name) return velocity;
  return std::nullopt;
}

// The **kern spine that stands for the part: marks of one part belong to all its staves.
int first_of_part(const Written& written, int kern) {
  const auto& spines = written.spines;
  const auto& mine = spines[static_cast<std::size_t>(kern)];
  if (!mine.part) return kern;
  for (std::size_t i = 0; i < spines.size(); ++i)
    if (spines[i].kind == SpineKind::kern && spines[i].part == mine.part)
      return static_cast<int>(i);
  return kern;
}

std::vector<std::size_t> parts_of(const Written& written) {
  std::vector<std::size_t> parts;
  for (int i = 0; i < std::ssize(written.spines); ++i) {
    const bool kern = written.spines[static_cast<std::size_t>(i)].kind == SpineKind::kern;
    parts.push_back(
        static_cast<std::size_t>(first_of_part(written, kern ? i : kern_of(written, i))));
  }
  return parts;
}

}  // namespace

std::vector<Dynamic> dynamics_in(std::string_view token) {
  std::vector<Dynamic> marks;
  const bool ends = token.find_first_of("[]") != std::string_view::npos;
  const std::size_t hairpin = token.find_first_of("<>");
  if (ends) marks.push_back({.kind = Kind::hairpin_end});
  std::string letters;
  for (const char c : token)
    if (std::string_view("pfmszr").find(c) != std::string_view::npos) letters.push_back(c);
  if (const auto level = row_of(kLevels, letters))
    marks.push_back({.kind = Kind::level, .velocity = *level});
  if (const auto accent = row_of(kAccents, letters))
    marks.push_back({.kind = Kind::accent, .velocity = *accent});
  if (hairpin != std::string_view::npos)
    marks.push_back({.kind = token[hairpin] == '<' ? Kind::crescendo : Kind::diminuendo});
  return marks;
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
  const std::vector<std::size_t> part = parts_of(written);
  std::vector<Loudness> loudness(written.spines.size());
  for (const auto& [segment, at, mark] : written.dynamics)
    loudness[part[static_cast<std::size_t>(mark.spine)]].add(at, mark);
  for (Loudness& one : loudness)
    one.finish();
  for (auto& [segment, at, note] : written.fragments) {
    const int level = loudness[part[static_cast<std::size_t>(note.spine)]].at(at);
    note.velocity = std::clamp(level + note.velocity, 1, 127);
  }
}

}  // namespace cantus::formats::humdrum
