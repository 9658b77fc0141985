// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "commands.h"
#include "neural/corpus/near_duplicates.h"
#include "neural/corpus/phrases.h"
#include "neural/corpus/source.h"
#include "neural/judge/band_phrases.h"
#include "neural/judge/lead_features.h"
#include "neural/judge/lead_sheets.h"
#include "neural/judge/roll_features.h"
#include "neural/judge/shuffled.h"
#include "neural/judge/verdict.h"
#include "neural/rolls/phrase_file.h"

namespace {

namespace fs = std::filesystem;
namespace judge = cantus::judge;
using cantus::Result;
using cantus::corpus::Split;
using Sheets = std::vector<judge::LeadSheet>;

struct JudgeAsked {
  std::vector<std::string> people;
  std::vector<fs::path> ours;
  fs::path pack;
  fs::path data = cantus::corpus::data_folder();
  fs::path phrases;  ///< in place of the data folder, for bands
  std::string side = "held-out";
  double share = 1.0;  ///< of the side's pieces, drawn by lot
  std::vector<std::string> metres;
  judge::LeadChoice choice;
  judge::Scale scale = judge::Scale::piece;
  judge::ValidationSettings validation;
  int clues = 25;
  bool band = false;          ///< four-bar phrases of bands, not lead sheets
  std::size_t most = 600;     ///< phrases a side
  bool other_people = false;  ///< stand where ours would: of the training side
  bool controls = false;
  bool list = false;
  bool features = false;
  bool json = false;
};

std::vector<Split> sides_named(const std::string& name) {
  if (name == "validation") return {Split::validation};
  if (name == "test") return {Split::test};
  if (name == "train") return {Split::train};
  if (name == "all") return {Split::train, Split::validation, Split::test};
  return {Split::validation, Split::test};
}

std::optional<cantus::score::Metre> metre_named(const std::string& text) {
  cantus::score::Metre metre;
  const int read = std::sscanf(text.c_str(), "%d/%d", &metre.numerator, &metre.denominator);
  return read == 2 ? std::optional(metre) : std::nullopt;
}

struct Material {
  Sheets people;
  Sheets ours;
  std::optional<judge::Habits> habits;  ///< where people's are sets with a training side
};

Result<void> append(Result<Sheets> more, Sheets& sheets) {
  if (!more) return tl::unexpected<cantus::Error>(more.error());
  for (judge::LeadSheet& sheet : *more)
    sheets.push_back(std::move(sheet));
  return {};
}

/// Whether the lot falls on a piece: the same for the same name, whatever else is asked for.
bool drawn_by_lot(const std::string& name, double share) {
  constexpr std::uint64_t kLots = 10'000;
  return static_cast<double>(cantus::hash_of("lot " + name) % kLots) < share * kLots;
}

/// The training side teaches what is usual, but nothing that is judged does, nor its near
/// duplicates.
Result<void> learn_usual(const Sheets& training, Material& material) {
  std::vector<std::vector<std::uint64_t>> prints;
  for (const Sheets* side : std::initializer_list<const Sheets*>{&material.people, &training}) {
    for (const judge::LeadSheet& sheet : *side)
      prints.push_back(cantus::corpus::fingerprint(sheet.piece));
  }
  const auto groups = cantus::corpus::groups_of(prints);
  const std::size_t judged = material.people.size();
  const std::set<std::uint32_t> taken(groups.begin(),
                                      groups.begin() + static_cast<std::ptrdiff_t>(judged));
  material.habits.emplace();
  int learnt = 0;
  for (std::size_t i = 0; i < training.size(); ++i) {
    if (taken.contains(groups[judged + i])) continue;
    material.habits->learn(judge::lead_line(training[i].piece, training[i].key));
    ++learnt;
  }
  if (learnt > 0) return {};
  return cantus::fail(cantus::ErrorCode::invalid_input,
                      "no piece is left to say what is usual; judge a smaller --share");
}

/// People's sets are read at the side asked for, and their training side for what is usual.
Result<void> read_people_of_sets(const JudgeAsked& asked,
                                 const std::vector<std::string>& sets,
                                 Material& material) {
  if (asked.pack.empty()) {
    return cantus::fail(cantus::ErrorCode::invalid_input,
                        "say --corpus NAME.pack: which pieces of a set are held out stands there");
  }
  const auto splits = judge::splits_of_pack(asked.pack);
  if (!splits) return tl::unexpected<cantus::Error>(splits.error());
  auto held_out =
      judge::read_sets(sets, asked.data, *splits, sides_named(asked.side), asked.choice);
  if (held_out) {
    std::erase_if(*held_out, [&](const judge::LeadSheet& sheet) {
      return !drawn_by_lot(sheet.name, asked.share);
    });
  }
  if (auto done = append(std::move(held_out), material.people); !done) return done;
  if (asked.list || asked.side == "all") return {};  // what is judged may not say what is usual
  const std::vector<Split> training{Split::train};
  auto learnt = judge::read_sets(sets, asked.data, *splits, training, asked.choice);
  if (!learnt) return tl::unexpected<cantus::Error>(learnt.error());
  return learn_usual(*learnt, material);
}

Result<Material> read_material(const JudgeAsked& asked) {
  Material material;
  std::vector<std::string> sets;
  for (const std::string& name : asked.people) {
    if (!fs::is_directory(name)) {
      sets.push_back(name);
    } else if (auto done = append(judge::read_folder(name, asked.choice), material.people); !done) {
      return tl::unexpected<cantus::Error>(done.error());
    }
  }
  if (!sets.empty()) {
    if (auto done = read_people_of_sets(asked, sets, material); !done)
      return tl::unexpected<cantus::Error>(done.error());
  }
  for (const fs::path& folder : asked.ours) {
    if (auto done = append(judge::read_folder(folder, asked.choice), material.ours); !done)
      return tl::unexpected<cantus::Error>(done.error());
  }
  return material;
}

std::string text_of(cantus::score::Metre metre) {
  return std::to_string(metre.numerator) + "/" + std::to_string(metre.denominator);
}

/// So that pieces can be composed in the same conditions.
int print_list(const Sheets& sheets) {
  auto all = nlohmann::json::array();
  for (const judge::LeadSheet& sheet : sheets) {
    all.push_back({{"name", sheet.name},
                   {"metre", text_of(sheet.piece.metre.metre_at(cantus::score::Tick()))},
                   {"bars", cantus::score::bars_of(sheet.piece)},
                   {"key", cantus::score::to_text(sheet.key)}});
  }
  std::printf("%s\n", all.dump(1).c_str());
  return 0;
}

int print_features(bool band) {
  const judge::Habits habits;
  const judge::LeadLine line;
  std::string family;
  const auto sheet = band ? judge::roll_features({}) : judge::lead_features(line, &habits);
  for (const judge::Feature& feature : sheet.features()) {
    if (feature.family != family) std::printf("%s\n", feature.family.c_str());
    family = feature.family;
    std::printf("  %s\n", feature.name.c_str());
  }
  std::printf("%zu features\n", sheet.features().size());
  return 0;
}

using Phrases = std::vector<cantus::rolls::Phrase>;

/// Of all collections; no phrase overlaps another.
Result<Phrases> read_collections(const JudgeAsked& asked) {
  if (!asked.phrases.empty()) {
    auto read = cantus::rolls::read_phrases_file(asked.phrases);
    if (!read) return tl::unexpected<cantus::Error>(read.error());
    return judge::apart(std::move(*read));
  }
  // All at once, so that near duplicates in two sets lie on one side.
  auto read = cantus::corpus::read_phrases(cantus::corpus::phrase_sources(), asked.data,
                                           {.hop_bars = cantus::rolls::kBars});
  if (!read) return tl::unexpected<cantus::Error>(read.error());
  return std::move(read->phrases);
}

/// Of a .phrases file or of all music below a folder; or of sets, on the asked sides.
Result<Phrases> read_phrases(const JudgeAsked& asked,
                             const std::vector<std::string>& names,
                             const std::vector<Split>& sides) {
  Phrases phrases;
  std::vector<std::string> sets;
  const auto take = [&](Phrases& more) { std::ranges::move(more, std::back_inserter(phrases)); };
  for (const std::string& name : names) {
    if (fs::is_directory(name)) {
      auto read = cantus::corpus::read_phrases({cantus::corpus::own_source(name)}, {},
                                               {.hop_bars = cantus::rolls::kBars});
      if (!read) return tl::unexpected<cantus::Error>(read.error());
      take(read->phrases);
    } else if (fs::is_regular_file(name)) {
      auto read = cantus::rolls::read_phrases_file(name);
      if (!read) return tl::unexpected<cantus::Error>(read.error());
      take(*read);
    } else {
      const auto known = cantus::corpus::phrase_sources();
      if (std::ranges::find(known, name, &cantus::corpus::Source::name) == known.end())
        return cantus::fail(cantus::ErrorCode::invalid_input,
                            name + ": no such folder, file or set of bands");
      sets.push_back(name);
    }
  }
  if (sets.empty()) return phrases;
  auto all = read_collections(asked);
  if (!all) return all;
  std::erase_if(*all, [&](const cantus::rolls::Phrase& phrase) {
    return std::ranges::find(sets, phrase.set) == sets.end() ||
           std::ranges::find(sides, phrase.split) == sides.end();
  });
  take(*all);
  return phrases;
}

struct Controls {
  std::vector<double> halves;
  std::optional<double> notes, bars;  ///< of lead sheets
};

/// `material` is null for phrases of bands, which are not spoilt.
Controls controls_of(const JudgeAsked& asked, const Material* material, const judge::Table& table) {
  Controls out;
  out.halves = judge::areas_of_halves(table, 10, asked.validation);
  if (material == nullptr) return out;
  const judge::Habits* habits = material->habits ? &*material->habits : nullptr;
  const auto area = [&](judge::Spoiling how) {
    return judge::area_under(judge::scores_of(
        judge::spoilt_table(material->people, how, asked.scale, habits, asked.validation.seed),
        asked.validation));
  };
  out.notes = area(judge::Spoiling::notes);
  out.bars = area(judge::Spoiling::bars);
  return out;
}

void print_json(const judge::Verdict& v, const Controls* controls) {
  const auto area = [](const judge::Area& a) {
    return nlohmann::json{{"area", a.value}, {"low", a.low}, {"high", a.high}};
  };
  nlohmann::json out{{"people", v.people},
                     {"ours", v.ours},
                     {"groups", v.groups},
                     {"trees", area(v.trees)},
                     {"logistic", area(v.logistic)}};
  for (const auto& [family, value] : v.families)
    out["families"][family] = value;
  for (const auto& [taken, value] : v.without)
    out["without"].push_back({{"clues", taken}, {"area", value}});
  for (const judge::Clue& c : v.clues) {
    out["clues"].push_back({{"family", c.feature.family},
                            {"feature", c.feature.name},
                            {"cost", c.cost},
                            {"gain", c.gain},
                            {"alone", c.alone},
                            {"people", c.people},
                            {"ours", c.ours}});
  }
  if (controls != nullptr) {
    out["controls"] = {{"halves of people", controls->halves}};
    if (controls->notes) out["controls"]["notes shuffled"] = *controls->notes;
    if (controls->bars) out["controls"]["bars shuffled"] = *controls->bars;
  }
  std::printf("%s\n", out.dump(1).c_str());
}

void print_verdict(const judge::Verdict& v, const Controls* controls, int clues) {
  std::printf("%zu rows by people, %zu of ours, %zu groups\n", v.people, v.ours, v.groups);
  std::printf("area under ROC, trees     %.3f (%.3f to %.3f)\n", v.trees.value, v.trees.low,
              v.trees.high);
  std::printf("area under ROC, logistic  %.3f (%.3f to %.3f)\n", v.logistic.value, v.logistic.low,
              v.logistic.high);
  std::printf("\ntrees that see one family alone\n");
  for (const auto& [family, value] : v.families)
    std::printf("  %-12s %.3f\n", family.c_str(), value);
  std::printf("\nwithout the first clues\n");
  for (const auto& [taken, value] : v.without)
    std::printf("  %-12d %.3f\n", taken, value);
  std::printf("\n%-56s %6s %6s %6s %9s %9s\n", "what gives us away", "cost", "gain", "alone",
              "people", "ours");
  for (int i = 0; i < clues && i < static_cast<int>(v.clues.size()); ++i) {
    const judge::Clue& c = v.clues[static_cast<std::size_t>(i)];
    const std::string name = std::string(c.feature.family) + ": " + std::string(c.feature.name);
    std::printf("%-56s %6.3f %6.3f %6.3f %9.3f %9.3f\n", name.c_str(), c.cost, c.gain, c.alone,
                c.people, c.ours);
  }
  if (controls == nullptr) return;
  const auto [low, high] = std::ranges::minmax(controls->halves);
  std::printf("\ncontrols\n");
  std::printf("  people against people, %zu halvings   %.3f (%.3f to %.3f)\n",
              controls->halves.size(), judge::mean_of(controls->halves), low, high);
  if (controls->notes)
    std::printf("  people against their notes shuffled  %.3f\n", *controls->notes);
  if (controls->bars) std::printf("  people against their bars shuffled   %.3f\n", *controls->bars);
}

/// Prints the verdict on a table that has rows enough.
int print_judged(const JudgeAsked& asked, const judge::Table& table, const Material* material) {
  const auto fewest = static_cast<std::size_t>(asked.validation.folds);
  if (table.count(true) < fewest || table.count(false) < fewest) {
    return complain("too little to judge: " + std::to_string(table.count(false)) +
                    " rows by people and " + std::to_string(table.count(true)) + " of ours; " +
                    std::to_string(fewest) + " of each are needed at least");
  }
  const judge::Verdict verdict = judge::judge(table, asked.validation);
  std::optional<Controls> controls;
  if (asked.controls) controls = controls_of(asked, material, table);
  const Controls* shown = controls ? &*controls : nullptr;
  if (asked.json)
    print_json(verdict, shown);
  else
    print_verdict(verdict, shown, asked.clues);
  return 0;
}

int run_band(const JudgeAsked& asked) {
  std::vector<std::string> names;
  for (const fs::path& path : asked.ours)
    names.push_back(path.string());
  auto people = read_phrases(asked, asked.people, sides_named(asked.side));
  if (!people) return complain(people.error().message);
  const Phrases judged = judge::drawn(std::move(*people), asked.most, 1);
  auto ours = asked.other_people ? read_phrases(asked, asked.people, {Split::train})
                                 : read_phrases(asked, names, sides_named("all"));
  if (!ours) return complain(ours.error().message);
  const Phrases against = asked.other_people
                              ? judge::matched(judged, *ours, asked.most, asked.validation.seed)
                              : judge::drawn(std::move(*ours), asked.most, 1);
  return print_judged(asked, judge::roll_table(judged, against), nullptr);
}

int run_judge(JudgeAsked asked) {
  if (asked.features) return print_features(asked.band);
  for (const std::string& text : asked.metres) {
    const auto metre = metre_named(text);
    if (!metre) return complain("--metres: \"" + text + "\" is no metre");
    asked.choice.metres.push_back(*metre);
  }
  if (asked.people.empty()) return complain("say --human: sets or folders of people's music");
  if (asked.band) return run_band(asked);
  const auto material = read_material(asked);
  if (!material) return complain(material.error().message);
  if (asked.list) return print_list(material->people);
  const judge::Table table = judge::lead_table(material->people, material->ours, asked.scale,
                                               material->habits ? &*material->habits : nullptr);
  return print_judged(asked, table, &*material);
}

const std::map<std::string, judge::Scale> kScales{{"piece", judge::Scale::piece},
                                                  {"section", judge::Scale::section},
                                                  {"phrase", judge::Scale::phrase}};

}  // namespace

