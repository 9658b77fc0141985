// Says one piece in tokens, a bar and a part at a time: what encoding and composing share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "music/score/piece.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::tokens {

/// What a header says that the piece does not: the conditions a model may be given.
struct Heading {
  int style = 0;               ///< of styles()
  std::optional<int> valence;  ///< bands; left out where absent
  std::optional<int> arousal;
  std::optional<int> density;
  std::optional<int> height;
  bool chords_last = false;  ///< the chords of a bar follow its parts: they answer them
  friend bool operator==(const Heading&, const Heading&) = default;
};

/// Looks at an expressible piece (encode.h) that outlives it. Notes may be added to its parts
/// meanwhile, in order; metre, chords, sections and the list of parts must stay.
class BarWords {
 public:
  explicit BarWords(const score::Piece& piece);

  int bars() const { return static_cast<int>(starts_.size()); }
  score::Tick start(int bar) const { return starts_[static_cast<std::size_t>(bar)]; }
  score::Tick end(int bar) const;
  /// Where position 0 of the bar is; before its start in a pickup.
  score::Tick origin(int bar) const;

  std::vector<Token> header(const Heading& heading) const;
  /// Section, pickup, the bar itself and what changes with it.
  std::vector<Token> opening(int bar) const;
  std::vector<Token> chords(int bar) const;
  /// The part's name and its notes that start in the bar; nothing where there are none.
  std::vector<Token> notes(std::size_t part, int bar) const;
  /// The part's notes that start in the bar.
  std::span<const score::Note> notes_of(std::size_t part, int bar) const;
  /// Of the key in force where the bar starts; C where there is none.
  score::PitchClass tonic(int bar) const;
  /// The name alone: what stands before the part's notes.
  Token name(std::size_t part) const { return token(Kind::part, names_[part]); }

 private:
  int bars_left(int bar) const;

  const score::Piece& piece_;
  std::vector<score::Tick> starts_;
  std::vector<int> names_;
};

}  // namespace cantus::tokens
