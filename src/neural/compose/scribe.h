// Speaks the token language with a model: remembers what was said and tells what may come next.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
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

  /// The same, the header's conditions pressed home by `guidance` (1 does nothing and costs
  /// nothing): the model also hears each candidate under the plain header, and what the conditions
  /// change in its logits is multiplied (Ho and Salimans, "Classifier-free diffusion guidance",
  /// 2022).
  void begin(std::span<const tokens::Token> header,
             std::span<const tokens::Token> plain,
             float guidance);

  /// The next token said by this candidate starts a bar.
  void mark_bar(int candidate);

  /// `candidate` has said what `other` has, and goes on from there by itself.
  void become(int candidate, int other);
  void say(int candidate, std::span<const tokens::Token> tokens);
  void say(int candidate, tokens::Token token) { say(candidate, std::span(&token, 1)); }

  /// Lets the model hear what these candidates have said; afterwards logits() are theirs.
  void listen(std::span<const int> candidates);
  std::span<const float> logits(int candidate) const;

 private:
  struct History {
    std::size_t header_length = 0;
    std::vector<tokens::Token> said;
    std::vector<std::size_t> bars;  ///< where in `said` bars start
    std::size_t heard = 0;          ///< how much of `said` the model has heard
  };
  void begin(int history, std::span<const tokens::Token> header);
  void hear(int history);
  void make_room(int history);
  bool guided() const { return guidance_ != 1.0F; }
  int plain_of(int candidate) const { return candidates_ + candidate; }

  const infer::Transformer& model_;
  int candidates_;
  int threads_;
  float guidance_ = 1.0F;
  std::unique_ptr<infer::Decoder> decoder_;
  std::vector<History> histories_;  ///< of the candidates, then, guided, of them as heard plainly
  std::vector<infer::NextToken> steps_;
  std::vector<std::vector<float>> mixed_;  ///< logits, guided
};

}  // namespace cantus::compose
