#include "neural/train/band_critic/spoil.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>
#include <vector>

#include "neural/band/beat_grid.h"

namespace cantus::band_critic {
namespace {

using rolls::Player;
using rolls::Roll;
using rolls::RollNote;
using Notes = std::vector<RollNote>;

std::size_t at(Aspect aspect) {
  return static_cast<std::size_t>(aspect);
}

template <class T>
void shuffle(std::vector<T>& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[random.below(i)]);
}

/// What the critic hears of it, loudness aside.
band::BeatGrid heard(const Roll& roll) {
  band::BeatGrid grid = band::grid_of(roll);
  for (auto& beat : grid.strokes) {
    for (auto& player : beat) {
      for (band::Stroke& stroke : player)
        stroke = {stroke.keys, stroke.keys == 0 ? std::uint8_t{0} : stroke.length, 5};
    }
  }
  return grid;
}

class Spoiler {
 public:
  Spoiler(const Roll& roll, std::span<const Roll* const> others, Random random)
      : original_(roll), others_(others), random_(random), out_(unspoiled(roll)) {}

  std::optional<Spoiled> spoil(Fault fault) {
    apply(fault);
    rolls::tidy(roll());
    const band::BeatGrid before = heard(original_);
    const band::BeatGrid after = heard(roll());
    if (before == after && roll().chords == original_.chords) return std::nullopt;
    judge(fault, before, after);
    return std::move(out_);
  }

 private:
  Roll& roll() { return out_.roll; }
  int steps() const { return original_.bar_steps(); }
  bool chance(double share) { return random_.uniform() < share; }
  int either(int a, int b) { return chance(0.5) ? a : b; }
  int drawn_bar() { return static_cast<int>(random_.below(kBars)); }
  bool in_bar(const RollNote& note, int bar) const { return note.onset / steps() == bar; }

  bool strikes_in(std::span<const RollNote> notes, int bar) const {
    return std::ranges::any_of(notes, [&](const RollNote& note) { return in_bar(note, bar); });
  }

  /// One or two bars in which the player strikes.
  std::vector<int> some_bars(const Notes& notes) {
    std::vector<int> bars;
    for (int bar = 0; bar < kBars; ++bar) {
      if (strikes_in(notes, bar)) bars.push_back(bar);
    }
    shuffle(bars, random_);
    if (bars.size() > 1) bars.resize(chance(0.5) ? 1 : 2);
    return bars;
  }

  void apply(Fault fault) {
    switch (fault) {
      case Fault::wrong_notes:
        return wrong_notes();
      case Fault::moved_chords:
        return moved_chords();
      case Fault::other_chords:
        return other_chords();
      case Fault::wrong_bass:
        return transpose_bars(Player::bass, some_bars(roll().of(Player::bass)),
                              either(1, -1) * (1 + static_cast<int>(random_.below(6))));
      case Fault::shuffled_bass:
        return shuffled_bass();
      case Fault::late_bass:
        return late_strokes(Player::bass, 0.25, either(3, 6));
      case Fault::shuffled_drums:
        return shuffled_drums();
      case Fault::late_drums:
        return late_strokes(Player::drums, 1.0 / 6.0, 3);
      case Fault::swapped_drums:
        return swapped_drums();
      case Fault::late_player:
        return turn(roll().of(drawn_player()), rolls::kStepsPerBeat, original_.steps());
      case Fault::late_bar:
        return late_bar();
      case Fault::exchanged_player:
        return exchanged_players();
      case Fault::exchanged_bars:
        return exchanged_bars();
      case Fault::own_way:
        return own_way();
    }
  }

  /// Bars that changed are spoiled in the fault's aspect and as a whole; what it may have spoiled
  /// besides is left open everywhere.
  void judge(Fault fault, const band::BeatGrid& before, const band::BeatGrid& after) {
    using enum Aspect;
    const Aspect aspect = aspect_of(fault);
    std::vector<Aspect> open = {form, together, harmony};
    if (aspect == together || aspect == form) open.insert(open.end(), {drums, bass});
    if (fault == Fault::wrong_notes) open.push_back(bass);
    std::erase(open, aspect);
    for (const Aspect one : open) {
      out_.whole[at(one)] = Truth::open;
      for (Truths& bar : out_.bars)
        bar[at(one)] = Truth::open;
    }
    for (const Aspect one : {overall, aspect}) {
      out_.whole[at(one)] = Truth::spoiled;
      for (int bar = 0; bar < kBars; ++bar) {
        if (differs(before, after, bar))
          out_.bars[static_cast<std::size_t>(bar)][at(one)] = Truth::spoiled;
      }
    }
  }

