#include "neural/compose/manner.h"

#include <algorithm>
#include <limits>

#include "neural/compose/scribe.h"
#include "neural/infer/sampler.h"
#include "neural/tokens/encode.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {
namespace {

constexpr std::size_t kHeard = 300;  ///< tokens: a strain or two

double log_likelihood(const infer::Transformer& model,
                      const score::Piece& lead,
                      std::string_view style) {
  const auto said = tokens::encode(lead, {.style = tokens::style_from_text(style).value_or(0)});
  if (!said) return -std::numeric_limits<double>::infinity();
  const std::span<const tokens::Token> all = said->tokens;
  Scribe scribe(model, 1, 1);
  scribe.begin(all.first(said->header_length));
  const int only = 0;
  double sum = 0.0;
  for (std::size_t i = said->header_length; i < std::min(all.size(), kHeard); ++i) {
    scribe.listen(std::span(&only, 1));
    sum += infer::log_probability(scribe.logits(only), all[i]);
    scribe.say(only, all[i]);
  }
  return sum;
}

}  // namespace

const Style& manner_of(const infer::Transformer& model, const score::Piece& lead) {
  const bool in_three = lead.metre.metre_at(score::Tick()) == score::Metre{3, 4};
  const Style* best = nullptr;
  double likeliest = 0.0;
  for (const char* name : {"folk", "song", "hymn"}) {
    const double likelihood = log_likelihood(model, lead, name);
    if (best != nullptr && likelihood <= likeliest) continue;
    best = find_style(name);
    likeliest = likelihood;
  }
  return best->melody == "folk" && in_three ? *find_style("waltz") : *best;
}

}  // namespace cantus::compose
