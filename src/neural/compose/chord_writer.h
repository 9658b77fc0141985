// Writes the chords of one bar: says which tokens may come next, and turns those chosen into
// chords. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "music/score/piece.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {

/// The qualities open on each root's pitch class; twelve of them.
using ChordChoices = std::vector<std::vector<score::Quality>>;

/// Every quality that the language knows, on every root.
ChordChoices every_chord();

/// Some roots of `all` only, counted modulo twelve.
ChordChoices only(const ChordChoices& all, std::initializer_list<int> roots);

/// Whether a piece may end on the tonic's chord of this quality.
bool is_final(score::Quality quality);

/// What the writer must know of the bar.
struct ChordBar {
  score::Tick start;
  score::Tick end;
  score::Metre metre;
  int tonic = 0;          ///< pitch class
  bool is_last = false;   ///< it ends on the tonic
  bool is_plain = false;  ///< chords change on beats, and not in the last bar
  bool basses = true;     ///< a chord may stand over another bass note, but for the last bar's
  std::vector<tokens::Token> after;  ///< what may follow when the bar has no more chords
};

/// How far chords written with a melody lean, against the model that follows itself; logits.
struct ChordLeanings {
  float away = 0.0F;    ///< from the tonic's chord, but in the last bar
  float open = 0.0F;    ///< and more where a strain of eight bars ends
  float steady = 0.0F;  ///< after a bar's chord, to no other in that bar
};

class ChordWriter {
 public:
  /// The chords open from `from` to `until`; `is_first` of the bar.
  using Open = std::function<ChordChoices(score::Tick from, score::Tick until, bool is_first)>;

  /// Appends to `draft.chords`. Without `open` every chord is.
  ChordWriter(score::Piece& draft, ChordBar bar, Open open = {});

  /// Sets a byte for every token that may come next; at least one is set. `allowed` is cleared
  /// first and has kVocabularySize bytes.
  void allow(std::span<std::uint8_t> allowed) const;

  /// Takes one of the allowed tokens; true when it was one of `after`: the bar has its chords.
  bool take(tokens::Token token);

  /// Whether the bar has a chord now, and may have another.
  bool has_chord() const { return want_ == Want::more; }

 private:
  enum class Want { root, quality, more };

  ChordChoices choices() const;
  bool must_come_home() const { return bar_.is_last && (bar_.is_plain || turn_ >= turns_.size()); }
  bool is_home() const { return root_ == bar_.tonic; }
  score::Tick until() const;
  void allow_roots(std::span<std::uint8_t> allowed) const;
  void allow_qualities(std::span<std::uint8_t> allowed) const;
  void allow_more(std::span<std::uint8_t> allowed) const;
  void close(score::Tick end);

  score::Piece& draft_;
  ChordBar bar_;
  Open open_;
  std::vector<int> turns_;  ///< steps from the bar's start where further chords may begin
  std::size_t turn_ = 0;    ///< the next of them
  score::Tick at_;          ///< where the chord being written begins
  Want want_ = Want::root;
  int root_ = -1;
  int root_before_ = -1;  ///< of the chord before it in the bar
  score::Chord chord_;
};

}  // namespace cantus::compose
