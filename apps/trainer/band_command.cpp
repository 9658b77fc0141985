#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "commands.h"
#include "neural/train/band/fit.h"
#include "neural/train/device.h"

namespace {

namespace band = cantus::train_band;

struct BandAsked {
  band::FitSettings fit;
  std::string contest = "hinge";
  bool no_encoder = false;
  int threads = 1;
};

int run_fit(BandAsked asked) {
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  asked.fit.rivals.contest =
      asked.contest == "hinge" ? band::Contest::hinge : band::Contest::wasserstein;
  asked.fit.rivals.encoder = !asked.no_encoder;
  if (asked.fit.run.empty()) {
    asked.fit.run = asked.fit.out;
    asked.fit.run.replace_extension(".run");
  }
  asked.fit.stop = &stop_flag();
  const auto done = band::fit(asked.fit, [](const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  });
  return done ? 0 : complain(done.error().message);
}

}  // namespace

void add_band(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("band", "The band's generator against its discriminator");
  command->require_subcommand(1);
  auto asked = std::make_shared<BandAsked>();
  band::RivalSettings& rivals = asked->fit.rivals;
  CLI::App* fit = command->add_subcommand("fit", "Train, and write NAME.safetensors");
  fit->add_option("--phrases", asked->fit.phrases,
                  "Of cantus corpus phrases; without, the data folder is read");
  fit->add_option("--out", asked->fit.out, "NAME.safetensors")->required();
  fit->add_option("--run", asked->fit.run, "Folder of checkpoints; goes on from what is there");
  fit->add_option("--contest", asked->contest)
      ->check(CLI::IsMember({"hinge", "wasserstein"}))
      ->capture_default_str();
  fit->add_flag("--no-encoder", asked->no_encoder, "Noise alone: a plain GAN");
  fit->add_option("--steps", asked->fit.steps)->capture_default_str();
  fit->add_option("--alone", asked->fit.alone, "Steps of the autoencoder before the contest")
      ->capture_default_str();
  fit->add_option("--batch", asked->fit.batch)->check(CLI::Range(8, 1024))->capture_default_str();
  fit->add_option("--look-every", asked->fit.look_every)->capture_default_str();
  fit->add_option("--look-phrases", asked->fit.look_phrases)->capture_default_str();
  fit->add_option("--width", rivals.width)->capture_default_str();
  fit->add_option("--hidden", rivals.hidden)->capture_default_str();
  fit->add_option("--heads", rivals.heads)->capture_default_str();
  fit->add_option("--generator-blocks", rivals.generator_blocks)->capture_default_str();
  fit->add_option("--encoder-blocks", rivals.encoder_blocks)->capture_default_str();
  fit->add_option("--discriminator-blocks", rivals.discriminator_blocks)->capture_default_str();
  fit->add_option("--divergence", rivals.divergence)->capture_default_str();
  fit->add_option("--adversarial", rivals.adversarial)->capture_default_str();
  fit->add_option("--penalty", rivals.penalty)->capture_default_str();
  fit->add_option("--penalty-every", rivals.penalty_every)->capture_default_str();
  fit->add_option("--generator-rate", rivals.generator_rate)->capture_default_str();
  fit->add_option("--discriminator-rate", rivals.discriminator_rate)->capture_default_str();
  fit->add_option("--average", rivals.average)->capture_default_str();
  fit->add_option("--seed", rivals.seed)->capture_default_str();
  fit->add_option("--threads", asked->threads)->capture_default_str();
  fit->callback([asked, &status] { status = run_fit(*asked); });
}
