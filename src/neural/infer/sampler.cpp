#include "neural/infer/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "neural/infer/exact_math.h"

namespace cantus::infer {
namespace {

/// Finite, so that differences are numbers.
double bounded(float logit) {
  constexpr auto kLargest = static_cast<double>(std::numeric_limits<float>::max());
  if (std::isnan(logit)) return -kLargest;
  return std::clamp(static_cast<double>(logit), -kLargest, kLargest);
}

bool is_allowed(Allowed allowed, std::size_t token) {
  return allowed.empty() || allowed[token] != 0;
}

}  // namespace

int Sampler::sample(std::span<const float> logits,
                    Allowed allowed,
                    const Sampling& how,
                    Random& random) {
  CANTUS_CHECK(allowed.empty() || allowed.size() == logits.size());
  collect(logits, allowed);
  CANTUS_CHECK(!candidates_.empty());
  if (!(how.temperature > 0.0)) {
    const auto more = [](const Candidate& a, const Candidate& b) { return a.logit < b.logit; };
    return std::ranges::max_element(candidates_, more)->token;
  }
  weigh(how.temperature);
  truncate(how);
  return draw(random);
}

void Sampler::collect(std::span<const float> logits, Allowed allowed) {
  candidates_.clear();
  candidates_.reserve(logits.size());
  for (std::size_t token = 0; token < logits.size(); ++token) {
    if (!is_allowed(allowed, token)) continue;
    candidates_.push_back({static_cast<int>(token), bounded(logits[token]), 0.0});
  }
}

void Sampler::weigh(double temperature) {
  double greatest = candidates_.front().logit;
  for (const Candidate& c : candidates_)
    greatest = std::max(greatest, c.logit);
  for (Candidate& c : candidates_)
    c.weight = exact_exp((c.logit - greatest) / temperature);
}

void Sampler::truncate(const Sampling& how) {
  const bool by_count = how.top_k > 0 && static_cast<std::size_t>(how.top_k) < candidates_.size();
  if (!by_count && how.top_p >= 1.0 && how.min_p <= 0.0) return;
  std::ranges::sort(candidates_, [](const Candidate& a, const Candidate& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.token < b.token;
  });
  if (by_count) candidates_.resize(static_cast<std::size_t>(how.top_k));
  double total = 0.0;
  for (const Candidate& c : candidates_)
    total += c.weight;
  double sum = 0.0;
  std::size_t kept = 0;
  for (const Candidate& c : candidates_) {
    if (kept > 0 && (sum >= how.top_p * total || c.weight < how.min_p)) break;
    sum += c.weight;
    ++kept;
  }
  candidates_.resize(kept);
}

int Sampler::draw(Random& random) const {
  double total = 0.0;
  for (const Candidate& c : candidates_)
    total += c.weight;
  double left = random.uniform() * total;
  for (const Candidate& c : candidates_) {
    left -= c.weight;
    if (left < 0.0) return c.token;
  }
  return candidates_.back().token;
}

double log_probability(std::span<const float> logits, int token, Allowed allowed) {
  const auto index = static_cast<std::size_t>(token);
  CANTUS_CHECK(token >= 0 && index < logits.size());
  CANTUS_CHECK(allowed.empty() || allowed.size() == logits.size());
  if (!is_allowed(allowed, index)) return -std::numeric_limits<double>::infinity();
  double greatest = bounded(logits[index]);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (is_allowed(allowed, i)) greatest = std::max(greatest, bounded(logits[i]));
  }
  double total = 0.0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (is_allowed(allowed, i)) total += exact_exp(bounded(logits[i]) - greatest);
  }
  return bounded(logits[index]) - greatest - exact_log(total);
}

}  // namespace cantus::infer
