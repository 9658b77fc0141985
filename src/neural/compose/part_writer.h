// Writes one part of one bar: says which tokens may come next, and turns those chosen into notes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "neural/compose/melody_leanings.h"
#include "neural/compose/motif.h"
#include "neural/compose/part_rules.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {

/// What the writer must know of the bar.
struct BarPlace {
  score::Tick start;  ///< Of an upbeat, where the whole bar would start.
  score::Tick end;
  score::Tick limit;         ///< Notes end here at the latest: the end of the section or the piece.
  bool is_last = false;      ///< The piece's last bar: one note or chord, held to the end.
  bool ends_phrase = false;  ///< A melody comes to rest in it.
  bool sounds = false;       ///< A melody that may be silent starts a note in it.
  int upbeat_from = 0;       ///< An upbeat's own start, in steps; a melody begins there.
  MelodyLeanings leanings{};   ///< a melody's
  std::vector<Stroke> rhythm;  ///< What the part keeps to, in order; empty where it is free.
  Motif motif = Motif::none;   ///< What the melody has said that it takes over with the rhythm.
};

class PartWriter {
 public:
  /// Appends to `draft.parts[part]`, whose chords, key and metre rule; `after` is the token that
  /// follows when the part has nothing more to say in this bar.
  PartWriter(const PartRules& rules,
             score::Piece& draft,
             std::size_t part,
             const BarPlace& place,
             tokens::Token after);

  /// Sets a byte for every token that may come next; at least one is set. `allowed` is cleared
  /// first and has kVocabularySize bytes.
  void allow(std::span<std::uint8_t> allowed) const;

  /// The key number that would move as the rhythm's own melody did, where a sound comes next, no
  /// motif is kept and the note before followed it too; in the bar's first stroke the rhythm's own.
  std::optional<int> echoed_key() const;

  /// Leans the next token's logits towards what people do where a melody's sound comes next
  /// (melody_leanings.h); elsewhere and for other parts nothing changes.
  void lean(std::span<float> logits) const;
  bool leans() const { return rules_.harmony == Harmony::learnt; }

  /// Takes one of the allowed tokens; true when it was `after`: the part's bar is written.
  bool take(tokens::Token token);

 private:
  enum class Want { onset, sound, length };

  int length() const { return static_cast<int>((place_.end - place_.start).count() / kStepTicks); }
  score::Tick tick(int position) const;
  int next_start() const;  ///< the position where a note must start by; length() where none must
  bool on_grid(int position) const;
  bool opens() const { return place_.upbeat_from > 0 && last_start_ < 0; }  ///< the piece
  const Stroke* next_stroke() const;  ///< of the rhythm it keeps to, or null
  bool comes_to_rest(int position) const;
  bool may_sound(int position, int key) const;
  bool any_sound(int position) const;
  int latest_end(int position, int key) const;  ///< in steps from the bar's start
  bool fits_chord(score::Tick at, int key) const;
  bool fits_scale(score::Tick at, int key) const;
  bool melody_may(int position, int key) const;
  bool learnt_may(int position, int key) const;
  int last_chance() const;  ///< where at the latest the piece's last note starts
  bool is_final(int key) const;
  bool has_come_home() const;
  bool bass_may(int position, int key) const;
  bool chord_may(int position, int key) const;
  bool repeats_too_often(int key) const;
  const score::Note* before() const;  ///< the part's last note, or null
  void allow_onset(std::span<std::uint8_t> allowed) const;
  void allow_sound(std::span<std::uint8_t> allowed) const;
  void allow_length(std::span<std::uint8_t> allowed) const;
  void add_note(int key, int steps);
  void keep_motif(std::span<std::uint8_t> allowed) const;
  score::PitchClass tonic() const;
  void lean_moved(std::span<float> logits) const;
  double fit_of_moved(int by) const;

  static constexpr std::int64_t kStepTicks = tokens::kStep.count();

  const PartRules& rules_;
  score::Piece& draft_;
  std::vector<score::Note>& notes_;
  BarPlace place_;
  tokens::Token after_;
  Want want_ = Want::onset;
  std::vector<int> starts_;  ///< positions where chords start in this bar, the bar's start first
  int position_ = -1;        ///< of the notes being written
  int together_ = 0;         ///< notes at position_ so far
  int key_ = -1;             ///< the last of them
  int earliest_ = 0;         ///< where the next onset may be
  int last_start_ = -1;      ///< position of the last onset written in this bar
  int velocity_;
  bool velocity_said_ = false;
};

}  // namespace cantus::compose