  static bool differs(const band::BeatGrid& a, const band::BeatGrid& b, int bar) {
    for (int beat = bar * band::kBeatsOfBar; beat < (bar + 1) * band::kBeatsOfBar; ++beat) {
      const auto i = static_cast<std::size_t>(beat);
      if (a.strokes[i] != b.strokes[i]) return true;
    }
    return false;
  }

  void wrong_notes() {
    for (const Player player : {Player::bass, Player::chords, Player::pad, Player::melody}) {
      for (RollNote& note : roll().of(player)) {
        if (!chance(0.1)) continue;
        const int key = note.key + either(1, -1) * either(1, 2);
        note.key = static_cast<std::uint8_t>(std::clamp(key, 0, 127));
      }
    }
  }

  void transpose_bars(Player player, const std::vector<int>& bars, int by) {
    for (RollNote& note : roll().of(player)) {
      if (std::ranges::find(bars, note.onset / steps()) == bars.end()) continue;
      note.key = static_cast<std::uint8_t>(std::clamp(note.key + by, 0, 127));
    }
  }

  /// Onsets `by` steps later, those that leave the span of steps come back at its beginning.
  static void turn(Notes& notes, int by, int span) {
    for (RollNote& note : notes)
      note.onset = static_cast<std::int16_t>(((note.onset + by) % span + span) % span);
  }

  void moved_chords() {
    const int half = steps() / 2;
    const int by = either(1, -1) * (chance(0.4)   ? half
                                    : chance(0.5) ? steps()
                                                  : rolls::kStepsPerBeat);
    for (const Player player : {Player::chords, Player::pad})
      turn(roll().of(player), by, original_.steps());
  }

  void other_chords() {
    Notes both = roll().of(Player::chords);
    const Notes& pad = roll().of(Player::pad);
    both.insert(both.end(), pad.begin(), pad.end());
    const auto bars = some_bars(both);
    constexpr std::array<int, 4> kBy = {1, 2, 3, 5};
    const int by = either(1, -1) * kBy[random_.below(kBy.size())];
    for (const Player player : {Player::chords, Player::pad})
      transpose_bars(player, bars, by);
  }

  void shuffled_bass() {
    for (int bar = 0; bar < kBars; ++bar) {
      if (!chance(0.5)) continue;
      std::vector<std::uint8_t> keys;
      for (const RollNote& note : roll().of(Player::bass)) {
        if (in_bar(note, bar)) keys.push_back(note.key);
      }
      shuffle(keys, random_);
      std::size_t i = 0;
      for (RollNote& note : roll().of(Player::bass)) {
        if (in_bar(note, bar)) note.key = keys[i++];
      }
    }
  }

  /// The notes of one player, by their onsets.
  static std::map<int, Notes> strokes_of(const Notes& notes) {
    std::map<int, Notes> strokes;
    for (const RollNote& note : notes)
      strokes[note.onset].push_back(note);
    return strokes;
  }

  void put_back(Player player, const std::map<int, Notes>& strokes) {
    Notes& notes = roll().of(player);
    notes.clear();
    for (const auto& [onset, stroke] : strokes) {
      for (RollNote note : stroke) {
        note.onset = static_cast<std::int16_t>(onset);
        notes.push_back(note);
      }
    }
  }

  void late_strokes(Player player, double share, int most) {
    const auto strokes = strokes_of(roll().of(player));
    std::map<int, Notes> moved;
    for (const auto& [onset, stroke] : strokes) {
      int to = onset;
      if (chance(share)) to += either(1, -1) * most;
      const bool fits = to >= 0 && to < original_.steps() && to / steps() == onset / steps() &&
                        (to == onset || (!strokes.contains(to) && !moved.contains(to)));
      moved[fits ? to : onset] = stroke;
    }
    put_back(player, moved);
  }

  void shuffled_drums() {
    auto strokes = strokes_of(roll().of(Player::drums));
    for (const int bar : some_bars(roll().of(Player::drums))) {
      std::vector<Notes> inside;
      for (const auto& [onset, stroke] : strokes) {
        if (onset / steps() == bar) inside.push_back(stroke);
      }
      shuffle(inside, random_);
      std::size_t i = 0;
      for (auto& [onset, stroke] : strokes) {
        if (onset / steps() == bar) stroke = inside[i++];
      }
    }
    put_back(Player::drums, strokes);
  }

  void swapped_drums() {
    const auto bars = some_bars(roll().of(Player::drums));
    for (RollNote& note : roll().of(Player::drums)) {
      if (std::ranges::find(bars, note.onset / steps()) == bars.end()) continue;
      if (note.key == 35 || note.key == 36)
        note.key = 38;
      else if (note.key == 38 || note.key == 40)
        note.key = 36;
    }
  }

