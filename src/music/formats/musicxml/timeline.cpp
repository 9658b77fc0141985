#include "music/formats/musicxml/timeline.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

namespace cantus::formats::musicxml {
namespace {

using score::Metre;
using score::Tick;

constexpr int kMostBeats = 64;  // the numerator of a Metre
constexpr Metre kLongestMetre{kMostBeats, 1};

/// The metre with exactly this length, or the shortest that is longer: what follows cuts it.
Metre metre_of_length(TickLength length, int denominator) {
  for (int type = denominator; type <= 64; type *= 2) {
    const std::int64_t unit = score::beats(4, type).count();
    if (length.count() % unit == 0 && length.count() / unit <= kMostBeats) {
      return {static_cast<int>(length.count() / unit), type};
    }
  }
  for (int type = 64; type > 1; type /= 2) {
    const std::int64_t unit = score::beats(4, type).count();
    const std::int64_t count = (length.count() + unit - 1) / unit;
    if (count <= kMostBeats) return {static_cast<int>(count), type};
  }
  const std::int64_t whole = score::beats(4).count();
  return {static_cast<int>((length.count() + whole - 1) / whole), 1};
}

/// How many played bars from `first` make one whole bar together; 1 where they do not.
std::size_t bars_completing(std::span<const PlayedBar> played, std::size_t first) {
  const TickLength whole = played[first].metre.bar_length();
  TickLength sum = played[first].length;
  std::size_t count = 1;
  while (sum < whole && first + count < played.size()) {
    const PlayedBar& next = played[first + count];
    if (next.length >= whole || next.metre != played[first].metre) return 1;
    sum += next.length;
    ++count;
  }
  return sum == whole ? count : 1;
}

/// For a score without any metre: the length that most of its bars have.
Metre usual_metre(std::span<const SharedBar> bars) {
  std::map<TickLength, int> counts;
  for (const SharedBar& bar : bars)
    ++counts[bar.length];
  counts.erase(TickLength());
  if (counts.empty()) return Metre{};
  const auto by_count = [](const auto& a, const auto& b) { return a.second < b.second; };
  return metre_of_length(std::ranges::max_element(counts, by_count)->first, 4);
}

/// Bars before the first written metre are taken to be of it.
Metre first_metre(std::span<const SharedBar> bars) {
  const auto found = std::ranges::find_if(
      bars, [](const SharedBar& bar) { return bar.metre.has_value() || bar.unmeasured; });
  if (found == bars.end()) return usual_metre(bars);
  return found->metre.value_or(Metre{});
}

/// Its metre's for an empty bar, and for one that stops where no metre can; the next length that a
/// metre can have for one that is too long.
TickLength settled_length(TickLength length, Metre metre) {
  constexpr std::int64_t kShortestPulse = score::beats(4, 64).count();
  const std::int64_t over = length.count() % kShortestPulse;
  const TickLength whole = metre.bar_length();
  if (length <= TickLength() || (over != 0 && length < whole)) return whole;
  return over == 0 ? length : length + TickLength(kShortestPulse - over);
}

Tick end_of(std::span<const PlayedBar> played) {
  return played.empty() ? Tick() : played.back().start + played.back().length;
}

class MetreWriter {
 public:
  explicit MetreWriter(score::MetreMap& map) : map_(map) {}

  void pickup(Metre metre, TickLength length) {
    set(Tick(), metre);
    map_.set_pickup(length);
  }
  /// Bars of this metre start here and go on.
  void regular(Tick at, Metre metre) {
    if (current_ != metre) set(at, metre);
  }
  /// One bar of another length; the next `regular` sets the metre again.
  void irregular(Tick at, TickLength length, Metre nominal) {
    while (length > kLongestMetre.bar_length()) {
      set(at, kLongestMetre);
      at += kLongestMetre.bar_length();
      length = length - kLongestMetre.bar_length();
    }
    const Metre metre = metre_of_length(length, nominal.denominator);
    if (current_ != metre) set(at, metre);
    if (metre.bar_length() != length) current_ = {0, 1};  // cut short by the next
  }

 private:
  void set(Tick at, Metre metre) {
    map_.set(at, metre);
    current_ = metre;
  }

