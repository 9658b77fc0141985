// Lets the model write parts of a piece bar by bar, everything else in it being given.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "neural/compose/chord_writer.h"
#include "neural/compose/melody_leanings.h"
#include "neural/compose/motif.h"
#include "neural/compose/part_rules.h"
#include "neural/infer/sampler.h"
#include "neural/infer/transformer.h"
#include "neural/tokens/bar_words.h"

namespace cantus::compose {

struct PartToWrite {
  std::size_t part = 0;  ///< index in the piece's parts
  PartRules rules;
  /// Bars in which the part is silent; asked for every bar.
  std::function<bool(int bar)> rests;
};

struct Writing {
  tokens::Heading heading;  ///< conditions: of them, style and those given are said
  float guidance = 1.0F;    ///< how far the conditions besides the style are pressed (scribe.h)
  std::vector<PartToWrite> parts;  ///< the others are as they stand in the piece
  int first_bar = 0;               ///< bars before it are given in every part
  /// Bars from here on are given in every part too, and heard first; at least one of them.
  std::optional<int> last_bar;
  /// The earlier bar whose notes this bar takes over, or nothing where it is to be written.
  std::function<std::optional<int>(int bar)> repeats;
  /// The earlier bar whose onsets and lengths a melody keeps in this bar, or nothing.
  std::function<std::optional<int>(int bar)> rhythm_of;
  /// The one part to write is the melody, and the model says which of its bars return, chords and
  /// notes, and which are made from earlier ones (tokens/announcements.h); bars of `repeats` are
  /// told it as such.
  bool may_return = false;
  /// Whether a bar may take over an earlier one where the model may say so; any where absent.
  std::function<bool(int bar, int from)> may_take_over;
  /// The chords from first_bar on are the model's too, a bar's before its notes; but none in an
  /// upbeat. Needs may_return.
  bool writes_chords = false;
  float near_returns = 0.0F;  ///< how far it leans to those of less than eight bars before; logits
  float far_returns = 0.0F;   ///< of eight to fifteen
  float farther_returns = 0.0F;  ///< and of more
  MotifLeanings motifs{};
  ChordLeanings chords{};  ///< where it writes them
  MelodyLeanings leanings{};
  bool ends = true;  ///< the last bar is an ending: one note or chord, held
  /// Where sections truly are, where the model hears them elsewhere or not at all (upbeat.h).
  std::optional<std::vector<score::Section>> sections;
  infer::Sampling sampling;
  infer::Sampling chord_sampling{};  ///< of announcements too
  int candidates = 1;
  /// How good a candidate is that has come to the end of a phrase, higher is better. There the
  /// better ones go on, several times over, in place of the others; not where it is absent.
  std::function<double(const score::Piece& piece)> liking;
  int threads = 1;
  const std::atomic<bool>* stop = nullptr;
};

struct Written {
  score::Piece piece;
  double log_likelihood = 0.0;  ///< of the tokens chosen, under the model and the rules; nats
  int choices = 0;              ///< tokens chosen
  /// By bar, the earlier bar whose chords and notes it took over; empty where none could.
  std::vector<std::optional<int>> returns;
};

/// Writes `candidates` versions of `piece`, which is expressible (neural/tokens/encode.h) and whose
/// parts to write have no notes that start from first_bar to last_bar or the end. Each candidate
/// draws from its own fork of `random`; the result does not depend on `threads`. Fails with
/// interrupted when `stop` becomes true.
Result<std::vector<Written>> write_parts(const infer::Transformer& model,
                                         const score::Piece& piece,
                                         const Writing& writing,
                                         const Random& random);

}  // namespace cantus::compose
