// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/commands.h"
#include "neural/corpus/phrases.h"

namespace cantus::cli {
namespace {

namespace fs = std::filesystem;

struct Asked {
  std::vector<std::string> names;
  std::string data, out;
  int hop_bars = 1;
};

Result<std::vector<corpus::Source>> sources_of(const Asked& asked) {
  if (asked.names.empty()) return corpus::phrase_sources();
  std::vector<corpus::Source> sources;
  for (const std::string& name : asked.names) {
    bool found = false;
    for (const auto known : {corpus::open_sources(), corpus::research_sources()}) {
      for (const corpus::Source& source : known) {
        if (source.name != name) continue;
        sources.push_back(source);
        found = true;
      }
    }
    if (found) continue;
    if (!fs::is_directory(name)) {
      return fail(ErrorCode::not_found, name + ": neither a set we know nor a folder");
    }
    sources.push_back(corpus::own_source(name));
  }
  return sources;
}

int phrases(const Console& console, const Asked& asked) {
  const auto sources = sources_of(asked);
  if (!sources) return console.usage(sources.error());
  corpus::PhraseOptions options;
  options.hop_bars = asked.hop_bars;
  options.said = [&](const std::string& name) { console.progress("reading " + name); };
  options.stop = &stop_flag();
  const auto set = corpus::read_phrases(
      *sources, asked.data.empty() ? corpus::data_folder() : fs::path(asked.data), options);
  console.end_progress();
  if (!set) return console.failed(set.error());
  std::fputs(corpus::table_of(set->report).c_str(), stdout);
  return kDone;
}

}  // namespace

void add_phrases(CLI::App& corpus, const Console& console, int& status) {
  CLI::App* command =
      corpus.add_subcommand("phrases", "Four-bar phrases of five players, for the band to learn");
  auto asked = std::make_shared<Asked>();
  command->add_option("names", asked->names,
                      "Sets or folders; all sets of several players if none");
  command->add_option("-o,--output", asked->out, "NAME.phrases");
  command->add_option("--data", asked->data, "The data folder; else $CANTUS_DATA, ../shared/data");
  command->add_option("--hop", asked->hop_bars, "Bars from one phrase to the next")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->callback([&console, &status, asked] { status = phrases(console, *asked); });
}

}  // namespace cantus::cli
