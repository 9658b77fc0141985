#include "neural/compose/scribe.h"

#include "base/check.h"

namespace cantus::compose {

Scribe::Scribe(const infer::Transformer& model, int candidates, int threads)
    : model_(model), candidates_(candidates), threads_(threads) {}

void Scribe::begin(std::span<const tokens::Token> header) {
  begin(header, {}, 1.0F);
}

void Scribe::begin(std::span<const tokens::Token> header,
                   std::span<const tokens::Token> plain,
                   float guidance) {
  guidance_ = guidance;
  const int heard = guided() ? 2 * candidates_ : candidates_;
  if (decoder_ == nullptr || static_cast<int>(histories_.size()) != heard) {
    decoder_ = std::make_unique<infer::Decoder>(model_, heard, threads_);
  }
  histories_.assign(static_cast<std::size_t>(heard), {});
  for (int i = 0; i < heard; ++i)
    begin(i, i < candidates_ ? header : plain);
  mixed_.assign(guided() ? static_cast<std::size_t>(candidates_) : 0, {});
}

void Scribe::begin(int history, std::span<const tokens::Token> header) {
  CANTUS_CHECK(static_cast<int>(header.size()) * 2 < model_.config().context);
  histories_[static_cast<std::size_t>(history)] = {
      header.size(), {header.begin(), header.end()}, {}, 0};
  decoder_->rewind(history, 0);
}

void Scribe::mark_bar(int candidate) {
  for (int i = candidate; i < static_cast<int>(histories_.size()); i += candidates_) {
    History& history = histories_[static_cast<std::size_t>(i)];
    history.bars.push_back(history.said.size());
  }
}

void Scribe::say(int candidate, std::span<const tokens::Token> tokens) {
  for (int i = candidate; i < static_cast<int>(histories_.size()); i += candidates_) {
    History& history = histories_[static_cast<std::size_t>(i)];
    history.said.insert(history.said.end(), tokens.begin(), tokens.end());
  }
}

void Scribe::become(int candidate, int other) {
  const auto heard = static_cast<int>(histories_.size());
  for (int i = candidate, j = other; i < heard; i += candidates_, j += candidates_) {
    histories_[static_cast<std::size_t>(i)] = histories_[static_cast<std::size_t>(j)];
    decoder_->copy(j, i);
  }
}

/// Where the unheard tokens would not fit, the model forgets everything and hears the header and
/// the latest bars, at most half its context of them, or one bar however long it is.
void Scribe::make_room(int candidate) {
  History& history = histories_[static_cast<std::size_t>(candidate)];
  const auto unheard = static_cast<int>(history.said.size() - history.heard);
  if (unheard <= decoder_->room(candidate)) return;
  const auto context = static_cast<std::size_t>(model_.config().context);
  const std::size_t wanted = std::min(context / 2, context - history.header_length - 1);
  std::size_t from = history.said.size() - std::min(history.said.size(), wanted);
  for (const std::size_t bar : history.bars) {
    if (bar >= from) {
      from = bar;
      break;
    }
  }
  from = std::max(from, history.header_length);
  decoder_->rewind(candidate, 0);
  decoder_->prefill(candidate, std::span(history.said).first(history.header_length));
  history.heard = from;
}

/// One new token is left to the step that all candidates take together.
void Scribe::hear(int candidate) {
  make_room(candidate);
  History& history = histories_[static_cast<std::size_t>(candidate)];
  const auto unheard = std::span(history.said).subspan(history.heard);
  if (unheard.size() == 1) {
    steps_.push_back({candidate, unheard.front()});
  } else if (!unheard.empty()) {
    decoder_->prefill(candidate, unheard);
  }
  history.heard = history.said.size();
}

void Scribe::listen(std::span<const int> candidates) {
  steps_.clear();
  for (const int candidate : candidates) {
    hear(candidate);
    if (guided()) hear(plain_of(candidate));
  }
  if (!steps_.empty()) decoder_->step(steps_);
  if (!guided()) return;
  for (const int candidate : candidates) {
    const auto asked = decoder_->logits(candidate);
    const auto plain = decoder_->logits(plain_of(candidate));
    auto& mixed = mixed_[static_cast<std::size_t>(candidate)];
    mixed.resize(asked.size());
    for (std::size_t i = 0; i < mixed.size(); ++i)
      mixed[i] = plain[i] + guidance_ * (asked[i] - plain[i]);
  }
}

std::span<const float> Scribe::logits(int candidate) const {
  return guided() ? std::span<const float>(mixed_[static_cast<std::size_t>(candidate)])
                  : decoder_->logits(candidate);
}

}  // namespace cantus::compose
