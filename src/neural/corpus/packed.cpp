#include "neural/corpus/packed.h"

#include <algorithm>
#include <cstring>

namespace cantus::corpus {
namespace {

constexpr std::size_t kHeaderSize = 32;

template <class T>
T number_at(std::span<const std::byte> bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

bool sane(const PackedSequence& s, std::uint64_t tokens) {
  return s.first <= tokens && s.length <= tokens - s.first && s.header_length <= s.length &&
         s.split <= Split::test;
}

}  // namespace

Result<PackedCorpus> PackedCorpus::open(const std::filesystem::path& path) {
  auto file = MappedFile::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  PackedCorpus corpus(std::move(*file));
  const auto bytes = corpus.file_.bytes();
  const auto refuse = [&](const char* why) {
    return fail(ErrorCode::invalid_input, path.string() + ": " + why);
  };
  if (bytes.size() < kHeaderSize || std::memcmp(bytes.data(), "CANTUSPK", 8) != 0) {
    return refuse("is not a packed corpus; make one with 'cantus corpus pack'");
  }
  if (number_at<std::uint32_t>(bytes, 8) != 1)
    return refuse("has a version this program cannot read");
  corpus.vocabulary_size_ = number_at<std::uint32_t>(bytes, 12);
  const auto count = number_at<std::uint64_t>(bytes, 16);
  const auto tokens = number_at<std::uint64_t>(bytes, 24);
  const std::uint64_t room = bytes.size() - kHeaderSize;
  if (count > room / sizeof(PackedSequence)) return refuse("is cut short");
  if (tokens != (room - count * sizeof(PackedSequence)) / sizeof(std::uint16_t)) {
    return refuse("is cut short");
  }
  const std::byte* index = bytes.data() + kHeaderSize;
  corpus.sequences_ = {reinterpret_cast<const PackedSequence*>(index), count};
  corpus.tokens_ = {reinterpret_cast<const std::uint16_t*>(index + count * sizeof(PackedSequence)),
                    tokens};
  for (const PackedSequence& sequence : corpus.sequences_) {
    if (!sane(sequence, tokens)) return refuse("has an index entry that points outside the file");
  }
  const auto too_large = [&](std::uint16_t id) { return id >= corpus.vocabulary_size_; };
  if (std::ranges::any_of(corpus.tokens_, too_large)) {
    return refuse("holds a token outside its vocabulary");
  }
  return corpus;
}

}  // namespace cantus::corpus
