// cantus: composes, continues, changes, renders, converts, shows and analyses music.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <exception>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/commands.h"
#include "apps/cli/values.h"
#include "tasks/manifest.h"

namespace {

/// One sentence on a mistake in the command line: what, where, and what to do.
std::string mistake(const CLI::App* app, const CLI::Error& error) {
  std::string command = "cantus";
  for (auto used = app->get_subcommands(); !used.empty(); used = used.front()->get_subcommands()) {
    command += " " + used.front()->get_name();
  }
  const std::string what = error.what();
  const bool no_command = what == "A subcommand is required";
  return fmt::format("cantus: {}; see {} --help\n",
                     no_command ? "the command is missing or not known" : what, command);
}

/// Only an option that is left out is left out: an unset variable in a script is a mistake.
void refuse_empty_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() > 0) option->check(cantus::cli::wrong_if_empty);
  }
  for (CLI::App* command : app.get_subcommands({}))
    refuse_empty_values(*command);
}

/// The command that was meant, where the first word names none.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "-j" || word == "--threads") ++i;
    if (word.empty() || word.front() == '-') continue;
    const auto known = app.get_subcommands([&](const CLI::App* c) { return c->check_name(word); });
    return known.empty() ? word : "";
  }
  return "";
}

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
  add_rewrite(app, console, status);
  add_harmonize(app, console, status);
  add_accompany(app, console, status);
  add_band(app, console, status);
  add_morph(app, console, status);
  add_render(app, console, status);
  add_convert(app, console, status);
  add_show(app, console, status);
  add_analyze(app, console, status);
  add_critique(app, console, status);
  add_corpus(app, console, status);
  app.footer("Try: cantus compose \"a calm waltz in D minor\" -o waltz.flac -o waltz.png");
  refuse_empty_values(app);
  app.failure_message(mistake);
  listen_for_interrupts();
  if (const std::string word = unknown_command(app, argc, argv); !word.empty()) {
    return console.usage(
        {cantus::ErrorCode::invalid_input, "'" + word + "' is not a command; see cantus --help"});
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? console.ended(kDone) : kUsage;
  }
  return console.ended(status);
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
