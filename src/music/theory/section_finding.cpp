#include "music/theory/section_finding.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "music/theory/bar_pictures.h"

namespace cantus::theory {
namespace {

using score::Section;
using score::Tick;

constexpr int kMostBars = 4000;
/// In longer pieces only whole phrases are compared, not every bar with every other.
constexpr std::size_t kMostComparedBars = 1000;
constexpr std::size_t kLongestSection = 16;  ///< Bars a section may grow to.
/// Phrases at least this alike are the same one, varied.
constexpr double kSame = 0.78;
/// A transposed return must be closer, as there are eleven chances.
constexpr double kSameTransposed = 0.88;

struct Phrase {
  std::size_t first_bar = 0;
  std::size_t bars = 0;
  int label = 0;
};

std::size_t phrase_length(std::size_t bars) {
  if (bars >= 24) return 8;
  return bars >= 8 ? 4 : 2;
}

double phrase_likeness(
    const std::vector<BarPicture>& bars, std::size_t a, std::size_t b, std::size_t length, int up) {
  double sum = 0.0;
  for (std::size_t i = 0; i < length; ++i)
    sum += likeness(bars[a + i], bars[b + i], up);
  return sum / static_cast<double>(length);
}

bool is_return(const std::vector<BarPicture>& bars,
               std::size_t a,
               std::size_t b,
               std::size_t length) {
  if (phrase_likeness(bars, a, b, length, 0) >= kSame) return true;
  for (int up = 1; up < 12; ++up) {
    // One bar that has nothing in common rules a transposition out cheaply.
    if (likeness(bars[a], bars[b], up) < 0.5) continue;
    if (phrase_likeness(bars, a, b, length, up) >= kSameTransposed) return true;
  }
  return false;
}

/// Bars [first, first + bars) come back `lag` bars later.
struct Return {
  std::size_t first = 0;
  std::size_t bars = 0;
  std::size_t lag = 0;
};

/// Runs of bars that are like those `lag` later; one bar that differs does not end a run.
void add_returns(const std::vector<BarPicture>& bars,
                 std::size_t start,
                 std::size_t lag,
                 std::size_t shortest,
                 std::vector<Return>& out) {
  std::size_t first = start;
  std::size_t end = start;
  const auto finish = [&] {
    if (end >= first + shortest) out.push_back({first, std::min(end - first, lag), lag});
  };
  for (std::size_t i = start; i + lag < bars.size(); ++i) {
    if (bars[i].silent() || likeness(bars[i], bars[i + lag]) < kSame) continue;
    if (i > end + 1) finish();
    if (i > end + 1 || end == start) first = i;
    end = i + 1;
  }
  finish();
}

/// A return often begins or ends a bar early by accident. In longer pieces sections an odd number
/// of bars long are rarer than that, so the nearest multiple of four bars is taken, if a bar away.
std::size_t snapped(std::size_t place, std::size_t start, std::size_t length) {
  if (length < 8) return place;
  const std::size_t past = (place - start) % 4;
  return past == 1 ? place - 1 : past == 3 ? place + 1 : place;
}

/// Where sections may meet: both ends of what comes back, the longest returns first.
std::vector<std::size_t> boundaries(const std::vector<BarPicture>& bars,
                                    std::size_t start,
                                    std::size_t length) {
  std::vector<std::size_t> places = {start, bars.size()};
  if (bars.size() > kMostComparedBars) return places;
  std::vector<Return> returns;
  for (std::size_t lag = length; lag < bars.size(); ++lag) {
    add_returns(bars, start, lag, length, returns);
  }
  std::ranges::stable_sort(returns, std::greater(), &Return::bars);
  const auto add = [&](std::size_t place) {
    const auto near = [&](std::size_t other) {
      return (place > other ? place - other : other - place) < std::max<std::size_t>(length / 2, 2);
    };
    if (std::ranges::none_of(places, near)) places.push_back(place);
  };
  for (const Return& r : returns) {
    for (const std::size_t place : {r.first, r.first + r.lag}) {
      add(snapped(place, start, length));
      add(snapped(place + r.bars, start, length));
    }
  }
  std::ranges::sort(places);
  return places;
}

/// Cuts what lies between two boundaries into phrases; a remainder of half a phrase is its own.
void add_phrases(std::size_t from,
                 std::size_t to,
                 std::size_t length,
                 std::vector<Phrase>& phrases) {
  while (to - from >= length + (length + 1) / 2) {
    phrases.push_back({from, length, 0});
    from += length;
  }
  phrases.push_back({from, to - from, 0});
}

std::vector<Phrase> phrases_of(const std::vector<BarPicture>& bars,
                               std::size_t start,
                               std::size_t length) {
  const std::vector<std::size_t> places = boundaries(bars, start, length);
  std::vector<Phrase> phrases;
  for (std::size_t i = 0; i + 1 < places.size(); ++i) {
    add_phrases(places[i], places[i + 1], length, phrases);
  }
  std::vector<Phrase> models;  // the first phrase of each label
  for (Phrase& phrase : phrases) {
    const auto model = std::ranges::find_if(models, [&](const Phrase& other) {
      const auto [shorter, longer] = std::minmax(phrase.bars, other.bars);
      return 4 * shorter >= 3 * longer &&
             is_return(bars, other.first_bar, phrase.first_bar, shorter);
    });
    phrase.label = static_cast<int>(model - models.begin());
    if (model == models.end()) models.push_back(phrase);
  }
  return phrases;
}

/// Joins two labels that only ever occur one after the other: "ab ab" is one section twice.
/// True where something was joined.
bool join_constant_pairs(std::vector<Phrase>& phrases) {
  std::map<int, int> counts;
  std::map<std::pair<int, int>, int> pairs;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    ++counts[phrases[i].label];
    if (i > 0) ++pairs[{phrases[i - 1].label, phrases[i].label}];
  }
  for (std::size_t i = 0; i + 1 < phrases.size(); ++i) {
    const int a = phrases[i].label;
    const int b = phrases[i + 1].label;
    const int together = pairs[{a, b}];
    if (a == b || together != counts[a] || together != counts[b]) continue;
    if (phrases[i].bars + phrases[i + 1].bars > kLongestSection) continue;
    if (together < 2) continue;
    std::vector<Phrase> joined;
    for (const Phrase& phrase : phrases) {
      if (phrase.label == b)
        joined.back().bars += phrase.bars;
      else
        joined.push_back(phrase);
    }
    phrases = std::move(joined);
    return true;
  }
  return false;
}

std::string letter(std::size_t index) {
  std::string name(1, static_cast<char>('A' + index % 26));
  if (index >= 26) name += std::to_string(index / 26 + 1);
  return name;
}

/// Names by first appearance; a short phrase of its own at the beginning or end has a special one.
std::vector<std::string> names_of(const std::vector<Phrase>& phrases, std::size_t length) {
  std::map<int, std::string> letters;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    const bool alone = phrases.size() > 2 && phrases[i].bars <= (length + 1) / 2 &&
                       std::ranges::count(phrases, phrases[i].label, &Phrase::label) == 1;
    if (alone && i == 0)
      names.emplace_back("Intro");
    else if (alone && i + 1 == phrases.size())
      names.emplace_back("Coda");
    else
      names.push_back(letters.try_emplace(phrases[i].label, letter(letters.size())).first->second);
  }
  return names;
}

}  // namespace

std::vector<Section> find_sections(const score::Piece& piece) {
  if (score::note_count(piece) == 0 || piece.end <= Tick()) return {};
  if (score::bars_of(piece) > kMostBars) return {};
  const std::vector<BarPicture> bars = bar_pictures(piece);
  const std::size_t pickup = piece.metre.pickup() > score::TickLength() ? 1 : 0;
  const std::size_t length = phrase_length(bars.size() - pickup);
  if (bars.size() < pickup + length) return {{Tick(), piece.end - Tick(), "A"}};
  std::vector<Phrase> phrases = phrases_of(bars, pickup, length);
  while (join_constant_pairs(phrases)) {
  }
  const std::vector<std::string> names = names_of(phrases, length);
  std::vector<Section> sections;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    const Tick start = i == 0 ? Tick() : bars[phrases[i].first_bar].start;
    const Tick stop = i + 1 < phrases.size() ? bars[phrases[i + 1].first_bar].start : piece.end;
    sections.push_back({start, stop - start, names[i]});
  }
  return sections;
}

}  // namespace cantus::theory
