// What a player's hand knows when it decides whether and what to strike at one place of a phrase.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "neural/band/conditions.h"

namespace cantus::band {

constexpr int kPlacesOfBar = kBeatsOfBar * kPlaces;
constexpr int kPhrasePlaces = rolls::kBars * kPlacesOfBar;

/// A row of features, most of which are zero.
class SparseRow {
 public:
  void clear() { count_ = 0; }
  int size() const { return count_; }
  int index(int i) const { return index_[static_cast<std::size_t>(i)]; }
  float value(int i) const { return value_[static_cast<std::size_t>(i)]; }

 private:
  friend class FeatureWriter;
  static constexpr std::size_t kMost = 1024;
  std::array<std::uint16_t, kMost> index_;
  std::array<float, kMost> value_;
  int count_ = 0;
};

/// Features of a phrase, of a place, and of the keys chosen so far for its stroke.
constexpr int kHandPhraseFeatures = 3 + kStyles + 1 + 4 + 1 + 4 + 2 * kPlayers;
constexpr int kHandPlaceFeatures = kPlacesOfBar + 4 + 2 + kPlayers + 4 * 12 + 5 + 14 + 3 + kKeys +
                                   6 + kLengths + kBands + 4 * kPlayers + 5 + 36 + 8 + 2 * kKeys +
                                   12 + kLengths + 2 + kBands + 2 * kKeys + 6 + kLengths + 12 + 8 +
                                   12 + 12;
/// Of the phrase so far: what was struck one and two beats before, where in the last two beats, how
/// each kind of drum goes on (a pitched player is one kind), and which keys were struck at all.
constexpr int kHandKinds = 7;
constexpr int kHandPastFeatures = 3 * kKeys + 2 * kPlaces + kHandKinds * (2 + 12);
constexpr int kHandChosenFeatures = 1 + kKeys + 7 + 12 + 6;
constexpr int kHandFeatures =
    kHandPhraseFeatures + kHandPlaceFeatures + kHandPastFeatures + kHandChosenFeatures;

/// Earlier strokes that the choice of a key leans on.
constexpr int kHandCopies = 6;

/// What the choice of the next key leans on beside the features.
struct KeyReferences {
  int root = -1;  ///< pitch class of the chord; none: -1
  int from = -1;  ///< the key below in this stroke, else the lowest of the stroke before; none: -1
  /// Of the stroke before, of this place one and two bars and one and two beats before, and of all
  /// strokes so far.
  std::array<std::uint64_t, kHandCopies> copies{};
};

/// Follows one player through a phrase. Others are heard where `heard` says so, with all their
/// strokes of the phrase; of its own, those that struck() was told of.
class HandView {
 public:
  /// `logits` is [tokens][kContentFeatures] of the generator; `trust` 0 to 1 is how much of their
  /// noise is of the music that is to come. All must outlive the view.
  HandView(const Conditions& asked,
           std::span<const float> logits,
           const BeatGrid& grid,
           const std::array<bool, kPlayers>& heard,
           rolls::Player player,
           float trust);

  void write_phrase(SparseRow& row) const;
  void write_place(int beat, int place, SparseRow& row) const;
  void write_chosen(int beat, int place, std::uint64_t chosen, SparseRow& row) const;
  KeyReferences references(int beat, int place, std::uint64_t chosen) const;

  /// How likely the generator finds the key there, 0 to 1.
  float chance(int beat, int place, int key) const;

  /// What was decided there; an empty stroke too. Places come in their order, and only those of
  /// bars in which the player plays.
  void decided(int beat, int place, const Stroke& stroke);

  /// How far behind what is asked for the player is: strokes a place still to come, over those
  /// asked for on the average, less 1; -0.5 to 0.5, and 0 where nothing is asked.
  float behind() const;

 private:
  struct Heard {
    std::array<std::uint64_t, kPhrasePlaces> struck{};
    std::array<std::uint16_t, kPhrasePlaces> sounding{};  ///< pitch classes
    std::array<std::int8_t, kPhrasePlaces> top{};         ///< highest key number sounding, or -1
    std::array<bool, kPhrasePlaces> used{};
  };

  bool plays(int player, int bar) const;
  int step_at(int beat, int place) const;
  const rolls::HalfBarChord& chord_at(int n) const;
  const float* scores(int beat, int place) const;
  void write_chord(int n, class FeatureWriter& to) const;
  void write_budget(class FeatureWriter& to) const;
  void write_generator(int beat, int place, class FeatureWriter& to) const;
  void write_others(int n, class FeatureWriter& to) const;
  void write_last(int beat, int place, class FeatureWriter& to) const;
  void write_earlier_bars(int n, class FeatureWriter& to) const;
  void write_past(int n, class FeatureWriter& to) const;
  Stroke bars_before(int n, int bars) const;
  Stroke places_before(int n, int places) const;

  const Conditions& asked_;
  std::span<const float> logits_;
  rolls::Player player_;
  std::size_t p_;
  float trust_;
  int beats_;  ///< of a bar
  std::array<Heard, kPlayers> heard_;
  std::array<bool, kPlayers> hears_;
  std::array<float, kPhrasePlaces> likeliest_{};  ///< the generator's best key's chance
  std::array<Stroke, kPhrasePlaces> own_{};
  std::uint64_t last_ = 0, before_ = 0;
  int last_step_ = -1;
  Stroke last_stroke_;
  int strokes_asked_ = 0, strokes_left_ = 0, keys_left_ = 0, places_left_ = 0;
  int places_asked_ = 0;
  /// In which of the three bars before this bar has so far been struck alike, in rhythm and keys.
  std::array<bool, 3> same_rhythm_{}, same_keys_{};
  std::array<int, 3> count_before_{};  ///< strokes so far there
  int count_ = 0;                      ///< strokes so far in this bar
  unsigned classes_ = 0;               ///< struck so far in this bar
  int bar_ = -1;
  std::uint64_t used_ = 0;  ///< keys struck so far in the phrase
  /// Steps of the last stroke of each kind and of the one before it; -1 where there is none.
  std::array<int, kHandKinds> last_of_, before_of_;
};

}  // namespace cantus::band
