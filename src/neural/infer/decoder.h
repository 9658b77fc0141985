// Runs a transformer over several sequences at once, remembering their keys and values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "neural/infer/forward.h"
#include "neural/infer/transformer.h"

namespace cantus::infer {

struct NextToken {
  int sequence = 0;
  Token token = 0;
};

/// The state, owned by the caller; the transformer must outlive it and stay where it is. Sequences
/// start empty. The logits are the same bits for any way of feeding the tokens (prefill or steps,
/// alone or beside other sequences), any number of threads and any instruction set. A token outside
/// the vocabulary, a sequence that does not exist or a token beyond the context is the caller's
/// bug, and checked.
class Decoder {
 public:
  explicit Decoder(const Transformer& transformer, int sequences = 1, int threads = 1);

  const Transformer& transformer() const { return transformer_; }
  int sequences() const { return static_cast<int>(lengths_.size()); }

  /// Tokens in the sequence, and how many more it can take.
  int length(int sequence) const;
  int room(int sequence) const { return transformer_.config().context - length(sequence); }

  /// Appends tokens to one sequence, many at a time; afterwards logits() follow the last of them.
  void prefill(int sequence, std::span<const Token> tokens);

  /// The same, and writes the logits after every one of them: `every` is [token][vocabulary].
  void prefill(int sequence, std::span<const Token> tokens, std::span<float> every);

  /// Appends one token to each sequence named; none may be named twice. Allocates nothing.
  void step(std::span<const NextToken> next);

  /// One for each token of the vocabulary, after the sequence's last token; valid until the
  /// sequence changes, and zeros in a new one. A rewind to another length leaves the old ones:
  /// append a token first.
  std::span<const float> logits(int sequence) const;

  /// Forgets all tokens after the first `length`.
  void rewind(int sequence, int length);

  /// `to` becomes what `from` is: how candidates part from a common beginning.
  void copy(int from, int to);

 private:
  void append_column(int sequence, Token token);
  std::span<float> kept_logits(int sequence);

  const Transformer& transformer_;
  std::vector<int> lengths_;
  std::vector<Cache> caches_;
  std::vector<Column> columns_;  // reserved once
  std::vector<float> logits_;    // [sequence][vocabulary]
  std::unique_ptr<Forward> forward_;
};

}  // namespace cantus::infer
