#include "neural/train/ngram.h"

#include <algorithm>

namespace cantus::train {
namespace {

constexpr unsigned kBits = 12;

std::uint64_t lowest(std::uint64_t gram, int tokens) {
  return gram & ((std::uint64_t{1} << (kBits * static_cast<unsigned>(tokens))) - 1);
}

/// Absolute discounting's estimate from the numbers of grams seen once and twice.
double discount_of(const std::vector<std::uint32_t>& counts) {
  const auto once = static_cast<double>(std::ranges::count(counts, 1U));
  const auto twice = static_cast<double>(std::ranges::count(counts, 2U));
  return once > 0.0 ? once / (once + 2.0 * twice) : 0.5;
}

}  // namespace

KneserNey::Order KneserNey::count(std::vector<Gram>& grams) {
  std::ranges::sort(grams);
  Order order;
  for (const Gram gram : grams) {
    if (!order.grams.empty() && order.grams.back() == gram) {
      ++order.counts.back();
      continue;
    }
    order.grams.push_back(gram);
    order.counts.push_back(1);
  }
  order.discount = discount_of(order.counts);
  for (std::size_t i = 0; i < order.grams.size(); ++i) {
    const Gram context = order.grams[i] >> kBits;
    if (order.contexts.empty() || order.contexts.back().gram != context) {
      order.contexts.push_back({context, 0.0, 0.0});
    }
    order.contexts.back().total += order.counts[i];
    order.contexts.back().types += 1.0;
  }
  return order;
}

KneserNey::Gram KneserNey::gram_at(std::span<const std::uint16_t> tokens, std::size_t at) const {
  const auto order = orders_.size();
  Gram gram = 0;
  for (std::size_t i = 0; i < order; ++i) {
    const bool inside = at + i + 1 >= order;
    gram = (gram << kBits) | (inside ? tokens[at + i + 1 - order] : vocabulary_);
  }
  return gram;
}

Result<KneserNey> KneserNey::train(std::span<const std::span<const std::uint16_t>> sequences,
                                   std::uint32_t vocabulary,
                                   int order) {
  if (vocabulary < 1 || vocabulary > kLargestVocabulary) {
    return fail(ErrorCode::unsupported, "n-gram models are limited to 4095 tokens");
  }
  if (order < 1 || order > kHighestOrder) {
    return fail(ErrorCode::unsupported, "n-gram models have an order of 1 to 5");
  }
  KneserNey model;
  model.vocabulary_ = vocabulary;
  model.orders_.resize(static_cast<std::size_t>(order));
  std::vector<Gram> grams;
  for (const auto& tokens : sequences) {
    for (std::size_t at = 0; at < tokens.size(); ++at)
      grams.push_back(model.gram_at(tokens, at));
  }
  for (int n = order; n >= 1; --n) {
    Order& counted = model.orders_[static_cast<std::size_t>(n) - 1];
    counted = count(grams);
    grams.clear();  // below: each distinct gram counts once for its end
    for (const Gram gram : counted.grams)
      grams.push_back(lowest(gram, n - 1));
  }
  return model;
}

double KneserNey::probability(std::span<const std::uint16_t> tokens, std::size_t at) const {
  const Gram whole = gram_at(tokens, at);
  double p = 1.0 / vocabulary_;
  for (std::size_t i = 0; i < orders_.size(); ++i) {
    const Order& order = orders_[i];
    const Gram gram = lowest(whole, static_cast<int>(i) + 1);
    const auto context =
        std::ranges::lower_bound(order.contexts, gram >> kBits, {}, &Context::gram);
    if (context == order.contexts.end() || context->gram != gram >> kBits) break;
    const auto found = std::ranges::lower_bound(order.grams, gram);
    double count = 0.0;
    if (found != order.grams.end() && *found == gram) {
      count = order.counts[static_cast<std::size_t>(found - order.grams.begin())] - order.discount;
    }
    p = (count + order.discount * context->types * p) / context->total;
  }
  return p;
}

std::vector<double> unigram(std::span<const std::span<const std::uint16_t>> sequences,
                            std::uint32_t vocabulary) {
  std::vector<double> counts(vocabulary, 1.0);
  double total = vocabulary;
  for (const auto& tokens : sequences) {
    for (const std::uint16_t id : tokens)
      counts[id] += 1.0;
    total += static_cast<double>(tokens.size());
  }
  for (double& count : counts)
    count /= total;
  return counts;
}

}  // namespace cantus::train
