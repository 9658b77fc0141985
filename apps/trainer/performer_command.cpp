#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "commands.h"
#include "neural/corpus/source.h"
#include "neural/train/device.h"
#include "neural/train/performer/fit.h"
#include "neural/train/performer/player_fit.h"

namespace {

namespace performer = cantus::performer;

struct PerformerAsked {
  performer::FitSettings fit;
  performer::PlayerSettings player;
  std::filesystem::path weights;
  std::string split = "test";
  bool pitched = false;
  bool survey = false;
  bool evaluate = false;

  std::filesystem::path asked_weights() const {
    if (!weights.empty()) return weights;
    return pitched ? "models/player.safetensors" : "models/performer.safetensors";
  }
  bool write = false;
  int threads = 1;
};

cantus::corpus::Split split_named(const std::string& name) {
  using cantus::corpus::Split;
  return name == "test" ? Split::test : name == "train" ? Split::train : Split::validation;
}

int evaluate_performer(const PerformerAsked& asked) {
  const auto net = cantus::touch::TouchNet::load(asked.asked_weights());
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
  const auto written = performer::add_figures(asked.asked_weights(), asked.split, rows);
  return written ? 0 : complain(written.error().message);
}

int evaluate_player(const PerformerAsked& asked) {
  const auto shaper = cantus::touch::LineShaper::load(asked.asked_weights());
  if (!shaper) return complain(shaper.error().message);
  const auto read = performer::read_takes(asked.fit.data);
  if (!read) return complain(read.error().message);
  const auto rows = performer::compare_players(*shaper, read->takes, split_named(asked.split));
  std::printf("%s split, %zu parts, %zu notes; mean absolute errors\n", asked.split.c_str(),
              rows.front().errors.parts, rows.front().errors.notes);
  std::printf("%-28s %9s %12s %9s %13s\n", "", "velocity", "correlation", "scale", "better parts");
  for (const auto& [name, errors] : rows) {
    std::printf("%-28s %9.2f %12.3f %9.2f %13zu\n", name.c_str(), errors.velocity,
                errors.correlation, errors.scale, errors.better_parts);
  }
  const auto late = performer::lateness_errors(*shaper, read->takes, split_named(asked.split));
  std::printf("lateness, %zu notes of played parts: the part's mean %.2f ms, player %.2f ms\n",
              late.notes, late.of_mean_ms, late.player_ms);
  if (!asked.write) return 0;
  const auto written =
      performer::add_player_figures(asked.asked_weights(), asked.split, rows, late);
  return written ? 0 : complain(written.error().message);
}

int train_player(PerformerAsked asked) {
  asked.player.data = asked.fit.data;
  asked.player.out = asked.fit.out;
  const auto errors = performer::fit_player(asked.player);
  if (!errors) return complain(errors.error().message);
  std::printf("validation: velocity %.3f, correlation %.4f, scale %.3f, %zu of %zu parts better\n",
              errors->velocity, errors->correlation, errors->scale, errors->better_parts,
              errors->parts);
  return 0;
}

int survey_parts(const PerformerAsked& asked) {
  const auto read = performer::read_takes(asked.fit.data);
  if (!read) return complain(read.error().message);
  std::printf("%-18s %6s %6s %6s %6s %7s %8s %7s %7s %8s\n", "", "pieces", "parts", "flat", "few",
              "shaped", "notes", "pieces", "played", "notes");
  for (const performer::Surveyed& row : read->survey) {
    std::printf("%-18s %6zu %6zu %6zu %6zu %7zu %8zu %7zu %7zu %8zu\n", row.source.c_str(),
                row.pieces, row.parts, row.flat, row.few, row.shaped, row.shaped_notes,
                row.shaped_pieces, row.played, row.played_notes);
  }
  for (const char* split : {"train", "validation", "test"}) {
    std::set<std::size_t> pieces;
    std::size_t parts = 0;
    for (const performer::Take& take : read->takes) {
      if (take.split != split_named(split) || !take.hand.is_shaped()) continue;
      pieces.insert(take.piece);
      ++parts;
    }
    std::printf("%s: %zu shaped parts of %zu pieces\n", split, parts, pieces.size());
  }
  return 0;
}

int run_performer(const PerformerAsked& asked) {
  if (asked.survey) return survey_parts(asked);
  if (asked.evaluate) return asked.pitched ? evaluate_player(asked) : evaluate_performer(asked);
  if (asked.fit.out.empty()) return complain("say --evaluate, or --out to train");
  if (asked.pitched) return train_player(asked);
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
  CLI::App* command = app.add_subcommand(
      "performer", "How drums and pitched parts are touched, learnt from what people played");
  command->add_flag("--pitched", asked->pitched,
                    "Of pitched parts, from the open MIDI collections");
  command->add_flag("--survey", asked->survey,
                    "Count the pitched parts that people shaped or played");
  command->add_option("--penalty", asked->player.penalty, "Of large weights (--pitched)")
      ->capture_default_str();
  command->add_option("--fewest-levels", asked->player.fewest_levels, "Of velocity (--pitched)")
      ->capture_default_str();
  command->add_option("--weight-power", asked->player.weight_power, "Of a part's notes (--pitched)")
      ->capture_default_str();
  command->add_option("--data", asked->fit.data, "Folder that holds open/");
  command->add_flag("--evaluate", asked->evaluate, "The figures of the stored weights");
  command->add_option("--weights", asked->weights, "To evaluate; else those in models/");
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
