#include "neural/train/band_critic/deck.h"

#include <utility>

namespace cantus::band_critic {
namespace {

/// Faults by how often they are dealt: the subtle ones more.
constexpr std::array<int, kFaults> kFaultLots = {5, 3, 3, 3, 3, 3, 3, 3, 2, 3, 4, 4, 6, 3};

Fault drawn_fault(Random& random) {
  int lots = 0;
  for (const int lot : kFaultLots)
    lots += lot;
  auto left = static_cast<int>(random.below(static_cast<std::uint64_t>(lots)));
  std::size_t fault = 0;
  while (left >= kFaultLots[fault])
    left -= kFaultLots[fault++];
  return static_cast<Fault>(fault);
}

/// The marks without a share of them.
void thin(Marks& marks, double share, Random& random) {
  Marks out;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    for (auto m = marks.first[i]; m < marks.first[i + 1]; ++m) {
      if (random.uniform() >= share) out.add(marks.ids[static_cast<std::size_t>(m)]);
    }
    out.close();
  }
  marks = std::move(out);
}

}  // namespace

Deck::Deck(std::span<const Example> examples, rolls::Split split, std::uint64_t seed)
    : random_(seed) {
  for (const Example& example : examples) {
    if (example.split != split) continue;
    const std::size_t pile = example.maker == Maker::people     ? 0
                             : example.maker == Maker::sequence ? 2
                                                                : 1;
    piles_[pile].push_back(&example.roll);
  }
}

bool Deck::complete() const {
  return !piles_[0].empty() && !piles_[1].empty();
}

std::vector<Card> Deck::deal(int count, const DealSettings& settings) {
  std::vector<Card> cards;
  while (static_cast<int>(cards.size()) < count)
    cards.push_back(card(settings));
  return cards;
}

Card Deck::card(const DealSettings& settings) {
  const double lot = random_.uniform();
  const auto drawn = [&](std::size_t pile) -> const rolls::Roll& {
    return *piles_[pile][random_.below(piles_[pile].size())];
  };
  Card out;
  if (lot < settings.composed) {
    const bool sequence = !piles_[2].empty() && random_.uniform() < settings.sequence;
    out.truth = as_composed(drawn(sequence ? 2 : 1));
  } else if (lot < settings.composed + settings.human) {
    out.truth = unspoiled(drawn(0));
  } else {
    out.truth = spoiled(drawn(0));
  }
  out.marks = marked(out.truth.roll);
  if (settings.thinned <= 0.0) return out;
  for (std::size_t p = 0; p < kPlayers; ++p) {
    thin(out.marks.strokes[p], settings.thinned, random_);
    thin(out.marks.voices[p], settings.thinned, random_);
  }
  thin(out.marks.bars, settings.thinned, random_);
  return out;
}

Spoiled Deck::spoiled(const rolls::Roll& roll) {
  for (int tries = 0; tries < 8; ++tries) {
    const Fault fault = drawn_fault(random_);
    if (auto made = spoil(roll, fault, piles_[0], Random(random_.next()))) return std::move(*made);
  }
  return unspoiled(roll);
}

}  // namespace cantus::band_critic
