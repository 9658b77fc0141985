// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include "commands.h"
#include "neural/train/contest/contest.h"

namespace {

namespace contest = cantus::contest;

int run_contest(const contest::ContestSettings& settings) {
  const auto outcome = contest::contest(settings, [](const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  });
  if (!outcome) return complain(outcome.error().message);
  const contest::Standing& best = outcome->best;
  if (best.round == 0) {
    std::printf("no round pleased the critic more and kept the likelihood; nothing was written\n");
    return 0;
  }
  std::printf(
      "%s: round %d, critic %.3f before and %.3f after, people's %.4f and %.4f nats a token\n",
      settings.out.c_str(), best.round, outcome->before.score, best.score,
      outcome->before.likelihood, best.likelihood);
  return 0;
}

}  // namespace

void add_contest(CLI::App& app, int& status) {
  auto asked = std::make_shared<contest::ContestSettings>();
  asked->from = "models/composer.safetensors";
  asked->planner = "models/planner.safetensors";
  asked->critic = "models/critic.safetensors";
  CLI::App* command =
      app.add_subcommand("contest", "Fine-tune the composer by the critic's verdict");
  command->add_option("--from", asked->from, "The composer")->capture_default_str();
  command->add_option("--planner", asked->planner)->capture_default_str();
  command->add_option("--critic", asked->critic)->capture_default_str();
  command->add_option("--corpus", asked->corpus, "NAME.pack of people's music")->required();
  command->add_option("--out", asked->out, "NAME.safetensors, float32")->required();
  command->add_option("--rounds", asked->rounds)->capture_default_str();
  command->add_option("--pieces", asked->pieces, "A round")->capture_default_str();
  command->add_option("--steps", asked->steps, "Of the optimiser a round")->capture_default_str();
  command->add_option("--rate", asked->rate)->capture_default_str();
  command->add_option("--policy", asked->policy, "Weight of the verdict")->capture_default_str();
  command->add_option("--anchor", asked->anchor, "Weight of people's likelihood")
      ->capture_default_str();
  command->add_option("--anchor-rows", asked->anchor_rows, "Windows of people's music a step")
      ->capture_default_str();
  command
      ->add_option("--best", asked->share,
                   "Learn only from this best share of each kind, instead of by advantages")
      ->capture_default_str();
  command->add_option("--most-loss", asked->most_loss, "Of likelihood")->capture_default_str();
  command->add_option("--heard", asked->heard_pieces, "Pieces that a look composes")
      ->capture_default_str();
  command->add_option("--heard-seed", asked->heard_seed, "Of the first of these")
      ->capture_default_str();
  command->add_option("--look-every", asked->heard_every, "Rounds")->capture_default_str();
  command->add_option("--validation-tokens", asked->validation_tokens)->capture_default_str();
  command->add_option("--minutes", asked->minutes, "At most; 0 for no limit")
      ->capture_default_str();
  command->add_option("--threads", asked->threads)->capture_default_str();
  command->add_option("--seed", asked->seed)->capture_default_str();
  command->callback([asked, &status] {
    asked->stop = &stop_flag();
    status = run_contest(*asked);
  });
}
