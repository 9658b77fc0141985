#include "neural/compose/upbeat.h"

#include <algorithm>

#include "neural/compose/scribe.h"
#include "neural/infer/sampler.h"
#include "neural/tokens/bar_words.h"

namespace cantus::compose {

using score::Tick;
using tokens::Kind;
using tokens::token;

namespace {

/// Songs begin in a bar that is written whole, late and before any chord, in 142 of 453 sheets of
/// the training split; tunes and hymns hardly ever do.
constexpr double kWrittenWhole = 0.31;

}  // namespace

score::TickLength choose_upbeat(const infer::Transformer& model,
                                const Plan& plan,
                                const Random& random) {
  score::Piece piece = score::transposed(empty_piece(plan), -score::semitones_from_home(plan.key));
  piece.tempo = score::TempoMap(120.0);  // as lead sheets were learnt
  hear_sections_in(piece, plan.style->chords);
  Scribe scribe(model, 1, 1);
  infer::Sampler sampler;
  Random drawing = random.fork("upbeat");
  if (plan.style->chords == "song" && !plan.exact_seconds && drawing.uniform() < kWrittenWhole)
    return plan.metre.bar_length();
  const tokens::BarWords words(piece);
  const auto opening = words.opening(0);
  const tokens::Token bar = *std::ranges::find_if(
      opening, [](tokens::Token word) { return tokens::is(word, Kind::bar); });
  scribe.begin(words.header({.style = tokens::style_from_text(plan.style->chords).value_or(0)}));
  for (const tokens::Token word : opening) {
    if (word == bar) break;
    scribe.say(0, word);
  }
  const auto choose = [&](const std::vector<std::uint8_t>& allowed) {
    constexpr int kOnly[] = {0};
    scribe.listen(kOnly);
    return static_cast<tokens::Token>(
        sampler.sample(scribe.logits(0), allowed, {1.0, 0, 1.0, 0.0}, drawing));
  };
  std::vector<std::uint8_t> allowed(tokens::kVocabularySize);
  allowed[bar] = 1;
  allowed[token(Kind::pickup)] = 1;
  if (choose(allowed) == bar) return {};
  scribe.say(0, token(Kind::pickup));
  constexpr int kEighth = 12;  // steps
  const auto length = static_cast<int>(plan.metre.bar_length().count() / tokens::kStep.count());
  std::ranges::fill(allowed, std::uint8_t{0});
  bool any = false;
  for (int at = length - kEighth; 2 * at >= length; at -= kEighth) {
    allowed[token(Kind::position, at)] = 1;
    any = true;
  }
  if (!any) return {};
  return tokens::kStep * (length - tokens::word(choose(allowed)).value);
}

void hear_sections_in(score::Piece& piece, std::string_view style) {
  if (style != "folk" && style != "pop") piece.sections.clear();
  if (piece.metre.pickup() <= score::TickLength()) return;
  for (std::size_t i = 0; i < piece.sections.size(); ++i) {
    score::Section& section = piece.sections[i];
    const Tick end = section.end();
    if (i > 0) section.onset = piece.metre.bar_start(piece.metre.bar_at(section.onset) - 1);
    const bool last = i + 1 == piece.sections.size();
    section.length =
        (last ? end : piece.metre.bar_start(piece.metre.bar_at(end) - 1)) - section.onset;
  }
}

}  // namespace cantus::compose
