#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "base/files.h"
#include "base/random.h"
#include "commands.h"
#include "neural/rolls/phrase_file.h"
#include "neural/train/band_critic/fit.h"
#include "neural/train/critic/figures.h"
#include "neural/train/device.h"

namespace {

namespace band_critic = cantus::band_critic;

struct BandCriticAsked {
  band_critic::FitSettings fit;
  std::filesystem::path phrases;
  std::filesystem::path band = "models/band.safetensors";
  std::filesystem::path sequence;  ///< .phrases of pieces by the sequence engine
  std::filesystem::path weights = "models/band_critic.safetensors";
  std::string split = "test";
  std::size_t count = 12000;
  bool evaluate = false;
  bool write = false;
  int threads = 1;
};

void say_line(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

int evaluate_band_critic(const BandCriticAsked& asked,
                         const std::vector<band_critic::Example>& examples) {
  const auto network = band_critic::Network::load(asked.weights);
  if (!network) return complain(network.error().message);
  const auto split =
      asked.split == "test" ? cantus::rolls::Split::test : cantus::rolls::Split::validation;
  const auto rows = band_critic::evaluate(*network, examples, split);
  std::printf("%-24s %-9s %7s %7s  area under ROC\n", asked.split.c_str(), "by", "people",
              "others");
  for (const band_critic::AreaRow& row : rows) {
    std::printf("%-24s %-9s %7zu %7zu  %.3f (%.3f to %.3f)\n", row.against.c_str(), row.by.c_str(),
                row.area.people, row.area.others, row.area.area, row.area.low, row.area.high);
  }
  if (!asked.write) return 0;
  const auto written = cantus::critic::add_figures(asked.weights, asked.split, rows);
  return written ? 0 : complain(written.error().message);
}

int run_band_critic(BandCriticAsked asked) {
  if (!asked.evaluate && asked.fit.out.empty())
    return complain("say --evaluate, or --out to train");
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  const auto people = cantus::rolls::read_phrases_file(asked.phrases);
  if (!people) return complain(people.error().message);
  const auto net = cantus::band::BandNet::load(asked.band);
  if (!net) return complain(net.error().message);
  const auto bytes = cantus::read_file(asked.band, std::size_t{1} << 28U);
  if (!bytes) return complain(bytes.error().message);
  asked.fit.against =
      fmt::format("{} {:016x}", asked.band.filename().string(), cantus::hash_of(*bytes));
  auto examples =
      band_critic::examples_of(*people, *net, asked.evaluate ? 0 : asked.count, asked.fit.seed);
  if (!asked.sequence.empty()) {
    const auto composed = cantus::rolls::read_phrases_file(asked.sequence);
    if (!composed) return complain(composed.error().message);
    band_critic::add_composed(*composed, examples);
  }
  if (asked.evaluate) return evaluate_band_critic(asked, examples);
  const auto best = band_critic::fit(asked.fit, examples, *people, say_line);
  if (!best) return complain(best.error().message);
  std::printf("best figure of merit at validation %.4f\n", *best);
  return 0;
}

}  // namespace

void add_band_critic(CLI::App& app, int& status) {
  auto asked = std::make_shared<BandCriticAsked>();
  asked->fit.commit = CANTUS_COMMIT;
  CLI::App* command = app.add_subcommand(
      "band-critic", "Tells people's phrases of bands from programs' and spoiled ones");
  command->add_option("--phrases", asked->phrases, "People's: of cantus corpus phrases")
      ->required();
  command->add_option("--band", asked->band, "The band that it learns to tell")
      ->capture_default_str();
  command->add_option("--sequence", asked->sequence,
                      "Phrases of pieces by the sequence engine: NAME.phrases");
  command->add_option("--count", asked->count, "Phrases that the band plays for it")
      ->capture_default_str();
  command->add_flag("--evaluate", asked->evaluate, "The figures of the stored weights");
  command->add_option("--weights", asked->weights, "To evaluate")->capture_default_str();
  command->add_option("--split", asked->split)
      ->check(CLI::IsMember({"validation", "test"}))
      ->capture_default_str();
  command->add_flag("--write", asked->write, "Write the figures into the card");
  command->add_option("--out", asked->fit.out, "Train, and write NAME.safetensors");
  command->add_option("--from", asked->fit.from, "Weights to begin with");
  command->add_option("--seed", asked->fit.seed)->capture_default_str();
  command->add_option("--steps", asked->fit.steps)->capture_default_str();
  command->add_option("--batch", asked->fit.batch, "Phrases a step")->capture_default_str();
  command->add_option("--rate", asked->fit.rate)->capture_default_str();
  command->add_option("--decay", asked->fit.decay)->capture_default_str();
  command->add_option("--drop", asked->fit.drop, "Share of hidden values")->capture_default_str();
  command->add_option("--thin", asked->fit.deal.thinned, "Share of marks that are not told")
      ->capture_default_str();
  command->add_option("--looks", asked->fit.looks, "At validation")->capture_default_str();
  command->add_option("--threads", asked->threads)->capture_default_str();
  command->callback([asked, &status] {
    asked->fit.stop = &stop_flag();
    status = run_band_critic(*asked);
  });
}
