// The commands of cantus-train.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

/// Each adds its command; running it sets `status`, the program's exit status.
void add_fit(CLI::App& app, int& status);
