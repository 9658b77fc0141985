#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "commands.h"
#include "neural/packed/catalogue.h"
#include "neural/packed/packed.h"
#include "neural/train/baselines.h"
#include "neural/train/card.h"
#include "neural/train/evaluate.h"
#ifdef CANTUS_ENGINE  // not in the trainer built alone
#include "neural/train/engine/evaluate_engine.h"
#endif

namespace {

using cantus::corpus::Split;
using cantus::train::Score;
using cantus::train::Scores;

const std::map<std::string, Split> kSplits{
    {"train", Split::train}, {"validation", Split::validation}, {"test", Split::test}};

CLI::Option* add_split(CLI::App& command, Split& split) {
  return command.add_option("--split", split, "train, validation or test")
      ->transform(CLI::CheckedTransformer(kSplits))
      ->default_str("test");
}

void add_views(CLI::App& command, std::vector<std::string>& views) {
  command.add_option("--views", views, "Only these, such as chords,form")->delimiter(',');
}

void print_row(const std::string& name, const Score& score) {
  std::printf("%-28s %10llu %9.4f %9.4f %11.3f\n", name.c_str(),
              static_cast<unsigned long long>(score.tokens), score.nats_a_token(),
              score.bits_a_token(), std::exp(score.nats_a_token()));
}

void print_scores(const std::string& name, const Scores& scores) {
  print_row(name, scores.all);
  for (const auto& [set, score] : scores.by_set)
    print_row("  set " + set, score);
  for (const auto& [view, score] : scores.by_view)
    print_row("  view " + view, score);
}

void print_heading() {
  std::printf("%-28s %10s %9s %9s %11s\n", "", "tokens", "nats", "bits", "perplexity");
}

struct Evaluation : cantus::train::EvaluateSettings {
  bool write = false;
  bool engine = false;
  std::string weights;  ///< for the engine
};

cantus::Result<Scores> scores_of(const Evaluation& settings) {
#ifdef CANTUS_ENGINE
  if (settings.engine || !settings.weights.empty()) {
    return cantus::train::evaluate_engine(settings,
                                          cantus::infer::precision_named(settings.weights));
  }
#endif
  return cantus::train::evaluate(settings);
}

int run_evaluate(const Evaluation& settings) {
  const auto scores = scores_of(settings);
  if (!scores) return complain(scores.error().message);
  print_heading();
  print_scores(settings.model.stem().string(), *scores);
  if (!settings.write) return 0;
  const auto card = std::filesystem::path(settings.model).replace_extension(".json");
  const auto added =
      cantus::train::add_scores(card, cantus::train::name_of(settings.split), *scores);
  return added ? 0 : complain(added.error().message);
}

struct BaselineSettings {
  std::filesystem::path pack;
  Split split = Split::test;
  std::int64_t context = 512;
  std::vector<std::string> views;
};

int run_baselines(const BaselineSettings& settings) {
  const auto& [pack, split, context, views] = settings;
  const auto corpus = cantus::corpus::PackedCorpus::open(pack);
  if (!corpus) return complain(corpus.error().message);
  const auto catalogue = cantus::corpus::read_catalogue(pack);
  if (!catalogue) return complain(catalogue.error().message);
  const auto scores = cantus::train::score_baselines(*corpus, *catalogue, split, context, views);
  if (!scores) return complain(scores.error().message);
  print_heading();
  print_scores("uniform", scores->uniform);
  print_scores("unigram", scores->unigram);
  print_scores("bigram, Kneser-Ney", scores->bigram);
  print_scores("5-gram, Kneser-Ney", scores->five_gram);
  return 0;
}

}  // namespace

void add_evaluate(CLI::App& app, int& status) {
  auto settings = std::make_shared<Evaluation>();
  CLI::App* command = app.add_subcommand("evaluate", "Score a model on a split of a corpus");
  command->add_option("--model", settings->model, "NAME.safetensors")->required();
  command->add_option("--corpus", settings->corpus, "NAME.pack")->required();
  add_split(*command, settings->split);
  add_views(*command, settings->views);
  command->add_option("--tokens", settings->tokens, "About how many; 0 for all")
      ->capture_default_str();
  command->add_option("--rows", settings->rows, "Windows computed at once")->capture_default_str();
  command->add_option("--threads", settings->threads)->capture_default_str();
  command->add_option("--device", settings->device, "cpu, cuda or cuda:N")->capture_default_str();
  command->add_flag("--write", settings->write, "Write the result into the model's card");
#ifdef CANTUS_ENGINE
  command->add_flag("--engine", settings->engine, "With the engine that composes, not LibTorch");
  command->add_option("--weights", settings->weights, "With the engine: float32, bf16 or int8")
      ->check(CLI::IsMember({"float32", "bf16", "int8"}));
#endif
  command->callback([settings, &status] { status = run_evaluate(*settings); });
}

void add_baselines(CLI::App& app, int& status) {
  auto settings = std::make_shared<BaselineSettings>();
  CLI::App* command = app.add_subcommand(
      "baselines", "Score uniform, unigram, bigram and 5-gram models on a split of a corpus");
  command->add_option("--corpus", settings->pack, "NAME.pack")->required();
  add_split(*command, settings->split);
  add_views(*command, settings->views);
  command->add_option("--context", settings->context, "Of the network to compare with")
      ->capture_default_str();
  command->callback([settings, &status] { status = run_baselines(*settings); });
}
