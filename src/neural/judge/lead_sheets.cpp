#include "neural/judge/lead_sheets.h"

#include <algorithm>
#include <utility>

#include "music/score/excerpt.h"
#include "music/theory/key_finding.h"
#include "neural/corpus/near_duplicates.h"
#include "neural/corpus/read_source.h"
#include "neural/corpus/source.h"
#include "neural/corpus/views.h"
#include "neural/judge/lead_features.h"
#include "neural/packed/catalogue.h"
#include "neural/tokens/encode.h"

namespace cantus::judge {
namespace {

using score::Piece;
using score::Tick;

constexpr std::size_t kFewestNotes = 6;

std::optional<Piece> lead_view(const Piece& piece, corpus::Genre genre) {
  for (corpus::ViewOfPiece& view : corpus::views_of(piece, genre)) {
    if (view.view == corpus::View::lead) return std::move(view.piece);
  }
  return std::nullopt;
}

/// Whole bars from the first to the last in which the melody starts a note.
std::optional<Piece> trimmed(const Piece& piece, int most_bars) {
  if (piece.parts.empty()) return std::nullopt;
  const auto& notes = piece.parts.front().notes;
  const auto in_bars = [&](const score::Note& n) { return piece.metre.bar_at(n.onset) >= 1; };
  const auto first = std::ranges::find_if(notes, in_bars);
  if (first == notes.end()) return std::nullopt;
  const int from = piece.metre.bar_at(first->onset);
  const int to = std::min(piece.metre.bar_at(notes.back().onset) + 1, from + most_bars);
  return score::excerpt(piece, piece.metre.bar_start(from), piece.metre.bar_start(to));
}

bool wanted(score::Metre metre, const LeadChoice& choice) {
  return choice.metres.empty() || std::ranges::find(choice.metres, metre) != choice.metres.end();
}

const corpus::Source* source_named(const std::string& name) {
  for (const auto sources : {corpus::open_sources(), corpus::research_sources()}) {
    const auto found = std::ranges::find(sources, name, &corpus::Source::name);
    if (found != sources.end()) return &*found;
  }
  return nullptr;
}

void add_rows(const LeadSheet& sheet,
              bool ours,
              std::uint32_t group,
              Scale scale,
              const Habits* habits,
              Table& table) {
  const int bars = score::bars_of(sheet.piece);
  const int length = scale == Scale::piece ? bars : scale == Scale::section ? 8 : 4;
  // Of sections and phrases the first and one from the middle: a long piece counts no more.
  const int hop = std::max(length, bars / 2 / std::max(length, 1) * length);
  for (int bar = 0, n = 0; bar + length <= bars && length > 0 && n < 2; bar += hop, ++n) {
    const auto& metre = sheet.piece.metre;
    const LeadLine line = lead_line(
        score::excerpt(sheet.piece, metre.bar_start(bar + 1), metre.bar_start(bar + 1 + length)),
        sheet.key);
    if (line.tones.size() < kFewestNotes) continue;
    Sheet features = lead_features(line, habits);
    if (table.features.empty()) table.features = features.features();
    table.rows.push_back({features.values(), ours, group});
  }
}

}  // namespace

std::optional<LeadSheet> lead_sheet(const Piece& piece,
                                    const LeadChoice& choice,
                                    corpus::Genre genre) {
  auto view = lead_view(piece, genre);
  if (!view) return std::nullopt;
  auto cut = trimmed(tokens::expressible(*view), choice.most_bars);
  if (!cut || cut->metre.changes().size() != 1) return std::nullopt;
  if (score::bars_of(*cut) < choice.fewest_bars) return std::nullopt;
  if (!wanted(cut->metre.metre_at(Tick()), choice)) return std::nullopt;
  const auto key = theory::find_key(*cut);
  if (!key || cut->parts.front().notes.size() < kFewestNotes) return std::nullopt;
  // A last bar that is short on paper (its rest is the upbeat) ends its chord early: only on paper.
  if (!cut->chords.empty()) cut->chords.back().length = cut->end - cut->chords.back().onset;
  cut->tempo = score::TempoMap();
  cut->sections.clear();
  cut->keys.clear();
  return LeadSheet{{}, std::move(*cut), *key};
}

Result<std::map<std::string, corpus::Split>> splits_of_pack(const std::filesystem::path& pack) {
  const auto corpus = corpus::PackedCorpus::open(pack);
  if (!corpus) return tl::unexpected<Error>(corpus.error());
  const auto catalogue = corpus::read_catalogue(pack);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  std::map<std::string, corpus::Split> splits;
  for (const corpus::PackedSequence& sequence : corpus->sequences()) {
    if (sequence.piece >= catalogue->pieces.size())
      return fail(ErrorCode::invalid_input, pack.string() + ": the catalogue is of another pack");
    splits.emplace(catalogue->pieces[sequence.piece].source, sequence.split);
  }
  return splits;
}

Result<std::vector<LeadSheet>> read_sets(std::span<const std::string> sets,
                                         const std::filesystem::path& data,
                                         const std::map<std::string, corpus::Split>& splits,
                                         std::span<const corpus::Split> sides,
                                         const LeadChoice& choice) {
  std::vector<LeadSheet> sheets;
  for (const std::string& set : sets) {
    const corpus::Source* source = source_named(set);
    if (source == nullptr) return fail(ErrorCode::invalid_input, set + ": no such set or folder");
    const auto read =
        corpus::read_source(*source, data, [&](Piece& piece, const std::string& name) {
          const auto split = splits.find(set + "/" + name);
          if (split == splits.end() || std::ranges::find(sides, split->second) == sides.end())
            return;
          auto sheet = lead_sheet(piece, choice, source->genre);
          if (!sheet) return;
          sheet->name = set + "/" + name;
          sheets.push_back(std::move(*sheet));
        });
    if (!read) return tl::unexpected<Error>(read.error());
  }
  return sheets;
}

Result<std::vector<LeadSheet>> read_folder(const std::filesystem::path& folder,
                                           const LeadChoice& choice) {
  const corpus::Source source = corpus::own_source(folder);
  std::vector<LeadSheet> sheets;
  const auto read = corpus::read_source(source, {}, [&](Piece& piece, const std::string& name) {
    auto sheet = lead_sheet(piece, choice);
    if (!sheet) return;
    sheet->name = source.name + "/" + name;
    sheets.push_back(std::move(*sheet));
  });
  if (!read) return tl::unexpected<Error>(read.error());
  return sheets;
}

Table lead_table(std::span<const LeadSheet> people,
                 std::span<const LeadSheet> ours,
                 Scale scale,
                 const Habits* habits) {
  std::vector<std::vector<std::uint64_t>> prints;
  for (const auto side : {people, ours}) {
    for (const LeadSheet& sheet : side)
      prints.push_back(corpus::fingerprint(sheet.piece));
  }
  const auto groups = corpus::groups_of(prints);
  Table table;
  for (std::size_t i = 0; i < people.size(); ++i)
    add_rows(people[i], false, groups[i], scale, habits, table);
  for (std::size_t i = 0; i < ours.size(); ++i)
    add_rows(ours[i], true, groups[people.size() + i], scale, habits, table);
  return table;
}

}  // namespace cantus::judge
