#include "neural/corpus/measure_repetition.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/random.h"
#include "music/theory/repetition.h"
#include "neural/corpus/collection_facts.h"
#include "neural/corpus/near_duplicates.h"
#include "neural/corpus/read_source.h"
#include "neural/corpus/views.h"

namespace cantus::corpus {
namespace {

using Figures = std::array<std::optional<double>, kRepetitionFigures>;

struct Melody {
  std::size_t source = 0;
  std::string name;
  score::Piece piece;
  std::vector<std::uint64_t> fingerprint;
  std::optional<Split> split;  ///< published, or of the group's first
};

Figures figures_of(const score::Piece& piece) {
  const theory::Repetition r = theory::repetition_of(piece);
  return {r.by_seconds.short_term, r.by_seconds.middle_term,
          r.by_seconds.long_term,  r.by_bars.short_term,
          r.by_bars.middle_term,   r.by_bars.long_term,
          r.compression,           r.bars_returning,
          r.rhythms_returning,     static_cast<double>(score::bars_of(piece))};
}

/// The view that has a melody in it, without its chords.
std::optional<score::Piece> melody_of(const score::Piece& piece, Genre genre) {
  for (ViewOfPiece& view : views_of(piece, genre)) {
    if (view.view != View::lead && view.view != View::melody) continue;
    view.piece.chords.clear();
    return std::move(view.piece);
  }
  return std::nullopt;
}

void find_splits(std::vector<Melody>& melodies) {
  std::vector<std::vector<std::uint64_t>> fingerprints;
  for (const Melody& melody : melodies)
    fingerprints.push_back(melody.fingerprint);
  const auto groups = groups_of(fingerprints);
  for (std::size_t i = 0; i < melodies.size(); ++i) {
    const Melody& first = melodies[groups[i]];
    melodies[i].split = first.split.value_or(split_of(first.name));
  }
}

/// The pieces of a row: all, or so many drawn by their names' hashes.
std::vector<const Melody*> drawn(std::vector<const Melody*> melodies, const RepetitionSettings& s) {
  const auto lot = [&](const Melody* melody) {
    return Random(hash_of(melody->name) ^ s.seed).next();
  };
  if (melodies.size() > s.most_pieces) {
    std::ranges::sort(melodies, {}, lot);
    melodies.resize(s.most_pieces);
  }
  return melodies;
}

RepetitionRow row_of(const std::string& source,
                     const std::string& name,
                     std::span<const Melody* const> melodies,
                     const RepetitionSettings& s,
                     bool shuffled) {
  std::array<std::vector<double>, kRepetitionFigures> values;
  for (const Melody* melody : melodies) {
    const Figures figures = figures_of(
        shuffled ? bars_shuffled(melody->piece, hash_of(melody->name) ^ s.seed) : melody->piece);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      if (figures[i]) values[i].push_back(*figures[i]);
    }
  }
  RepetitionRow row{source, name, {}};
  for (std::size_t i = 0; i < values.size(); ++i)
    row.figures[i] = measured(values[i], s.seed);
  return row;
}

/// Training, held out and shuffled of a set we know; all of a folder.
void add_rows(const Source& source,
              std::span<const Melody> melodies,
              const RepetitionSettings& settings,
              std::vector<RepetitionRow>& rows) {
  std::vector<const Melody*> training;
  std::vector<const Melody*> held_out;
  for (const Melody& melody : melodies)
    (melody.split == Split::train ? training : held_out).push_back(&melody);
  const auto add = [&](const char* name, const std::vector<const Melody*>& all, bool shuffled) {
    rows.push_back(row_of(source.name, name, drawn(all, settings), settings, shuffled));
  };
  if (source.genre == Genre::mixed) {
    training.insert(training.end(), held_out.begin(), held_out.end());
    return add("all", training, false);
  }
  add("training", training, false);
  add("held out", held_out, false);
  add("held out, shuffled", held_out, true);
}

}  // namespace

Result<std::vector<RepetitionRow>> measure_repetition(
    std::span<const Source> sources,
    const std::filesystem::path& data,
    const RepetitionSettings& settings,
    const std::function<void(const std::string&)>& said,
    const std::atomic<bool>* stop) {
  std::vector<Melody> melodies;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const Source& source = sources[s];
    if (said) said("reading " + source.name);
    const CollectionFacts facts(source, data);
    const auto counts = read_source(
        source, data,
        [&](score::Piece& piece, const std::string& name) {
          auto melody = melody_of(piece, source.genre);
          if (!melody) return;
          const int bars = score::bars_of(*melody);
          if (bars < settings.fewest_bars || bars > settings.most_bars) return;
          auto print = fingerprint(*melody);
          melodies.push_back({s, source.name + "/" + name, std::move(*melody), std::move(print),
                              facts.of(name).split});
        },
        stop);
    if (!counts) return tl::unexpected<Error>(counts.error());
  }
  find_splits(melodies);
  std::vector<RepetitionRow> rows;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    if (said) said("measuring " + sources[s].name);
    const auto from = std::ranges::lower_bound(melodies, s, {}, &Melody::source);
    const auto to = std::ranges::upper_bound(melodies, s, {}, &Melody::source);
    add_rows(sources[s], {from, to}, settings, rows);
    if (stop != nullptr && *stop) return fail(ErrorCode::interrupted, "interrupted");
  }
  return rows;
}

score::Piece bars_shuffled(score::Piece piece, std::uint64_t seed) {
  Random random(seed);
  const score::TickLength bar = piece.metre.metre_at(score::Tick()).bar_length();
  const score::TickLength pickup = piece.metre.pickup();
  std::int64_t bars = 0;
  for (const score::Part& part : piece.parts) {
    for (const score::Note& note : part.notes)
      bars = std::max(bars, (note.onset - score::Tick() - pickup).count() / bar.count() + 1);
  }
  std::vector<std::int64_t> order(static_cast<std::size_t>(std::max<std::int64_t>(bars, 0)));
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = static_cast<std::int64_t>(i);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random.below(i)]);
  for (score::Part& part : piece.parts) {
    for (score::Note& note : part.notes) {
      const std::int64_t inside = (note.onset - score::Tick() - pickup).count();
      if (inside < 0) continue;  // the pickup stays
      const std::int64_t from = inside / bar.count();
      note.onset += bar * (order[static_cast<std::size_t>(from)] - from);
    }
  }
  score::tidy(piece);
  return piece;
}

Measured measured(std::span<const double> values, std::uint64_t seed) {
  constexpr std::size_t kResamplings = 1000;
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  double sum = 0.0;
  for (const double value : values)
    sum += value;
  Random random(seed);
  std::vector<double> means;
  for (std::size_t i = 0; i < kResamplings; ++i) {
    double resampled = 0.0;
    for (std::size_t n = 0; n < values.size(); ++n)
      resampled += values[random.below(values.size())];
    means.push_back(resampled / count);
  }
  std::ranges::sort(means);
  return {values.size(), sum / count, means[kResamplings / 40],
          means[kResamplings - 1 - kResamplings / 40]};
}

}  // namespace cantus::corpus
