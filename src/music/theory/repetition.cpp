#include "music/theory/repetition.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "music/theory/melody_statistics.h"
#include "music/theory/suffix_automaton.h"

namespace cantus::theory {
namespace {

using score::Note;
using score::Part;
using score::Piece;
using score::Tick;
using score::TickLength;

constexpr double kAlike = 0.7;
constexpr double kUnlike = -1.0;
constexpr int kPlaces = 6;  // of onsets in a frame
constexpr std::size_t kShortestCopy = 3;

struct Frame {
  std::array<double, 12> sound = {};  // by pitch class
  std::array<double, kPlaces> onsets = {};
};

/// Two silences are alike; silence and sound are not.
template <std::size_t kSize>
double cosine(const std::array<double, kSize>& a, const std::array<double, kSize>& b) {
  double product = 0.0;
  double a_square = 0.0;
  double b_square = 0.0;
  for (std::size_t i = 0; i < kSize; ++i) {
    product += a[i] * b[i];
    a_square += a[i] * a[i];
    b_square += b[i] * b[i];
  }
  if (a_square == 0.0 || b_square == 0.0) return a_square == b_square ? 1.0 : 0.0;
  return product / std::sqrt(a_square * b_square);
}

std::vector<Frame> frames_of(const Piece& piece, int count, TickLength length) {
  std::vector<Frame> frames(static_cast<std::size_t>(count));
  for (const Part& part : piece.parts) {
    for (const Note& note : part.notes) {
      if (note.grace || note.onset < Tick()) continue;
      std::int64_t from = note.onset.count();
      auto frame = static_cast<std::size_t>(from / length.count());
      if (frame >= frames.size()) continue;
      const std::int64_t place = (from % length.count()) * kPlaces / length.count();
      frames[frame].onsets[static_cast<std::size_t>(place)] += 1.0;
      if (part.is_drums()) continue;
      const auto pitch_class = static_cast<std::size_t>(note.pitch.key() % 12);
      for (; from < note.end().count() && frame < frames.size(); ++frame) {
        const std::int64_t until =
            std::min(note.end().count(), static_cast<std::int64_t>(frame + 1) * length.count());
        frames[frame].sound[pitch_class] += static_cast<double>(until - from);
        from = until;
      }
    }
  }
  return frames;
}

/// Sums along diagonals, so that any stretch of one costs a subtraction.
class Diagonals {
 public:
  explicit Diagonals(const SelfSimilarity& similarity)
      : size_(static_cast<std::size_t>(similarity.frames()) + 1), sums_(size_ * size_) {
    for (std::size_t r = 1; r < size_; ++r) {
      for (std::size_t c = 1; c < size_; ++c) {
        sums_[r * size_ + c] = sums_[(r - 1) * size_ + c - 1] +
                               similarity.at(static_cast<int>(r) - 1, static_cast<int>(c) - 1);
      }
    }
  }

  double sum(int row, int column, int length) const {
    return at(row + length, column + length) - at(row, column);
  }

 private:
  double at(int row, int column) const {
    return sums_[static_cast<std::size_t>(row) * size_ + static_cast<std::size_t>(column)];
  }
  std::size_t size_;
  std::vector<double> sums_;
};

/// The harmonic mean of how well the returns of [start, start + length) match it and of how much of
/// the piece they cover, the stretch itself taken off both.
double fitness(const Diagonals& diagonals, int frames, int start, int length) {
  struct Family {
    double score = 0.0;
    int members = 0;
  };
  std::vector<Family> best(static_cast<std::size_t>(frames) + 1);
  for (int end = 1; end <= frames; ++end) {
    Family& here = best[static_cast<std::size_t>(end)];
    here = best[static_cast<std::size_t>(end) - 1];
    if (end < length) continue;
    const Family& before = best[static_cast<std::size_t>(end - length)];
    const double score = before.score + diagonals.sum(end - length, start, length);
    if (score > here.score) here = {score, before.members + 1};
  }
  const auto [score, members] = best.back();
  const double own = length;
  const double covered = members * own;
  if (members < 2) return 0.0;
  const double match = (score - own) / covered;
  const double cover = (covered - own) / frames;
  return match > 0.0 ? 2.0 * match * cover / (match + cover) : 0.0;
}

/// The best over lengths from `least` to below `most`, where two such lengths fit in.
std::optional<double> best_within(std::span<const double> by_length, double least, double most) {
  std::optional<double> best;
  const auto frames = static_cast<double>(by_length.size()) - 1.0;
  for (std::size_t length = 1; length < by_length.size(); ++length) {
    const auto lasts = static_cast<double>(length);
    if (lasts < least || lasts >= most || 2.0 * lasts > frames) continue;
    best = std::max(best.value_or(0.0), by_length[length]);
  }
  return best;
}

/// `frame` is the length of a frame in the unit of the bounds.
Structureness structureness(std::span<const double> by_length,
                            double frame,
                            std::array<double, 3> bounds) {
  if (!(frame > 0.0)) return {};
  const auto within = [&](double least, double most) {
    return best_within(by_length, least / frame, most / frame);
  };
  return {within(bounds[0], bounds[1]), within(bounds[1], bounds[2]), within(bounds[2], 1e9)};
}

const Part* leading_part(const Piece& piece) {
  const Part* best = nullptr;
  for (const Part& part : piece.parts) {
    if (part.is_drums() || part.notes.empty()) continue;
    if (part.role == score::Role::melody) return &part;
    if (best == nullptr || part.notes.size() > best->notes.size()) best = &part;
  }
  return best;
}

std::vector<std::int64_t> steps_of(std::span<const Note> line) {
  std::vector<std::int64_t> steps;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const std::int64_t interval = line[i].pitch.key() - line[i - 1].pitch.key() + 128;
    steps.push_back((line[i].onset - line[i - 1].onset).count() * 256 + interval);
  }
  return steps;
}

/// Onsets from the bar line, with their key numbers or with zeros.
using BarNotes = std::vector<std::pair<std::int64_t, int>>;

std::vector<BarNotes> bars_of(std::span<const Note> line, const Piece& piece, bool with_keys) {
  std::vector<BarNotes> bars;
  int last = -1;
  for (const Note& note : line) {
    const int bar = piece.metre.bar_at(note.onset);
    if (bar != last) bars.emplace_back();
    last = bar;
    const std::int64_t inside = (note.onset - piece.metre.bar_start(bar)).count();
    bars.back().emplace_back(inside, with_keys ? note.pitch.key() : 0);
  }
  std::erase_if(bars, [](const BarNotes& bar) { return bar.size() < 3; });
  return bars;
}

std::optional<double> share_returning(const std::vector<BarNotes>& bars) {
  if (bars.size() < 2) return std::nullopt;
  const std::set<BarNotes> different(bars.begin(), bars.end());
  return static_cast<double>(bars.size() - different.size()) / static_cast<double>(bars.size());
}

}  // namespace

