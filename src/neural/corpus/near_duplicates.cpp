#include "neural/corpus/near_duplicates.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>

#include "base/random.h"
#include "neural/corpus/views.h"

namespace cantus::corpus {
namespace {

constexpr std::size_t kRun = 11;
constexpr std::size_t kCommonStock = 60;

const score::Part* leading_part(const score::Piece& piece) {
  const score::Part* best = nullptr;
  for (const score::Part& part : piece.parts) {
    if (part.role == score::Role::melody) return &part;
    if (best == nullptr || part.notes.size() > best->notes.size()) best = &part;
  }
  return best;
}

std::string intervals_of(const score::Piece& piece) {
  std::string intervals;
  if (const score::Part* part = leading_part(piece)) {
    const auto line = single_line(part->notes);
    for (std::size_t i = 1; i < line.size(); ++i) {
      const int by = line[i].pitch.key() - line[i - 1].pitch.key();
      intervals.push_back(static_cast<char>(64 + std::clamp(by, -24, 24)));
    }
    return intervals;
  }
  for (std::size_t i = 1; i < piece.chords.size(); ++i) {
    const auto& from = piece.chords[i - 1].chord;
    const auto& to = piece.chords[i].chord;
    intervals.push_back(
        static_cast<char>('A' + to.root.pitch_class().above(from.root.pitch_class())));
    intervals.push_back(static_cast<char>('a' + static_cast<int>(to.quality)));
  }
  return intervals;
}

/// Runs of repeated notes and two-note riffs are nobody's tune.
bool tells_something(std::string_view run) {
  std::string kinds(run);
  std::ranges::sort(kinds);
  return std::unique(kinds.begin(), kinds.end()) - kinds.begin() >= 5;
}

std::uint32_t root_of(std::vector<std::uint32_t>& parent, std::uint32_t i) {
  while (parent[i] != i)
    i = parent[i] = parent[parent[i]];
  return i;
}

void join(std::vector<std::uint32_t>& parent, std::uint32_t a, std::uint32_t b) {
  a = root_of(parent, a);
  b = root_of(parent, b);
  parent[std::max(a, b)] = std::min(a, b);
}

}  // namespace

std::vector<std::uint64_t> fingerprint(const score::Piece& piece) {
  const std::string intervals = intervals_of(piece);
  const std::size_t run = piece.parts.empty() ? 2 * kRun : kRun;
  const std::size_t step = piece.parts.empty() ? 2 : 1;
  std::vector<std::uint64_t> hashes;
  for (std::size_t i = 0; i + run <= intervals.size(); i += step) {
    const std::string_view here = std::string_view(intervals).substr(i, run);
    if (tells_something(here)) hashes.push_back(hash_of(here));
  }
  std::ranges::sort(hashes);
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

std::vector<std::uint32_t> groups_of(std::span<const std::vector<std::uint64_t>> fingerprints,
                                     double share,
                                     std::size_t fewest) {
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> owners;
  for (std::uint32_t i = 0; i < fingerprints.size(); ++i) {
    for (const std::uint64_t hash : fingerprints[i])
      owners[hash].push_back(i);
  }
  std::vector<std::uint32_t> parent(fingerprints.size());
  std::iota(parent.begin(), parent.end(), 0U);
  for (std::uint32_t i = 0; i < fingerprints.size(); ++i) {
    std::unordered_map<std::uint32_t, std::size_t> shared;
    for (const std::uint64_t hash : fingerprints[i]) {
      const auto& others = owners[hash];
      if (others.size() > kCommonStock) continue;
      for (const std::uint32_t other : others) {
        if (other < i) ++shared[other];
      }
    }
    for (const auto& [other, count] : shared) {
      const auto smaller = std::min(fingerprints[i].size(), fingerprints[other].size());
      const auto needed =
          std::max(share * static_cast<double>(smaller), static_cast<double>(fewest));
      if (static_cast<double>(count) >= needed) join(parent, i, other);
    }
  }
  std::vector<std::uint32_t> groups(parent.size());
  for (std::uint32_t i = 0; i < groups.size(); ++i)
    groups[i] = root_of(parent, i);
  return groups;
}

}  // namespace cantus::corpus
