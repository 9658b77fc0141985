#include "neural/train/benchmark/learning.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>

#include "neural/train/benchmark/net_card.h"

namespace cantus::benchmark {
namespace {

constexpr std::int64_t kWarmup = 100;

double rate_at(double peak, std::int64_t step, std::int64_t steps) {
  if (step < kWarmup) return peak * static_cast<double>(step + 1) / kWarmup;
  const double at = static_cast<double>(step) / static_cast<double>(steps);
  return peak * 0.5 * (1.0 + std::cos(std::numbers::pi * at)) + 1e-6;
}

Result<DecisionNet> beginning(const LearningSettings& s, std::int64_t features) {
  if (s.from.empty()) return DecisionNet({features, s.first, s.second, s.third}, s.seed);
  auto stored = read_net(s.from, features);
  if (!stored) return tl::unexpected<Error>(stored.error());
  return std::move(stored->net);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

Result<double> learn(const LearningSettings& s, const LearningTask& task) {
  auto net = beginning(s, task.features);
  if (!net) return tl::unexpected<Error>(net.error());
  const auto begin = std::chrono::steady_clock::now();
  Random random(s.seed ^ 0xB47C4U);
  const auto steps = std::max<std::int64_t>(
      static_cast<std::int64_t>(s.epochs * static_cast<double>(task.moments) / s.moments), 1);
  const std::int64_t every = std::max<std::int64_t>(steps / s.looks, 1);
  double best = std::numeric_limits<double>::infinity();
  double training = 0.0;
  Decisions batch;
  for (std::int64_t step = 0; step < steps; ++step) {
    batch.clear();
    task.batch(random, s.moments, batch);
    const double rate = rate_at(s.rate, step, steps);
    training += net->learn(batch, {rate, s.decay, s.average, s.drop, s.drop_in, random.next()});
    if ((step + 1) % every != 0 && step + 1 != steps) continue;
    const std::span<const float> average = net->average();
    DecisionNet looked(net->shape(), std::vector<float>(average.begin(), average.end()));
    const double valid = task.look(looked);
    const auto since = static_cast<double>(step % every + 1);
    std::printf("step %6lld of %lld, training %.4f, valid %.4f, %.0f s\n",
                static_cast<long long>(step + 1), static_cast<long long>(steps),
                training / (since * s.moments), valid, seconds_since(begin));
    std::fflush(stdout);
    training = 0.0;
    if (valid >= best) continue;
    best = valid;
    if (const auto written = write_net(s.out, *net, s.reading); !written)
      return tl::unexpected<Error>(written.error());
    if (const auto written = write_card(s, best, seconds_since(begin)); !written)
      return tl::unexpected<Error>(written.error());
  }
  return best;
}

}  // namespace cantus::benchmark