  std::vector<Player> playing() const {
    std::vector<Player> players;
    for (const Player player : rolls::kAllPlayers) {
      if (!original_.of(player).empty()) players.push_back(player);
    }
    return players;
  }
  Player drawn_player() {
    const auto players = playing();
    return players.empty() ? Player::drums : players[random_.below(players.size())];
  }

  /// A beat of silence, and what leaves the bar is lost.
  void late_bar() {
    Notes& notes = roll().of(drawn_player());
    const auto bars = some_bars(notes);
    if (bars.empty()) return;
    Notes kept;
    for (RollNote note : notes) {
      const int bar = note.onset / steps();
      if (bar == bars.front())
        note.onset = static_cast<std::int16_t>(note.onset + rolls::kStepsPerBeat);
      if (note.onset / steps() == bar) kept.push_back(note);
    }
    notes = std::move(kept);
  }

  /// Of a phrase in which the player plays in the same bars.
  void exchanged_players() {
    auto players = playing();
    if (players.size() < 2 || others_.empty()) return;
    shuffle(players, random_);
    players.resize(players.size() > 3 && chance(0.4) ? 2 : 1);
    for (const Player player : players) {
      for (int tries = 0; tries < 40; ++tries) {
        const Roll& other = *others_[random_.below(others_.size())];
        if (other.metre != original_.metre) continue;
        bool same = true;
        for (int bar = 0; bar < kBars; ++bar)
          same = same && strikes_in(other.of(player), bar) == strikes_in(original_.of(player), bar);
        if (!same) continue;
        roll().of(player).assign(other.of(player).begin(), other.of(player).end());
        break;
      }
    }
  }

  void exchange(Notes& notes, int a, int b) const {
    for (RollNote& note : notes) {
      const int bar = note.onset / steps();
      if (bar == a) note.onset = static_cast<std::int16_t>(note.onset + (b - a) * steps());
      if (bar == b) note.onset = static_cast<std::int16_t>(note.onset + (a - b) * steps());
    }
  }

  std::pair<int, int> two_bars() {
    const int a = drawn_bar();
    return {a, (a + 1 + static_cast<int>(random_.below(kBars - 1))) % kBars};
  }

  void exchanged_bars() {
    for (int tries = 0; tries < 4 && roll() == original_; ++tries) {
      const auto [a, b] = two_bars();
      for (auto& notes : roll().players)
        exchange(notes, a, b);
      for (int half = 0; half < 2; ++half)
        std::swap(roll().chords[static_cast<std::size_t>(2 * a + half)],
                  roll().chords[static_cast<std::size_t>(2 * b + half)]);
      for (const Player player : rolls::kAllPlayers)
        std::ranges::sort(roll().of(player));
    }
  }

  void own_way() {
    Notes& notes = roll().of(drawn_player());
    const auto [a, b] = two_bars();
    exchange(notes, a, b);
  }

  const Roll& original_;
  std::span<const Roll* const> others_;
  Random random_;
  Spoiled out_;
};

}  // namespace

Aspect aspect_of(Fault fault) {
  switch (fault) {
    case Fault::wrong_notes:
    case Fault::moved_chords:
    case Fault::other_chords:
      return Aspect::harmony;
    case Fault::wrong_bass:
    case Fault::shuffled_bass:
    case Fault::late_bass:
      return Aspect::bass;
    case Fault::shuffled_drums:
    case Fault::late_drums:
    case Fault::swapped_drums:
      return Aspect::drums;
    case Fault::exchanged_bars:
      return Aspect::form;
    default:
      return Aspect::together;
  }
}

Spoiled unspoiled(const Roll& roll) {
  Spoiled out{roll, {}, {}};
  out.whole.fill(Truth::good);
  if (roll.of(Player::drums).empty()) out.whole[at(Aspect::drums)] = Truth::open;
  if (roll.of(Player::bass).empty()) out.whole[at(Aspect::bass)] = Truth::open;
  out.bars.fill(out.whole);
  return out;
}

Spoiled as_composed(const Roll& roll) {
  Spoiled out{roll, {}, {}};
  out.whole.fill(Truth::open);
  out.whole[0] = Truth::spoiled;
  out.bars.fill(out.whole);
  return out;
}

std::optional<Spoiled> spoil(const Roll& roll,
                             Fault fault,
                             std::span<const Roll* const> others,
                             Random random) {
  return Spoiler(roll, others, random).spoil(fault);
}

}  // namespace cantus::band_critic
