// Hands a critic's judgement to people and programs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "neural/critic/critic.h"

namespace cantus::tasks {

constexpr const char* kCriticFile = "critic.safetensors";

struct LoadedCritic {
  critic::Critic critic;
  std::string file;  ///< its name
  std::string hash;  ///< FNV-1a of the file, sixteen hexadecimal digits
};

/// `asked`, else critic.safetensors where find_model finds it; fails with not_found otherwise.
Result<LoadedCritic> load_critic(const std::optional<std::filesystem::path>& asked = {});

/// docs/formats/critique.md; ends with a newline.
std::string to_json(const critic::Judgement& judgement, const LoadedCritic& by);
/// The scores, sentences and which critic: what a manifest holds.
std::string verdict_json(const critic::Judgement& judgement, const LoadedCritic& by);
/// For people, a line an aspect and a line a scale.
std::string to_text(const critic::Judgement& judgement);

}  // namespace cantus::tasks
