#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "commands.h"
#include "neural/corpus/source.h"
#include "neural/train/critic/figures.h"
#include "neural/train/critic/fit.h"
#include "neural/train/critic/variety.h"
#include "neural/train/device.h"

namespace {

namespace critic = cantus::critic;

struct CriticAsked {
  critic::FitSettings fit;
  std::filesystem::path weights = "models/critic.safetensors";
  std::string split = "test";
  std::vector<std::filesystem::path> variety;  ///< folders
  bool evaluate = false;
  bool write = false;
  int threads = 1;
};

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

int evaluate_critic(const CriticAsked& asked, const std::vector<critic::Example>& examples) {
  const auto network = critic::Network::load(asked.weights);
  if (!network) return complain(network.error().message);
  const auto split =
      asked.split == "test" ? cantus::corpus::Split::test : cantus::corpus::Split::validation;
  const auto rows = critic::evaluate(*network, examples, split);
  std::printf("%-40s %-9s %7s %7s  area under ROC\n", asked.split.c_str(), "by", "people",
              "others");
  for (const critic::AreaRow& row : rows) {
    std::printf("%-40s %-9s %7zu %7zu  %.3f (%.3f to %.3f)\n", row.against.c_str(), row.by.c_str(),
                row.area.people, row.area.others, row.area.area, row.area.low, row.area.high);
  }
  if (!asked.write) return 0;
  const auto written = critic::add_figures(asked.weights, asked.split, rows);
  return written ? 0 : complain(written.error().message);
}

int print_variety(const CriticAsked& asked) {
  for (const std::filesystem::path& folder : asked.variety) {
    const auto composed = critic::read_composed(std::span(&folder, 1));
    if (!composed) return complain(composed.error().message);
    std::vector<critic::Sheet> sheets;
    for (const critic::Example& example : *composed) {
      if (example.kind != critic::Kind::tune) sheets.push_back(example.sheet);
    }
    std::printf("%.4f mean distance of %zu pieces: %s\n", critic::variety(sheets), sheets.size(),
                folder.string().c_str());
  }
  return 0;
}

int run_critic(const CriticAsked& asked) {
  if (!asked.variety.empty()) return print_variety(asked);
  if (asked.fit.against.empty())
    return complain("say --against FOLDER: the composed pieces that the critic learns to tell");
  if (!asked.evaluate && asked.fit.out.empty())
    return complain("say --evaluate, or --out to train");
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  auto examples = critic::read_people(asked.fit.data, say);
  if (!examples) return complain(examples.error().message);
  const auto composed = critic::read_composed(asked.fit.against);
  if (!composed) return complain(composed.error().message);
  examples->insert(examples->end(), composed->begin(), composed->end());
  if (asked.evaluate) return evaluate_critic(asked, *examples);
  const auto best = critic::fit(asked.fit, *examples, say);
  if (!best) return complain(best.error().message);
  std::printf("best figure of merit at validation %.4f\n", *best);
  return 0;
}

}  // namespace

void add_critic(CLI::App& app, int& status) {
  auto asked = std::make_shared<CriticAsked>();
  asked->fit.data = cantus::corpus::data_folder();
  asked->fit.commit = CANTUS_COMMIT;
  CLI::App* command =
      app.add_subcommand("critic", "Tells people's pieces from composed and spoiled ones");
  command->add_option("--data", asked->fit.data, "Folder that holds open/");
  command->add_option("--against", asked->fit.against,
                      "Folders of composed pieces; names that begin with folk stand against tunes");
  command->add_flag("--evaluate", asked->evaluate, "The figures of the stored weights");
  command->add_option("--weights", asked->weights, "To evaluate")->capture_default_str();
  command->add_option("--split", asked->split)
      ->check(CLI::IsMember({"validation", "test"}))
      ->capture_default_str();
  command->add_flag("--write", asked->write, "Write the figures into the card");
  command->add_option("--variety", asked->variety,
                      "Only say how far apart the pieces of each of these folders are");
  command->add_option("--out", asked->fit.out, "Train, and write NAME.safetensors");
  command->add_option("--from", asked->fit.from, "Weights to begin with");
  command->add_option("--seed", asked->fit.seed)->capture_default_str();
  command->add_option("--steps", asked->fit.steps)->capture_default_str();
  command->add_option("--batch", asked->fit.batch, "Sheets a step")->capture_default_str();
  command->add_option("--rate", asked->fit.rate)->capture_default_str();
  command->add_option("--decay", asked->fit.decay)->capture_default_str();
  command->add_option("--drop", asked->fit.drop, "Share of hidden values")->capture_default_str();
  command->add_option("--thin", asked->fit.deal.thinned, "Share of marks that are not told")
      ->capture_default_str();
  command->add_option("--looks", asked->fit.looks, "At validation")->capture_default_str();
  command->add_option("--threads", asked->threads)->capture_default_str();
  command->callback([asked, &status] {
    asked->fit.stop = &stop_flag();
    status = run_critic(*asked);
  });
}
