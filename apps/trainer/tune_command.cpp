#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <unistd.h>

#include "commands.h"
#include "neural/corpus/pack.h"
#include "neural/train/fit.h"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Tuning {
  fs::path music;
  fs::path from;
  fs::path out;
  double minutes = 4.0;
  double rate = 3e-4;
  double passes = 8.0;
  std::int64_t low_rank = 0;
  int threads = 2;
  std::uint64_t seed = 1;
};

/// A folder for what is not kept, removed with this object.
class Workbench {
 public:
  explicit Workbench(const fs::path& out)
      : path_(out.string() + ".tuning-" + std::to_string(::getpid())) {}
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;
  ~Workbench() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

/// The folder that the composer looks for models in, of the user's own.
fs::path models_folder() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return fs::path(data) / "cantus/models";
  const char* home = std::getenv("HOME");
  return home != nullptr ? fs::path(home) / ".local/share/cantus/models" : fs::path("models");
}

fs::path out_of(const Tuning& asked, const cantus::corpus::Source& source) {
  fs::path out = asked.out.empty() ? models_folder() / source.name : asked.out;
  if (out.extension() == ".safetensors") out.replace_extension();
  return out;
}

cantus::train::FitSettings settings_of(const Tuning& asked,
                                       const Workbench& bench,
                                       const cantus::corpus::PackReport& packed,
                                       double minutes) {
  cantus::train::FitSettings s;
  s.corpus = bench / "own.pack";
  s.checkpoint = bench / "checkpoint";
  s.from = asked.from;
  s.transpose = 0;  // the corpus is in the key without sharps or flats, as the base's was
  s.batch = 4;
  s.minutes = minutes;
  s.most_steps =
      std::max<std::int64_t>(20, std::lround(asked.passes * static_cast<double>(packed.tokens) /
                                             static_cast<double>(s.batch * s.shape.context)));
  s.rate = asked.rate;
  s.low_rank = asked.low_rank;
  s.warmup = 10;
  s.weight_decay = 0.0;  // would pull towards nothing, not towards the base
  s.validate_every = 0;
  s.test_tokens = 20000;
  s.compare_with_base = true;
  s.checkpoint_every = 1 << 30;
  s.threads = asked.threads;
  s.seed = asked.seed;
  s.commit = CANTUS_COMMIT;
  s.stop = &stop_flag();
  return s;
}

void print_gain(const cantus::train::FitOutcome& outcome) {
  if (!outcome.base_test || !outcome.test) {
    std::printf("one piece alone: none was held out, so nobody knows how much was learnt\n");
    return;
  }
  const double before = outcome.base_test->all.nats_a_token();
  const double after = outcome.test->all.nats_a_token();
  std::printf("held out and never learnt from: %llu tokens\n",
              static_cast<unsigned long long>(outcome.test->all.tokens));
  std::printf("  before %.3f nats a token, after %.3f: each token %s by %.0f %%\n", before, after,
              after < before ? "likelier" : "less likely",
              100.0 * std::abs(std::exp(before - after) - 1.0));
}

int run_tune(Tuning asked) {
  const auto start = Clock::now();
  const auto source = cantus::corpus::own_source(asked.music);
  const fs::path out = out_of(asked, source);
  const Workbench bench(out);
  const auto packed = cantus::corpus::pack({&source, 1}, "", bench / "own.pack", {}, &stop_flag(),
                                           cantus::corpus::Splitting::one_in_ten);
  if (!packed) return complain(packed.error().message);
  const auto& counts = packed->counts.at(source.name);
  std::printf("%s: %zu pieces in %zu files, %llu tokens\n", asked.music.c_str(), counts.pieces,
              counts.files, static_cast<unsigned long long>(packed->tokens));
  for (const std::string& failure : counts.failures)
    std::printf("  left out: %s\n", failure.c_str());
  std::fflush(stdout);
  const double spent = std::chrono::duration<double>(Clock::now() - start).count() / 60.0;
  auto settings = settings_of(asked, bench, *packed, std::max(asked.minutes - spent, 0.1));
  settings.out = out;
  const auto outcome = cantus::train::fit(settings, [](const cantus::train::Progress& progress) {
    std::printf("%s\n", cantus::train::to_line(progress).c_str());
    std::fflush(stdout);
  });
  if (!outcome) return complain(outcome.error().message);
  if (!outcome->finished) return complain("stopped; nothing was written");
  print_gain(*outcome);
  std::printf("%s.safetensors, .json and .png written in %.1f minutes\n", out.c_str(),
              std::chrono::duration<double>(Clock::now() - start).count() / 60.0);
  std::printf("compose with it: cantus compose \"a song of mine\" --weights %s.safetensors\n",
              out.c_str());
  return 0;
}

}  // namespace

void add_tune(CLI::App& app, int& status) {
  auto asked = std::make_shared<Tuning>();
  CLI::App* command = app.add_subcommand("tune", "Adapt a model to a folder of your own music");
  command
      ->add_option("folder", asked->music, "MIDI, MusicXML, ABC or Humdrum, and folders of these")
      ->required();
  command->add_option("--from", asked->from, "The model to begin with, such as models/composer")
      ->required();
  command->add_option("--out", asked->out,
                      "Path without ending; the user's data folder and the music folder's name "
                      "where not given");
  command->add_option("--minutes", asked->minutes, "In all, at most")->capture_default_str();
  command->add_option("--passes", asked->passes, "Over the music, at most")->capture_default_str();
  command->add_option("--rate", asked->rate, "Highest learning rate")->capture_default_str();
  command
      ->add_option("--low-rank", asked->low_rank,
                   "Learn only a change of this rank of each matrix; 0 for all weights")
      ->capture_default_str();
  command->add_option("--threads", asked->threads)->capture_default_str();
  command->add_option("--seed", asked->seed)->capture_default_str();
  command->callback([asked, &status] { status = run_tune(*asked); });
}
