#include "neural/infer/decoder.h"

#include <algorithm>

#include "base/check.h"

namespace cantus::infer {
namespace {

constexpr int kPrefillColumns = 48;  // tokens of a prefill that go through the network together

}  // namespace

Decoder::Decoder(const Transformer& transformer, int sequences, int threads)
    : transformer_(transformer) {
  CANTUS_CHECK(sequences >= 1 && threads >= 1);
  const TransformerConfig& config = transformer.config();
  const int most_columns = std::max(sequences, kPrefillColumns);
  lengths_.resize(static_cast<std::size_t>(sequences));
  for (int i = 0; i < sequences; ++i)
    caches_.emplace_back(config, transformer.precision());
  columns_.reserve(static_cast<std::size_t>(most_columns));
  logits_.resize(lengths_.size() * static_cast<std::size_t>(config.vocabulary));
  forward_ = std::make_unique<Forward>(transformer, most_columns, threads);
}

int Decoder::length(int sequence) const {
  CANTUS_CHECK(sequence >= 0 && sequence < sequences());
  return lengths_[static_cast<std::size_t>(sequence)];
}

std::span<const float> Decoder::logits(int sequence) const {
  CANTUS_CHECK(sequence >= 0 && sequence < sequences());
  const auto size = static_cast<std::size_t>(transformer_.config().vocabulary);
  return std::span(logits_).subspan(static_cast<std::size_t>(sequence) * size, size);
}

std::span<float> Decoder::kept_logits(int sequence) {
  const auto size = static_cast<std::size_t>(transformer_.config().vocabulary);
  return std::span(logits_).subspan(static_cast<std::size_t>(sequence) * size, size);
}

void Decoder::rewind(int sequence, int length) {
  CANTUS_CHECK(length >= 0 && length <= this->length(sequence));
  lengths_[static_cast<std::size_t>(sequence)] = length;
}

void Decoder::copy(int from, int to) {
  const int positions = length(from);
  CANTUS_CHECK(to >= 0 && to < sequences());
  if (from == to) return;
  caches_[static_cast<std::size_t>(to)].copy_from(caches_[static_cast<std::size_t>(from)],
                                                  positions);
  lengths_[static_cast<std::size_t>(to)] = positions;
  std::ranges::copy(logits(from), kept_logits(to).begin());
}

void Decoder::append_column(int sequence, Token token) {
  const int position = length(sequence);
  CANTUS_CHECK(position < transformer_.config().context);
  CANTUS_CHECK(token < transformer_.config().vocabulary);
  const auto index = static_cast<std::size_t>(sequence);
  columns_.push_back({&caches_[index], position, token});
  lengths_[index] = position + 1;
}

void Decoder::step(std::span<const NextToken> next) {
  if (next.empty()) return;
  CANTUS_CHECK(next.size() <= lengths_.size());
  columns_.clear();
  for (std::size_t i = 0; i < next.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      CANTUS_CHECK(next[j].sequence != next[i].sequence);
    append_column(next[i].sequence, next[i].token);
  }
  forward_->run(columns_, 0);
  for (std::size_t i = 0; i < next.size(); ++i) {
    std::ranges::copy(forward_->logits(static_cast<int>(i)), kept_logits(next[i].sequence).begin());
  }
}

void Decoder::prefill(int sequence, std::span<const Token> tokens) {
  prefill(sequence, tokens, {});
}

void Decoder::prefill(int sequence, std::span<const Token> tokens, std::span<float> every) {
  const auto vocabulary = static_cast<std::size_t>(transformer_.config().vocabulary);
  CANTUS_CHECK(every.empty() || every.size() == tokens.size() * vocabulary);
  while (!tokens.empty()) {
    const auto count = std::min<std::size_t>(tokens.size(), kPrefillColumns);
    columns_.clear();
    for (const Token token : tokens.first(count))
      append_column(sequence, token);
    tokens = tokens.subspan(count);
    const int last = static_cast<int>(count) - 1;
    const int unwanted = tokens.empty() ? last : last + 1;
    forward_->run(columns_, every.empty() ? unwanted : 0);
    if (tokens.empty()) std::ranges::copy(forward_->logits(last), kept_logits(sequence).begin());
    for (int c = 0; c <= last && !every.empty(); ++c) {
      std::ranges::copy(forward_->logits(c), every.begin());
      every = every.subspan(vocabulary);
    }
  }
}

}  // namespace cantus::infer
