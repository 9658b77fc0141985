#include "tasks/critique_piece.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/random.h"
#include "tasks/weights.h"

namespace cantus::tasks {
namespace {

using critic::Aspect;
using critic::Judgement;
using critic::kAspectNames;
using critic::kAspects;
using critic::WindowScores;
using nlohmann::ordered_json;

double rounded(double score) {
  return std::round(score * 1e4) / 1e4;
}

ordered_json scores_json(const critic::Scores& scores, bool has_chords) {
  ordered_json out;
  for (std::size_t a = 0; a < kAspects; ++a) {
    if (static_cast<Aspect>(a) == Aspect::harmony && !has_chords) continue;
    out[std::string(kAspectNames[a])] = rounded(scores[a]);
  }
  return out;
}

ordered_json windows_json(const std::vector<WindowScores>& windows, bool has_chords) {
  ordered_json out = ordered_json::array();
  for (const WindowScores& window : windows) {
    ordered_json row = {{"bars", {window.bars.first, window.bars.last}}};
    row.update(scores_json(window.scores, has_chords));
    out.push_back(std::move(row));
  }
  return out;
}

std::string weakest_window(const char* scale, const std::vector<WindowScores>& windows) {
  const auto weakest = std::ranges::min_element(
      windows, {}, [](const WindowScores& window) { return window.scores[0]; });
  return fmt::format("{:<9} weakest {} ({:.2f})\n", scale, critic::to_text(weakest->bars),
                     weakest->scores[0]);
}

ordered_json verdict(const Judgement& judgement, const LoadedCritic& by) {
  ordered_json out;
  out["critic"] = {{"file", by.file}, {"hash", by.hash}};
  out["scores"] = scores_json(judgement.scores, judgement.has_chords);
  for (std::size_t a = 0; a < kAspects; ++a) {
    const auto bars = judgement.weakest[a];
    const std::string name(kAspectNames[a]);
    out["weakest_bars"][name] = {bars.first, bars.last};
    out["sentences"][name] = critic::sentence_on(static_cast<Aspect>(a), judgement);
  }
  return out;
}

}  // namespace

Result<LoadedCritic> load_critic(const std::optional<std::filesystem::path>& asked) {
  const auto path = asked ? asked : find_model(kCriticFile);
  if (!path) {
    return fail(ErrorCode::not_found,
                std::string("no critic: ") + kCriticFile +
                    " is in none of the folders for weights; set CANTUS_MODELS");
  }
  auto critic = critic::Critic::load(*path);
  if (!critic) return tl::unexpected<Error>(critic.error());
  const auto bytes = read_file(*path, 1U << 25U);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return LoadedCritic{std::move(*critic), path->filename().string(),
                      fmt::format("{:016x}", hash_of(*bytes))};
}

std::string verdict_json(const Judgement& judgement, const LoadedCritic& by) {
  return verdict(judgement, by).dump();
}

std::string to_json(const Judgement& judgement, const LoadedCritic& by) {
  ordered_json out;
  out["format"] = "cantus-critique-1";
  out.update(verdict(judgement, by));
  out["phrases"] = windows_json(judgement.phrases, judgement.has_chords);
  out["sections"] = windows_json(judgement.sections, judgement.has_chords);
  return out.dump(2) + "\n";
}

std::string to_text(const Judgement& judgement) {
  std::string out;
  for (std::size_t a = 0; a < kAspects; ++a) {
    const auto aspect = static_cast<Aspect>(a);
    const bool silent = aspect == Aspect::harmony && !judgement.has_chords;
    const std::string score = silent ? "   -" : fmt::format("{:.2f}", judgement.scores[a]);
    out += fmt::format("{:<9} {}  {}\n", kAspectNames[a], score,
                       critic::sentence_on(aspect, judgement));
  }
  return out + weakest_window("phrases", judgement.phrases) +
         weakest_window("sections", judgement.sections);
}

}  // namespace cantus::tasks
