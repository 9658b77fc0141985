#include "tasks/critique_piece.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/random.h"
#include "neural/corpus/phrases.h"
#include "tasks/weights.h"

namespace cantus::tasks {
namespace {

using nlohmann::ordered_json;

double rounded(double score) {
  return std::round(score * 1e4) / 1e4;
}

/// Both critics' judgements alike: which aspects there are, and which of them a piece has.
struct OfMelody {
  using Judgement = critic::Judgement;
  static constexpr const auto& kNames = critic::kAspectNames;
  static bool hears(const Judgement& judgement, std::size_t aspect) {
    return judgement.has_chords || static_cast<critic::Aspect>(aspect) != critic::Aspect::harmony;
  }
  static std::string sentence(std::size_t aspect, const Judgement& judgement) {
    return critic::sentence_on(static_cast<critic::Aspect>(aspect), judgement);
  }
};
struct OfBand {
  using Judgement = band_critic::Judgement;
  static constexpr const auto& kNames = band_critic::kAspectNames;
  static bool hears(const Judgement& judgement, std::size_t aspect) {
    return judgement.heard[aspect];
  }
  static std::string sentence(std::size_t aspect, const Judgement& judgement) {
    return band_critic::sentence_on(static_cast<band_critic::Aspect>(aspect), judgement);
  }
};

template <class Of>
ordered_json scores_json(const auto& scores, const typename Of::Judgement& judgement) {
  ordered_json out;
  for (std::size_t a = 0; a < Of::kNames.size(); ++a) {
    if (Of::hears(judgement, a)) out[std::string(Of::kNames[a])] = rounded(scores[a]);
  }
  return out;
}

template <class Of>
ordered_json windows_json(const auto& windows, const typename Of::Judgement& judgement) {
  ordered_json out = ordered_json::array();
  for (const auto& window : windows) {
    ordered_json row = {{"bars", {window.bars.first, window.bars.last}}};
    row.update(scores_json<Of>(window.scores, judgement));
    out.push_back(std::move(row));
  }
  return out;
}

template <class Of>
ordered_json verdict(const typename Of::Judgement& judgement, const CriticsFile& by) {
  ordered_json out;
  out["critic"] = {{"file", by.file}, {"hash", by.hash}};
  out["scores"] = scores_json<Of>(judgement.scores, judgement);
  for (std::size_t a = 0; a < Of::kNames.size(); ++a) {
    const auto bars = judgement.weakest[a];
    const std::string name(Of::kNames[a]);
    out["weakest_bars"][name] = {bars.first, bars.last};
    out["sentences"][name] = Of::sentence(a, judgement);
  }
  return out;
}

template <class Of>
std::string lines_of(const typename Of::Judgement& judgement) {
  std::string out;
  for (std::size_t a = 0; a < Of::kNames.size(); ++a) {
    const std::string score =
        Of::hears(judgement, a) ? fmt::format("{:.2f}", judgement.scores[a]) : "   -";
    out += fmt::format("{:<9} {}  {}\n", Of::kNames[a], score, Of::sentence(a, judgement));
  }
  return out;
}

std::string weakest_window(const char* scale, const auto& windows) {
  const auto weakest =
      std::ranges::min_element(windows, {}, [](const auto& window) { return window.scores[0]; });
  return fmt::format("{:<9} weakest {} ({:.2f})\n", scale, critic::to_text(weakest->bars),
                     weakest->scores[0]);
}

/// Both verdicts, the band's as an entry of its own; its phrases where they are asked for.
ordered_json verdicts(const Critique& critique, bool phrases) {
  ordered_json out;
  if (critique.melody) out = verdict<OfMelody>(*critique.melody, critique.melody_critic);
  if (critique.melody && phrases) {
    out["phrases"] = windows_json<OfMelody>(critique.melody->phrases, *critique.melody);
    out["sections"] = windows_json<OfMelody>(critique.melody->sections, *critique.melody);
  }
  if (!critique.band) return out;
  out["band"] = verdict<OfBand>(*critique.band, critique.band_critic);
  if (phrases)
    out["band"]["phrases"] = windows_json<OfBand>(critique.band->phrases, *critique.band);
  return out;
}

/// `asked`, else the file of that name where find_model finds it.
template <class Critic, class Loaded>
Result<Loaded> loaded(const char* name, const std::optional<std::filesystem::path>& asked) {
  const auto path = asked ? asked : find_model(name);
  if (!path) {
    return fail(ErrorCode::not_found,
                std::string("no critic: ") + name +
                    " is in none of the folders for weights; set CANTUS_MODELS");
  }
  auto critic = Critic::load(*path);
  if (!critic) return tl::unexpected<Error>(critic.error());
  const auto bytes = read_file(*path, 1U << 25U);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return Loaded{std::move(*critic),
                {path->filename().string(), fmt::format("{:016x}", hash_of(*bytes))}};
}

}  // namespace

Result<LoadedCritic> load_critic(const std::optional<std::filesystem::path>& asked) {
  return loaded<critic::Critic, LoadedCritic>(kCriticFile, asked);
}

Result<LoadedBandCritic> load_band_critic(const std::optional<std::filesystem::path>& asked) {
  return loaded<band_critic::Critic, LoadedBandCritic>(kBandCriticFile, asked);
}

std::optional<band_critic::Judgement> judge_band(const score::Piece& piece,
                                                 const band_critic::Critic& critic) {
  std::vector<band_critic::PhraseHeard> heard;
  for (const rolls::Phrase& phrase : corpus::phrases_of(piece)) {
    if (band_critic::is_band(phrase.roll)) heard.push_back({phrase.first_bar + 1, phrase.roll});
  }
  return critic.judge(heard);
}

std::string verdict_json(const Critique& critique) {
  const ordered_json out = verdicts(critique, false);
  return out.is_null() ? std::string() : out.dump();
}

std::string to_json(const Critique& critique) {
  ordered_json out;
  out["format"] = "cantus-critique-1";
  if (const auto said = verdicts(critique, true); !said.is_null()) out.update(said);
  return out.dump(2) + "\n";
}

std::string to_text(const Critique& critique) {
  std::string out;
  if (critique.melody) {
    out += lines_of<OfMelody>(*critique.melody) +
           weakest_window("phrases", critique.melody->phrases) +
           weakest_window("sections", critique.melody->sections);
  }
  if (!critique.band) return out;
  if (critique.melody) out += "\nthe band\n";
  return out + lines_of<OfBand>(*critique.band) + weakest_window("phrases", critique.band->phrases);
}

}  // namespace cantus::tasks
