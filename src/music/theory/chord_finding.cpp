#include "music/theory/chord_finding.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>

#include "music/theory/chord_templates.h"
#include "music/theory/key_finding.h"
#include "music/theory/slots.h"

namespace cantus::theory {
namespace {

using score::Chord;
using score::ChordSpan;
using score::Key;
using score::KeyChange;
using score::Tick;
using score::TickLength;

/// What a change of chord costs at each strength; found on Roman-numeral analyses.
constexpr std::array<double, 3> kChangeCost = {1.5, 2.2, 3.2};
/// A slot counts as so many independent beats of sound at most, however many parts double it.
constexpr double kMostEvidence = 4.0;
constexpr double kBassWeight = 0.8;
constexpr double kLoneBassWeight = 0.15;  ///< Of a melody alone.
constexpr double kPriorWeight = 0.35;     ///< Of the chord's fit with the key, a slot.
constexpr TickLength kShortestSilence = score::beats(2);

class Listener {
 public:
  Listener(const score::Piece& piece, const ChordFinding& how) : piece_(piece), how_(how) {
    slots_ = slots_of(piece);
    found_keys_ = find_keys(piece);
    home_ = (found_keys_.empty() ? Key{} : found_keys_.front().key).tonic().pitch_class();
  }

  std::vector<ChordSpan> listen() {
    if (slots_.empty()) return {};
    follow_best_paths();
    return spans();
  }

 private:
  Key key_of_slot(const Slot& slot) const {
    const auto after = std::ranges::upper_bound(found_keys_, slot.start, {}, &KeyChange::at);
    return after == found_keys_.begin() ? Key{} : std::prev(after)->key;
  }

  const std::vector<ChordLikelihood>& chords_in(Key key) {
    const int name = key.fifths * score::kModes + static_cast<int>(key.mode);
    auto [place, is_new] = chords_.try_emplace(name);
    if (is_new) place->second = likelihoods_in(key, home_);
    return place->second;
  }

  static double fit(const ChordLikelihood& chord, const Slot& slot, double scale) {
    double score = kPriorWeight * chord.prior;
    for (std::size_t i = 0; i < 12; ++i) {
      const auto p = (static_cast<std::size_t>(chord.root.number()) + i) % 12;
      score += scale * slot.weights[p] * chord.sound[i];
    }
    if (slot.bass) {
      const double weight = slot.has_accompaniment ? kBassWeight : kLoneBassWeight;
      score += weight * chord.bass[static_cast<std::size_t>(slot.bass->above(chord.root))];
    }
    return score;
  }

  /// Viterbi: a change of chord costs the same whatever the chords, so one step is linear.
  void follow_best_paths() {
    const std::size_t states = 12 * chord_templates().size();
    std::vector<double> best(states, 0.0);
    came_from_.resize(slots_.size() * states);
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const Slot& slot = slots_[i];
      const auto& chords = chords_in(key_of_slot(slot));
      const auto top = static_cast<std::size_t>(std::ranges::max_element(best) - best.begin());
      const double changed =
          best[top] - how_.steadiness * kChangeCost[static_cast<std::size_t>(slot.strength)];
      const double total = slot.total();
      const double scale = total > kMostEvidence ? kMostEvidence / total : 1.0;
      for (std::size_t s = 0; s < states; ++s) {
        const bool changes = changed > best[s];
        came_from_[i * states + s] = static_cast<std::uint16_t>(changes ? top : s);
        best[s] = std::max(best[s], changed);
        if (total > 0.0) best[s] += fit(chords[s], slot, scale);
      }
    }
    last_ = static_cast<std::size_t>(std::ranges::max_element(best) - best.begin());
  }

  std::vector<std::size_t> path() const {
    std::vector<std::size_t> states(slots_.size());
    std::size_t state = last_;
    for (std::size_t i = slots_.size(); i-- > 0;) {
      states[i] = state;
      state = came_from_[i * 12 * chord_templates().size() + state];
    }
    return states;
  }

