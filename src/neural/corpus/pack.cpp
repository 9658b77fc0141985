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

/// Everything that is kept of one source.
class Gatherer {
 public:
  Gatherer(const Source& source, const fs::path& data, PackReport& report, std::vector<Packed>& out)
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
      out_.push_back(std::move(packed));
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
  std::vector<Packed>& out_;
  CollectionFacts facts_;
  int style_ = 0;
};

void group(std::vector<Packed>& pieces, PackReport& report) {
  std::vector<std::vector<std::uint64_t>> fingerprints;
  for (const Packed& piece : pieces)
    fingerprints.push_back(piece.fingerprint);
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

Result<void> write(const std::vector<Packed>& pieces,
                   const fs::path& out,
                   Catalogue& catalogue,
                   PackReport& report) {
  auto writer = PackWriter::create(out, tokens::kVocabularySize);
  if (!writer) return tl::unexpected<Error>(writer.error());
  for (std::uint32_t i = 0; i < pieces.size(); ++i) {
    const Packed& piece = pieces[i];
    const Packed& first = pieces[piece.facts.group];
    SequenceFacts facts;
    facts.piece = i;
    facts.split = first.split.value_or(split_of(first.facts.source));
    for (const Sequence& sequence : piece.sequences) {
      facts.header_length = static_cast<std::uint32_t>(sequence.header_length);
      facts.view = static_cast<std::uint8_t>(sequence.view);
      if (auto added = writer->add(sequence.tokens, facts); !added) return added;
    }
    catalogue.pieces.push_back(piece.facts);
  }
  report.sequences = writer->sequences();
  report.tokens = writer->tokens();
  return writer->finish(catalogue);
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
                        const std::atomic<bool>* stop) {
  PackReport report;
  std::vector<Packed> pieces;
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
    report.counts[source.name] = std::move(*counts);
    PackSet set;
    set.name = source.name;
    set.licence = source.licence;
    catalogue.sets.push_back(set);
  }
  if (pieces.empty()) return fail(ErrorCode::invalid_input, "no music to learn from was found");
  group(pieces, report);
  if (auto written = write(pieces, out, catalogue, report); !written) {
    return tl::unexpected<Error>(written.error());
  }
  return report;
}

}  // namespace cantus::corpus
