#include "music/formats/musicxml/dynamics.h"

#include <algorithm>
#include <map>

namespace cantus::formats::musicxml {
namespace {

using Kind = DynamicMark::Kind;
using score::Tick;

constexpr int kStep = 16;
constexpr int kSoftest = 12;
constexpr int kLoudest = 126;

/// Loudness from `at` on: a level, or a line to the next point.
struct Point {
  Tick at;
  double velocity;
  bool slopes = false;
};

struct PlacedMark {
  Tick at;
  DynamicMark mark;
};

class Curve {
 public:
  explicit Curve(std::span<const PlacedMark> marks) {
    for (const PlacedMark& placed : marks)
      add(placed);
    close_hairpin(points_.back().at + score::beats(4), std::nullopt);
  }

  /// Called with growing ticks.
  int at(Tick tick) {
    while (next_ < points_.size() && points_[next_].at <= tick)
      ++next_;
    const Point& from = points_[next_ - 1];
    if (!from.slopes || next_ == points_.size()) return static_cast<int>(from.velocity + 0.5);
    const Point& to = points_[next_];
    const double way = (tick - from.at).beats() / (to.at - from.at).beats();
    return static_cast<int>(from.velocity + way * (to.velocity - from.velocity) + 0.5);
  }

 private:
  void add(const PlacedMark& placed) {
    switch (placed.mark.kind) {
      case Kind::accent:
        break;
      case Kind::level:
        close_hairpin(placed.at, placed.mark.velocity);
        push(placed.at, placed.mark.velocity);
        break;
      case Kind::wedge_end:
        end_ = placed.at;
        break;
      case Kind::crescendo:
      case Kind::diminuendo:
        close_hairpin(placed.at, std::nullopt);
        push(placed.at, points_.back().velocity);
        direction_ = placed.mark.kind == Kind::crescendo ? 1 : -1;
        break;
    }
  }

  /// The open hairpin arrives at `level`, or one step on where that leads the other way.
  void close_hairpin(Tick latest, std::optional<int> level) {
    if (direction_ == 0) return;
    if (end_ && *end_ < latest) latest = *end_;
    const double from = points_.back().velocity;
    const bool fits = level && (*level - from) * direction_ > 0;
    const double reached =
        fits ? *level : std::clamp<double>(from + kStep * direction_, kSoftest, kLoudest);
    if (latest > points_.back().at) {
      points_.back().slopes = true;
      points_.push_back({latest, reached});
    }
    direction_ = 0;
    end_.reset();
  }

  void push(Tick at, double velocity) {
    if (points_.back().at == at) points_.pop_back();
    points_.push_back({at, velocity});
  }

  std::vector<Point> points_{{Tick(-1), score::kDefaultVelocity}};
  std::size_t next_ = 1;
  int direction_ = 0;
  std::optional<Tick> end_;
};

}  // namespace

void apply_dynamics(WrittenPart& part, std::span<const TickLength> bar_lengths) {
  std::vector<PlacedMark> marks;
  std::map<Tick, int> loud;  // single notes
  Tick start;
  for (std::size_t i = 0; i < part.bars.size(); ++i) {
    for (const DynamicMark& mark : part.bars[i].dynamics) {
      marks.push_back({start + mark.at, mark});
      if (mark.kind == Kind::accent) loud[start + mark.at] = mark.velocity;
    }
    start += bar_lengths[i];
  }
  std::ranges::stable_sort(marks, {}, &PlacedMark::at);
  Curve curve(marks);
  start = Tick();
  for (std::size_t i = 0; i < part.bars.size(); ++i) {
    for (WrittenNote& note : part.bars[i].notes) {
      const int level = curve.at(start + note.at);
      if (note.velocity > 0) continue;
      const auto single = loud.find(start + note.at);
      note.velocity = single == loud.end() ? level : std::max(single->second, level);
      if (note.accent) note.velocity = std::min(note.velocity + kStep, 127);
    }
    start += bar_lengths[i];
  }
}

}  // namespace cantus::formats::musicxml