void add_judge(CLI::App& app, int& status) {
  auto asked = std::make_shared<JudgeAsked>();
  CLI::App* command = app.add_subcommand(
      "judge", "How well our pieces can be told from people's, and by what (a measuring tool)");
  command->add_option("--human", asked->people, "Sets (held-out side) or folders")->delimiter(',');
  command
      ->add_option("--ours", asked->ours,
                   "Folders of composed pieces; of phrases also a .phrases file")
      ->delimiter(',');
  command->add_option("--corpus", asked->pack, "NAME.pack that says which pieces are held out");
  command->add_option("--data", asked->data, "Folder that holds open/");
  command
      ->add_option("--split", asked->side,
                   "Of sets: train, validation, test, held-out (both) or all")
      ->check(CLI::IsMember({"train", "validation", "test", "held-out", "all"}))
      ->capture_default_str();
  command
      ->add_option("--share", asked->share, "Of the side's lead sheets, by lot and always the same")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--metres", asked->metres, "Only pieces in these, such as 4/4,6/8")
      ->delimiter(',');
  command->add_option("--bars", asked->choice.fewest_bars, "Shorter pieces are left out")
      ->capture_default_str();
  command->add_option("--most-bars", asked->choice.most_bars, "Longer ones are cut there")
      ->capture_default_str();
  command->add_option("--scale", asked->scale, "piece, section (8 bars) or phrase (4 bars)")
      ->transform(CLI::CheckedTransformer(kScales))
      ->default_str("piece");
  command->add_flag("--band", asked->band, "Four-bar phrases of bands in place of lead sheets");
  command->add_option("--most", asked->most, "Phrases of bands a side, drawn by lot")
      ->capture_default_str();
  command->add_option(
      "--phrases", asked->phrases,
      "Of bands: sets are read from this file of cantus corpus phrases or band fold");
  command->add_flag("--against-people", asked->other_people,
                    "Of bands: phrases by people of the sets' training side in place of ours");
  command->add_option("--folds", asked->validation.folds)
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  command->add_option("--repeats", asked->validation.repeats, "Of the folds, dealt anew")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--seed", asked->validation.seed)->capture_default_str();
  command->add_option("--clues", asked->clues, "How many features are printed")
      ->capture_default_str();
  command->add_flag("--controls", asked->controls,
                    "Also people against people, and against shuffled music");
  command->add_flag("--list", asked->list, "People's pieces as JSON: metre, bars, key; no verdict");
  command->add_flag("--features", asked->features, "What is measured; no verdict");
  command->add_flag("--json", asked->json);
  command->callback([asked, &status] { status = run_judge(*asked); });
}
