#include "neural/band_critic/critic.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "neural/infer/exact_math.h"

namespace cantus::band_critic {
namespace {

using rolls::Player;

double probability(double log_odds) {
  return 1.0 / (1.0 + infer::exact_exp(-std::clamp(log_odds, -40.0, 40.0)));
}

/// Log-odds of bars that several phrases may hold.
struct Sum {
  Scores odds{};
  int times = 0;

  void add(const Opinion& opinion) {
    for (std::size_t a = 0; a < kAspects; ++a)
      odds[a] += static_cast<double>(opinion[a]);
    ++times;
  }
  double mean(std::size_t aspect) const { return odds[aspect] / std::max(1, times); }
};

}  // namespace

bool is_band(const rolls::Roll& roll) {
  int others = 0;
  for (const Player player : {Player::drums, Player::bass, Player::chords, Player::pad})
    others += roll.of(player).empty() ? 0 : 1;
  return others >= 2 && !roll.of(Player::melody).empty();
}

Result<Critic> Critic::load(const std::filesystem::path& path) {
  auto network = Network::load(path);
  if (!network) return tl::unexpected<Error>(network.error());
  return Critic(std::move(*network));
}

double Critic::rank(const rolls::Roll& roll) const {
  return static_cast<double>(network_.opinions(marked(roll)).phrase[0]);
}

std::optional<Judgement> Critic::judge(std::span<const PhraseHeard> phrases) const {
  if (phrases.empty()) return std::nullopt;
  Judgement out;
  out.heard.fill(true);
  bool drums = false;
  bool bass = false;
  Sum whole;
  std::map<int, Sum> bars;
  for (const PhraseHeard& phrase : phrases) {
    const Opinions opinions = network_.opinions(marked(phrase.roll));
    whole.add(opinions.phrase);
    for (int b = 0; b < kBars; ++b)
      bars[phrase.first_bar + b].add(opinions.bars[static_cast<std::size_t>(b)]);
    PhraseScores& scores = out.phrases.emplace_back();
    scores.bars = {phrase.first_bar, phrase.first_bar + kBars - 1};
    for (std::size_t a = 0; a < kAspects; ++a)
      scores.scores[a] = probability(static_cast<double>(opinions.phrase[a]));
    drums = drums || !phrase.roll.of(Player::drums).empty();
    bass = bass || !phrase.roll.of(Player::bass).empty();
  }
  out.heard[static_cast<std::size_t>(Aspect::drums)] = drums;
  out.heard[static_cast<std::size_t>(Aspect::bass)] = bass;
  for (std::size_t a = 0; a < kAspects; ++a) {
    out.scores[a] = probability(whole.mean(a));
    double least = std::numeric_limits<double>::max();
    for (const auto& [bar, sum] : bars) {
      if (sum.mean(a) >= least) continue;
      least = sum.mean(a);
      out.weakest[a] = {bar, bar};
    }
  }
  return out;
}

}  // namespace cantus::band_critic
