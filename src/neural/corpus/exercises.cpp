#include "neural/corpus/exercises.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "music/score/excerpt.h"

namespace cantus::corpus {
namespace {

using score::Piece;
using score::Tick;
using tokens::Heading;

constexpr std::size_t kLongestGapExercise = 500;  ///< tokens; a model hears 512
constexpr std::size_t kLongestLaterSide = 200;    ///< tokens, with the header
constexpr int kFewestBarsForAGap = 12;
constexpr int kBarsAGap = 24;
constexpr int kMostBarsBefore = 8;
constexpr int kMostBarsAfter = 4;

/// Leaves some conditions out, sometimes all of them and the style.
Heading some_of(Heading heading, Random& random) {
  const bool none = random.below(8) == 0;
  if (none) heading.style = 0;
  for (auto* condition : {&heading.valence, &heading.arousal, &heading.density, &heading.height}) {
    if (none || random.below(3) == 0) condition->reset();
  }
  return heading;
}

/// Another order of the parts than their own, those of one role in theirs.
std::vector<std::size_t> other_order(const Piece& piece, Random& random) {
  std::vector<score::Role> roles;
  for (const score::Part& part : piece.parts)
    roles.push_back(part.role);
  const auto own = roles;
  for (int tries = 0; tries < 8 && roles == own; ++tries) {
    for (std::size_t i = roles.size(); i > 1; --i)
      std::swap(roles[i - 1], roles[random.below(i)]);
  }
  std::vector<std::size_t> order;
  std::vector<bool> used(piece.parts.size());
  for (const score::Role role : roles) {
    for (std::size_t i = 0; i < piece.parts.size(); ++i) {
      if (used[i] || piece.parts[i].role != role) continue;
      used[i] = true;
      order.push_back(i);
      break;
    }
  }
  return order;
}

class Practice {
 public:
  Practice(const ViewOfPiece& view, int style, const Random& random)
      : view_(view), style_(style), random_(random), said_(tokens::expressible(view.piece)) {}

  std::vector<Exercise> take() {
    whole();
    if (out_.empty()) return {};
    if (view_.view == View::lead) harmony();
    if (view_.view == View::band || view_.view == View::song) turns();
    if (view_.view != View::form) gaps();
    return std::move(out_);
  }

 private:
  void keep(View view, Result<tokens::Encoded> encoded) {
    if (encoded) out_.push_back({view, std::move(*encoded)});
  }

  Heading heading(std::size_t part, Random& random) const {
    return some_of(heading_of(said_, view_.mood, style_, part), random);
  }

  void whole() {
    Random random = random_.fork("whole");
    keep(view_.view, tokens::encode(view_.piece, heading(0, random)));
  }

  void harmony() {
    Random random = random_.fork("harmony");
    Heading asked = heading(0, random);
    asked.chords_last = true;
    keep(View::harmony, tokens::encode(view_.piece, asked));
  }

  void turns() {
    Random random = random_.fork("turns");
    if (said_.parts.size() < 2) return;
    for (int times = view_.view == View::band ? 2 : 1; times > 0; --times) {
      const auto order = other_order(said_, random);
      keep(View::turn, tokens::encode(view_.piece, heading(order.front(), random), order));
    }
  }

  void gaps() {
    const auto starts = said_.metre.bar_starts(said_.end);
    const auto bars = static_cast<int>(starts.size());
    if (bars < kFewestBarsForAGap) return;
    Random random = random_.fork("gaps");
    for (int from = 0; from + kFewestBarsForAGap <= bars; from += kBarsAGap) {
      const int span = std::min(kBarsAGap, bars - from);
      gap(starts, from + 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(span - 2))),
          random);
    }
  }

  /// Takes in fewer bars until it is short enough for a model to hear.
  void gap(const std::vector<Tick>& starts, int first, Random& random) {
    constexpr std::array<int, 6> kLengths = {1, 2, 2, 4, 4, 8};
    const auto bars = static_cast<int>(starts.size());
    int last = std::min(first + kLengths[random.below(kLengths.size())], bars - 1);
    int before = kMostBarsBefore;
    int after = kMostBarsAfter;
    const Heading asked = heading(0, random);
    const bool answers = view_.view == View::lead && random.below(3) == 0;
    while (first < last) {
      const int from = std::max(0, first - before);
      const int to = std::min(last + after, bars);
      auto encoded = encode(starts, from, first, last, to, asked, answers);
      if (!encoded) return;
      const bool long_header = encoded->header_length > kLongestLaterSide;
      if (!long_header && encoded->tokens.size() <= kLongestGapExercise) {
        out_.push_back({View::gap, std::move(*encoded)});
        return;
      }
      if (long_header && after > 1) {
        after /= 2;
      } else if (!long_header && before > 1) {
        before /= 2;
      } else if (!long_header && last - first > 1) {
        last = first + (last - first) / 2;
      } else {
        return;
      }
    }
  }

  Result<tokens::Encoded> encode(const std::vector<Tick>& starts,
                                 int from,
                                 int first,
                                 int last,
                                 int to,
                                 Heading asked,
                                 bool answers) const {
    const auto at = [&](int bar) {
      return bar < static_cast<int>(starts.size()) ? starts[static_cast<std::size_t>(bar)]
                                                   : said_.end;
    };
    asked.chords_last = answers;
    return tokens::encode_gap(score::excerpt(said_, at(from), at(to)), asked, first - from,
                              last - from);
  }

  const ViewOfPiece& view_;
  int style_;
  const Random& random_;
  Piece said_;
  std::vector<Exercise> out_;
};

}  // namespace

Heading heading_of(const Piece& piece,
                   const std::optional<theory::Mood>& mood,
                   int style,
                   std::size_t part) {
  Heading heading{.style = style};
  if (mood) {
    heading.valence = tokens::mood_band(mood->valence);
    heading.arousal = tokens::mood_band(mood->arousal);
  }
  if (part >= piece.parts.size() || piece.parts[part].notes.empty()) return heading;
  std::set<std::int64_t> strokes;
  double keys = 0.0;
  for (const score::Note& note : piece.parts[part].notes) {
    strokes.insert(note.onset.count());
    keys += note.pitch.key();
  }
  const double beats = static_cast<double>(piece.end.count()) / score::kTicksPerBeat;
  if (beats <= 0.0) return heading;
  heading.density = tokens::density_band(static_cast<double>(strokes.size()) / beats);
  if (!piece.parts[part].is_drums()) {
    heading.height =
        tokens::height_band(keys / static_cast<double>(piece.parts[part].notes.size()));
  }
  return heading;
}

std::vector<Exercise> exercises_of(const ViewOfPiece& view, int style, const Random& random) {
  return Practice(view, style, random).take();
}

}  // namespace cantus::corpus
