#include <cstdio>
#include <filesystem>
#include <memory>

#include "commands.h"
#include "neural/train/export.h"
#include "neural/train/fixture.h"
#include "neural/train/step_benchmark.h"

namespace {

int run_benchmark(const cantus::train::StepBenchmarkSettings& settings) {
  const auto speeds = cantus::train::benchmark_steps(settings);
  if (!speeds) return complain(speeds.error().message);
  std::printf("%lld weights, %d threads, tokens a second\n",
              static_cast<long long>(settings.shape.weights()), settings.threads);
  std::printf("  continuing, keys and values kept  %9.0f\n", speeds->cached_tokens_a_second);
  std::printf("  continuing, all computed anew     %9.0f\n", speeds->recomputed_tokens_a_second);
  std::printf("  training                          %9.0f\n", speeds->training_tokens_a_second);
  std::printf("  largest difference of logits      %9.1e\n", speeds->largest_difference);
  return 0;
}

int run_export(const std::filesystem::path& checkpoint, const std::filesystem::path& out) {
  const auto step = cantus::train::export_checkpoint(checkpoint, out);
  if (!step) return complain(step.error().message);
  std::printf("%s.safetensors: the weights after step %lld\n", out.c_str(),
              static_cast<long long>(*step));
  return 0;
}

}  // namespace

void add_export(CLI::App& app, int& status) {
  auto checkpoint = std::make_shared<std::filesystem::path>();
  auto out = std::make_shared<std::filesystem::path>();
  CLI::App* command = app.add_subcommand(
      "export", "Write the model as it is in a checkpoint, while training goes on");
  command->add_option("--checkpoint", *checkpoint, "Folder")->required();
  command->add_option("--out", *out, "models/NAME: NAME.safetensors is written")->required();
  command->callback([=, &status] { status = run_export(*checkpoint, *out); });
}

void add_benchmark_step(CLI::App& app, int& status) {
  auto settings = std::make_shared<cantus::train::StepBenchmarkSettings>();
  settings->shape.vocabulary = 700;
  CLI::App* command = app.add_subcommand(
      "benchmark-step", "Measure LibTorch: continuing token by token, and training");
  auto& shape = settings->shape;
  command->add_option("--vocabulary", shape.vocabulary)->capture_default_str();
  command->add_option("--layers", shape.layers)->capture_default_str();
  command->add_option("--width", shape.width)->capture_default_str();
  command->add_option("--heads", shape.heads)->capture_default_str();
  command->add_option("--hidden", shape.hidden)->capture_default_str();
  command->add_option("--context", shape.context)->capture_default_str();
  command->add_option("--tokens", settings->tokens, "Continued")->capture_default_str();
  command->add_option("--batch", settings->batch, "Windows a training step")->capture_default_str();
  command->add_option("--rows", settings->rows, "Windows computed at once")->capture_default_str();
  command->add_option("--seconds", settings->seconds, "Of training")->capture_default_str();
  command->add_option("--threads", settings->threads)->capture_default_str();
  command->callback([settings, &status] { status = run_benchmark(*settings); });
}

void add_fixture(CLI::App& app, int& status) {
  auto folder = std::make_shared<std::filesystem::path>("src/neural/infer/fixtures");
  CLI::App* command = app.add_subcommand(
      "fixture", "Write the small network the inference engine is compared with");
  command->add_option("--out", *folder, "Folder")->capture_default_str();
  command->callback([folder, &status] {
    const auto written = cantus::train::write_fixture(*folder);
    status = written ? 0 : complain(written.error().message);
  });
}
