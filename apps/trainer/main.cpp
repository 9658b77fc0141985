// cantus-train: trains, evaluates and exports networks.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <CLI/CLI.hpp>

#include "commands.h"

int main(int argc, char** argv) {
  CLI::App app("Trains Cantus's networks");
  app.require_subcommand(1);
  int status = 0;
  add_fit(app, status);
  CLI11_PARSE(app, argc, argv);
  return status;
}
