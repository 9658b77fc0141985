// Speaks the token language with a model: remembers what was said and tells what may come next.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/infer/decoder.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {

/// Several candidates written side by side, each its own history. When a history outgrows the
/// model's context, the model hears the header and the latest bars again.
class Scribe {
 public:
  Scribe(const infer::Transformer& model, int candidates, int threads);

  /// Begins anew: every candidate has said the header and nothing else.
  void begin(std::span<const tokens::Token> header);

  /// The next token said by this candidate starts a bar.
  void mark_bar(int candidate);
  void say(int candidate, std::span<const tokens::Token> tokens);
  void say(int candidate, tokens::Token token) { say(candidate, std::span(&token, 1)); }

  /// Lets the model hear what these candidates have said; afterwards logits() are theirs.
  void listen(std::span<const int> candidates);
  std::span<const float> logits(int candidate) const { return decoder_.logits(candidate); }

 private:
  struct History {
    std::vector<tokens::Token> said;
    std::vector<std::size_t> bars;  ///< where in `said` bars start
    std::size_t heard = 0;          ///< how much of `said` the model has heard
  };
  void make_room(int candidate);

  infer::Decoder decoder_;
  std::size_t header_length_ = 0;
  std::vector<History> histories_;
  std::vector<infer::NextToken> steps_;
};

}  // namespace cantus::compose
