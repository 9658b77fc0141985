// cantus: composes, continues, renders, converts, shows and analyses music.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <exception>
#include <thread>

#include <CLI/CLI.hpp>

#include "apps/cli/commands.h"
#include "tasks/manifest.h"

namespace {

int run(int argc, char** argv) {
  using namespace cantus::cli;  // NOLINT(google-build-using-namespace): the commands below
  Console console;
  console.threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));
  int status = kDone;
  CLI::App app("Cantus composes original music on this machine, offline.", "cantus");
  app.set_version_flag("--version", std::string("cantus ") + cantus::tasks::kVersion);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("-q,--quiet", console.quiet, "Say nothing but errors");
  app.add_flag("-v,--verbose", console.verbose, "Say more");
  app.add_flag("--json", console.json, "Print the result as JSON on standard output");
  app.add_option("-j,--threads", console.threads, "Threads to use; the result is the same")
      ->check(CLI::Range(1, 64));
  add_compose(app, console, status);
  add_continue(app, console, status);
  add_render(app, console, status);
  add_convert(app, console, status);
  add_show(app, console, status);
  add_analyze(app, console, status);
  add_corpus(app, console, status);
  app.footer("Try: cantus compose \"a calm waltz in D minor\" -o waltz.flac -o waltz.png");
  listen_for_interrupts();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kDone : kUsage;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cantus: %s\n", error.what());
    return cantus::cli::kFailed;
  }
}
