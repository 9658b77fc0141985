#include "neural/touch/drummer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <utility>

#include "base/random.h"

namespace cantus::touch {
namespace {

using score::Tick;

// Beyond these a hit would be a slip, and two of one moment a flam.
constexpr double kMostMs = 30.0;
constexpr double kOwnMs = 6.0;
constexpr double kLeanMs = 15.0;
constexpr double kMostLouder = 30.0;
// Where no dynamics are written, most of what cannot be foretold of a hit is a figure's plan (which
// notes are ghosted); drawn hit by hit it would be no plan, so little of it is drawn.
constexpr double kUnplanned = 0.35;
// What cannot be foretold of lateness is in part one drummer's difference from another and hits put
// on the wrong place of the grid: of one good take, half. Twice the amount of a performance gives
// it all.
constexpr double kOfOneTake = 0.5;

Random named(const Random& random, std::string_view purpose, std::int64_t place, int key = -1) {
  return random.fork(std::string(purpose) + ":" + std::to_string(place) + ":" +
                     std::to_string(key));
}

/// Deviations of mean 0 and of about deviation 1 that neighbours share by `shares`.
class Deviations {
 public:
  Deviations(const Random& random, std::string_view purpose, const float* shares)
      : random_(random.fork(purpose)), shares_(shares) {}

  /// What all hits of a moment have in common: of the beat, from one to the next, and its own.
  double of_moment(Tick place) const {
    const std::int64_t beat = place.count() / score::kTicksPerBeat;
    const double inside =
        static_cast<double>(place.count() % score::kTicksPerBeat) / score::kTicksPerBeat;
    const double here = named(random_, "beat", beat).normal();
    const double next = named(random_, "beat", beat + 1).normal();
    return share(0) * (here + inside * (next - here)) +
           share(1) * named(random_, "moment", place.count()).normal();
  }

  double of_hit(Tick place, int key) const {
    return share(2) * named(random_, "hit", place.count(), key).normal();
  }

 private:
  double share(int which) const { return static_cast<double>(shares_[which]); }

  Random random_;
  const float* shares_;
};

/// For each bar, whether it and those beside it are written at one velocity.
class Dynamics {
 public:
  Dynamics(const score::Piece& piece, const score::Part& part) {
    Tick last = piece.end;
    for (const score::Note& note : part.notes)
      last = std::max(last, note.onset);
    bars_ = piece.metre.bar_starts(last + score::TickLength(1));
    if (bars_.empty()) bars_.push_back(Tick());
    levels_.resize(bars_.size());
    for (const score::Note& note : part.notes) {
      Levels& levels = levels_[bar_of(note.onset)];
      levels.least = std::min(levels.least, note.velocity);
      levels.most = std::max(levels.most, note.velocity);
    }
  }

  bool are_written_at(Tick at) const {
    const std::size_t bar = bar_of(at);
    Levels around;
    for (std::size_t i = bar == 0 ? 0 : bar - 1; i < std::min(bar + 2, levels_.size()); ++i) {
      around.least = std::min(around.least, levels_[i].least);
      around.most = std::max(around.most, levels_[i].most);
    }
    return around.least < around.most;
  }

 private:
  struct Levels {
    int least = 128;
    int most = 0;
  };
  std::size_t bar_of(Tick at) const {
    const auto after = std::ranges::upper_bound(bars_, at);
    return after == bars_.begin() ? 0 : static_cast<std::size_t>(after - bars_.begin()) - 1;
  }

