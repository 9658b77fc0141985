// Tokens a second of neural/infer beside a plain loop, on random weights of the usual size.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/plain_decoder.h"
#include "neural/infer/decoder.h"
#include "neural/infer/random_network.h"

namespace cantus::benchmarks {
namespace {

constexpr int kTokens = 256;  // of each sequence, from an empty cache
constexpr int kRounds = 5;    // interleaved, so that a busy machine is fair to all

struct Contender {
  std::string name;
  int tokens;  ///< made by one run
  std::function<void()> run;
  std::vector<double> seconds = {};
};

int token_at(int i) {
  return i * 7 % 600;
}

void run_steps(const infer::Transformer& transformer, int sequences, int threads) {
  infer::Decoder decoder(transformer, sequences, threads);
  std::vector<infer::NextToken> next(static_cast<std::size_t>(sequences));
  for (int i = 0; i < kTokens; ++i) {
    for (int s = 0; s < sequences; ++s) {
      next[static_cast<std::size_t>(s)] = {s, static_cast<infer::Token>(token_at(i + s))};
    }
    decoder.step(next);
  }
}

void run_prefill(const infer::Transformer& transformer, int threads) {
  infer::Decoder decoder(transformer, 1, threads);
  std::vector<infer::Token> tokens;
  for (int i = 0; i < kTokens; ++i)
    tokens.push_back(static_cast<infer::Token>(token_at(i)));
  decoder.prefill(0, tokens);
}

void run_plain(PlainDecoder decoder) {
  for (int i = 0; i < kTokens; ++i)
    decoder.step(token_at(i));
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void measure(std::vector<Contender>& contenders) {
  for (int round = 0; round < kRounds; ++round) {
    for (Contender& c : contenders)
      c.seconds.push_back(seconds_of(c.run));
  }
  const auto rate = [](Contender& c) {
    std::ranges::sort(c.seconds);
    return c.tokens / c.seconds[c.seconds.size() / 2];
  };
  const double plain = rate(contenders.front());
  for (Contender& c : contenders) {
    std::printf("%-34s %9.0f tokens/s   %6.2f x plain   (best %9.0f)\n", c.name.c_str(), rate(c),
                rate(c) / plain, c.tokens / c.seconds.front());
  }
}

void compare(int layers) {
  const infer::TransformerConfig config{1048, 256, 1024, layers, 4, 512, 10000.0, "0"};
  const infer::NetworkFile file = infer::random_network(config, 1);
  const infer::Transformer transformer = infer::load_network(file);
  const PlainDecoder plain(config, file);
  std::printf("%d layers, width 256, %s, %d tokens from an empty cache, median of %d rounds\n",
              layers, std::string(name_of(transformer.isa())).c_str(), kTokens, kRounds);
  std::vector<Contender> contenders = {
      {"plain loop, 1 thread", kTokens, [&] { run_plain(plain); }}};
  for (const int threads : {1, 2}) {
    const std::string with =
        ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    for (const int sequences : {1, 2, 4, 8}) {
      contenders.push_back(
          {"steps, batch " + std::to_string(sequences) + with, sequences * kTokens,
           [&transformer, sequences, threads] { run_steps(transformer, sequences, threads); }});
    }
    contenders.push_back({"prefill" + with, kTokens,
                          [&transformer, threads] { run_prefill(transformer, threads); }});
  }
  measure(contenders);
}

}  // namespace
}  // namespace cantus::benchmarks

int main() {
  double load[1] = {};
  if (getloadavg(load, 1) == 1) std::printf("load average %.2f\n", load[0]);
  for (const int layers : {4, 6})
    cantus::benchmarks::compare(layers);
}
