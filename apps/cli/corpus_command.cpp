// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "neural/corpus/measure_repetition.h"
#include "neural/corpus/pack.h"

namespace cantus::cli {
namespace {

namespace fs = std::filesystem;
constexpr auto kReplace = nlohmann::json::error_handler_t::replace;  // names of files are bytes

struct Asked {
  std::vector<std::string> names;
  std::string data, out;
  corpus::RepetitionSettings repetition;
};

/// The sources named: sets of the data folder, or folders of the user's own; all open sets if none.
Result<std::vector<corpus::Source>> sources_of(const Asked& asked) {
  if (asked.names.empty()) {
    return std::vector(corpus::open_sources().begin(), corpus::open_sources().end());
  }
  return corpus::sources_named(asked.names);
}

fs::path data_of(const Asked& asked) {
  return asked.data.empty() ? corpus::data_folder() : fs::path(asked.data);
}

void print_counts(const Console& console, const std::map<std::string, corpus::Counts>& counts) {
  if (console.json) {
    nlohmann::json rows;
    for (const auto& [name, c] : counts) {
      rows[name] = {{"files", c.files},   {"pieces", c.pieces},     {"notes", c.notes},
                    {"chords", c.chords}, {"warnings", c.warnings}, {"failures", c.failures}};
    }
    std::fputs((rows.dump(2, ' ', false, kReplace) + "\n").c_str(), stdout);
    return;
  }
  std::fputs(fmt::format("{:<20} {:>7} {:>7} {:>9} {:>8} {:>9} {:>8}\n", "set", "files", "pieces",
                         "notes", "chords", "warnings", "failures")
                 .c_str(),
             stdout);
  for (const auto& [name, c] : counts) {
    std::fputs(fmt::format("{:<20} {:>7} {:>7} {:>9} {:>8} {:>9} {:>8}\n", name, c.files, c.pieces,
                           c.notes, c.chords, c.warnings, c.failures.size())
                   .c_str(),
               stdout);
    for (const std::string& failure : c.failures)
      console.detail("  " + failure);
  }
}

int pack(const Console& console, const Asked& asked) {
  const auto sources = sources_of(asked);
  if (!sources) return console.usage(sources.error());
  const auto report = corpus::pack(
      *sources, data_of(asked), asked.out,
      [&](const std::string& name) { console.progress("reading " + name); }, &stop_flag());
  console.end_progress();
  if (!report) return console.failed(report.error());
  print_counts(console, report->counts);
  console.say(fmt::format(
      "{} tokens in {} sequences; {} pieces left out (too short, too bare or in metres without a "
      "word); {} pieces in {} groups of near duplicates, each group on one side of the split",
      report->tokens, report->sequences, report->left_out, report->pieces_in_groups,
      report->duplicate_groups));
  for (const auto& [what, times] : report->dropped) {
    console.detail(fmt::format("dropped: {}: {}", what, times));
  }
  return kDone;
}

int stats(const Console& console, const Asked& asked) {
  const auto sources = sources_of(asked);
  if (!sources) return console.usage(sources.error());
  std::map<std::string, corpus::Counts> counts;
  for (const corpus::Source& source : *sources) {
    console.progress("reading " + source.name);
    auto read = corpus::read_source(
        source, data_of(asked), [](score::Piece&, const std::string&) {}, &stop_flag());
    if (!read) return console.failed(read.error());
    counts[source.name] = std::move(*read);
  }
  console.end_progress();
  print_counts(console, counts);
  return kDone;
}

void print_repetition(const Console& console, const std::vector<corpus::RepetitionRow>& rows) {
  if (console.json) {
    nlohmann::json out = nlohmann::json::array();
    for (const corpus::RepetitionRow& row : rows) {
      nlohmann::json line = {{"source", row.source}, {"pieces", row.pieces}};
      for (std::size_t i = 0; i < row.figures.size(); ++i) {
        const corpus::Measured& m = row.figures[i];
        line["figures"][std::string(corpus::kRepetitionNames[i])] = {
            {"pieces", m.pieces}, {"mean", m.mean}, {"low", m.low}, {"high", m.high}};
      }
      out.push_back(line);
    }
    std::fputs((out.dump(2, ' ', false, kReplace) + "\n").c_str(), stdout);
    return;
  }
  std::string lines = fmt::format("{:<16} {:<20}", "", "");
  for (const std::string_view name : corpus::kRepetitionNames)
    lines += fmt::format(" {:>20}", name);
  for (const corpus::RepetitionRow& row : rows) {
    lines += fmt::format("\n{:<16} {:<20}", row.source, row.pieces);
    for (const corpus::Measured& m : row.figures) {
      const std::string cell =
          m.pieces == 0 ? "-" : fmt::format("{:.2f} {:.2f} to {:.2f}", m.mean, m.low, m.high);
      lines += fmt::format(" {:>20}", cell);
    }
    lines += fmt::format(" ({})", row.figures.back().pieces);
  }
  std::fputs((lines + "\n").c_str(), stdout);
}

int repetition(const Console& console, const Asked& asked) {
  const auto sources = sources_of(asked);
  if (!sources) return console.usage(sources.error());
  const auto rows = corpus::measure_repetition(
      *sources, data_of(asked), asked.repetition,
      [&](const std::string& what) { console.progress(what); }, &stop_flag());
  console.end_progress();
  if (!rows) return console.failed(rows.error());
  print_repetition(console, *rows);
  return kDone;
}

int list(const Console& console, const Asked& asked) {
  nlohmann::json rows = nlohmann::json::array();
  const auto add = [&](std::span<const corpus::Source> sources, const char* use) {
    for (const corpus::Source& source : sources) {
      const bool here = fs::is_directory(data_of(asked) / source.folder);
      rows.push_back({{"name", source.name},
                      {"use", use},
                      {"licence", source.licence},
                      {"style", source.style},
                      {"present", here}});
      if (console.json) continue;
      std::fputs(fmt::format("{:<20} {:<9} {:<8} {}\n", source.name, use, here ? "here" : "absent",
                             source.licence)
                     .c_str(),
                 stdout);
    }
  };
  add(corpus::open_sources(), "training");
  add(corpus::research_sources(), "measuring");
  if (console.json) std::fputs((rows.dump(2) + "\n").c_str(), stdout);
  return kDone;
}

}  // namespace

void add_corpus(CLI::App& app, const Console& console, int& status) {
  CLI::App* corpus = app.add_subcommand("corpus", "Music to learn from");
  corpus->require_subcommand(1);
  auto asked = std::make_shared<Asked>();
  const auto add = [&](const char* name, const char* help,
                       int (*run)(const Console&, const Asked&)) {
    CLI::App* command = corpus->add_subcommand(name, help);
    command->add_option("--data", asked->data,
                        "The data folder; else $CANTUS_DATA, ../shared/data");
    command->callback([&console, &status, asked, run] { status = run(console, *asked); });
    return command;
  };
  CLI::App* packing = add("pack", "Pack sets or folders into one file for cantus-train", pack);
  packing->add_option("names", asked->names, "Sets or folders; all open sets if none");
  packing->add_option("-o,--output", asked->out, "NAME.pack")->required();
  CLI::App* counting =
      add("stats", "Read sets or folders and count files, notes, chords, failures", stats);
  counting->add_option("names", asked->names, "Sets or folders; all open sets if none");
  CLI::App* repeating =
      add("repetition", "How much the melodies of sets or folders repeat", repetition);
  repeating->add_option("names", asked->names, "Sets, in the order of list, and folders");
  repeating->add_option("--most", asked->repetition.most_pieces, "Pieces of a row")
      ->capture_default_str();
  repeating->add_option("--bars", asked->repetition.fewest_bars, "Shorter melodies are left out")
      ->capture_default_str();
  repeating->add_option("--most-bars", asked->repetition.most_bars, "Longer ones too")
      ->capture_default_str();
  add_phrases(*corpus, console, status);
  add("list", "The sets we know, their licences and whether they are here", list);
}

}  // namespace cantus::cli
