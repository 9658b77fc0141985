#include "neural/train/band/evaluate.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/random.h"
#include "neural/rolls/comparison.h"
#include "neural/rolls/phrase_file.h"
#include "neural/train/band/band_card.h"
#include "neural/train/band/fit.h"

namespace cantus::train_band {
namespace {

using rolls::Phrase;

std::vector<const Phrase*> drawn(std::vector<const Phrase*> from,
                                 std::size_t count,
                                 Random random) {
  for (std::size_t i = from.size(); i > 1; --i)
    std::swap(from[i - 1], from[random.below(i)]);
  from.resize(std::min(from.size(), count));
  return from;
}

/// One draw, or the one of several that is liked best.
rolls::Roll liked_best(const band::BandNet& net,
                       std::span<const float> logits,
                       const band::Conditions& c,
                       const band::Rules& rules,
                       const Random& random,
                       const Evaluation& how) {
  rolls::Roll best;
  double most = 0.0;
  const int draws = how.liking ? std::max(1, how.draws) : 1;
  for (int draw = 0; draw < draws; ++draw) {
    const Random lots = draw == 0 ? random : random.fork("draw " + std::to_string(draw));
    const std::array<Random, rolls::kBars> chances = {lots.fork("bar 0"), lots.fork("bar 1"),
                                                      lots.fork("bar 2"), lots.fork("bar 3")};
    rolls::Roll made = net.play(logits, c, rules, chances);
    const double liked = draws > 1 ? how.liking(made) : 0.0;
    if (draw > 0 && liked <= most) continue;
    most = liked;
    best = std::move(made);
  }
  return best;
}

rolls::PhrasesToCompare held_out_shuffled(const rolls::PhrasesToCompare& held_out,
                                          std::vector<rolls::Roll>& room,
                                          std::uint64_t seed) {
  for (const rolls::Roll* roll : held_out.rolls)
    room.push_back(*roll);
  room = rolls::shuffled(room, seed);
  auto set = rolls::to_compare("held out, shuffled", room);
  set.pieces = held_out.pieces;
  return set;
}

/// Generated, training, held out and shuffled; last those that the generated are to lie no nearer
/// than.
std::vector<rolls::Column> compared(std::span<const Phrase> phrases,
                                    const std::vector<const Phrase*>& asked,
                                    const std::vector<Phrase>& made,
                                    const Evaluation& how) {
  rolls::PhrasesToCompare generated{"generated", {}, {}, {}};
  rolls::PhrasesToCompare asked_for{"asked for", {}, {}, {}};
  for (std::size_t i = 0; i < made.size(); ++i) {
    generated.rolls.push_back(&made[i].roll);
    generated.pieces.push_back(made[i].group);
    generated.asked.push_back(asked[i]->group);
    asked_for.rolls.push_back(&asked[i]->roll);
    asked_for.pieces.push_back(asked[i]->group);
  }
  const auto training = rolls::to_compare("training", phrases, rolls::Split::train);
  const auto held_out = rolls::to_compare("held out", phrases, how.split);
  std::vector<rolls::Roll> mixed;
  const auto shuffled = held_out_shuffled(held_out, mixed, how.seed);
  std::vector sets = {generated, training, held_out, shuffled};
  if (how.held_out_conditions) sets.push_back(asked_for);
  auto columns = rolls::compare(training, sets);
  if (!how.held_out_conditions) columns.push_back(columns[2]);
  return columns;
}

}  // namespace

bool is_band(const Phrase& phrase) {
  constexpr std::array<std::string_view, 4> kOthers = {"groove", "openscore_lieder",
                                                       "openscore_quartets", "hauptstimme"};
  return std::ranges::find(kOthers, phrase.set) == kOthers.end();
}

std::vector<Phrase> played(const band::BandNet& net,
                           const std::vector<const Phrase*>& asked,
                           const Evaluation& how) {
  band::BandNet::Workspace work(net);
  std::vector<Phrase> made;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    band::Conditions c = conditions_of(*asked[i]);
    c.given = {};
    if (!how.told_manners) c.manners = {};
    std::vector<float> logits(static_cast<std::size_t>(c.tokens()) * band::kContentFeatures);
    const Random random = Random(how.seed).fork("phrase " + std::to_string(i));
    const band::Latents noise =
        how.again ? net.encode(c, work) : net.prior().noise_of(band::draw_latents(random));
    net.generate(c, noise, work, logits);
    Phrase phrase = *asked[i];
    const band::Rules rules{.strict = how.strict};
    if (how.hands && net.hands().there())
      phrase.roll = liked_best(net, logits, c, rules, random, how);
    else
      phrase.roll =
          band::decided_roll(logits, c, how.leaned ? net.leanings() : band::Leanings{}, rules);
    phrase.set = "band";
    phrase.piece = std::to_string(i);
    phrase.group = static_cast<std::uint32_t>(i);
    made.push_back(std::move(phrase));
  }
  return made;
}

Result<std::string> evaluate(const Evaluation& how) {
  auto net = band::BandNet::load(how.weights);
  if (!net) return tl::unexpected<Error>(net.error());
  if (how.manners) net->hands().use(*how.manners);
  auto phrases = rolls::read_phrases_file(how.phrases);
  if (!phrases) return tl::unexpected<Error>(phrases.error());
  std::erase_if(*phrases, [](const Phrase& phrase) { return !is_band(phrase); });
  const rolls::Split from = how.held_out_conditions ? how.split : rolls::Split::train;
  std::vector<const Phrase*> of_split;
  for (const Phrase& phrase : *phrases) {
    if (phrase.split == from) of_split.push_back(&phrase);
  }
  const auto asked = drawn(of_split, how.count, Random(how.seed));
  const auto made = played(*net, asked, how);
  if (made.empty()) return fail(ErrorCode::invalid_input, how.phrases.string() + ": no bands");
  if (!how.generated.empty()) {
    if (auto done = rolls::write_phrases(how.generated, made); !done)
      return tl::unexpected<Error>(done.error());
  }
  if (!how.table) return std::string();
  const auto columns = compared(*phrases, asked, made, how);
  if (how.write) {
    if (auto done = write_figures(how.weights, how.seed, columns[0], columns[1]); !done)
      return tl::unexpected<Error>(done.error());
  }
  const auto within = rolls::reached(columns[0].figures, columns[1].figures);
  return rolls::table_of(&columns[0], columns[1], columns[2], columns[3]) +
         fmt::format(
             "\n{} of {} figures of MuseGAN's table are within a tenth of the training "
             "row\n{}",
             within.within, within.known, rolls::nearness_of(columns[0], columns.back()));
}

}  // namespace cantus::train_band
