#include "tasks/manifest.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/random.h"
#include "tasks/touch_parts.h"

namespace cantus::tasks {
namespace {

using nlohmann::json;

json brief_json(const compose::Brief& brief) {
  json out;
  if (!brief.text.empty()) out["text"] = brief.text;
  if (brief.style) out["style"] = *brief.style;
  if (brief.mood) out["mood"] = *brief.mood;
  if (brief.valence) out["valence"] = *brief.valence;
  if (brief.arousal) out["arousal"] = *brief.arousal;
  if (brief.density) out["density"] = *brief.density;
  if (brief.key) out["key"] = score::to_text(*brief.key);
  if (brief.tempo) out["tempo_bpm"] = *brief.tempo;
  if (brief.metre) {
    out["meter"] = fmt::format("{}/{}", brief.metre->numerator, brief.metre->denominator);
  }
  if (brief.bars) out["bars"] = *brief.bars;
  if (brief.seconds) out["seconds"] = *brief.seconds;
  for (const compose::FormItem& item : brief.form) {
    out["form"].push_back(fmt::format("{}{}{}", item.name, item.varied ? "'" : "", item.bars));
  }
  for (const auto& bar : brief.chords) {
    json chords = json::array();
    for (const score::Chord& chord : bar)
      chords.push_back(score::to_text(chord));
    out["chords"].push_back(chords);
  }
  for (const score::Role role : brief.parts)
    out["parts"].push_back(score::to_text(role));
  out["seed"] = brief.seed;
  return out;
}

json plan_json(const compose::Composition& composition) {
  const compose::Plan& plan = composition.plan;
  json out = {{"style", plan.style->name},
              {"key", score::to_text(plan.key)},
              {"tempo_bpm", plan.bpm},
              {"meter", fmt::format("{}/{}", plan.metre.numerator, plan.metre.denominator)},
              {"bars", plan.bars},
              {"seconds", score::seconds_of(composition.piece)}};
  if (plan.mood) out["mood"] = plan.mood->name;
  for (const compose::PlannedSection& section : plan.sections) {
    json row = {
        {"name", section.name}, {"first_bar", section.first_bar + 1}, {"bars", section.bars}};
    if (section.same_as) row["returns_from_bar"] = plan.sections[*section.same_as].first_bar + 1;
    out["sections"].push_back(row);
  }
  for (const score::ChordSpan& span : composition.piece.chords) {
    const int bar = composition.piece.metre.bar_at(span.onset);
    out["chords"].push_back({{"bar", bar}, {"chord", score::to_text(span.chord)}});
  }
  for (const compose::PlannedPart& part : plan.parts) {
    out["parts"].push_back({{"role", score::to_text(part.role)},
                            {"program", part.program},
                            {"lowest", part.range.lowest},
                            {"highest", part.range.highest}});
  }
  return out;
}

/// Weights that touch parts in sound, where there are some: file, hash and training sets.
json touch_json(const char* name) {
  const auto path = find_model(name);
  if (!path) return {};
  std::filesystem::path beside = *path;
  const auto bytes = read_file(*path, 1U << 20U);
  if (!bytes) return {};
  json out = {{"file", path->filename().string()},
              {"hash", fmt::format("{:016x}", hash_of(*bytes))}};
  const json card = json::parse(
      read_file(beside.replace_extension(".json"), 1U << 20U).value_or("{}"), nullptr, false);
  if (card.is_object() && card.contains("sets")) out["sets"] = card["sets"];
  return out;
}

/// Which of a piece's parts such weights touch.
bool has_parts(const score::Piece& piece, bool drums) {
  return std::ranges::any_of(piece.parts,
                             [&](const score::Part& part) { return part.is_drums() == drums; });
}

}  // namespace

std::string manifest_of(const compose::Composition& composition,
                        const compose::Brief& brief,
                        const Weights& weights,
                        const std::string& verdict) {
  const json card = json::parse(weights.card, nullptr, false);
  json out;
  out["format"] = "cantus-manifest-1";
  out["generator"] = fmt::format("Cantus {}", kVersion);
  out["generated"] = true;
  out["digital_source_type"] =
      "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
  out["title"] = composition.piece.title;
  out["brief"] = brief_json(brief);
  out["plan"] = plan_json(composition);
  out["sampling"] = {{"choices", composition.choices},
                     {"log_likelihood_nats", composition.log_likelihood},
                     {"melody_candidates", composition.candidates}};
  out["weights"] = {{"file", weights.path.filename().string()},
                    {"hash", weights.hash},
                    {"precision", infer::name_of(weights.model.precision())}};
  if (card.is_object() && !card.empty()) out["weights"]["card"] = card;
  if (weights.planner) {
    out["planner"] = {{"file", "planner.safetensors"}, {"hash", weights.planner->hash}};
    const json own = json::parse(weights.planner->card, nullptr, false);
    if (own.is_object() && !own.empty()) out["planner"]["card"] = own;
  }
  if (weights.band && !composition.by_band.empty()) {
    out["band"] = {{"file", weights.band->file}, {"hash", weights.band->hash}};
    for (const score::Role role : composition.by_band)
      out["band"]["parts"].push_back(score::to_text(role));
    const json own = json::parse(weights.band->card, nullptr, false);
    if (own.is_object() && !own.empty()) out["band"]["card"] = own;
  }
  for (const auto& [entry, file, drums] :
       {std::tuple("performer", kPerformerFile, true), std::tuple("player", kPlayerFile, false)}) {
    if (!has_parts(composition.piece, drums)) continue;
    if (json weights_of = touch_json(file); !weights_of.is_null())
      out[entry] = std::move(weights_of);
  }
  if (json said = json::parse(verdict, nullptr, false); said.is_object()) {
    out["verdict"] = std::move(said);
  }
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string comment_of(const compose::Brief& brief, const Weights& weights) {
  return fmt::format("Composed by Cantus {} (a trained model), seed {}, weights {}", kVersion,
                     brief.seed, weights.hash);
}

}  // namespace cantus::tasks
