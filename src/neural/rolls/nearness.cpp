#include "neural/rolls/nearness.h"

#include <algorithm>
#include <functional>
#include <map>

#include "base/random.h"

namespace cantus::rolls {
namespace {

constexpr std::size_t kResamplings = 1000;

std::map<std::uint32_t, Ratio> by_piece(std::span<const Apart> phrases) {
  std::map<std::uint32_t, Ratio> pieces;
  for (const Apart& phrase : phrases) {
    pieces[phrase.piece].sum += phrase.distance;
    pieces[phrase.piece].count += 1.0;
  }
  return pieces;
}

double mean_of(const std::vector<Ratio>& pieces, std::span<const std::size_t> drawn) {
  Ratio all;
  for (const std::size_t piece : drawn) {
    all.sum += pieces[piece].sum;
    all.count += pieces[piece].count;
  }
  return all.sum / all.count;
}

/// The pieces of one side and a draw of them.
struct Side {
  explicit Side(const std::map<std::uint32_t, Ratio>& all) {
    for (const auto& [number, piece] : all) {
      drawn.push_back(pieces.size());
      pieces.push_back(piece);
    }
  }
  void draw(Random& random) {
    for (std::size_t& piece : drawn)
      piece = random.below(pieces.size());
  }
  double mean() const { return mean_of(pieces, drawn); }

  std::vector<Ratio> pieces;
  std::vector<std::size_t> drawn;  ///< each once before the first draw
};

/// What is said of the sides as they are, and of 1,000 draws.
Figure resampled(const std::function<double()>& value, const std::function<void()>& draw) {
  Figure out;
  out.known = true;
  out.value = value();
  std::vector<double> values;
  for (std::size_t i = 0; i < kResamplings; ++i) {
    draw();
    values.push_back(value());
  }
  std::ranges::sort(values);
  out.low = values[kResamplings / 40];
  out.high = values[kResamplings - 1 - kResamplings / 40];
  return out;
}

}  // namespace

Figure mean_apart(std::span<const Apart> phrases, std::uint64_t seed) {
  if (phrases.empty()) return {};
  Random random(seed);
  Side side(by_piece(phrases));
  return resampled([&] { return side.mean(); }, [&] { side.draw(random); });
}

Figure difference_apart(std::span<const Apart> ours,
                        std::span<const Apart> theirs,
                        std::uint64_t seed) {
  if (ours.empty() || theirs.empty()) return {};
  const auto our_pieces = by_piece(ours);
  const auto their_pieces = by_piece(theirs);
  const auto number = [](const auto& piece) { return piece.first; };
  const bool same = std::ranges::equal(our_pieces, their_pieces, {}, number, number);
  Side our_side(our_pieces);
  Side their_side(their_pieces);
  Random random(seed);
  return resampled([&] { return our_side.mean() - their_side.mean(); },
                   [&] {
                     our_side.draw(random);
                     if (same)
                       their_side.drawn = our_side.drawn;
                     else
                       their_side.draw(random);
                   });
}

}  // namespace cantus::rolls
