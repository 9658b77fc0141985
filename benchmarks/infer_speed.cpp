// The engine beside a plain loop, on random weights of the shipped composer's shape: a table of
// speeds, of bytes read and of the memory bandwidth reached.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "benchmarks/bandwidth.h"
#include "benchmarks/plain_decoder.h"
#include "neural/infer/decoder.h"
#include "neural/infer/random_network.h"

namespace cantus::benchmarks {
namespace {

using infer::Precision;
using infer::Transformer;

constexpr int kTokens = 256;  // of each sequence, from an empty cache
const infer::TransformerConfig kConfig{1100, 256, 1024, 4, 4, 512, 10000.0, "0"};

struct Contender {
  std::string name;
  int sequences = 1;
  double step_bytes = 0.0;  ///< read in a step of all sequences, on the average; 0: not said
  std::function<void()> run;
  std::vector<double> seconds = {};  ///< a step's

  double median() {
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
  }
};

int token_at(int i) {
  return i * 7 % 600;
}

void run_steps(const Transformer& transformer, int sequences) {
  infer::Decoder decoder(transformer, sequences);
  std::vector<infer::NextToken> next(static_cast<std::size_t>(sequences));
  for (int i = 0; i < kTokens; ++i) {
    for (int s = 0; s < sequences; ++s) {
      next[static_cast<std::size_t>(s)] = {s, static_cast<infer::Token>(token_at(i + s))};
    }
    decoder.step(next);
  }
}

void run_prefill(const Transformer& transformer) {
  infer::Decoder decoder(transformer);
  std::vector<infer::Token> tokens;
  for (int i = 0; i < kTokens; ++i)
    tokens.push_back(static_cast<infer::Token>(token_at(i)));
  decoder.prefill(0, tokens);
}

void run_plain(PlainDecoder& decoder) {
  decoder.restart();
  for (int i = 0; i < kTokens; ++i)
    decoder.step(token_at(i));
}

/// Of this thread's time, so that programs beside it are not counted.
double processor_seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  work();
  return now() - start;
}

double bytes_of(Precision precision) {
  if (precision == Precision::int8) return 1.0 + 4.0 / kConfig.head_width();  // with a scale a head
  return precision == Precision::bfloat16 ? 2.0 : 4.0;
}

/// The weights once, and of each sequence all keys and values up to its token.
double step_bytes(const Transformer& transformer, int sequences) {
  const double number = bytes_of(transformer.precision());
  const double positions = (kTokens + 1) / 2.0;
  return static_cast<double>(transformer.matrix_bytes()) +
         sequences * positions * number * 2.0 * kConfig.width * kConfig.layers;
}

std::vector<Contender> contenders(PlainDecoder& native,
                                  PlainDecoder& portable,
                                  const std::vector<Transformer>& engines) {
  std::vector<Contender> all;
  const double bytes = step_bytes(engines.front(), 1);
  all.push_back({"plain loop for this machine", 1, bytes, [&] { run_plain(native); }});
  all.push_back({"plain loop for any x86-64", 1, bytes, [&] { run_plain(portable); }});
  for (const Transformer& engine : engines) {
    const std::string name(name_of(engine.precision()));
    for (const int sequences : {1, 2, 4, 8}) {
      all.push_back({name + ", " + std::to_string(sequences) + " together", sequences,
                     step_bytes(engine, sequences),
                     [&engine, sequences] { run_steps(engine, sequences); }});
    }
    all.push_back({name + ", prefill", 1, 0.0, [&engine] { run_prefill(engine); }});
  }
  return all;
}

void print(std::vector<Contender>& all, double bandwidth) {
  const double native = all[0].median();
  const double portable = all[1].median();
  double one = native;
  std::printf(
      "| | tokens/s | against the plain loop for this machine | for any | a step, against one "
      "alone "
      "| MB a step | GB/s | share of the cache's |\n|---|---|---|---|---|---|---|---|\n");
  for (Contender& c : all) {
    const double step = c.median();
    if (c.sequences == 1 && c.step_bytes > 0.0) one = step;
    std::printf("| %s | %.0f | %.1f | %.1f | ", c.name.c_str(), c.sequences / step,
                c.sequences * native / step, c.sequences * portable / step);
    if (c.step_bytes > 0.0) {
      const double rate = c.step_bytes / step;
      std::printf("%.1f | %.1f | %.1f | %.0f %% |\n", step / one, c.step_bytes / 1e6, rate / 1e9,
                  100.0 * rate / bandwidth);
    } else {
      std::printf("| | | |\n");
    }
  }
}

/// Bytes a second, at its best: what the machine can give when nobody else asks.
double rate_of(const std::vector<double>& seconds, std::size_t bytes) {
  return static_cast<double>(bytes) / std::ranges::min(seconds);
}

/// Rounds are interleaved, so that a busy machine is fair to all.
void compare(int rounds) {
  const infer::NetworkFile file = infer::random_network(kConfig, 1);
  std::vector<Transformer> engines;
  for (const Precision precision : {Precision::float32, Precision::bfloat16, Precision::int8})
    engines.push_back(infer::load_network(file, precision));
  NativeLoop native(kConfig, file);
  PortableLoop portable(kConfig, file);
  const Bandwidth memory(std::size_t{256} << 20U);
  const Bandwidth cached(engines.front().matrix_bytes());
  std::vector<double> memory_seconds;
  std::vector<double> cached_seconds;
  std::uint64_t sum = 0;
  auto all = contenders(native, portable, engines);
  for (int round = 0; round < rounds; ++round) {
    memory_seconds.push_back(processor_seconds([&] { sum += memory.read(); }));
    for (int time = 0; time < 8; ++time)
      cached_seconds.push_back(processor_seconds([&] { sum += cached.read(); }));
    for (Contender& c : all)
      c.seconds.push_back(processor_seconds(c.run) / kTokens);
  }
  const double bandwidth = rate_of(cached_seconds, cached.bytes());
  std::printf(
      "%s, 1 thread, %d tokens of each sequence from an empty cache, median of %d rounds of "
      "processor time\nreading memory at best: %.1f GB/s over 256 MiB, %.1f GB/s over as much as "
      "the "
      "float32 weights (%s)\n\n",
      std::string(name_of(engines.front().isa())).c_str(), kTokens, rounds,
      rate_of(memory_seconds, memory.bytes()) / 1e9, bandwidth / 1e9,
      sum == 0 ? "nothing" : "again and again");
  print(all, bandwidth);
}

}  // namespace
}  // namespace cantus::benchmarks

int main(int argc, char** argv) {
  double load[1] = {};
  if (getloadavg(load, 1) == 1) std::printf("load average %.2f\n", load[0]);
  cantus::benchmarks::compare(argc > 1 ? std::max(std::atoi(argv[1]), 1) : 5);
}
