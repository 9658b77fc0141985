#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "commands.h"
#include "neural/corpus/source.h"
#include "neural/train/device.h"
#include "neural/train/performer/fit.h"

namespace {

namespace performer = cantus::performer;

struct PerformerAsked {
  performer::FitSettings fit;
  std::filesystem::path weights = "models/performer.safetensors";
  std::string split = "test";
  bool evaluate = false;
  bool write = false;
  int threads = 1;
};

cantus::corpus::Split split_named(const std::string& name) {
  using cantus::corpus::Split;
  return name == "test" ? Split::test : name == "train" ? Split::train : Split::validation;
}

int evaluate_performer(const PerformerAsked& asked) {
  const auto net = cantus::touch::TouchNet::load(asked.weights);
  if (!net) return complain(net.error().message);
  const auto performances = performer::read_performances(asked.fit.data);
  if (!performances) return complain(performances.error().message);
  const auto rows = performer::compare(*net, *performances, split_named(asked.split));
  std::printf("%s split, %zu hits; mean absolute errors and nats a hit\n", asked.split.c_str(),
              rows.front().errors.hits);
  std::printf("%-42s %9s %9s %9s %9s\n", "", "velocity", "ms", "nats", "nats (ms)");
  for (const performer::Row& row : rows) {
    std::printf("%-42s %9.2f %9.2f %9.3f %9.3f\n", row.name.c_str(), row.errors.velocity,
                row.errors.late_ms, row.errors.velocity_nats, row.errors.late_nats);
  }
  if (!asked.write) return 0;
  const auto written = performer::add_figures(asked.weights, asked.split, rows);
  return written ? 0 : complain(written.error().message);
}

int run_performer(const PerformerAsked& asked) {
  if (asked.evaluate) return evaluate_performer(asked);
  if (asked.fit.out.empty()) return complain("say --evaluate, or --out to train");
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  const auto best = performer::fit(asked.fit, [](const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  });
  if (!best) return complain(best.error().message);
  std::printf("best on validation %.4f nats a hit\n", *best);
  return 0;
}

}  // namespace

void add_performer(CLI::App& app, int& status) {
  auto asked = std::make_shared<PerformerAsked>();
  asked->fit.data = cantus::corpus::data_folder();
  CLI::App* command = app.add_subcommand("performer", "A drummer's touch, learnt from groove");
  command->add_option("--data", asked->fit.data, "Folder that holds open/");
  command->add_flag("--evaluate", asked->evaluate, "The figures of the stored weights");
  command->add_option("--weights", asked->weights, "To evaluate")->capture_default_str();
  command->add_option("--split", asked->split)
      ->check(CLI::IsMember({"train", "validation", "test"}))
      ->capture_default_str();
  command->add_flag("--write", asked->write, "Write the figures into the card");
  command->add_option("--out", asked->fit.out, "Train, and write NAME.safetensors");
  command->add_option("--seed", asked->fit.seed)->capture_default_str();
  command->add_option("--epochs", asked->fit.epochs)->capture_default_str();
  command->add_option("--batch", asked->fit.batch, "Hits a step")->capture_default_str();
  command->add_option("--rate", asked->fit.rate)->capture_default_str();
  command->add_option("--decay", asked->fit.decay)->capture_default_str();
  command->add_option("--drop", asked->fit.drop, "Share of hidden values")->capture_default_str();
  command->add_option("--hides-style", asked->fit.hides_style, "How often the style is not said")
      ->capture_default_str();
  command->add_option("--looks", asked->fit.looks, "At validation")->capture_default_str();
  command->add_option("--threads", asked->threads)->capture_default_str();
  command->callback([asked, &status] { status = run_performer(*asked); });
}
