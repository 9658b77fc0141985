#include "neural/train/critic/deck.h"

#include <algorithm>
#include <utility>

namespace cantus::critic {
namespace {

constexpr std::array<double, kKinds> kKindShares = {0.2, 0.4, 0.4};
constexpr float kComposedWeight = 1.6F;  // there are more spoiled ones than composed ones

/// Faults by how often they are dealt: the aspects alike, all bars shuffled rarely.
constexpr std::array<int, kFaults> kFaultLots = {5, 3, 4, 4, 3, 4, 2, 4, 8, 3, 2, 1};

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

Sheet cropped(const Sheet& sheet, Random& random) {
  const std::size_t bars = sheet.bars.size();
  const std::size_t keep = 16 + 8 * random.below(3);
  if (bars <= keep) return sheet;
  const std::size_t first = 4 * random.below((bars - keep) / 4 + 1);
  Sheet out = sheet;
  out.bars.assign(sheet.bars.begin() + static_cast<std::ptrdiff_t>(first),
                  sheet.bars.begin() + static_cast<std::ptrdiff_t>(first + keep));
  return out;
}

/// The marks without a share of them.
Marks thinned(const Marks& marks, double share, Random& random) {
  Marks out;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    for (auto m = marks.first[i]; m < marks.first[i + 1]; ++m) {
      if (random.uniform() >= share) out.add(marks.ids[static_cast<std::size_t>(m)]);
    }
    out.close();
  }
  return out;
}

}  // namespace

Spoiled as_composed(const Sheet& sheet) {
  Spoiled out{sheet, {}, {}};
  out.whole.fill(Truth::open);
  out.whole[0] = Truth::spoiled;
  out.bars.assign(sheet.bars.size(), out.whole);
  return out;
}

Deck::Deck(std::span<const Example> examples, corpus::Split split, std::uint64_t seed)
    : random_(seed) {
  for (const Example& example : examples) {
    if (example.split != split) continue;
    piles_[static_cast<std::size_t>(example.kind)][example.human ? 1 : 0].push_back(&example);
  }
}

bool Deck::complete() const {
  return std::ranges::any_of(piles_,
                             [](const auto& pile) { return !pile[0].empty() && !pile[1].empty(); });
}

std::vector<Heard> Deck::deal(int count, const DealSettings& settings) {
  std::vector<Heard> cards;
  while (static_cast<int>(cards.size()) < count)
    cards.push_back(card(settings));
  return cards;
}

Heard Deck::card(const DealSettings& settings) {
  Kind kind = Kind::song;
  do {
    double left = random_.uniform();
    std::size_t k = 0;
    while (k + 1 < kKinds && left >= kKindShares[k])
      left -= kKindShares[k++];
    kind = static_cast<Kind>(k);
  } while (pile(kind, true).empty() || pile(kind, false).empty());
  const double lot = random_.uniform();
  const bool composed = lot < settings.composed;
  const Pile& from = pile(kind, !composed);
  Sheet sheet = from[random_.below(from.size())]->sheet;
  if (random_.uniform() < settings.cropped) sheet = cropped(sheet, random_);
  if (random_.uniform() < settings.chordless) sheet = without_chords(std::move(sheet));
  Heard heard;
  if (composed) {
    heard.truth = as_composed(sheet);
    heard.weight = kComposedWeight;
  } else {
    heard.truth = lot < settings.composed + settings.human ? unspoiled(sheet) : spoiled(sheet);
  }
  heard.marks = marked(heard.truth.sheet);
  heard.marks.notes = thinned(heard.marks.notes, settings.thinned, random_);
  heard.marks.bars = thinned(heard.marks.bars, settings.thinned, random_);
  return heard;
}

Spoiled Deck::spoiled(const Sheet& sheet) {
  for (int tries = 0; tries < 8; ++tries) {
    const Fault fault = drawn_fault(random_);
    if (auto made = spoil(sheet, fault, Random(random_.next()))) return std::move(*made);
  }
  return unspoiled(sheet);
}

}  // namespace cantus::critic
