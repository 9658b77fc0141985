#include "neural/packed/packed.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace cantus::corpus {
namespace {

constexpr std::size_t kHeaderSize = 32;

template <class T>
T number_at(std::span<const std::byte> bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

tl::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::invalid_input, std::move(why));
}

Result<void> check_index(const PackedView& view) {
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < view.sequences.size(); ++i) {
    const PackedSequence& s = view.sequences[i];
    const std::uint64_t tokens = view.tokens.size();
    const char* wrong = nullptr;
    if (s.first > tokens || s.length > tokens - s.first)
      wrong = "points outside the file";
    else if (s.first < end)
      wrong = "overlaps the one before";
    else if (s.header_length > s.length)
      wrong = "has a header longer than itself";
    else if (s.split > Split::test)
      wrong = "has an unknown split";
    if (wrong != nullptr) return refuse("index entry " + std::to_string(i) + " " + wrong);
    end = s.first + s.length;
  }
  return {};
}

}  // namespace

Result<PackedView> view_packed(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeaderSize || std::memcmp(bytes.data(), "CANTUSPK", 8) != 0) {
    return refuse("is not a packed corpus; make one with 'cantus corpus pack'");
  }
  if (number_at<std::uint32_t>(bytes, 8) != 1) {
    return refuse("has a version this program cannot read");
  }
  PackedView view;
  view.vocabulary_size = number_at<std::uint32_t>(bytes, 12);
  const auto count = number_at<std::uint64_t>(bytes, 16);
  const auto tokens = number_at<std::uint64_t>(bytes, 24);
  const std::uint64_t room = bytes.size() - kHeaderSize;
  if (count > room / sizeof(PackedSequence)) return refuse("is cut short");
  const std::uint64_t token_bytes = room - count * sizeof(PackedSequence);
  if (token_bytes % sizeof(std::uint16_t) != 0 || tokens != token_bytes / sizeof(std::uint16_t)) {
    return refuse("is cut short, or has bytes to spare");
  }
  const std::byte* index = bytes.data() + kHeaderSize;
  view.sequences = {reinterpret_cast<const PackedSequence*>(index), count};
  view.tokens = {reinterpret_cast<const std::uint16_t*>(index + count * sizeof(PackedSequence)),
                 tokens};
  if (auto checked = check_index(view); !checked) return tl::unexpected<Error>(checked.error());
  const auto too_large = [&](std::uint16_t id) { return id >= view.vocabulary_size; };
  if (std::ranges::any_of(view.tokens, too_large)) {
    return refuse("holds a token outside its vocabulary");
  }
  return view;
}

Result<PackedCorpus> PackedCorpus::open(const std::filesystem::path& path) {
  auto file = MappedFile::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  auto view = view_packed(file->bytes());
  if (!view) return fail_at(path.string(), view.error());
  return PackedCorpus(std::move(*file), *view);
}

}  // namespace cantus::corpus
