#include "neural/compose/scribe.h"

#include "base/check.h"

namespace cantus::compose {

Scribe::Scribe(const infer::Transformer& model, int candidates, int threads)
    : decoder_(model, candidates, threads), histories_(static_cast<std::size_t>(candidates)) {}

void Scribe::begin(std::span<const tokens::Token> header) {
  header_length_ = header.size();
  CANTUS_CHECK(static_cast<int>(header.size()) * 2 < decoder_.transformer().config().context);
  for (std::size_t i = 0; i < histories_.size(); ++i) {
    histories_[i] = History{{header.begin(), header.end()}, {}, 0};
    decoder_.rewind(static_cast<int>(i), 0);
  }
}

void Scribe::mark_bar(int candidate) {
  History& history = histories_[static_cast<std::size_t>(candidate)];
  history.bars.push_back(history.said.size());
}

void Scribe::say(int candidate, std::span<const tokens::Token> tokens) {
  History& history = histories_[static_cast<std::size_t>(candidate)];
  history.said.insert(history.said.end(), tokens.begin(), tokens.end());
}

/// Where the unheard tokens would not fit, the model forgets everything and hears the header and
/// the latest bars, at most half its context of them, or one bar however long it is.
void Scribe::make_room(int candidate) {
  History& history = histories_[static_cast<std::size_t>(candidate)];
  const auto unheard = static_cast<int>(history.said.size() - history.heard);
  if (unheard <= decoder_.room(candidate)) return;
  const auto context = static_cast<std::size_t>(decoder_.transformer().config().context);
  const std::size_t wanted = context / 2;
  std::size_t from = history.said.size() - std::min(history.said.size(), wanted);
  for (const std::size_t bar : history.bars) {
    if (bar >= from) {
      from = bar;
      break;
    }
  }
  from = std::max(from, header_length_);
  decoder_.rewind(candidate, 0);
  decoder_.prefill(candidate, std::span(history.said).first(header_length_));
  history.heard = from;
}

void Scribe::listen(std::span<const int> candidates) {
  steps_.clear();
  for (const int candidate : candidates) {
    make_room(candidate);
    History& history = histories_[static_cast<std::size_t>(candidate)];
    const auto unheard = std::span(history.said).subspan(history.heard);
    if (unheard.size() == 1) {
      steps_.push_back({candidate, unheard.front()});
    } else if (!unheard.empty()) {
      decoder_.prefill(candidate, unheard);
    }
    history.heard = history.said.size();
  }
  if (!steps_.empty()) decoder_.step(steps_);
}

}  // namespace cantus::compose
