// The commands of cantus-train.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>

#include <CLI/CLI.hpp>

/// Each adds its command to the program; running it sets `status`, the program's exit status.
void add_fit(CLI::App& app, int& status);
void add_tune(CLI::App& app, int& status);
void add_export(CLI::App& app, int& status);
void add_evaluate(CLI::App& app, int& status);
void add_baselines(CLI::App& app, int& status);
void add_benchmark_step(CLI::App& app, int& status);
void add_benchmark_throughput(CLI::App& app, int& status);
void add_benchmark(CLI::App& app, int& status);
void add_performer(CLI::App& app, int& status);
void add_judge(CLI::App& app, int& status);
void add_critic(CLI::App& app, int& status);
void add_band_critic(CLI::App& app, int& status);
void add_contest(CLI::App& app, int& status);
void add_band(CLI::App& app, int& status);
void add_fixture(CLI::App& app, int& status);

/// True once the user or the system asks the program to end; watches for it from the first call on.
const std::atomic<bool>& stop_flag();

/// Prints "cantus-train: MESSAGE" to the error stream; returns 1.
int complain(const std::string& message);