  score::MetreMap& map_;
  Metre current_{0, 1};  // of no bar: nothing is set yet
};

/// What is in force at the start of each bar as written, and the changes inside.
template <class Sign>
std::vector<std::optional<Sign>> in_force(std::span<const SharedBar> bars,
                                          std::vector<Sign> SharedBar::* signs) {
  std::vector<std::optional<Sign>> out;
  std::optional<Sign> now;
  for (const SharedBar& bar : bars) {
    out.push_back(now);
    TickLength latest;
    for (const Sign& sign : bar.*signs) {
      if (sign.at < latest) continue;
      latest = sign.at;
      now = sign;
    }
  }
  return out;
}

}  // namespace

std::vector<PlayedBar> timeline_of(std::span<const SharedBar> bars, std::span<const int> order) {
  std::vector<Metre> metres;
  Metre metre = first_metre(bars);
  for (const SharedBar& bar : bars) {
    if (bar.metre) metre = *bar.metre;
    metres.push_back(metre);
  }
  std::vector<int> passes(bars.size(), 0);
  std::vector<PlayedBar> played;
  Tick start;
  for (const int index : order) {
    const auto bar = static_cast<std::size_t>(index);
    const TickLength length = settled_length(bars[bar].length, metres[bar]);
    played.push_back({bar, ++passes[bar], 1, start, length, metres[bar]});
    start += length;
  }
  for (PlayedBar& bar : played)
    bar.passes = passes[bar.bar];
  return played;
}

void set_metres(std::span<const PlayedBar> played,
                std::span<const SharedBar> bars,
                score::MetreMap& map) {
  MetreWriter writer(map);
  for (std::size_t i = 0; i < played.size();) {
    const PlayedBar& bar = played[i];
    const TickLength whole = bar.metre.bar_length();
    const bool marked_pickup = i == 0 && bars[bar.bar].implicit && bar.length < whole;
    const std::size_t joined = marked_pickup ? 1 : bars_completing(played, i);
    const bool last = i + joined == played.size();
    // A change of metre cuts the bar before it short by itself.
    const bool cut = !last && played[i + joined].metre != bar.metre;
    if (i == 0 && joined == 1 && bar.length < whole && !last) {
      writer.pickup(bar.metre, bar.length);
    } else if (bar.length == whole || joined > 1 || ((last || cut) && bar.length < whole)) {
      writer.regular(bar.start, bar.metre);
    } else {
      writer.irregular(bar.start, bar.length, bar.metre);
    }
    i += joined;
  }
}

void set_tempos(std::span<const PlayedBar> played,
                std::span<const SharedBar> bars,
                score::TempoMap& map) {
  const auto carried = in_force(bars, &SharedBar::tempos);
  double now = map.bpm_at(Tick());
  const Tick end = end_of(played);
  const auto set = [&](Tick at, double bpm) {
    if (bpm != now && at < end) map.set(at, bpm);
    now = map.bpm_at(at);
  };
  for (const PlayedBar& bar : played) {
    if (carried[bar.bar]) set(bar.start, carried[bar.bar]->bpm);
    std::vector<WrittenTempo> tempos = bars[bar.bar].tempos;
    std::ranges::stable_sort(tempos, {}, &WrittenTempo::at);
    std::optional<TickLength> seen;
    for (const WrittenTempo& tempo : tempos) {  // the first part to say it is believed
      if (seen != tempo.at) set(bar.start + std::min(tempo.at, bar.length), tempo.bpm);
      seen = tempo.at;
    }
  }
}

std::vector<score::Section> sections_of(std::span<const PlayedBar> played,
                                        std::span<const SharedBar> bars) {
  const auto carried = in_force(bars, &SharedBar::marks);
  std::vector<score::Section> sections;
  const auto begin = [&](Tick at, const std::string& name) {
    sections.push_back({at, TickLength(), name});
  };
  for (std::size_t i = 0; i < played.size(); ++i) {
    const PlayedBar& bar = played[i];
    const auto& before = carried[bar.bar];
    const bool jumped = i > 0 && played[i - 1].bar + 1 != bar.bar;
    if (jumped && before && (sections.empty() || sections.back().name != before->name)) {
      begin(bar.start, before->name);
    }
    // Before the first mark there is no section, after a jump either.
    if (jumped && !before && !sections.empty()) begin(bar.start, "");
    for (const WrittenMark& mark : bars[bar.bar].marks) {
      begin(bar.start + std::min(mark.at, bar.length), mark.name);
    }
  }
  std::ranges::stable_sort(sections, {}, &score::Section::onset);
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const Tick end = i + 1 < sections.size() ? sections[i + 1].onset : end_of(played);
    sections[i].length = end - sections[i].onset;
  }
  std::erase_if(sections, [](const score::Section& section) { return section.name.empty(); });
  return sections;
}

std::vector<PlayedKey> keys_of(std::span<const PlayedBar> played, std::span<const SharedBar> bars) {
  const auto carried = in_force(bars, &SharedBar::keys);
  std::vector<PlayedKey> keys;
  const Tick end = end_of(played);
  const auto add = [&](Tick at, const WrittenKey& key) {
    if (at >= end) return;
    if (!keys.empty() && keys.back().at == at) keys.pop_back();
    const bool same =
        !keys.empty() && keys.back().key.fifths == key.fifths && keys.back().key.mode == key.mode;
    if (!same) keys.push_back({at, key});
  };
  for (const PlayedBar& bar : played) {
    if (carried[bar.bar]) add(bar.start, *carried[bar.bar]);
    for (const WrittenKey& key : bars[bar.bar].keys) {
      add(bar.start + std::min(key.at, bar.length), key);
    }
  }
  std::ranges::stable_sort(keys, {}, &PlayedKey::at);
  return keys;
}

}  // namespace cantus::formats::musicxml
