#include "neural/packed/pack_writer.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <unistd.h>

#include "base/files.h"

namespace cantus::corpus {
namespace {

namespace fs = std::filesystem;

template <class T>
void put(std::ostream& out, const T& value) {
  out.write(reinterpret_cast<const char*>(&value), sizeof value);
}

tl::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::invalid_input, std::move(why));
}

}  // namespace

PackWriter::PackWriter(fs::path pack, std::uint32_t vocabulary_size)
    : pack_(std::move(pack)), vocabulary_size_(vocabulary_size) {
  stream_path_ = pack_.parent_path() /
                 ("." + pack_.stem().string() + "." + std::to_string(::getpid()) + ".tokens.part");
}

PackWriter::PackWriter(PackWriter&& other) noexcept
    : pack_(std::move(other.pack_)),
      stream_path_(std::exchange(other.stream_path_, fs::path())),
      stream_(std::move(other.stream_)),
      vocabulary_size_(other.vocabulary_size_),
      tokens_(other.tokens_),
      index_(std::move(other.index_)) {}

PackWriter::~PackWriter() {
  std::error_code error;
  if (!stream_path_.empty()) fs::remove(stream_path_, error);
}

Result<PackWriter> PackWriter::create(const fs::path& pack, std::uint32_t vocabulary_size) {
  std::error_code error;
  if (pack.has_parent_path()) fs::create_directories(pack.parent_path(), error);
  PackWriter writer(pack, vocabulary_size);
  writer.stream_.open(writer.stream_path_, std::ios::binary | std::ios::trunc);
  if (!writer.stream_) {
    return fail(ErrorCode::io, writer.stream_path_.string() + ": cannot write here");
  }
  return writer;
}

Result<void> PackWriter::add(std::span<const std::uint16_t> tokens, const SequenceFacts& facts) {
  const std::string place = "sequence " + std::to_string(index_.size());
  if (tokens.empty()) return refuse(place + ": is empty");
  if (facts.header_length > tokens.size() || tokens.size() > UINT32_MAX) {
    return refuse(place + ": its header is longer than itself");
  }
  const auto too_large = [&](std::uint16_t id) { return id >= vocabulary_size_; };
  if (std::ranges::any_of(tokens, too_large)) {
    return refuse(place + ": holds a token outside the vocabulary");
  }
  stream_.write(reinterpret_cast<const char*>(tokens.data()),
                static_cast<std::streamsize>(tokens.size_bytes()));
  if (!stream_) return fail(ErrorCode::io, stream_path_.string() + ": cannot write");
  index_.push_back({tokens_, static_cast<std::uint32_t>(tokens.size()), facts.header_length,
                    facts.piece, facts.split, facts.view, 0});
  tokens_ += tokens.size();
  return {};
}

void PackWriter::move_pieces(std::span<const Split> splits) {
  for (PackedSequence& sequence : index_) {
    if (sequence.piece < splits.size()) sequence.split = splits[sequence.piece];
  }
}

Result<void> PackWriter::count_sets(Catalogue& catalogue) const {
  std::map<std::string, PackSet*> sets;
  for (PackSet& set : catalogue.sets) {
    set.pieces = set.sequences = set.tokens = 0;
    sets[set.name] = &set;
  }
  for (const PackPiece& piece : catalogue.pieces) {
    const auto set = sets.find(piece.set);
    if (set == sets.end()) return refuse(piece.source + ": its set '" + piece.set + "' is missing");
    ++set->second->pieces;
  }
  for (const PackedSequence& sequence : index_) {
    if (sequence.piece >= catalogue.pieces.size()) {
      return refuse("piece " + std::to_string(sequence.piece) + " is not in the catalogue");
    }
    PackSet& set = *sets[catalogue.pieces[sequence.piece].set];
    ++set.sequences;
    set.tokens += sequence.length;
  }
  return {};
}

Result<void> PackWriter::write_pack(const fs::path& path) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write("CANTUSPK", 8);
  put(out, std::uint32_t{1});
  put(out, vocabulary_size_);
  put(out, std::uint64_t{index_.size()});
  put(out, tokens_);
  out.write(reinterpret_cast<const char*>(index_.data()),
            static_cast<std::streamsize>(index_.size() * sizeof(PackedSequence)));
  if (std::ifstream in(stream_path_, std::ios::binary); tokens_ > 0) out << in.rdbuf();
  out.flush();
  if (!out) return fail(ErrorCode::io, path.string() + ": cannot write");
  return {};
}

Result<void> PackWriter::finish(Catalogue catalogue) {
  stream_.close();
  if (!stream_) return fail(ErrorCode::io, stream_path_.string() + ": cannot write");
  if (catalogue.vocabulary.names.size() != vocabulary_size_) {
    return refuse("the catalogue's vocabulary has another size than the pack's");
  }
  if (auto counted = count_sets(catalogue); !counted) return counted;
  if (auto written = write_file(catalogue_path(pack_), to_json(catalogue)); !written) {
    return written;
  }
  return write_file_through(pack_, [&](const fs::path& path) { return write_pack(path); });
}

}  // namespace cantus::corpus