SelfSimilarity::SelfSimilarity(const Piece& piece) {
  const std::int64_t end = score::sounding_end(piece).count();
  const std::int64_t all = (end + score::kTicksPerBeat - 1) / score::kTicksPerBeat;
  const std::int64_t beats = std::max<std::int64_t>((all + kMostFrames - 1) / kMostFrames, 1);
  frame_length_ = score::beats(beats);
  frames_ = static_cast<int>((all + beats - 1) / beats);
  const std::vector<Frame> frames = frames_of(piece, frames_, frame_length_);
  values_.reserve(frames.size() * frames.size());
  for (const Frame& a : frames) {
    for (const Frame& b : frames) {
      const double alike = 0.5 * (cosine(a.sound, b.sound) + cosine(a.onsets, b.onsets));
      values_.push_back(alike < kAlike ? kUnlike : (alike - kAlike) / (1.0 - kAlike));
    }
  }
}

std::vector<double> best_fitness_by_length(const SelfSimilarity& similarity) {
  const int frames = similarity.frames();
  const Diagonals diagonals(similarity);
  std::vector<double> best(static_cast<std::size_t>(frames) + 1, 0.0);
  for (int length = 1; length <= frames / 2; ++length) {
    for (int start = 0; start + length <= frames; ++start) {
      double& here = best[static_cast<std::size_t>(length)];
      here = std::max(here, fitness(diagonals, frames, start, length));
    }
  }
  return best;
}

std::optional<double> compression_of(std::span<const std::int64_t> symbols) {
  if (symbols.size() < 2) return std::nullopt;
  SuffixAutomaton heard;
  double cost = 0.0;
  for (std::size_t at = 0; at < symbols.size();) {
    const std::size_t longest = heard.longest_start(symbols.subspan(at));
    const std::size_t taken = longest >= kShortestCopy ? longest : 1;
    cost += taken > 1 ? 2.0 : 1.0;
    for (std::size_t i = 0; i < taken; ++i)
      heard.add(symbols[at + i]);
    at += taken;
  }
  return static_cast<double>(symbols.size()) / cost;
}

Repetition repetition_of(const Piece& piece) {
  Repetition repetition;
  if (const SelfSimilarity similarity(piece); similarity.frames() > 1) {
    const std::vector<double> by_length = best_fitness_by_length(similarity);
    const double frame_seconds = score::seconds_of(piece) / similarity.frames();
    const double frame_bars =
        similarity.frame_length().beats() / piece.metre.metre_at(Tick()).bar_length().beats();
    repetition.by_seconds = structureness(by_length, frame_seconds, {3.0, 8.0, 15.0});
    repetition.by_bars = structureness(by_length, frame_bars, {1.5, 3.0, 6.0});
  }
  if (const Part* part = leading_part(piece)) {
    const std::vector<Note> line = top_line(*part);
    repetition.compression = compression_of(steps_of(line));
    repetition.bars_returning = share_returning(bars_of(line, piece, true));
    repetition.rhythms_returning = share_returning(bars_of(line, piece, false));
  }
  return repetition;
}

}  // namespace cantus::theory
