#include "music/theory/section_finding.h"

#include <algorithm>
#include <map>
#include <string>

#include "music/theory/bar_pictures.h"

namespace cantus::theory {
namespace {

using score::Section;
using score::Tick;

constexpr std::size_t kMostBars = 4000;
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

/// Where the grid of phrases starts: the number of introductory bars under which most comes back.
std::size_t best_offset(const std::vector<BarPicture>& bars,
                        std::size_t first,
                        std::size_t length) {
  constexpr double kNewStartCost = 0.04;  // an introduction needs a reason
  std::size_t best = 0;
  double most = -1.0;
  for (std::size_t offset = 0; offset < length; ++offset) {
    double sum = 0.0;
    std::size_t phrases = 0;
    for (std::size_t b = first + offset; b + length <= bars.size(); b += length, ++phrases) {
      double closest = 0.0;
      for (std::size_t a = first + offset; a + length <= b; a += length) {
        closest = std::max(closest, phrase_likeness(bars, a, b, length, 0));
      }
      sum += closest;
    }
    if (phrases < 2) break;
    double mean = sum / static_cast<double>(phrases - 1);
    if (offset > 0) mean -= kNewStartCost * (offset % 2 == 0 ? 1.0 : 2.0);
    if (mean > most) most = mean, best = offset;
  }
  return best;
}

std::vector<Phrase> phrases_of(const std::vector<BarPicture>& bars,
                               std::size_t first,
                               std::size_t length) {
  std::vector<Phrase> phrases;
  std::vector<std::size_t> models;  // the first phrase of each label
  for (std::size_t bar = first; bar + length <= bars.size(); bar += length) {
    std::size_t label = 0;
    while (label < models.size() && !is_return(bars, models[label], bar, length))
      ++label;
    if (label == models.size()) models.push_back(bar);
    phrases.push_back({bar, length, static_cast<int>(label)});
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

void name_phrases(const std::vector<BarPicture>& bars,
                  const std::vector<Phrase>& phrases,
                  Tick end,
                  std::vector<Section>& sections) {
  std::map<int, std::string> names;
  for (const Phrase& phrase : phrases) {
    const std::string& name = names.try_emplace(phrase.label, letter(names.size())).first->second;
    const std::size_t next = phrase.first_bar + phrase.bars;
    const Tick stop = next < bars.size() ? bars[next].start : end;
    const Tick start = bars[phrase.first_bar].start;
    sections.push_back({start, stop - start, name});
  }
}

}  // namespace

std::vector<Section> find_sections(const score::Piece& piece) {
  if (score::note_count(piece) == 0 || piece.end <= Tick()) return {};
  if (score::bars_of(piece) > static_cast<int>(kMostBars)) return {};
  const std::vector<BarPicture> bars = bar_pictures(piece);
  const std::size_t pickup = piece.metre.pickup() > score::TickLength() ? 1 : 0;
  const std::size_t length = phrase_length(bars.size() - pickup);
  if (bars.size() < pickup + length) return {{Tick(), piece.end - Tick(), "A"}};
  const std::size_t intro = best_offset(bars, pickup, length);
  std::vector<Phrase> phrases = phrases_of(bars, pickup + intro, length);
  const std::size_t covered = phrases.back().first_bar + length;
  while (join_constant_pairs(phrases)) {
  }
  std::vector<Section> sections;
  if (intro > 0) sections.push_back({Tick(), bars[pickup + intro].start - Tick(), "Intro"});
  name_phrases(bars, phrases, piece.end, sections);
  const Tick rest = covered < bars.size() ? bars[covered].start : piece.end;
  sections.front().length += sections.front().onset - Tick();
  sections.front().onset = Tick();
  sections.back().length = rest - sections.back().onset;
  if (bars.size() - covered > length / 2) {
    sections.push_back({rest, piece.end - rest, "Coda"});
  } else {
    sections.back().length = piece.end - sections.back().onset;
  }
  return sections;
}

}  // namespace cantus::theory
