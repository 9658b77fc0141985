#include "neural/train/band/batch.h"

#include <algorithm>
#include <array>

namespace cantus::train_band {
namespace {

using band::kConditionFeatures;
using band::kContentFeatures;
using band::kPlaces;
using band::kPlayers;

/// The token in the batch of a token of the phrase, which has no room for beats its bars lack.
std::size_t wide(int token, int beats_of_bar) {
  const int beat = token / kPlayers;
  return static_cast<std::size_t>((beat / beats_of_bar * band::kBeatsOfBar + beat % beats_of_bar) *
                                      kPlayers +
                                  token % kPlayers);
}

}  // namespace

Batch batch_of(std::span<const band::Conditions> phrases) {
  Batch batch;
  batch.rows = static_cast<int>(phrases.size());
  const std::size_t tokens = phrases.size() * kTokens;
  batch.conditions.assign(tokens * kConditionFeatures, 0.0F);
  batch.content.assign(tokens * kContentFeatures, 0.0F);
  batch.used.assign(tokens, 0.0F);
  batch.given.assign(tokens, 0.0F);
  batch.plays.assign(tokens, 0.0F);
  batch.roots.assign(tokens * kPlaces, 0);
  std::vector<float> conditions(std::size_t{kTokens} * kConditionFeatures);
  std::vector<float> content(std::size_t{kTokens} * kContentFeatures);
  std::array<int, std::size_t{band::kBeats} * kPlaces> roots{};
  constexpr std::array<bool, kPlayers> kAll = {true, true, true, true, true};
  for (std::size_t row = 0; row < phrases.size(); ++row) {
    const band::Conditions& phrase = phrases[row];
    const int beats = band::beats_of_bar(phrase.metre);
    const auto count = static_cast<std::size_t>(phrase.tokens());
    band::write_conditions(phrase, std::span(conditions).first(count * kConditionFeatures));
    band::write_content(phrase.grid, phrase.metre, kAll,
                        std::span(content).first(count * kContentFeatures));
    band::write_roots(phrase, roots);
    for (int token = 0; token < phrase.tokens(); ++token) {
      const std::size_t at = row * kTokens + wide(token, beats);
      const auto from = static_cast<std::size_t>(token);
      std::copy_n(conditions.begin() + std::ptrdiff_t{token} * kConditionFeatures,
                  kConditionFeatures,
                  batch.conditions.begin() + static_cast<std::ptrdiff_t>(at) * kConditionFeatures);
      std::copy_n(content.begin() + std::ptrdiff_t{token} * kContentFeatures, kContentFeatures,
                  batch.content.begin() + static_cast<std::ptrdiff_t>(at) * kContentFeatures);
      const std::size_t player = from % kPlayers;
      const auto beat = static_cast<std::size_t>(token / kPlayers);
      const auto bar = beat / static_cast<std::size_t>(beats);
      batch.used[at] = 1.0F;
      batch.given[at] = phrase.given[player] ? 1.0F : 0.0F;
      batch.plays[at] = phrase.plays[player][bar] ? 1.0F : 0.0F;
      for (std::size_t place = 0; place < kPlaces; ++place)
        batch.roots[at * kPlaces + place] = roots[beat * kPlaces + place];
    }
  }
  return batch;
}

band::Conditions asked_of(band::Conditions whole, Random& random) {
  const auto chance = [&](double share) { return random.uniform() < share; };
  if (chance(0.2)) whole.style = 0;
  if (chance(0.3)) whole.valence.reset();
  if (chance(0.3)) whole.arousal.reset();
  const bool tells = !chance(0.3);
  for (band::Manner& manner : whole.manners) {
    if (!tells || chance(0.3)) manner.strokes.reset();
    if (!tells || chance(0.3)) manner.keys.reset();
  }
  whole.given = {};
  if (chance(0.5)) return whole;
  std::array<std::size_t, kPlayers> order = {0, 1, 2, 3, 4};
  std::size_t playing = 0;
  for (std::size_t p = 0; p < kPlayers; ++p) {
    if (std::ranges::count(whole.plays[p], true) > 0) order[playing++] = p;
  }
  if (playing < 2) return whole;
  std::size_t count = 1 + random.below(playing - 1);
  const std::size_t melody = kPlayers - 1;
  if (chance(0.5) && order[playing - 1] == melody) {  // as it mostly is: a melody is there
    whole.given[melody] = true;
    --count;
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(order[i], order[i + random.below(playing - i)]);
    whole.given[order[i]] = true;
  }
  if (std::ranges::count(whole.given, true) >= static_cast<std::ptrdiff_t>(playing))
    whole.given[order[0]] = false;
  return whole;
}

}  // namespace cantus::train_band
