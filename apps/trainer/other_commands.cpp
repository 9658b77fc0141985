#include <cstdio>
#include <filesystem>
#include <memory>

#include "commands.h"
#include "neural/train/fixture.h"
#include "neural/train/step_benchmark.h"
#include "neural/train/throughput.h"

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

void print_rate(const char* what, double rate, double trained) {
  std::printf("  %-34s %8.1f   training reaches %.0f %% of it\n", what, rate / 1e9,
              100.0 * trained / rate);
}

int run_throughput(const cantus::train::FitSettings& settings, double seconds) {
  const auto measured = cantus::train::measure_throughput(settings, seconds);
  if (!measured) return complain(measured.error().message);
  std::printf("%.1f million weights, batch %lld x %lld, %lld rows at once, %d threads, %s, %s\n",
              static_cast<double>(measured->weights) / 1e6, static_cast<long long>(settings.batch),
              static_cast<long long>(settings.shape.context), static_cast<long long>(settings.rows),
              settings.threads, settings.device.c_str(), settings.precision.c_str());
  std::printf("billions of operations a second\n");
  print_rate("products of matrices, float32", measured->float_rate, measured->trained_rate);
  print_rate("products of matrices, bfloat16", measured->bfloat_rate, measured->trained_rate);
  std::printf("  %-34s %8.1f\n", "training", measured->trained_rate / 1e9);
  std::printf("%.0f tokens a second, %.2f %% of the time waiting for data\n",
              measured->tokens_a_second, 100.0 * measured->data_share);
  return 0;
}

}  // namespace

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

void add_benchmark_throughput(CLI::App& app, int& status) {
  auto settings = std::make_shared<cantus::train::FitSettings>();
  auto seconds = std::make_shared<double>(60.0);
  settings->shape.width = 384;  // with six layers eleven million weights
  settings->shape.layers = 6;
  settings->shape.heads = 6;
  settings->shape.hidden = 1536;
  CLI::App* command = app.add_subcommand("benchmark-throughput",
                                         "Compare training with the rate of matrix products");
  command->add_option("--corpus", settings->corpus, "NAME.pack")->required();
  auto& shape = settings->shape;
  command->add_option("--layers", shape.layers)->capture_default_str();
  command->add_option("--width", shape.width)->capture_default_str();
  command->add_option("--heads", shape.heads)->capture_default_str();
  command->add_option("--hidden", shape.hidden)->capture_default_str();
  command->add_option("--context", shape.context)->capture_default_str();
  command->add_option("--batch", settings->batch, "Windows a step")->capture_default_str();
  command->add_option("--rows", settings->rows, "Windows computed at once")->capture_default_str();
  command->add_option("--seconds", *seconds, "Of training")->capture_default_str();
  command->add_option("--threads", settings->threads)->capture_default_str();
  command->add_option("--device", settings->device, "cpu, cuda or cuda:N")->capture_default_str();
  command->add_option("--precision", settings->precision)
      ->check(CLI::IsMember({"fp32", "bf16"}))
      ->capture_default_str();
  command->callback([=, &status] { status = run_throughput(*settings, *seconds); });
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
