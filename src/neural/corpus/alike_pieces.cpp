#include "neural/corpus/alike_pieces.h"

#include <algorithm>
#include <map>

#include "neural/rolls/likeness.h"

namespace cantus::corpus {
namespace {

constexpr double kAlike = 0.3;
constexpr int kFewestAlike = 2;

bool is_pitched(const rolls::Roll& roll) {
  return std::ranges::any_of(rolls::kAllPlayers, [&](rolls::Player player) {
    return player != rolls::Player::drums && !roll.of(player).empty();
  });
}

/// How many looked-at phrases of the first piece have their nearest in the second.
std::map<std::pair<std::uint32_t, std::uint32_t>, int> alike_phrases(
    std::span<const rolls::Phrase> phrases, std::span<const std::uint32_t> piece_of) {
  rolls::NearestPhrase nearest;
  std::vector<std::uint32_t> pieces;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    if (!is_pitched(phrases[i].roll)) continue;
    nearest.add(phrases[i].roll, piece_of[i]);
    pieces.push_back(piece_of[i]);
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> alike;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    if (phrases[i].first_bar % rolls::kBars != 0 || !is_pitched(phrases[i].roll)) continue;
    const auto found = nearest.nearest(phrases[i].roll, piece_of[i]);
    if (found && found->distance < kAlike) ++alike[{piece_of[i], pieces[found->phrase]}];
  }
  return alike;
}

}  // namespace

std::vector<std::uint32_t> join_alike(std::span<const rolls::Phrase> phrases,
                                      std::span<const std::uint32_t> piece_of,
                                      std::vector<std::uint32_t> groups) {
  for (const auto& [pair, count] : alike_phrases(phrases, piece_of)) {
    const std::uint32_t low = std::min(groups[pair.first], groups[pair.second]);
    const std::uint32_t high = std::max(groups[pair.first], groups[pair.second]);
    if (count >= kFewestAlike && low != high) std::ranges::replace(groups, high, low);
  }
  return groups;
}

}  // namespace cantus::corpus
