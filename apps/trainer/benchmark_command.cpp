#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "commands.h"
#include "neural/train/benchmark/protocol.h"
#include "neural/train/benchmark/roll_fit.h"
#include "neural/train/benchmark/voice_fit.h"
#include "neural/train/device.h"

namespace {

using namespace cantus::benchmark;  // NOLINT(google-build-using-namespace): one command, one module

struct PolyphonyAsked {
  std::filesystem::path data;
  bool self_test = false;
  RollFitSettings fit;
  int threads = 1;
};

int print_marginal(const std::filesystem::path& data) {
  for (const RollSet set : kRollSets) {
    const auto splits = load_rolls(data, set);
    if (!splits) return complain(splits.error().message);
    const Figures figures = figures_of(marginal_losses(splits->train, splits->test));
    std::printf("%-11s %6zu frames  %7.3f nats a frame  %7.3f mean of pieces\n",
                name_of(set).c_str(), figures.frames, figures.nats_a_frame,
                figures.mean_of_pieces);
  }
  return 0;
}

int run_polyphony(const PolyphonyAsked& asked) {
  const auto data = find_data(asked.data);
  if (!data) return complain(data.error().message);
  if (asked.self_test) return print_marginal(*data);
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  const auto best = fit_rolls(*data, asked.fit);
  if (!best) return complain(best.error().message);
  std::printf("best on validation %.4f\n", *best);
  return 0;
}

struct ChoralesAsked {
  std::filesystem::path data;
  VoiceFitSettings fit;
  int threads = 1;
};

int run_chorales(const ChoralesAsked& asked) {
  const auto data = find_data(asked.data);
  if (!data) return complain(data.error().message);
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  const auto best = fit_voices(*data, asked.fit);
  if (!best) return complain(best.error().message);
  std::printf("best on validation %.4f\n", *best);
  return 0;
}

void add_learning(CLI::App& command, LearningSettings& learning) {
  command.add_option("--out", learning.out, "NAME.safetensors");
  command.add_option("--from", learning.from, "Weights to begin with");
  command.add_option("--seed", learning.seed)->capture_default_str();
  command.add_option("--first", learning.first, "Width of the first layer")->capture_default_str();
  command.add_option("--second", learning.second)->capture_default_str();
  command.add_option("--third", learning.third)->capture_default_str();
  command.add_option("--epochs", learning.epochs)->capture_default_str();
  command.add_option("--moments", learning.moments, "Frames a step")->capture_default_str();
  command.add_option("--rate", learning.rate)->capture_default_str();
  command.add_option("--decay", learning.decay)->capture_default_str();
  command.add_option("--average", learning.average)->capture_default_str();
  command.add_option("--drop", learning.drop)->capture_default_str();
  command.add_option("--looks", learning.looks, "At validation")->capture_default_str();
  command.add_flag("--from-above", learning.from_above, "Decide from the highest down");
}

void add_polyphony(CLI::App& benchmark, int& status) {
  auto asked = std::make_shared<PolyphonyAsked>();
  CLI::App* command = benchmark.add_subcommand("polyphony", "Piano rolls, nats a frame");
  std::map<std::string, RollSet> sets;
  for (const RollSet set : kRollSets)
    sets[slug_of(set)] = set;
  command->add_option("--data", asked->data, "Folder that holds research/");
  command->add_flag("--self-test", asked->self_test, "The marginal predictor's figures");
  command->add_option("--set", asked->fit.set)->transform(CLI::CheckedTransformer(sets));
  command->add_option("--transpose", asked->fit.transpose)->capture_default_str();
  command->add_option("--threads", asked->threads)->capture_default_str();
  add_learning(*command, asked->fit.learning);
  command->callback([asked, &status] { status = run_polyphony(*asked); });
}

void add_chorales(CLI::App& benchmark, int& status) {
  auto asked = std::make_shared<ChoralesAsked>();
  CLI::App* command =
      benchmark.add_subcommand("chorales", "Chorales on a grid of sixteenths, nats a note");
  command->add_option("--data", asked->data, "Folder that holds research/");
  command->add_option("--transpose", asked->fit.transpose)->capture_default_str();
  command->add_option("--threads", asked->threads)->capture_default_str();
  add_learning(*command, asked->fit.learning);
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
