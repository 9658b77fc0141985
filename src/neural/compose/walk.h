// One candidate's way through a piece: what it says, what it asks the model, what it writes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "neural/compose/chord_writer.h"
#include "neural/compose/part_writer.h"
#include "neural/compose/phrases.h"
#include "neural/compose/scribe.h"
#include "neural/compose/write_parts.h"

namespace cantus::compose {

/// Says what is given, asks where the model may choose. `writing` and `scribe` outlive it.
class Walk {
 public:
  Walk(const score::Piece& piece,
       const Writing& writing,
       Scribe& scribe,
       int candidate,
       Random random);

  /// Says everything up to the next choice between two or more; false when the piece is finished,
  /// or where a phrase is whole and the candidates are to be compared.
  bool advance();

  void choose();

  /// Towards the melody of the bar whose rhythm this one keeps: a motif that returns elsewhere.
  std::span<const float> leaning(std::span<const float> logits);

  int candidate() const { return candidate_; }
  bool is_finished() const { return bar_ >= bars_; }
  const score::Piece& piece() const { return out_.piece; }

  /// Goes on from where it waited; `other`, where given, is what it has written so far.
  void go_on(const Walk* other);

  Written take();

 private:
  /// Four bars or more since the last time, and not before the last few.
  bool waits() const;

  /// Notes of the bars after the last to be written, which wait until then: a writer appends.
  std::vector<score::Note> cut_from(std::vector<score::Note>& notes) const;

  const PartToWrite* to_write(std::size_t part) const;

  bool rests_here() const;

  /// Whether this part of this bar is for the model; copies and rests are not.
  bool is_open(std::size_t part, int bar) const;

  /// What the model is to choose next.
  enum class Choice {
    none,
    opening,  ///< whether the bar returns or is made from another, or else what its first word is
    chords,
    sound,  ///< whether the melody starts a note in the bar
    notes
  };

  /// Sets allowed_ for what is wanted.
  void allow();

  const infer::Sampling& sampling() const;

  void take(tokens::Token token);

  /// Towards a return; in the last bar towards home.
  std::span<const float> chords_leaning(std::span<const float> logits);

  bool ends_with(int bar) const { return writing_.ends && bar + 1 == words_->bars(); }
  int tonic() const { return words_->tonic(bar_).number(); }
  std::size_t melody() const { return writing_.parts.front().part; }
  tokens::Token name_of_melody() const { return words_->name(melody()); }
  bool closes_strain() const;
  bool is_upbeat(int bar) const;
  bool opens_chords() const { return writing_.writes_chords && !is_upbeat(bar_); }

  /// Where the model does not say which bars return, one that does is not said again: the model
  /// has heard it, and time is better spent.
  void open_bar();

  void begin_chords();

  void announce(std::optional<tokens::Token> word);

  /// The melody's name, or what follows where it may start nothing.
  std::vector<tokens::Token> after_chords() const;

  bool may_be_silent() const;

  /// Whether nothing of the melody has sounded in the last bars.
  bool is_long_silent() const;

  bool is_held_through() const;

  void allow_opening();

  void take_opening(tokens::Token token);

  static bool is_motif(tokens::Token token);

  /// The bar's melody will be made from an earlier bar's.
  void take_motif(tokens::Token token);

  void take_chord(tokens::Token token);

  void allow_sound();

  /// The melody's name, or the word after a bar without it, which is said in its turn.
  void take_sound(tokens::Token token);

  /// The words that may be said of the bar: which earlier ones it may be or be made from. `shaped`
  /// is only heard (docs/decisions/0008).
  void find_announceable();

  bool is_as_long_as(int from) const;

  bool may_return_to(int from) const;

  /// A bar that returns is said whole, after the word that says so.
  void take_over(int from);

  void copy_notes(int from);

  void open_part(std::size_t part);

  void begin_notes(std::size_t part);

  static bool is_melody(const PartRules& rules);

  static int steps(score::TickLength length);

  Motif motif() const;

  /// Of the bar whose rhythm this one keeps; none where a phrase would end like one that goes on.
  std::vector<Stroke> rhythm_for(std::size_t part) const;

  std::vector<Stroke> strokes(std::size_t part, int bar) const;

  /// The token that comes after this part of this bar.
  tokens::Token following(std::size_t part) const;

  const Writing& writing_;
  Scribe& scribe_;
  int candidate_;
  Random random_;
  Written out_;
  std::unique_ptr<tokens::BarWords> words_;  // looks at out_.piece
  Phrases phrases_;
  Choice wants_ = Choice::none;
  std::unique_ptr<PartWriter> writer_;
  std::optional<ChordWriter> chord_writer_;
  std::vector<tokens::Token> announceable_;  ///< of the bar at hand
  std::optional<tokens::Token> motif_;  ///< what was announced of it, if it is made from another
  std::vector<std::optional<tokens::Token>>
      given_words_;  ///< announcements of the melody as it is given
  std::vector<std::uint8_t> allowed_;
  infer::Sampler sampler_;
  std::vector<float> leaning_;
  std::vector<std::vector<score::Note>> later_;  // [part]
  int bars_ = 0;                                 // up to which it writes
  int bar_ = 0;
  int compared_ = -1;  // the bar before which it was last compared
  int part_ = -1;      // before the first
};

}  // namespace cantus::compose
