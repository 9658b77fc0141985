#include "neural/train/critic/music.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "neural/corpus/collection_facts.h"
#include "neural/corpus/near_duplicates.h"
#include "neural/corpus/read_source.h"
#include "neural/corpus/views.h"
#include "neural/tokens/encode.h"

namespace cantus::critic {
namespace {

constexpr std::size_t kFewestBars = 16;

std::optional<Kind> kind_of(const corpus::Source& source) {
  if (source.name == "openewld") return Kind::song;
  if (source.name == "nottingham") return Kind::folk;
  if (source.name == "folk_abc") return Kind::tune;
  return std::nullopt;
}

/// What of a piece the token language can say, so that no finer grid gives people away.
std::optional<Sheet> heard(const score::Piece& piece) {
  auto sheet = sheet_of(tokens::expressible(piece));
  if (!sheet || sheet->bars.size() < kFewestBars) return std::nullopt;
  sheet->bars.resize(std::min(sheet->bars.size(), kHeardBars));
  return std::move(*sheet);
}

std::string without_number(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  const auto hyphen = stem.rfind('-');
  const bool counted =
      hyphen != std::string::npos && hyphen + 1 < stem.size() && stem.size() - hyphen <= 4 &&
      std::all_of(stem.begin() + static_cast<std::ptrdiff_t>(hyphen) + 1, stem.end(),
                  [](unsigned char c) { return std::isdigit(c) != 0; });
  return counted ? stem.substr(0, hyphen) : stem;
}

}  // namespace

Sheet without_chords(Sheet sheet) {
  for (SheetBar& bar : sheet.bars)
    bar.chords.fill(std::nullopt);
  return sheet;
}

Result<std::vector<Example>> read_people(const std::filesystem::path& data,
                                         const std::function<void(const std::string&)>& said) {
  std::vector<Example> people;
  std::vector<std::vector<std::uint64_t>> prints;
  for (const corpus::Source& source : corpus::open_sources()) {
    const auto kind = kind_of(source);
    if (!kind) continue;
    said("reading " + source.name);
    const auto counts =
        corpus::read_source(source, data, [&](score::Piece& piece, const std::string& name) {
          for (const corpus::ViewOfPiece& view : corpus::views_of(piece, source.genre)) {
            if (view.view != corpus::View::lead && view.view != corpus::View::melody) continue;
            auto sheet = heard(view.piece);
            if (!sheet) continue;
            const Kind heard_as = sheet->has_chords() ? *kind : Kind::tune;
            people.push_back({std::move(*sheet), heard_as, true, corpus::Split::train,
                              source.name + "/" + name});
            prints.push_back(corpus::fingerprint(view.piece));
          }
        });
    if (!counts) return tl::unexpected<Error>(counts.error());
  }
  const auto groups = corpus::groups_of(prints);
  for (std::size_t i = 0; i < people.size(); ++i)
    people[i].split = corpus::split_of(people[groups[i]].name);
  return people;
}

Result<std::vector<Example>> read_composed(std::span<const std::filesystem::path> folders) {
  std::vector<Example> composed;
  for (const std::filesystem::path& folder : folders) {
    corpus::Source source = corpus::own_source(folder);
    const auto counts =
        corpus::read_source(source, {}, [&](score::Piece& piece, const std::string& name) {
          auto sheet = heard(piece);
          if (!sheet) return;
          const std::string base = without_number(std::filesystem::path(name));
          const Kind kind = base.starts_with("folk") ? Kind::folk : Kind::song;
          composed.push_back(
              {std::move(*sheet), kind, false, corpus::split_of(base), source.name + "/" + name});
        });
    if (!counts) return tl::unexpected<Error>(counts.error());
  }
  const std::size_t leads = composed.size();
  for (std::size_t i = 0; i < leads; ++i) {
    if (composed[i].kind != Kind::folk) continue;
    Example tune = composed[i];
    tune.kind = Kind::tune;
    tune.sheet = without_chords(std::move(tune.sheet));
    composed.push_back(std::move(tune));
  }
  return composed;
}

}  // namespace cantus::critic
