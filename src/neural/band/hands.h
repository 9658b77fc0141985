// The players' hands: small networks that decide stroke by stroke, hearing what has been struck.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "neural/band/decide.h"
#include "neural/band/hand_view.h"
#include "neural/infer/aligned_floats.h"
#include "neural/infer/isa.h"
#include "neural/infer/packed_matrix.h"
#include "neural/infer/safetensors.h"

namespace cantus::band {

constexpr int kMoves = 49;  ///< from two octaves below the reference key to two above

/// Where a hand's outputs begin: whether to strike; keys and "no more"; pitch classes above the
/// root; moves; leaning on earlier strokes and on the generator; lengths; bands.
struct HandOutputs {
  static constexpr int strike = 0;
  static constexpr int keys = 1;
  static constexpr int classes = keys + kKeys + 1;
  static constexpr int moves = classes + 12;
  static constexpr int copies = moves + kMoves;
  static constexpr int lengths = copies + kHandCopies + 1;
  static constexpr int bands = lengths + kLengths;
  static constexpr int count = bands + kBands;
};

/// How a hand chooses: measured on validation phrases.
struct HandManner {
  float trust = 0.0F;  ///< HandView's: how much of the generator's noise is believed
  float strike_temperature = 1.0F;
  /// A strike less likely than this is not made, one more likely than 1 less this always.
  float strike_least = 0.0F;
  float key_temperature = 1.0F;  ///< of keys, lengths and velocities
  float key_least = 0.0F;  ///< those less likely than this share of the likeliest are not drawn
  /// Steps: a note that ends no more than so many before the player's next lasts until then.
  float legato = 0.0F;
  /// Taken from the score of "no more keys": a hand that draws ends its chords too soon.
  float fullness = 0.0F;
};
constexpr int kHandManner = 7;
using HandManners = std::array<HandManner, kPlayers>;

/// Constant after loading; any number of threads may use one.
class Hands {
 public:
  Hands() = default;  ///< none: there() is false
  /// None where the file has none; fails where what it has is not whole.
  static Result<Hands> read(const infer::SafeTensors& file);

  bool there() const { return first_ > 0; }
  const HandManners& manners() const { return manners_; }
  void use(const HandManners& manners) { manners_ = manners; }

  /// Strokes of all players that are not given, one player after another. `logits` as decide()
  /// takes them, `chances` a stream of draws for each bar: the same give the same, whatever comes
  /// in later bars. A player strikes in exactly the bars where it plays, and about as often and as
  /// fully as its manner says.
  BeatGrid play(std::span<const float> logits,
                const Conditions& conditions,
                const Rules& rules,
                std::span<const Random, rolls::kBars> chances,
                infer::Isa isa) const;

 private:
  friend class HandAtPlay;
  struct One {
    std::vector<float> in;  ///< [kHandFeatures][first]
    std::vector<float> in_bias, mid_bias, out_bias;
    infer::PackedMatrix mid;  ///< [second, first]
    infer::PackedMatrix out;  ///< [HandOutputs::count, second]
  };
  int first_ = 0;
  int second_ = 0;
  HandManners manners_;
  infer::AlignedFloats weights_;
  std::vector<One> hands_;  ///< of each player
};

/// What was played as a roll, small gaps closed; strict notes are shortened as decided_roll() does.
rolls::Roll played_roll(const BeatGrid& grid,
                        const Conditions& conditions,
                        const HandManners& manners,
                        const Rules& rules);

}  // namespace cantus::band
