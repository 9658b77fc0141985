#include <cstdio>
#include <memory>

#include "commands.h"
#include "neural/train/fit.h"

namespace {

using cantus::train::FitSettings;

/// Of the loss of unheard pieces: below this share of it a network repeats what it was taught.
constexpr double kByHeart = 0.6;

void add_shape_options(CLI::App& command, FitSettings& s) {
  auto* from = command.add_option("--from", s.from, "models/NAME to begin with, and its shape");
  const auto add = [&](const char* name, std::int64_t& size, const char* what) {
    command.add_option(name, size, what)->capture_default_str()->excludes(from);
  };
  add("--layers", s.shape.layers, "Blocks");
  add("--width", s.shape.width, "Numbers a position");
  add("--heads", s.shape.heads, "Heads of attention");
  add("--hidden", s.shape.hidden, "Width inside a block");
  command.add_option("--context", s.context, "Tokens of a window: 512, or as many as --from has");
}

void add_data_options(CLI::App& command, FitSettings& s, std::vector<std::string>& mix) {
  command.add_option("--corpus", s.corpus, "NAME.pack, its NAME.json beside it")->required();
  command.add_option("--out", s.out, "models/NAME: NAME.safetensors and others are written")
      ->required();
  command.add_option("--transpose", s.transpose, "Semitones up and down")->capture_default_str();
  command.add_option("--mix", mix, "SET=WEIGHT or VIEW=WEIGHT, such as melody=2");
  command.add_option("--seed", s.seed, "Of weights and windows")->capture_default_str();
}

void add_schedule_options(CLI::App& command, FitSettings& s) {
  command.add_option("--batch", s.batch, "Windows a step")->capture_default_str();
  command.add_option("--rows", s.rows, "Windows computed at once")->capture_default_str();
  auto* steps = command.add_option("--steps", s.steps, "Steps in all")->capture_default_str();
  command.add_option("--minutes", s.minutes, "As many steps as fit, estimated at the start")
      ->excludes(steps);
  command.add_option("--rate", s.rate, "Highest learning rate")->capture_default_str();
  command.add_option("--warmup", s.warmup, "Steps until then")->capture_default_str();
  command.add_option("--weight-decay", s.weight_decay)->capture_default_str();
  command.add_option("--dropout", s.dropout)->capture_default_str();
  command.add_option("--average", s.average,
                     "Share of a running average of the weights kept a step");
}

void add_run_options(CLI::App& command, FitSettings& s) {
  command.add_option("--threads", s.threads)->capture_default_str();
  command.add_option("--device", s.device, "cpu, cuda or cuda:N")->capture_default_str();
  command.add_option("--precision", s.precision)
      ->check(CLI::IsMember({"fp32", "bf16"}))
      ->capture_default_str();
  command.add_option("--validate-every", s.validate_every, "Steps")->capture_default_str();
  command.add_option("--validate-tokens", s.validate_tokens)->capture_default_str();
  command.add_option("--test-tokens", s.test_tokens, "Scored at the end")->capture_default_str();
  command.add_option("--report-every", s.report_every, "Steps")->capture_default_str();
  command.add_option("--checkpoint-every", s.checkpoint_every, "Steps")->capture_default_str();
  command.add_option("--checkpoint", s.checkpoint, "Folder; OUT.checkpoint where not given");
  command.add_option("--patience", s.patience, "Seconds until a silent worker is given up")
      ->capture_default_str();
  command.add_flag("--resume", s.resume, "Go on from the checkpoint, if there is one");
}

bool read_mix(const std::vector<std::string>& given, cantus::train::Mix& mix) {
  for (const std::string& entry : given) {
    const std::size_t equals = entry.rfind('=');
    char* end = nullptr;
    const double weight =
        equals == std::string::npos ? -1.0 : std::strtod(entry.c_str() + equals + 1, &end);
    if (equals == std::string::npos || end == entry.c_str() + equals + 1 || *end != '\0' ||
        !(weight >= 0.0)) {
      std::fprintf(stderr, "cantus-train: --mix %s: write NAME=WEIGHT\n", entry.c_str());
      return false;
    }
    mix[entry.substr(0, equals)] = weight;
  }
  return true;
}

int run_fit(FitSettings& settings, const std::vector<std::string>& mix) {
  if (!read_mix(mix, settings.mix)) return 2;
  settings.stop = &stop_flag();
  const auto place = cantus::train::place_from_environment();
  if (!place) return complain(place.error().message);
  settings.place = *place;
  settings.commit = CANTUS_COMMIT;
  const auto outcome = cantus::train::fit(settings, [](const cantus::train::Progress& progress) {
    std::printf("%s\n", cantus::train::to_line(progress).c_str());
    std::fflush(stdout);
  });
  if (!outcome) return complain(outcome.error().message);
  if (!place->first()) return outcome->finished ? 0 : 130;  // the first worker speaks for all
  if (!outcome->finished) {
    std::printf("stopped after step %lld; add --resume to go on\n",
                static_cast<long long>(outcome->steps));
    return 130;
  }
  std::printf("%lld steps in %.1f minutes, %.1f s of it waiting for data\n",
              static_cast<long long>(outcome->steps), outcome->seconds / 60.0,
              outcome->waited_for_data);
  if (outcome->test) {
    std::printf("test: %.4f nats, %.4f bits a token\n", outcome->test->all.nats_a_token(),
                outcome->test->all.bits_a_token());
  }
  if (outcome->known && outcome->test) {
    const double known = outcome->known->all.nats_a_token();
    std::printf("what it was trained on: %.4f nats\n", known);
    if (known < kByHeart * outcome->test->all.nats_a_token())
      std::printf("it knows that by heart; --dropout 0.2 or fewer steps may do better\n");
  }
  return 0;
}

}  // namespace

void add_fit(CLI::App& app, int& status) {
  auto settings = std::make_shared<FitSettings>();
  auto mix = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand("fit", "Train a network on a packed corpus");
  add_data_options(*command, *settings, *mix);
  add_shape_options(*command, *settings);
  add_schedule_options(*command, *settings);
  add_run_options(*command, *settings);
  command->callback([settings, mix, &status] { status = run_fit(*settings, *mix); });
}
