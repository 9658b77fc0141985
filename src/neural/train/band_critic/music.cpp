#include "neural/train/band_critic/music.h"

#include <algorithm>
#include <string>

#include "base/random.h"
#include "neural/train/band/evaluate.h"
#include "neural/train/band/fit.h"

namespace cantus::band_critic {
namespace {

using rolls::Phrase;
using rolls::Split;

/// Some of those who play, not all.
std::array<bool, rolls::kPlayers> some_given(const band::Conditions& c, Random& random) {
  std::array<bool, rolls::kPlayers> given{};
  std::vector<std::size_t> playing;
  for (std::size_t p = 0; p < given.size(); ++p) {
    if (std::ranges::count(c.plays[p], true) > 0) playing.push_back(p);
  }
  if (playing.size() < 2) return given;
  const std::size_t count = 1 + random.below(playing.size() - 1);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(playing[i], playing[i + random.below(playing.size() - i)]);
    given[playing[i]] = true;
  }
  return given;
}

class Bandleader {
 public:
  explicit Bandleader(const band::BandNet& net) : net_(net), work_(net) {}

  Example make(const Phrase& phrase, Maker maker, Random random) {
    band::Conditions c = train_band::conditions_of(phrase);
    c.given = {};
    if (maker == Maker::beside) c.given = some_given(c, random);
    std::vector<float> logits(static_cast<std::size_t>(c.tokens()) * band::kContentFeatures);
    net_.generate(c, net_.prior().noise_of(band::draw_latents(random)), work_, logits);
    const std::array<Random, rolls::kBars> chances = {random.fork("bar 0"), random.fork("bar 1"),
                                                      random.fork("bar 2"), random.fork("bar 3")};
    const band::Rules rules{.strict = maker != Maker::free};
    return {net_.play(logits, c, rules, chances), maker, phrase.split, phrase.group};
  }

 private:
  const band::BandNet& net_;
  band::BandNet::Workspace work_;
};

constexpr std::array<Maker, 3> kByBand = {Maker::band, Maker::free, Maker::beside};

}  // namespace

std::vector<Example> examples_of(std::span<const Phrase> people,
                                 const band::BandNet& net,
                                 std::size_t count,
                                 std::uint64_t seed) {
  std::vector<Example> examples;
  std::vector<const Phrase*> training;
  std::vector<const Phrase*> held_out;
  for (const Phrase& phrase : people) {
    if (!train_band::is_band(phrase)) continue;
    examples.push_back({phrase.roll, Maker::people, phrase.split, phrase.group});
    (phrase.split == Split::train ? training : held_out).push_back(&phrase);
  }
  Random random(seed);
  Bandleader leader(net);
  for (std::size_t i = 0; i < count && !training.empty(); ++i) {
    const Phrase& phrase = *training[random.below(training.size())];
    examples.push_back(
        leader.make(phrase, kByBand[i % 3], random.fork("phrase " + std::to_string(i))));
  }
  for (std::size_t i = 0; i < held_out.size(); ++i) {
    for (const Maker by : kByBand)
      examples.push_back(leader.make(*held_out[i], by,
                                     random.fork("held out " + std::to_string(i))
                                         .fork(kMakerNames[static_cast<std::size_t>(by)])));
  }
  return examples;
}

void add_composed(std::span<const Phrase> phrases, std::vector<Example>& to) {
  for (const Phrase& phrase : phrases)
    to.push_back({phrase.roll, Maker::sequence, phrase.split, phrase.group + (1U << 30U)});
}

}  // namespace cantus::band_critic
