#include <algorithm>

#include <fmt/format.h>

#include "neural/corpus/phrases.h"

namespace cantus::corpus {
namespace {

std::size_t of(const std::map<std::string, std::size_t>& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

void add(std::map<std::string, std::size_t>& sum,
         const std::map<std::string, std::size_t>& counts) {
  for (const auto& [name, count] : counts)
    sum[name] += count;
}

void add(PhraseCounts& sum, const PhraseCounts& counts) {
  sum.files += counts.files;
  sum.pieces += counts.pieces;
  sum.pieces_used += counts.pieces_used;
  sum.phrases += counts.phrases;
  sum.notes += counts.notes;
  for (std::size_t i = 0; i < sum.players.size(); ++i)
    sum.players[i] += counts.players[i];
  for (std::size_t i = 0; i < sum.splits.size(); ++i)
    sum.splits[i] += counts.splits[i];
  add(sum.metres, counts.metres);
  add(sum.dropped_pieces, counts.dropped_pieces);
  add(sum.dropped, counts.dropped);
}

std::string row(const std::string& name, const PhraseCounts& c) {
  std::string out = fmt::format(
      "| {} | {} | {} | {} | {:.0f} |", name, c.pieces, c.pieces_used, c.phrases,
      c.phrases == 0 ? 0.0 : static_cast<double>(c.notes) / static_cast<double>(c.phrases));
  for (const std::size_t playing : c.players)
    out += fmt::format(" {} |", playing);
  for (const char* metre : {"4/4", "3/4", "6/8"})
    out += fmt::format(" {} |", of(c.metres, metre));
  for (const std::size_t side : c.splits)
    out += fmt::format(" {} |", side);
  return out + "\n";
}

std::string reasons(const std::map<std::string, std::size_t>& counts) {
  std::string out;
  for (const auto& [reason, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", reason, count);
  return out.empty() ? "-" : out;
}

}  // namespace

std::string table_of(const PhraseReport& report) {
  PhraseCounts all;
  std::string table =
      "| set | pieces | used | phrases | notes each | drums | bass | chords | pad | melody | 4/4 | "
      "3/4 | 6/8 | train | validation | test |\n";
  table += "|---|" + [] {
    std::string cells;
    for (int i = 0; i < 15; ++i)
      cells += "--:|";
    return cells;
  }() + "\n";
  std::string dropped = "| set | pieces dropped | phrases dropped |\n|---|---|---|\n";
  for (const auto& [name, counts] : report.sets) {
    table += row(name, counts);
    dropped += fmt::format("| {} | {} | {} |\n", name, reasons(counts.dropped_pieces),
                           reasons(counts.dropped));
    add(all, counts);
  }
  table += row("all", all);
  return fmt::format("{}\n{}\n{} pieces in {} groups of near duplicates, each group on one side.\n",
                     table, dropped, report.pieces_in_groups, report.duplicate_groups);
}

}  // namespace cantus::corpus