  /// Slots that sound, or are short rests inside a chord.
  std::vector<bool> sounding() const {
    std::vector<bool> sounds(slots_.size());
    for (std::size_t i = 0; i < slots_.size(); ++i)
      sounds[i] = slots_[i].total() > 0.0;
    for (std::size_t i = 1; i < slots_.size();) {
      std::size_t end = i;
      while (end < slots_.size() && !sounds[end])
        ++end;
      const bool is_short =
          end > i && sounds[i - 1] && slots_[end - 1].end - slots_[i].start <= kShortestSilence;
      if (is_short)
        std::fill(sounds.begin() + static_cast<std::ptrdiff_t>(i),
                  sounds.begin() + static_cast<std::ptrdiff_t>(end), true);
      i = std::max(end, i + 1);
    }
    return sounds;
  }

  const ChordLikelihood& chord_of(std::size_t state, std::size_t slot) const {
    const Key key = key_of_slot(slots_[slot]);
    return chords_.at(key.fifths * score::kModes + static_cast<int>(key.mode))[state];
  }

  /// The chord member heard longest in the bass, as a place in the template; 0 is the root, which
  /// also wins a tie; `otherwise` where none is heard.
  std::size_t bass_member(const ChordLikelihood& chord,
                          std::size_t first,
                          std::size_t end,
                          std::size_t otherwise) const {
    std::array<std::int64_t, 4> heard = {};
    for (std::size_t i = first; i < end; ++i) {
      if (!slots_[i].bass || !slots_[i].has_accompaniment) continue;
      for (std::size_t member = 0; member < chord.shape->size; ++member) {
        if (slots_[i].bass->above(chord.root) != chord.shape->intervals[member]) continue;
        heard[member] += (slots_[i].end - slots_[i].start).count();
      }
    }
    const auto longest = std::ranges::max_element(heard);
    return *longest > 0 ? static_cast<std::size_t>(longest - heard.begin()) : otherwise;
  }

  Chord named(std::size_t state, std::size_t first, std::size_t member) const {
    const Key key = key_of_slot(slots_[first]);
    const ChordLikelihood& chord = chord_of(state, first);
    Chord out{key.spell(chord.root), chord.shape->quality, std::nullopt};
    if (member > 0) out.bass = key.spell(chord.root + chord.shape->intervals[member]);
    return out;
  }

  /// One chord over slots [first, end), cut at bar lines where its bass changes for a bar. A bass
  /// that swings between root and fifth is one chord.
  void add_spans(std::size_t state,
                 std::size_t first,
                 std::size_t end,
                 std::vector<ChordSpan>& out) const {
    const ChordLikelihood& chord = chord_of(state, first);
    const std::size_t usual = how_.inversions ? bass_member(chord, first, end, 0) : 0;
    std::optional<std::size_t> before;
    for (std::size_t i = first; i < end;) {
      std::size_t next = i + 1;
      while (next < end && slots_[next].strength != Strength::bar)
        ++next;
      std::size_t member = how_.inversions ? bass_member(chord, i, next, usual) : 0;
      if (member == 2) member = usual;
      if (member == before) {
        out.back().length = slots_[next - 1].end - out.back().onset;
      } else {
        out.push_back(
            {slots_[i].start, slots_[next - 1].end - slots_[i].start, named(state, first, member)});
      }
      before = member;
      i = next;
    }
  }

  std::vector<ChordSpan> spans() const {
    const std::vector<std::size_t> states = path();
    const std::vector<bool> sounds = sounding();
    std::vector<ChordSpan> out;
    for (std::size_t i = 0; i < slots_.size();) {
      std::size_t end = i + 1;
      while (end < slots_.size() && states[end] == states[i] && sounds[end] == sounds[i])
        ++end;
      if (sounds[i]) add_spans(states[i], i, end, out);
      i = end;
    }
    return out;
  }

  const score::Piece& piece_;
  const ChordFinding& how_;
  std::vector<KeyChange> found_keys_;
  score::PitchClass home_;
  std::vector<Slot> slots_;
  std::map<int, std::vector<ChordLikelihood>> chords_;
  std::vector<std::uint16_t> came_from_;  // [slot][state]
  std::size_t last_ = 0;
};

}  // namespace

std::vector<ChordSpan> find_chords(const score::Piece& piece, const ChordFinding& how) {
  return Listener(piece, how).listen();
}

}  // namespace cantus::theory
