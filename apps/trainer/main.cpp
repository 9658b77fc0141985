// cantus-train: trains, evaluates and exports networks.
// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "commands.h"

int complain(const std::string& message) {
  std::fprintf(stderr, "cantus-train: %s\n", message.c_str());
  return 1;
}

const std::atomic<bool>& stop_flag() {
  static std::atomic<bool> asked{false};
  const auto ask = [](int) { asked = true; };
  std::signal(SIGINT, ask);
  std::signal(SIGTERM, ask);
  return asked;
}

int main(int argc, char** argv) {
  int status = 0;
  try {
    CLI::App app("Trains Cantus's networks on packed corpora");
    app.require_subcommand(1);
    add_fit(app, status);
#ifdef CANTUS_TUNE  // it reads music
    add_tune(app, status);
#endif
    add_export(app, status);
    add_evaluate(app, status);
    add_baselines(app, status);
    add_benchmark_step(app, status);
    add_benchmark_throughput(app, status);
#ifdef CANTUS_LIKELIHOODS  // they need zlib
    add_benchmark(app, status);
#endif
#ifdef CANTUS_PERFORMER  // it reads music, and what reads it
    add_performer(app, status);
    add_band(app, status);
#endif
#ifdef CANTUS_JUDGE  // it reads music too
    add_judge(app, status);
#endif
#ifdef CANTUS_CRITIC  // and so does this
    add_critic(app, status);
    add_band_critic(app, status);
    add_contest(app, status);
#endif
    add_fixture(app, status);
    CLI11_PARSE(app, argc, argv);
  } catch (const std::exception& error) {
    return complain(error.what());
  }
  return status;
}