  std::vector<Tick> bars_;
  std::vector<Levels> levels_;
};

/// A hit on its way to its touch.
struct Stroke {
  Hit hit;
  std::size_t note = 0;  ///< which of the part's
  bool dynamics = false;
  Expected expected;
};

double centre_of(const TouchWeights& weights, bool dynamics, int velocity) {
  const int band = dynamics ? std::clamp(velocity, 1, 127) / 16 : kBands;
  return static_cast<double>(weights.centres[static_cast<std::size_t>(band)]);
}

/// By place, then key, as a DrumScore has its hits.
std::vector<Stroke> strokes_of(const TouchNet& net,
                               const score::Piece& piece,
                               const score::Part& part,
                               int style) {
  const Dynamics dynamics(piece, part);
  std::vector<Stroke> strokes;
  for (std::size_t i = 0; i < part.notes.size(); ++i) {
    const score::Note& note = part.notes[i];
    const Hit hit{nearest_place(note.onset), note.pitch.key(), note.velocity};
    strokes.push_back({hit, i, dynamics.are_written_at(note.onset), {}});
  }
  std::ranges::stable_sort(strokes, {}, [](const Stroke& stroke) {
    return std::pair(stroke.hit.place, stroke.hit.key);
  });
  std::vector<Hit> hits;
  for (const Stroke& stroke : strokes)
    hits.push_back(stroke.hit);
  const DrumScore score(piece, std::move(hits));
  for (std::size_t i = 0; i < strokes.size(); ++i)
    strokes[i].expected = net.expected(score.features(i, {style, strokes[i].dynamics}));
  return strokes;
}

double mean_late_ms(std::span<const Stroke> moment) {
  double sum = 0.0;
  for (const Stroke& stroke : moment)
    sum += stroke.expected.late_ms;
  return sum / static_cast<double>(moment.size());
}

double louder(const Stroke& stroke, const TouchWeights& weights, const Deviations& loudness) {
  const auto& [hit, note, dynamics, expected] = stroke;
  const double drawn = loudness.of_moment(hit.place) + loudness.of_hit(hit.place, hit.key);
  const double spread =
      std::numbers::sqrt2 * expected.velocity_spread * (dynamics ? 1.0 : kUnplanned);
  const double moved = expected.velocity - centre_of(weights, dynamics, hit.velocity);
  const double softest = -std::min(kMostLouder, 0.5 * hit.velocity);
  return std::clamp(moved + spread * drawn, softest, kMostLouder);
}

}  // namespace

std::vector<NoteTouch> touches_of(const TouchNet& net,
                                  const score::Piece& piece,
                                  const score::Part& part,
                                  const DrummerOptions& options) {
  const std::vector<Stroke> strokes = strokes_of(net, piece, part, options.style);
  const Random random = Random(options.seed).fork("drummer/" + part.name);
  const TouchWeights& weights = net.weights();
  const Deviations loudness(random, "loudness", weights.shares.data());
  const Deviations lateness(random, "lateness", weights.shares.data() + 3);
  std::vector<NoteTouch> touches(part.notes.size());
  for (std::size_t first = 0; first < strokes.size();) {
    std::size_t last = first;
    while (last < strokes.size() && strokes[last].hit.place == strokes[first].hit.place)
      ++last;
    const std::span<const Stroke> moment(strokes.data() + first, last - first);
    const double mean_ms = mean_late_ms(moment);
    const double spread_ms =
        kOfOneTake * std::numbers::sqrt2 * moment.front().expected.late_spread_ms;
    const double lean_ms =
        std::clamp(mean_ms - static_cast<double>(weights.centres.back()), -kLeanMs, kLeanMs);
    const double together_ms = lean_ms + spread_ms * lateness.of_moment(moment.front().hit.place);
    for (const Stroke& stroke : moment) {
      const double own_ms = stroke.expected.late_ms - mean_ms +
                            spread_ms * lateness.of_hit(stroke.hit.place, stroke.hit.key);
      const double later_ms = together_ms + std::clamp(own_ms, -kOwnMs, kOwnMs);
      touches[stroke.note] = {louder(stroke, weights, loudness),
                              std::clamp(later_ms, -kMostMs, kMostMs)};
    }
    first = last;
  }
  return touches;
}

}  // namespace cantus::touch
