#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "commands.h"
#include "neural/train/export.h"
#ifdef CANTUS_ENGINE  // not in the trainer built alone
#include "neural/infer/convert_weights.h"
#endif

namespace {

struct ExportSettings {
  std::filesystem::path checkpoint;
  std::filesystem::path model;  ///< instead of a checkpoint
  std::filesystem::path out;    ///< without .safetensors
  std::string weights;
};

#ifdef CANTUS_ENGINE
int convert(const std::filesystem::path& from, const ExportSettings& settings) {
  const auto storage = cantus::infer::storage_named(settings.weights);
  const std::string out = settings.out.string() + ".safetensors";
  const auto written = cantus::infer::convert_weights(from, out, *storage);
  if (!written) return complain(written.error().message);
  std::printf("%s: matrices in %s\n", out.c_str(), settings.weights.c_str());
  return 0;
}

int export_model(const ExportSettings& settings) {
  if (settings.weights.empty()) return complain("--model: say what it becomes with --weights");
  return convert(settings.model, settings);
}

void add_conversion(CLI::App& command, ExportSettings& settings, CLI::Option* checkpoint) {
  command.add_option("--model", settings.model, "NAME.safetensors, instead of a checkpoint")
      ->excludes(checkpoint);
  command.add_option("--weights", settings.weights, "Of matrices: float32, float16, bf16 or int8")
      ->check(CLI::IsMember({"float32", "float16", "bf16", "int8"}));
}
#endif

int run_export(const ExportSettings& settings) {
#ifdef CANTUS_ENGINE
  if (!settings.model.empty()) return export_model(settings);
#endif
  if (settings.checkpoint.empty()) return complain("export: name what with --checkpoint");
  const auto step = cantus::train::export_checkpoint(settings.checkpoint, settings.out);
  if (!step) return complain(step.error().message);
  std::printf("%s.safetensors: the weights after step %lld\n", settings.out.c_str(),
              static_cast<long long>(*step));
#ifdef CANTUS_ENGINE
  if (!settings.weights.empty()) return convert(settings.out.string() + ".safetensors", settings);
#endif
  return 0;
}

}  // namespace

void add_export(CLI::App& app, int& status) {
  auto settings = std::make_shared<ExportSettings>();
  CLI::App* command = app.add_subcommand(
      "export",
      "Write a model as it is in a checkpoint, while training goes on, or in other weights");
  [[maybe_unused]] auto* checkpoint =
      command->add_option("--checkpoint", settings->checkpoint, "Folder");
  command->add_option("--out", settings->out, "models/NAME: NAME.safetensors is written")
      ->required();
#ifdef CANTUS_ENGINE
  add_conversion(*command, *settings, checkpoint);
#endif
  command->callback([settings, &status] { status = run_export(*settings); });
}
