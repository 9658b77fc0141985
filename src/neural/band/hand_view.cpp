#include "neural/band/hand_view.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"
#include "neural/infer/exact_math.h"

namespace cantus::band {

/// Writes features one after another from a first index on, leaving zeros out.
class FeatureWriter {
 public:
  FeatureWriter(SparseRow& row, int from) : row_(row), at_(from) {}
  void value(float v) {
    if (v != 0.0F) {
      row_.index_[static_cast<std::size_t>(row_.count_)] = static_cast<std::uint16_t>(at_);
      row_.value_[static_cast<std::size_t>(row_.count_++)] = v;
    }
    ++at_;
  }
  void flag(bool v) { value(v ? 1.0F : 0.0F); }
  void one_of(int count, int index) {
    const int from = at_;
    if (index >= 0 && index < count) {
      at_ = from + index;
      value(1.0F);
    }
    at_ = from + count;
  }
  void bits(std::uint64_t mask, int count) {
    const int from = at_;
    for (std::uint64_t left = mask; left != 0; left &= left - 1) {
      const int bit = std::countr_zero(left);
      if (bit >= count) break;
      at_ = from + bit;
      value(1.0F);
    }
    at_ = from + count;
  }
  int at() const { return at_; }

 private:
  SparseRow& row_;
  int at_;
};

namespace {

using rolls::Player;

constexpr int index_of(int beat, int place) {
  return beat * kPlaces + place;  // a bar of three leaves its fourth beat unused
}

float chance_of(float logit) {
  return static_cast<float>(
      1.0 / (1.0 + infer::exact_exp(-static_cast<double>(std::clamp(logit, -30.0F, 30.0F)))));
}

std::uint16_t classes_of(std::uint64_t keys) {
  std::uint16_t classes = 0;
  for (std::uint64_t left = keys; left != 0; left &= left - 1)
    classes |= static_cast<std::uint16_t>(1U << std::countr_zero(left) % 12);
  return classes;
}

std::uint16_t above(std::uint16_t classes, int root) {
  return static_cast<std::uint16_t>((classes >> root | classes << (12 - root)) & 0xFFF);
}

/// Bass drum, snare, hi-hat, ride or crash, tom.
constexpr std::array<std::uint64_t, 5> drum_kinds() {
  constexpr auto key = [](int number) { return std::uint64_t{1} << (number - 35); };
  return {key(35) | key(36), key(37) | key(38) | key(39) | key(40), key(42) | key(44) | key(46),
          key(49) | key(51) | key(52) | key(53) | key(55) | key(57) | key(59),
          key(41) | key(43) | key(45) | key(47) | key(48) | key(50)};
}

/// What goes on in its own time: bass drum, snare, hi-hat, ride, crash, tom, any other drum.
constexpr std::array<std::uint64_t, kHandKinds> own_kinds() {
  constexpr auto key = [](int number) { return std::uint64_t{1} << (number - 35); };
  const auto kinds = drum_kinds();
  const std::uint64_t ride = key(51) | key(53) | key(59);
  std::uint64_t other = ~std::uint64_t{0};
  for (const std::uint64_t kind : kinds)
    other &= ~kind;
  return {kinds[0], kinds[1], kinds[2], ride, kinds[3] & ~ride, kinds[4], other};
}

/// 0 to 11: up to how many steps.
int gap_bucket(int steps) {
  constexpr std::array<int, 11> kUpTo = {3, 4, 6, 8, 9, 12, 18, 24, 36, 48, 96};
  return static_cast<int>(std::ranges::lower_bound(kUpTo, steps) - kUpTo.begin());
}

}  // namespace

HandView::HandView(const Conditions& asked,
                   std::span<const float> logits,
                   const BeatGrid& grid,
                   const std::array<bool, kPlayers>& heard,
                   Player player,
                   float trust)
    : asked_(asked),
      logits_(logits),
      player_(player),
      p_(static_cast<std::size_t>(player)),
      trust_(trust),
      beats_(beats_of_bar(asked.metre)),
      hears_(heard) {
  last_of_.fill(-1);
  before_of_.fill(-1);
  for (std::size_t q = 0; q < kPlayers; ++q) {
    if (!hears_[q] || q == p_) continue;
    Heard& other = heard_[q];
    other.top.fill(-1);
    for (int beat = 0; beat < kBeats; ++beat) {
      for (int place = 0; place < kPlaces && beat % kBeatsOfBar < beats_; ++place) {
        const Stroke& stroke =
            grid.at(beat, static_cast<Player>(q))[static_cast<std::size_t>(place)];
        if (stroke.keys == 0) continue;
        other.struck[static_cast<std::size_t>(index_of(beat, place))] = stroke.keys;
        if (q == 0) continue;
        const int over = step_at(beat, place) + kLengthSteps[stroke.length];
        const auto top = static_cast<std::int8_t>(63 - std::countl_zero(stroke.keys) +
                                                  lowest_key(static_cast<Player>(q)));
        for (int b = beat; b < kBeats; ++b) {
          if (b % kBeatsOfBar >= beats_) continue;
          for (int at = b == beat ? place : 0; at < kPlaces; ++at) {
            if (step_at(b, at) >= over) continue;
            const auto n = static_cast<std::size_t>(index_of(b, at));
            const bool starts = b == beat && at == place;
            if (starts && is_line(static_cast<Player>(q))) other.sounding[n] = 0;
            other.sounding[n] |= classes_of(stroke.keys);
            other.top[n] = starts ? top : std::max(other.top[n], top);
          }
          if (step_at(b, 0) >= over) break;
        }
      }
    }
  }
  int bars = 0;
  for (int bar = 0; bar < rolls::kBars; ++bar)
    bars += plays(static_cast<int>(p_), bar) ? 1 : 0;
  places_asked_ = places_left_ = bars * beats_ * kPlaces;
  if (asked.manners[p_].strokes) {
    const float strokes = *asked.manners[p_].strokes * static_cast<float>(bars * beats_);
    strokes_asked_ = strokes_left_ = std::max(bars, static_cast<int>(strokes + 0.5F));
    if (asked.manners[p_].keys)
      keys_left_ = static_cast<int>(*asked.manners[p_].keys * strokes + 0.5F);
  }
  for (int beat = 0; beat < kBeats; ++beat) {
    if (beat % kBeatsOfBar >= beats_ || !plays(static_cast<int>(p_), bar_of(beat))) continue;
    for (int place = 0; place < kPlaces; ++place) {
      const float* keys = scores(beat, place);
      likeliest_[static_cast<std::size_t>(index_of(beat, place))] =
          chance_of(*std::max_element(keys, keys + kKeys));
    }
  }
}

bool HandView::plays(int player, int bar) const {
  return bar >= 0 && bar < rolls::kBars &&
         asked_.plays[static_cast<std::size_t>(player)][static_cast<std::size_t>(bar)];
}

int HandView::step_at(int beat, int place) const {
  return step_of(beat, place, beats_ * rolls::kStepsPerBeat);
}

const rolls::HalfBarChord& HandView::chord_at(int n) const {
  return asked_.chords[static_cast<std::size_t>(
      half_bar_of(n / kPlaces, n % kPlaces, beats_ * rolls::kStepsPerBeat))];
}

const float* HandView::scores(int beat, int place) const {
  const int token = (bar_of(beat) * beats_ + beat % kBeatsOfBar) * kPlayers + static_cast<int>(p_);
  return logits_.data() + std::ptrdiff_t{token} * kContentFeatures +
         std::ptrdiff_t{place} * kStrokeFeatures;
}

void HandView::write_phrase(SparseRow& row) const {
  FeatureWriter to(row, 0);
  const Conditions& c = asked_;
  to.one_of(3, c.metre == score::Metre{4, 4} ? 0 : c.metre == score::Metre{3, 4} ? 1 : 2);
  to.one_of(kStyles, c.style);
  to.flag(c.minor);
  const auto known = [&](const std::optional<float>& v, float centre, float scale) {
    to.value(v ? std::clamp((*v - centre) * scale, -3.0F, 3.0F) : 0.0F);
    to.flag(v.has_value());
  };
  known(c.valence, 0.0F, 0.5F);
  known(c.arousal, 0.0F, 0.5F);
  to.value(trust_);
  known(c.manners[p_].strokes, 1.0F, 1.0F);
  known(c.manners[p_].keys, 2.0F, 0.5F);
  for (std::size_t q = 0; q < kPlayers; ++q) {
    to.flag(std::ranges::count(c.plays[q], true) > 0);
    to.flag(c.given[q]);
  }
  CANTUS_CHECK(to.at() == kHandPhraseFeatures);
}

void HandView::write_chord(int n, FeatureWriter& to) const {
  const rolls::HalfBarChord& chord = chord_at(n);
  const bool none = chord.tones == 0;
  to.one_of(12, none ? -1 : chord.root);
  to.bits(chord.tones, 12);
  to.one_of(12, none ? -1 : chord.bass);
  const int half = half_bar_of(n / kPlaces, n % kPlaces, beats_ * rolls::kStepsPerBeat);
  const auto* next =
      half + 1 < 2 * rolls::kBars ? &asked_.chords[static_cast<std::size_t>(half) + 1] : nullptr;
  to.one_of(12, next == nullptr || next->tones == 0 ? -1 : next->root);
  to.flag(none);
  to.flag(next != nullptr && !(*next == chord));
  const bool new_half =
      n > 0 &&
      half != half_bar_of((n - 1) / kPlaces, (n - 1) % kPlaces, beats_ * rolls::kStepsPerBeat) &&
      (n - 1) / kPlaces % kBeatsOfBar < beats_;
  const bool first_of_bar = n % kPlacesOfBar == 0;
  to.flag((new_half || first_of_bar) && half > 0 &&
          !(asked_.chords[static_cast<std::size_t>(half) - 1] == chord));
  for (const int bars : {1, 2})
    to.flag(n >= bars * kPlacesOfBar && chord_at(n - bars * kPlacesOfBar) == chord);
}

void HandView::write_budget(FeatureWriter& to) const {
  const bool known = asked_.manners[p_].strokes.has_value();
  if (!known) {
    for (int i = 0; i < 14; ++i)
      to.value(0.0F);
    return;
  }
  const float left = static_cast<float>(strokes_left_);
  const float beats = static_cast<float>(std::max(1, places_left_)) / kPlaces;
  const float ratio = left / beats / std::max(0.0625F, *asked_.manners[p_].strokes);
  to.value(std::min(left / beats, 6.0F) * 0.5F);
  constexpr std::array<float, 5> kUpTo = {0.5F, 0.8F, 0.95F, 1.05F, 1.3F};
  to.one_of(6, static_cast<int>(std::ranges::lower_bound(kUpTo, ratio) - kUpTo.begin()));
  to.flag(strokes_left_ == 0);
  to.one_of(4, strokes_left_ - 1);
  to.flag(strokes_left_ >= places_left_);
  const bool full = asked_.manners[p_].keys.has_value() && strokes_left_ > 0;
  to.value(full ? std::clamp(static_cast<float>(keys_left_) / std::max(1.0F, left), 0.0F, 6.0F) *
                      0.5F
                : 0.0F);
}

void HandView::write_generator(int beat, int place, FeatureWriter& to) const {
  const float* from = scores(beat, place);
  for (int key = 0; key < kKeys; ++key)
    to.value(chance(beat, place, key));
  const int n = index_of(beat, place);
  const float best = likeliest_[static_cast<std::size_t>(n)];
  to.value(best);
  to.flag(best > 0.5F);
  for (const int by : {-3, -1, 1, 3}) {
    const int at = n + by;
    to.value(at >= 0 && at < kPhrasePlaces ? likeliest_[static_cast<std::size_t>(at)] : 0.0F);
  }
  from += kKeys;
  to.one_of(kLengths, static_cast<int>(std::max_element(from, from + kLengths) - from));
  from += kLengths;
  to.one_of(kBands, static_cast<int>(std::max_element(from, from + kBands) - from));
}

void HandView::write_others(int n, FeatureWriter& to) const {
  const auto struck = [&](std::size_t q, int at) {
    return at >= 0 && at < kPhrasePlaces && heard_[q].struck[static_cast<std::size_t>(at)] != 0;
  };
  const auto now = static_cast<std::size_t>(n);
  for (std::size_t q = 0; q < kPlayers; ++q) {
    const bool hears = hears_[q] && q != p_;
    to.flag(hears);
    to.flag(hears && struck(q, n));
    // The sixteenths around: places 0, 1, 3 and 5 of a beat.
    constexpr std::array<int, kPlaces> kNext = {1, 2, 1, 2, 1, 1};
    constexpr std::array<int, kPlaces> kBefore = {-1, -1, -1, -2, -1, -2};
    const auto place = static_cast<std::size_t>(n % kPlaces);
    to.flag(hears && struck(q, n + kNext[place]));
    to.flag(hears && struck(q, n + kBefore[place]));
  }
  for (const std::uint64_t kind : drum_kinds())
    to.flag(p_ != 0 && hears_[0] && (heard_[0].struck[now] & kind) != 0);
  const auto sounding = [&](std::size_t q) {
    return static_cast<unsigned>(hears_[q] && q != p_ ? heard_[q].sounding[now] : 0U);
  };
  to.bits(sounding(1), 12);
  to.bits(sounding(2) | sounding(3), 12);
  to.bits(sounding(4), 12);
  for (std::size_t q = 1; q < kPlayers; ++q) {
    const int top = hears_[q] && q != p_ ? heard_[q].top[now] : -1;
    to.flag(top > 0);
    to.value(top > 0 ? static_cast<float>(top - 60) / 12.0F : 0.0F);
  }
}

void HandView::write_last(int beat, int place, FeatureWriter& to) const {
  const int step = step_at(beat, place);
  to.bits(last_, kKeys);
  to.bits(before_, kKeys);
  const int gap = step - last_step_;
  const bool any = last_step_ >= 0;
  to.one_of(12, any ? gap_bucket(gap) : -1);
  to.one_of(kLengths, any ? last_stroke_.length : -1);
  to.flag(any && gap < kLengthSteps[last_stroke_.length]);
  to.flag(any && gap == kLengthSteps[last_stroke_.length]);
  to.one_of(kBands, any ? last_stroke_.band : -1);
}

Stroke HandView::bars_before(int n, int bars) const {
  const int at = n - bars * kPlacesOfBar;
  return at >= 0 ? own_[static_cast<std::size_t>(at)] : Stroke{};
}

void HandView::write_earlier_bars(int n, FeatureWriter& to) const {
  const int bar = n / kPlacesOfBar;
  const Stroke one = bars_before(n, 1);
  const Stroke two = bars_before(n, 2);
  to.bits(one.keys, kKeys);
  to.bits(two.keys, kKeys);
  for (const int bars : {1, 2, 3}) {
    to.flag(plays(static_cast<int>(p_), bar - bars));
    to.flag(bars_before(n, bars).keys != 0);
  }
  to.one_of(kLengths, one.keys != 0 ? one.length : -1);
  if (one.keys != 0 && player_ != Player::drums) {
    to.bits(above(classes_of(one.keys), chord_at(n - kPlacesOfBar).root), 12);
  } else {
    to.bits(0, 12);
  }
  // Steps until the bar before strikes next after this place.
  int next = -1;
  for (int at = n - kPlacesOfBar + 1; at >= 0 && at <= n && next < 0; ++at) {
    if (at < 0 || own_[static_cast<std::size_t>(at)].keys == 0) continue;
    next = step_at(at / kPlaces, at % kPlaces) - step_at((n - kPlacesOfBar) / kPlaces, n % kPlaces);
  }
  to.one_of(8, next < 0 ? -1 : std::min(7, gap_bucket(next)));
  const bool fresh = bar != bar_;  // nothing decided in this bar yet
  for (std::size_t i = 0; i < 3; ++i) {
    const bool before = plays(static_cast<int>(p_), bar - static_cast<int>(i) - 1);
    to.flag(before && (fresh || same_rhythm_[i]));
    to.flag(before && (fresh || same_keys_[i]));
    to.flag(before && !fresh && count_ > count_before_[i]);
    to.flag(before && !fresh && count_ < count_before_[i]);
  }
  to.bits(fresh ? 0U : classes_, 12);
}

Stroke HandView::places_before(int n, int places) const {
  const int beat = n / kPlaces;
  const int at =
      (bar_of(beat) * beats_ + beat % kBeatsOfBar) * kPlaces + n % kPlaces - places;  // no gaps
  if (at < 0) return {};
  const int bar = at / (beats_ * kPlaces);
  return own_[static_cast<std::size_t>(bar * kPlacesOfBar + at % (beats_ * kPlaces))];
}

void HandView::write_past(int n, FeatureWriter& to) const {
  to.bits(places_before(n, kPlaces).keys, kKeys);
  to.bits(places_before(n, 2 * kPlaces).keys, kKeys);
  to.bits(used_, kKeys);
  for (int places = 1; places <= 2 * kPlaces; ++places)
    to.flag(places_before(n, places).keys != 0);
  const int step = step_at(n / kPlaces, n % kPlaces);
  for (std::size_t kind = 0; kind < kHandKinds; ++kind) {
    const int gap = step - last_of_[kind];
    const bool any = last_of_[kind] >= 0;
    const int usual = before_of_[kind] >= 0 ? last_of_[kind] - before_of_[kind] : -1;
    to.flag(usual > 0 && gap == usual);
    to.flag(usual > 0 && gap < usual);
    to.one_of(12, any ? gap_bucket(gap) : -1);
  }
}

void HandView::write_place(int beat, int place, SparseRow& row) const {
  FeatureWriter to(row, kHandPhraseFeatures);
  const int n = index_of(beat, place);
  const int bar = bar_of(beat);
  to.one_of(kPlacesOfBar, n % kPlacesOfBar);
  to.one_of(rolls::kBars, bar);
  to.flag(plays(static_cast<int>(p_), bar - 1));
  to.flag(plays(static_cast<int>(p_), bar + 1));
  for (int q = 0; q < kPlayers; ++q)
    to.flag(plays(q, bar));
  write_chord(n, to);
  write_budget(to);
  const bool fresh = bar != bar_;
  to.flag(fresh || count_ == 0);
  to.value(fresh ? 0.0F : static_cast<float>(count_) * 0.25F);
  to.flag(last_ == 0);
  write_generator(beat, place, to);
  write_others(n, to);
  write_last(beat, place, to);
  write_earlier_bars(n, to);
  CANTUS_CHECK(to.at() == kHandPhraseFeatures + kHandPlaceFeatures);
  write_past(n, to);
  CANTUS_CHECK(to.at() == kHandPhraseFeatures + kHandPlaceFeatures + kHandPastFeatures);
}

void HandView::write_chosen(int beat, int place, std::uint64_t chosen, SparseRow& row) const {
  FeatureWriter to(row, kHandPhraseFeatures + kHandPlaceFeatures + kHandPastFeatures);
  const int n = index_of(beat, place);
  to.flag(true);
  to.bits(chosen, kKeys);
  const int count = std::popcount(chosen);
  to.one_of(7, count - 1);
  to.bits(player_ == Player::drums ? 0U : above(classes_of(chosen), chord_at(n).root), 12);
  const KeyReferences leans = references(beat, place, chosen);
  const int top = chosen == 0 ? -1 : 63 - std::countl_zero(chosen);
  const std::uint64_t below = (std::uint64_t{2} << top) - 1;
  for (const std::uint64_t copy : std::span(leans.copies).first(3)) {
    to.flag(copy != 0 && (copy & below) == chosen);
    to.flag(copy != 0 && (copy & ~below) == 0);
  }
  CANTUS_CHECK(to.at() == kHandFeatures);
}

KeyReferences HandView::references(int beat, int place, std::uint64_t chosen) const {
  const int n = index_of(beat, place);
  KeyReferences out;
  if (player_ != Player::drums && chord_at(n).tones != 0) out.root = chord_at(n).root;
  if (chosen != 0)
    out.from = 63 - std::countl_zero(chosen);
  else if (last_ != 0)
    out.from = std::countr_zero(last_);
  out.copies = {last_,
                bars_before(n, 1).keys,
                bars_before(n, 2).keys,
                places_before(n, kPlaces).keys,
                places_before(n, 2 * kPlaces).keys,
                used_};
  return out;
}

float HandView::chance(int beat, int place, int key) const {
  const float logit = scores(beat, place)[key];
  return logit > -3.5F ? chance_of(logit) : 0.0F;
}

void HandView::decided(int beat, int place, const Stroke& stroke) {
  const int n = index_of(beat, place);
  const int bar = bar_of(beat);
  if (bar != bar_) {
    bar_ = bar;
    same_rhythm_.fill(true);
    same_keys_.fill(true);
    count_before_.fill(0);
    count_ = 0;
    classes_ = 0;
  }
  own_[static_cast<std::size_t>(n)] = stroke;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::uint64_t earlier = bars_before(n, static_cast<int>(i) + 1).keys;
    same_rhythm_[i] = same_rhythm_[i] && (earlier != 0) == (stroke.keys != 0);
    same_keys_[i] = same_keys_[i] && earlier == stroke.keys;
    count_before_[i] += earlier != 0 ? 1 : 0;
  }
  --places_left_;
  if (stroke.keys == 0) return;
  ++count_;
  classes_ |= classes_of(stroke.keys);
  used_ |= stroke.keys;
  constexpr auto kKinds = own_kinds();
  for (std::size_t kind = 0; kind < kHandKinds; ++kind) {
    const bool of_kind = player_ == Player::drums ? (stroke.keys & kKinds[kind]) != 0 : kind == 0;
    if (!of_kind) continue;
    before_of_[kind] = last_of_[kind];
    last_of_[kind] = step_at(beat, place);
  }
  before_ = last_;
  last_ = stroke.keys;
  last_stroke_ = stroke;
  last_step_ = step_at(beat, place);
  if (strokes_left_ > 0) --strokes_left_;
  keys_left_ = std::max(0, keys_left_ - std::popcount(stroke.keys));
}

float HandView::behind() const {
  if (strokes_asked_ == 0 || places_left_ == 0) return 0.0F;
  const float asked = static_cast<float>(strokes_asked_) / static_cast<float>(places_asked_);
  const float left = static_cast<float>(strokes_left_) / static_cast<float>(places_left_);
  return std::clamp(left / asked - 1.0F, -0.5F, 0.5F);
}

}  // namespace cantus::band
