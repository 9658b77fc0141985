// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "apps/cli/piece_command.h"
#include "tasks/critique_piece.h"
#include "tasks/weights.h"

namespace cantus::cli {

namespace {

struct CritiqueAsked : PieceAsked {
  std::string band_weights;
};

std::optional<std::filesystem::path> path_or_none(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::filesystem::path>(text);
}

/// What both critics hear; the band's is silent where its weights are not found and not asked for.
Result<tasks::Critique> critique(const score::Piece& piece, const CritiqueAsked& asked) {
  const auto critic = tasks::load_critic(path_or_none(asked.weights));
  if (!critic) return tl::unexpected<Error>(critic.error());
  tasks::Critique out;
  out.melody_critic = critic->weights;
  if (!asked.band_weights.empty() || tasks::find_model(tasks::kBandCriticFile)) {
    const auto band = tasks::load_band_critic(path_or_none(asked.band_weights));
    if (!band) return tl::unexpected<Error>(band.error());
    out.band_critic = band->weights;
    out.band = tasks::judge_band(piece, band->critic);
  }
  auto judgement = critic->critic.judge(piece);
  if (judgement)
    out.melody = std::move(*judgement);
  else if (!out.band)
    return tl::unexpected<Error>(judgement.error());
  return out;
}

}  // namespace

void add_critique(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<CritiqueAsked>();
  CLI::App* command = add_piece_command(
      app, "critique",
      "Score a piece: melody, harmony, rhythm, form, and its band; a sentence each", *asked);
  command->add_option("--weights", asked->weights, "A critic's .safetensors file");
  command->add_option("--band-weights", asked->band_weights,
                      "A .safetensors file of a critic of bands");
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    const auto said = critique(piece, *asked);
    if (!said) return console.failed(said.error());
    const std::string text = console.json ? tasks::to_json(*said) : tasks::to_text(*said);
    std::fputs(text.c_str(), stdout);
    return kDone;
  });
}

}  // namespace cantus::cli
