#include "neural/train/performer/performances.h"

#include <algorithm>
#include <map>
#include <utility>

#include "neural/corpus/collection_facts.h"
#include "neural/corpus/read_source.h"

namespace cantus::performer {

Performance performance_of(const score::Piece& piece, const score::Part& part) {
  std::map<std::pair<score::Tick, int>, const score::Note*> kept;
  for (const score::Note& note : part.notes) {
    const score::Note*& place = kept[std::pair(touch::nearest_place(note.onset), note.pitch.key())];
    if (place == nullptr || note.velocity > place->velocity) place = &note;
  }
  std::vector<touch::Hit> hits;
  std::vector<Played> played;
  for (const auto& [where, note] : kept) {
    hits.push_back({where.first, where.second, note->velocity});
    const double beats = (note->onset - where.first).beats();
    played.push_back(
        {static_cast<double>(note->velocity), beats * 60000.0 / piece.tempo.bpm_at(where.first)});
  }
  return {corpus::Split::train, 0, touch::DrumScore(piece, std::move(hits)), std::move(played)};
}

Result<std::vector<Performance>> read_performances(const std::filesystem::path& data) {
  const auto sources = corpus::open_sources();
  const auto groove = std::ranges::find(sources, "groove", &corpus::Source::name);
  if (groove == sources.end())
    return fail(ErrorCode::not_found, "the groove collection is not known");
  const corpus::CollectionFacts facts(*groove, data);
  std::vector<Performance> performances;
  const auto counts =
      corpus::read_source(*groove, data, [&](score::Piece& piece, const std::string& name) {
        const corpus::PieceFacts known = facts.of(name);
        const auto drums = std::ranges::find_if(piece.parts, &score::Part::is_drums);
        if (!known.split || drums == piece.parts.end()) return;
        performances.push_back(performance_of(piece, *drums));
        performances.back().split = *known.split;
        performances.back().style = known.style.value_or(0);
      });
  if (!counts) return tl::unexpected<Error>(counts.error());
  if (performances.empty()) {
    return fail(ErrorCode::invalid_input,
                (data / groove->folder).string() + ": no performance that info.csv gives a split");
  }
  return performances;
}

}  // namespace cantus::performer
