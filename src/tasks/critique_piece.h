// Hands a critic's judgement to people and programs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "neural/band_critic/critic.h"
#include "neural/critic/critic.h"

namespace cantus::tasks {

constexpr const char* kCriticFile = "critic.safetensors";
constexpr const char* kBandCriticFile = "band_critic.safetensors";

/// Which weights: the file's name, and its FNV-1a as sixteen hexadecimal digits.
struct CriticsFile {
  std::string file;
  std::string hash;
};

struct LoadedCritic {
  critic::Critic critic;
  CriticsFile weights;
};

struct LoadedBandCritic {
  band_critic::Critic critic;
  CriticsFile weights;
};

/// `asked`, else critic.safetensors where find_model finds it; fails with not_found otherwise.
Result<LoadedCritic> load_critic(const std::optional<std::filesystem::path>& asked = {});
/// The same of band_critic.safetensors.
Result<LoadedBandCritic> load_band_critic(const std::optional<std::filesystem::path>& asked = {});

/// What the band's critic hears: the phrases of four bars, beginning at each bar, in which a melody
/// plays with two or more of drums, bass, chords and pad. Nothing where there is none.
std::optional<band_critic::Judgement> judge_band(const score::Piece& piece,
                                                 const band_critic::Critic& critic);

/// What the critics say of a piece, as far as they hear it: of its melody over its chords, and of
/// its band.
struct Critique {
  std::optional<critic::Judgement> melody;
  std::optional<band_critic::Judgement> band;
  CriticsFile melody_critic;
  CriticsFile band_critic;
};

/// docs/formats/critique.md; ends with a newline.
std::string to_json(const Critique& critique);
/// The scores, sentences and which critics: what a manifest holds; empty where there are none.
std::string verdict_json(const Critique& critique);
/// For people, a line an aspect and a line a scale.
std::string to_text(const Critique& critique);

}  // namespace cantus::tasks
