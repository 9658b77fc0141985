// A chorale as notes of four voices, and what followed in like contexts: in the training chorales
// and earlier in the piece. All contexts are relative, so that they hold in every key.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "neural/train/benchmark/chorale_file.h"

namespace cantus::benchmark {

constexpr int kRest = -100;  ///< how a silent voice is written here
constexpr std::size_t kContexts = 10;

/// One voice's note before a sixteenth.
struct VoiceNote {
  int key = kRest;
  int length = 0;  ///< sixteenths so far; a note and its repetition are one
};

/// A chorale to be read note by note.
struct Voices {
  std::vector<std::array<int, kVoices>> keys;  ///< [sixteenth][voice], or kRest
  std::vector<std::array<std::vector<VoiceNote>, kVoices>> before;  ///< the last few, latest first
};

Voices voices_of(const Chorale& chorale);

/// Voices in the order they are decided in.
using VoiceOrder = std::array<std::size_t, kVoices>;
constexpr VoiceOrder kFromBass{3, 2, 1, 0};
constexpr VoiceOrder kFromSoprano{0, 1, 2, 3};

/// What a voice did next: keys from the one it was at; kRest for silence.
struct Outcome {
  int move = 0;
  int times = 0;
};
using Outcomes = std::vector<Outcome>;

/// The contexts of one note: nothing but earlier sixteenths and voices decided before it.
std::array<std::uint64_t, kContexts> contexts_of(const Voices& voices,
                                                 std::size_t t,
                                                 std::size_t place,
                                                 const VoiceOrder& order);

/// From the note the voice was at, or from where it usually is.
int home_of(const Voices& voices, std::size_t t, std::size_t voice);
int move_of(const Voices& voices, std::size_t t, std::size_t voice);

/// Counts of what followed each context.
class ContextMemory {
 public:
  void add(std::uint64_t context, std::int32_t piece, int move);
  /// Without what piece `own` added.
  Outcomes outcomes(std::uint64_t context, std::int32_t own) const;

 private:
  struct Entry {
    std::int32_t piece;
    std::int16_t move;
    std::int16_t times;
  };
  std::unordered_map<std::uint64_t, std::vector<Entry>> entries_;
};

ContextMemory remember(std::span<const Voices> chorales, const VoiceOrder& order);

/// What followed each context of a note, in training and in the piece so far.
struct NoteMemory {
  std::array<Outcomes, kContexts> training;
  std::array<Outcomes, kContexts> piece;
};

struct VoiceContext {
  Voices voices;
  VoiceOrder order{};
  std::vector<std::array<NoteMemory, kVoices>> memory;  ///< [sixteenth][place in the order]
};

VoiceContext context_of(Voices voices,
                        const VoiceOrder& order,
                        const ContextMemory& memory,
                        std::int32_t own = -1);

}  // namespace cantus::benchmark
