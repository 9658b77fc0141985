#include "neural/touch/drum_score.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/check.h"
#include "neural/touch/filler.h"

namespace cantus::touch {
namespace {

using score::Tick;
using score::TickLength;

int gap_bucket(std::int64_t ticks) {
  constexpr std::array<std::int64_t, 7> kUpTo = {5, 6, 8, 12, 18, 24, 48};  // steps of the grid
  const auto place =
      std::ranges::find_if(kUpTo, [&](std::int64_t most) { return ticks <= most * kStep; });
  return static_cast<int>(place - kUpTo.begin());
}

double band_of(const Hit& hit) {
  return std::clamp(hit.velocity, 1, 127) / 16 / 8.0;
}

/// The hits around one, as far as it may hang on them.
struct Around {
  std::array<bool, (2 * kReach + 1) * kDrumGroups> heard = {};
  int before = 7;  // buckets of the gaps to the same voice; the last: further off
  int after = 7;
  double band_before = 0.0;
  double band_after = 0.0;
  double band_together = 0.0;
};

Around around(std::span<const Hit> hits, std::size_t index) {
  Around seen;
  const Hit& own = hits[index];
  const DrumVoice voice = drum_voice(own.key);
  const std::int64_t reach = kReach * kSixteenth;
  const auto take = [&](const Hit& hit) {
    const std::int64_t away = (hit.place - own.place).count();
    const std::int64_t slot = (away + reach + kSixteenth / 2) / kSixteenth;
    const auto group = static_cast<std::int64_t>(drum_group(drum_voice(hit.key)));
    seen.heard[static_cast<std::size_t>(slot * kDrumGroups + group)] = true;
    if (away == 0) seen.band_together = std::max(seen.band_together, band_of(hit));
    if (drum_voice(hit.key) != voice || away == 0) return;
    int& bucket = away < 0 ? seen.before : seen.after;
    if (gap_bucket(std::abs(away)) >= bucket) return;
    bucket = gap_bucket(std::abs(away));
    (away < 0 ? seen.band_before : seen.band_after) = band_of(hit);
  };
  for (std::size_t i = index; i-- > 0 && (own.place - hits[i].place).count() <= reach;)
    take(hits[i]);
  for (std::size_t i = index + 1; i < hits.size(); ++i) {
    if ((hits[i].place - own.place).count() > reach) break;
    take(hits[i]);
  }
  return seen;
}

}  // namespace

Tick nearest_place(Tick played) {
  const std::int64_t beat = played.count() / score::kTicksPerBeat;
  const std::int64_t inside = played.count() % score::kTicksPerBeat;
  std::int64_t nearest = 24 * kStep;
  for (const std::int64_t place : kPlaces) {
    if (std::abs(place * kStep - inside) < std::abs(nearest - inside)) nearest = place * kStep;
  }
  return Tick() + score::beats(beat) + TickLength(nearest);
}

DrumScore::DrumScore(const score::Piece& piece, std::vector<Hit> hits)
    : hits_(std::move(hits)), bars_(piece, last_place(hits_)), tempo_(piece.tempo) {
  std::ranges::stable_sort(hits_, {}, [](const Hit& hit) { return std::pair(hit.place, hit.key); });
}

int DrumScore::place_in_bar(std::size_t hit) const {
  return bars_.place_in_bar(hits_[hit].place);
}

Features DrumScore::features(std::size_t hit, Told told) const {
  const Hit& own = hits_[hit];
  const std::size_t bar_number = bars_.number_at(own.place);
  const ScoreBars::Bar& bar = bars_[bar_number];
  const std::int64_t inside = (own.place - bar.start).count();
  const std::int64_t beat = inside / score::kTicksPerBeat;
  const std::int64_t beats_a_bar = bar.metre.bar_length().count() / score::kTicksPerBeat;
  const auto in_beat = bars_.place_in_beat(own.place);
  const int key = own.key;
  const auto number = static_cast<int>(bar_number);
  const Around seen = around(hits_, hit);
  Features features;
  Filler fill(features);
  fill.one_of(static_cast<int>(drum_voice(key)), kDrumVoices);
  fill.yes_or_no(key == 44);                            // the foot on the hat
  fill.yes_or_no(key == 40 || key == 50);               // rims
  fill.yes_or_no(key == 53);                            // the bell
  fill.yes_or_no(key == 22 || key == 26 || key == 59);  // edges
  fill.one_of(static_cast<int>(in_beat), 6);
  fill.one_of(static_cast<int>(std::min<std::int64_t>(beat, 5)), 6);
  fill.yes_or_no(beat + 1 >= beats_a_bar);
  fill.one_of(number % 4, 4);
  fill.yes_or_no(number % 8 == 7);
  const double bpm = std::clamp(tempo_.bpm_at(own.place), 40.0, 240.0);
  fill.number((bpm - 120.0) / 60.0);
  fill.number(120.0 / bpm - 1.0);
  fill.yes_or_no(bar.metre.bar_length() == score::beats(4));
  fill.yes_or_no(bar.metre.pulse() == score::beats(3, 2));
  std::ranges::copy(seen.heard, fill.room(static_cast<int>(seen.heard.size())));
  fill.one_of(seen.before, 8);
  fill.one_of(seen.after, 8);
  fill.yes_or_no(told.dynamics);
  for (const double band : {band_of(own), seen.band_before, seen.band_after, seen.band_together})
    fill.number(told.dynamics ? band : 0.0);
  fill.one_of(told.style == 0 ? -1 : told.style, kStyleSlots);
  CANTUS_CHECK(fill.is_full());
  return features;
}

}  // namespace cantus::touch
