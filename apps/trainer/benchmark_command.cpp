#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "neural/train/benchmark/evaluation.h"
#include "neural/train/benchmark/protocol.h"
#include "neural/train/benchmark/roll_fit.h"
#include "neural/train/benchmark/voice_fit.h"
#include "neural/train/device.h"

namespace {

namespace bench = cantus::benchmark;

struct Asked {
  std::filesystem::path data;
  std::filesystem::path models = "models/benchmarks";
  bool self_test = false;
  bool evaluate = false;
  bench::Asked evaluation;
  std::vector<std::string> sets;  // none for all
  int threads = 1;
};

struct PolyphonyAsked : Asked {
  bench::RollFitSettings fit;
};

struct ChoralesAsked : Asked {
  bench::LearningSettings fit;
};

int print_marginal(const std::filesystem::path& data) {
  for (const bench::RollSet set : bench::kRollSets) {
    const auto splits = bench::load_rolls(data, set);
    if (!splits) return complain(splits.error().message);
    const auto figures = bench::figures_of(bench::marginal_losses(splits->train, splits->test));
    std::printf("%-11s %6zu frames  %7.3f nats a frame  %7.3f mean of pieces\n",
                bench::name_of(set).c_str(), figures.frames, figures.nats_a_frame,
                figures.mean_of_pieces);
  }
  return 0;
}

void print_figures(const char* split, const bench::Figures& figures, double notes) {
  if (figures.frames == 0) return;
  std::printf("  %s %7.4f (%7.4f)", split, figures.nats_a_frame / notes,
              figures.mean_of_pieces / notes);
}

int print_rows(const std::string& name,
               const cantus::Result<std::vector<bench::Row>>& rows,
               double notes) {
  if (!rows) return complain(rows.error().message);
  std::printf("%s\n", name.c_str());
  for (const bench::Row& row : *rows) {
    std::printf("  %-16s", row.name.c_str());
    print_figures("valid", row.valid, notes);
    print_figures("test", row.test, notes);
    std::printf("\n");
  }
  std::fflush(stdout);
  return 0;
}

int evaluate_polyphony(const std::filesystem::path& data, const Asked& asked) {
  std::printf("nats a frame (mean of pieces in brackets)\n");
  for (const bench::RollSet set : bench::kRollSets) {
    if (!asked.sets.empty() &&
        std::ranges::find(asked.sets, bench::slug_of(set)) == asked.sets.end())
      continue;
    const auto rows = bench::evaluate_rolls(data, asked.models, set, asked.evaluation);
    if (print_rows(bench::name_of(set), rows, 1.0) != 0) return 1;
  }
  return 0;
}

int evaluate_chorales(const std::filesystem::path& data, const Asked& asked) {
  const auto rows = bench::evaluate_voices(data, asked.models, asked.evaluation);
  return print_rows("nats a note (mean of pieces in brackets)", rows, 4.0);
}

int report(const cantus::Result<double>& best) {
  if (!best) return complain(best.error().message);
  std::printf("best on validation %.4f\n", *best);
  return 0;
}

int run_polyphony(const PolyphonyAsked& asked) {
  const auto data = bench::find_data(asked.data);
  if (!data) return complain(data.error().message);
  if (asked.self_test) return print_marginal(*data);
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  if (asked.evaluate) return evaluate_polyphony(*data, asked);
  if (asked.fit.learning.out.empty() || asked.sets.size() != 1)
    return complain("say --self-test, --evaluate, or --set NAME with --out");
  bench::RollFitSettings fit = asked.fit;
  for (const bench::RollSet set : bench::kRollSets) {
    if (bench::slug_of(set) == asked.sets.front()) fit.set = set;
  }
  return report(bench::fit_rolls(*data, fit));
}

int run_chorales(const ChoralesAsked& asked) {
  const auto data = bench::find_data(asked.data);
  if (!data) return complain(data.error().message);
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  if (asked.evaluate) return evaluate_chorales(*data, asked);
  if (asked.fit.out.empty()) return complain("say --evaluate or --out");
  return report(bench::fit_voices(*data, asked.fit));
}

void add_common(CLI::App& command, Asked& asked) {
  command.add_option("--data", asked.data, "Folder that holds research/");
  command.add_flag("--evaluate", asked.evaluate, "The figures of the stored networks");
  command.add_option("--models", asked.models, "Folder of the stored networks")
      ->capture_default_str();
  command.add_flag("!--no-test", asked.evaluation.test, "Leave the test split alone");
  command.add_flag("--write", asked.evaluation.write, "Write the figures into the cards");
  command.add_option("--threads", asked.threads, "In training")->capture_default_str();
}

void add_learning(CLI::App& command, bench::LearningSettings& learning) {
  command.add_option("--out", learning.out, "Train, and write NAME.safetensors");
  command.add_option("--from", learning.from, "Weights to begin with");
  command.add_option("--seed", learning.seed)->capture_default_str();
  command.add_option("--first", learning.first, "Width of the first layer")->capture_default_str();
  command.add_option("--second", learning.second)->capture_default_str();
  command.add_option("--third", learning.third)->capture_default_str();
  command.add_option("--transpose", learning.transpose, "Keys up and down")->capture_default_str();
  command.add_option("--epochs", learning.epochs)->capture_default_str();
  command.add_option("--moments", learning.moments, "Frames, or notes, a step")
      ->capture_default_str();
  command.add_option("--rate", learning.rate)->capture_default_str();
  command.add_option("--decay", learning.decay)->capture_default_str();
  command.add_option("--average", learning.average)->capture_default_str();
  command.add_option("--drop", learning.drop, "Share of hidden values")->capture_default_str();
  command.add_option("--drop-in", learning.drop_in, "Share of features")->capture_default_str();
  command.add_option("--looks", learning.looks, "At validation")->capture_default_str();
  command.add_flag("--from-above", learning.reading.from_above, "Decide from the highest down");
  command.add_flag("!--no-memory", learning.reading.memory, "Do not look up the training pieces");
}

void add_polyphony(CLI::App& benchmark, int& status) {
  auto asked = std::make_shared<PolyphonyAsked>();
  CLI::App* command = benchmark.add_subcommand("polyphony", "Piano rolls, nats a frame");
  std::vector<std::string> slugs;
  for (const bench::RollSet set : bench::kRollSets)
    slugs.push_back(bench::slug_of(set));
  add_common(*command, *asked);
  command->add_flag("--self-test", asked->self_test, "The marginal predictor's figures");
  command->add_option("--set", asked->sets, "To train on, or to evaluate (all)")
      ->check(CLI::IsMember(slugs));
  add_learning(*command, asked->fit.learning);
  command->callback([asked, &status] { status = run_polyphony(*asked); });
}

void add_chorales(CLI::App& benchmark, int& status) {
  auto asked = std::make_shared<ChoralesAsked>();
  CLI::App* command =
      benchmark.add_subcommand("chorales", "Chorales on a grid of sixteenths, nats a note");
  add_common(*command, *asked);
  add_learning(*command, asked->fit);
  command->callback([asked, &status] { status = run_chorales(*asked); });
}

}  // namespace

void add_benchmark(CLI::App& app, int& status) {
  CLI::App* benchmark =
      app.add_subcommand("benchmark", "Likelihoods that compare with published ones");
  benchmark->require_subcommand(1);
  add_polyphony(*benchmark, status);
  add_chorales(*benchmark, status);
}
