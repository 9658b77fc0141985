#include "neural/train/performer/takes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/random.h"
#include "music/theory/role_finding.h"
#include "neural/corpus/near_duplicates.h"
#include "neural/corpus/read_source.h"
#include "neural/corpus/views.h"
#include "neural/touch/drum_score.h"

namespace cantus::performer {
namespace {

constexpr std::size_t kFewestNotes = 48;
constexpr std::size_t kFewestLevels = 8;
constexpr double kOfChance = 0.6 * 0.0486;  // beats

double late_beats(const score::Note& note) {
  return (note.onset - touch::nearest_place(note.onset)).beats();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

corpus::Split split_by(const std::string& name) {
  const std::uint64_t draw = Random(hash_of("takes/" + name)).below(100);
  return draw < 70   ? corpus::Split::train
         : draw < 85 ? corpus::Split::validation
                     : corpus::Split::test;
}

/// Copies of a part in another channel: the same keys at the same places.
std::vector<std::pair<score::Tick, int>> outline_of(const touch::LineScore& score) {
  std::vector<std::pair<score::Tick, int>> outline;
  for (const touch::LineNote& note : score.notes())
    outline.emplace_back(note.place, note.key);
  return outline;
}

void count(const Hand& hand, bool repeats, Surveyed& survey) {
  ++survey.parts;
  if (hand.levels == 1) ++survey.flat;
  if (hand.levels > 1 && hand.levels < 8) ++survey.few;
  if (repeats) {
    ++survey.repeats;
    return;
  }
  if (hand.is_shaped()) {
    ++survey.shaped;
    survey.shaped_notes += hand.notes;
  }
  if (hand.is_played()) {
    ++survey.played;
    survey.played_notes += hand.notes;
  }
}

std::vector<std::uint64_t> fingerprint_of(const score::Piece& piece) {
  const auto views = corpus::views_of(piece, corpus::Genre::band);
  return corpus::fingerprint(views.empty() ? piece : views.front().piece);
}

}  // namespace

bool Hand::is_shaped() const {
  return is_instrument && levels >= 16 && velocity_deviation >= 4.0 && velocity_deviation <= 20.0 &&
         commonest <= 0.25 && changes >= 0.5 && roughness >= 0.3;
}

bool Hand::is_played() const {
  return off_grid >= 0.4 && latenesses >= 10 && off_centre_beats <= kOfChance;
}

Hand hand_of(const score::Piece& piece, const score::Part& part) {
  constexpr std::int64_t kGrid = score::kTicksPerBeat / 48;
  Hand hand;
  hand.notes = part.notes.size();
  if (part.notes.empty()) return hand;
  const auto notes = static_cast<double>(part.notes.size());
  hand.is_instrument = part.program < 112;
  std::map<int, double> levels;
  std::set<long> latenesses;
  std::vector<double> late;
  double sum = 0.0;
  double squares = 0.0;
  double pairs = 0.0;
  const score::Note* before = nullptr;
  for (const score::Note& note : part.notes) {
    levels[note.velocity] += 1.0 / notes;
    if (before != nullptr && before->onset != note.onset) {
      pairs += 1.0;
      hand.changes += note.velocity != before->velocity ? 1.0 : 0.0;
      hand.roughness += std::abs(note.velocity - before->velocity);
    }
    before = &note;
    sum += note.velocity;
    squares += static_cast<double>(note.velocity) * note.velocity;
    if (note.onset.count() % kGrid != 0) hand.off_grid += 1.0 / notes;
    late.push_back(late_beats(note));
    latenesses.insert(std::lround(late.back() * 60000.0 / piece.tempo.bpm_at(note.onset)));
  }
  hand.levels = levels.size();
  hand.latenesses = latenesses.size();
  hand.velocity_deviation = std::sqrt(std::max(0.0, squares / notes - sum * sum / notes / notes));
  for (const auto& [velocity, share] : levels)
    hand.commonest = std::max(hand.commonest, share);
  hand.changes /= std::max(1.0, pairs);
  hand.roughness /= std::max(1.0, pairs) * std::max(hand.velocity_deviation, 1e-9);
  const double middle = median(late);
  for (const double beats : late)
    hand.off_centre_beats += std::abs(beats - middle) / notes;
  return hand;
}

Take take_of(const score::Piece& piece, const score::Part& part) {
  std::map<std::pair<score::Tick, int>, const score::Note*> kept;
  for (const score::Note& note : part.notes) {
    const score::Note*& place = kept[std::pair(touch::nearest_place(note.onset), note.pitch.key())];
    if (place == nullptr || note.velocity > place->velocity) place = &note;
  }
  score::Piece page;
  page.tempo = piece.tempo;
  page.metre = piece.metre;
  page.parts = {{part.name, part.role, part.program, {}, {}}};
  std::vector<touch::LineNote> notes;
  std::vector<Shaping> shaped;
  const Hand hand = hand_of(piece, part);
  double velocity = 0.0;
  for (const auto& [where, note] : kept) {
    notes.push_back({where.first, note->length, where.second});
    score::Note flat = *note;
    flat.onset = where.first;
    flat.velocity = score::kDefaultVelocity;
    page.parts.front().notes.push_back(flat);
    page.end = std::max(page.end, flat.end());
    Shaping shaping{static_cast<double>(note->velocity), std::nullopt};
    velocity += note->velocity;
    if (hand.is_played()) {
      shaping.late_ms = late_beats(*note) * 60000.0 / piece.tempo.bpm_at(where.first);
    }
    shaped.push_back(shaping);
  }
  touch::LineScore score(page, page.parts.front(), std::move(notes));
  Take take{corpus::Split::train, 0, hand, std::move(page), std::move(score), std::move(shaped)};
  take.mean_velocity = velocity / std::max(1.0, static_cast<double>(take.notes.size()));
  return take;
}

Result<Takes> read_takes(const std::filesystem::path& data) {
  Takes read;
  std::vector<std::vector<std::uint64_t>> fingerprints;
  for (const corpus::Source& source : corpus::open_sources()) {
    if (source.genre != corpus::Genre::band) continue;
    Surveyed survey;
    survey.source = source.name;
    survey.licence = source.licence;
    const auto use = [&](score::Piece& piece, const std::string& name) {
      theory::assign_roles(piece);
      const std::size_t before = read.takes.size();
      std::set<std::vector<std::pair<score::Tick, int>>> outlines;
      const std::size_t shaped_before = survey.shaped;
      for (const score::Part& part : piece.parts) {
        if (part.is_drums() || part.notes.size() < kFewestNotes) continue;
        Take take = take_of(piece, part);
        const bool wanted =
            take.hand.levels >= kFewestLevels || take.hand.is_shaped() || take.hand.is_played();
        const bool repeats = wanted && !outlines.insert(outline_of(take.score)).second;
        count(take.hand, repeats, survey);
        if (!wanted || repeats) continue;
        take.piece = read.pieces.size();
        read.takes.push_back(std::move(take));
      }
      ++survey.pieces;
      if (survey.shaped > shaped_before) ++survey.shaped_pieces;
      if (read.takes.size() == before) return;
      read.pieces.push_back(source.name + "/" + name);
      fingerprints.push_back(fingerprint_of(piece));
    };
    const auto counts = corpus::read_source(source, data, use);
    if (!counts) return tl::unexpected<Error>(counts.error());
    read.survey.push_back(survey);
  }
  const auto groups = corpus::groups_of(fingerprints);
  for (Take& take : read.takes)
    take.split = split_by(read.pieces[groups[take.piece]]);
  if (read.takes.empty())
    return fail(ErrorCode::invalid_input, data.string() + ": no part that a person shaped");
  return read;
}

}  // namespace cantus::performer
