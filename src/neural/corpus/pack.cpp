#include "neural/corpus/pack.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "neural/corpus/collection_facts.h"
#include "neural/corpus/exercises.h"
#include "neural/corpus/near_duplicates.h"
#include "neural/corpus/views.h"
#include "neural/packed/pack_writer.h"
#include "neural/tokens/encode.h"

namespace cantus::corpus {
namespace {

namespace fs = std::filesystem;
using tokens::Kind;

struct Sequence {
  View view = View::lead;
  std::vector<tokens::Token> tokens;
  std::size_t header_length = 0;
};

struct Packed {
  PackPiece facts;
  std::optional<Split> split;  ///< where the collection gives one
  std::vector<std::uint64_t> fingerprint;
  std::vector<Sequence> sequences;
};

IdRange range_of(Kind kind) {
  return {static_cast<std::uint32_t>(tokens::first_of(kind)),
          static_cast<std::uint32_t>(tokens::count_of(kind))};
}

/// Writes a piece's sequences as soon as it is there, and keeps what the splits are found from:
/// its facts and its fingerprint.
class Pieces {
 public:
  explicit Pieces(PackWriter& writer) : writer_(writer) {}

  void take(Packed piece) {
    SequenceFacts facts;
    facts.piece = static_cast<std::uint32_t>(kept_.size());
    for (const Sequence& sequence : piece.sequences) {
      facts.header_length = static_cast<std::uint32_t>(sequence.header_length);
      facts.view = static_cast<std::uint8_t>(sequence.view);
      if (written_) written_ = writer_.add(sequence.tokens, facts);
    }
    piece.sequences = {};
    kept_.push_back(std::move(piece));
  }

  const Result<void>& written() const { return written_; }
  std::vector<Packed>& kept() { return kept_; }

 private:
  PackWriter& writer_;
  Result<void> written_;
  std::vector<Packed> kept_;
};

/// Everything that is kept of one source.
class Gatherer {
 public:
  Gatherer(const Source& source, const fs::path& data, PackReport& report, Pieces& out)
      : source_(source), report_(report), out_(out), facts_(source, data) {
    style_ = tokens::style_from_text(source.style).value_or(0);
  }

  void add(const score::Piece& piece, const std::string& name) {
    Packed packed;
    packed.facts = {source_.name + "/" + name, source_.name, piece.title, 0};
    const PieceFacts facts = facts_.of(name);
    packed.split = facts.split;
    const int style = facts.style.value_or(style_);
    for (const ViewOfPiece& view : views_of(piece, source_.genre)) {
      if (packed.fingerprint.empty()) packed.fingerprint = fingerprint(view.piece);
      keep(view, style, packed);
    }
    if (packed.sequences.empty()) {
      ++report_.left_out;
    } else {
      out_.take(std::move(packed));
    }
  }

 private:
  void keep(const ViewOfPiece& view, int style, Packed& packed) {
    const Random random(hash_of(packed.facts.source +
                                std::string(kViewNames[static_cast<std::size_t>(view.view)])));
    for (Exercise& exercise : exercises_of(view, style, random)) {
      for (const auto& [what, times] : exercise.encoded.dropped) {
        if (exercise.view == view.view) report_.dropped[what] += times;
      }
      packed.sequences.push_back(
          {exercise.view, std::move(exercise.encoded.tokens), exercise.encoded.header_length});
    }
  }

  const Source& source_;
  PackReport& report_;
  Pieces& out_;
  CollectionFacts facts_;
  int style_ = 0;
};

void group(std::vector<Packed>& pieces, PackReport& report) {
  std::vector<std::vector<std::uint64_t>> fingerprints;
  for (Packed& piece : pieces)
    fingerprints.push_back(std::move(piece.fingerprint));
  const auto groups = groups_of(fingerprints);
  std::map<std::uint32_t, std::size_t> sizes;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].facts.group = groups[i];
    ++sizes[groups[i]];
  }
  for (const auto& [first, size] : sizes) {
    if (size < 2) continue;
    ++report.duplicate_groups;
    report.pieces_in_groups += size;
  }
}

/// The side of each piece, which is its group's; a group's first piece comes before the others.
std::vector<Split> splits_of(const std::vector<Packed>& pieces, Splitting splitting) {
  const auto leads = [&](std::size_t i) { return pieces[i].facts.group == i; };
  std::size_t groups = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i)
    groups += leads(i) ? 1 : 0;
  std::vector<Split> splits;
  std::size_t group = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!leads(i)) {
      splits.push_back(splits[pieces[i].facts.group]);
    } else if (splitting == Splitting::by_name) {
      splits.push_back(pieces[i].split.value_or(split_of(pieces[i].facts.source)));
    } else {
      ++group;
      const bool held_out = group % 10 == 0 || (groups > 1 && groups < 10 && group == groups);
      splits.push_back(held_out ? Split::test : Split::train);
    }
  }
  return splits;
}

Result<void> finish(PackWriter& writer,
                    std::vector<Packed>& pieces,
                    Splitting splitting,
                    Catalogue& catalogue,
                    PackReport& report) {
  group(pieces, report);
  writer.move_pieces(splits_of(pieces, splitting));
  for (Packed& piece : pieces)
    catalogue.pieces.push_back(std::move(piece.facts));
  report.sequences = writer.sequences();
  report.tokens = writer.tokens();
  return writer.finish(std::move(catalogue));
}

}  // namespace

PackVocabulary pack_vocabulary() {
  PackVocabulary vocabulary;
  for (int id = 0; id < tokens::kVocabularySize; ++id) {
    vocabulary.names.push_back(tokens::name_of(static_cast<tokens::Token>(id)));
  }
  vocabulary.bars = range_of(Kind::bar);
  vocabulary.key_numbers = {range_of(Kind::pitch)};
  vocabulary.pitch_classes = {range_of(Kind::key), range_of(Kind::root), range_of(Kind::over)};
  return vocabulary;
}

Result<PackReport> pack(std::span<const Source> sources,
                        const fs::path& data,
                        const fs::path& out,
                        const std::function<void(const std::string&)>& said,
                        const std::atomic<bool>* stop,
                        Splitting splitting) {
  PackReport report;
  auto writer = PackWriter::create(out, tokens::kVocabularySize);
  if (!writer) return tl::unexpected<Error>(writer.error());
  Pieces pieces(*writer);
  Catalogue catalogue;
  catalogue.vocabulary = pack_vocabulary();
  for (const std::string_view name : kViewNames)
    catalogue.views.emplace_back(name);
  for (const Source& source : sources) {
    if (said) said(source.name);
    Gatherer gatherer(source, data, report, pieces);
    auto counts = read_source(
        source, data,
        [&](score::Piece& piece, const std::string& name) { gatherer.add(piece, name); }, stop);
    if (!counts) return tl::unexpected<Error>(counts.error());
    if (!pieces.written()) return tl::unexpected<Error>(pieces.written().error());
    report.counts[source.name] = std::move(*counts);
    PackSet set;
    set.name = source.name;
    set.licence = source.licence;
    catalogue.sets.push_back(set);
  }
  if (pieces.kept().empty())
    return fail(ErrorCode::invalid_input, "no music to learn from was found");
  if (auto done = finish(*writer, pieces.kept(), splitting, catalogue, report); !done) {
    return tl::unexpected<Error>(done.error());
  }
  return report;
}

}  // namespace cantus::corpus
