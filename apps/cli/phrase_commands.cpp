// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/commands.h"
#include "neural/corpus/phrases.h"
#include "neural/rolls/comparison.h"
#include "neural/rolls/phrase_file.h"

namespace cantus::cli {
namespace {

namespace fs = std::filesystem;

struct Asked {
  std::vector<std::string> names;
  std::string data, out, from;
  int hop_bars = 1;
  bool statistics = false;
};

Result<std::vector<corpus::Source>> sources_of(const Asked& asked) {
  if (asked.names.empty()) return corpus::phrase_sources();
  return corpus::sources_named(asked.names);
}

/// What a file made earlier holds of the sets named.
Result<std::vector<rolls::Phrase>> read_file(const Asked& asked) {
  auto phrases = rolls::read_phrases_file(asked.from);
  if (!phrases || asked.names.empty()) return phrases;
  std::erase_if(*phrases, [&](const rolls::Phrase& phrase) {
    return std::ranges::find(asked.names, phrase.set) == asked.names.end();
  });
  return phrases;
}

Result<std::vector<rolls::Phrase>> read_sets(const Console& console, const Asked& asked) {
  const auto sources = sources_of(asked);
  if (!sources) return tl::unexpected<Error>(sources.error());
  corpus::PhraseOptions options;
  options.hop_bars = asked.hop_bars;
  options.said = [&](const std::string& name) { console.progress("reading " + name); };
  options.stop = &stop_flag();
  auto set = corpus::read_phrases(
      *sources, asked.data.empty() ? corpus::data_folder() : fs::path(asked.data), options);
  console.end_progress();
  if (!set) return tl::unexpected<Error>(set.error());
  std::fputs(corpus::table_of(set->report).c_str(), stdout);
  return std::move(set->phrases);
}

/// Training, validation and shuffled validation phrases side by side; the test phrases rest.
void print_statistics(const std::vector<rolls::Phrase>& phrases) {
  const auto training = rolls::to_compare("training", phrases, rolls::Split::train);
  const auto held_out = rolls::to_compare("validation", phrases, rolls::Split::validation);
  std::vector<rolls::Roll> rolls;
  for (const rolls::Roll* roll : held_out.rolls)
    rolls.push_back(*roll);
  const std::vector<rolls::Roll> mixed = rolls::shuffled(rolls, 1);
  rolls::PhrasesToCompare shuffled = rolls::to_compare("validation, shuffled", mixed);
  shuffled.pieces = held_out.pieces;
  const auto columns = rolls::compare(training, std::vector{training, held_out, shuffled});
  std::fputs(rolls::table_of(nullptr, columns[0], columns[1], columns[2]).c_str(), stdout);
}

int phrases(const Console& console, const Asked& asked) {
  const auto phrases = asked.from.empty() ? read_sets(console, asked) : read_file(asked);
  if (!phrases) return console.failed(phrases.error());
  if (!asked.out.empty()) {
    const auto written = rolls::write_phrases(asked.out, *phrases);
    if (!written) return console.failed(written.error());
  }
  if (asked.statistics) print_statistics(*phrases);
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
  command->add_option("--from", asked->from, "Read NAME.phrases, not the collections");
  command->add_flag("--statistics", asked->statistics,
                    "Print MuseGAN's table and more of training, validation and shuffled phrases");
  command->add_option("--data", asked->data, "The data folder; else $CANTUS_DATA, ../shared/data");
  command->add_option("--hop", asked->hop_bars, "Bars from one phrase to the next")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->callback([&console, &status, asked] { status = phrases(console, *asked); });
}

}  // namespace cantus::cli
