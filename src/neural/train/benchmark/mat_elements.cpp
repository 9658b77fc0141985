#include "neural/train/benchmark/mat_elements.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include <zlib.h>

namespace cantus::benchmark {
namespace {

constexpr std::size_t kTag = 8;
constexpr std::size_t kChunk = std::size_t{1} << 20U;

std::uint32_t word_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(ErrorCode::invalid_input, why);
}

template <class Number>
Result<std::vector<std::uint8_t>> bits_from(std::span<const std::byte> data) {
  if (data.size() % sizeof(Number) != 0) return refuse("numbers that end in the middle");
  std::vector<std::uint8_t> bits(data.size() / sizeof(Number));
  for (std::size_t i = 0; i < bits.size(); ++i) {
    Number number{};
    std::memcpy(&number, data.data() + i * sizeof(Number), sizeof(Number));
    if (number != Number{0} && number != Number{1}) return refuse("a number other than 0 and 1");
    bits[i] = number == Number{1} ? 1 : 0;
  }
  return bits;
}

}  // namespace

Result<MatElement> element_at(std::span<const std::byte> bytes, std::size_t at) {
  if (at > bytes.size() || bytes.size() - at < kTag) return refuse("an element without its tag");
  const std::uint32_t first = word_at(bytes, at);
  if (const std::uint32_t small = first >> 16U; small != 0) {  // tag and data in eight bytes
    if (small > 4) return refuse("a small element of more than four bytes");
    return MatElement{static_cast<MatType>(first & 0xFFFFU), bytes.subspan(at + 4, small), kTag};
  }
  const std::size_t size = word_at(bytes, at + 4);
  if (size > bytes.size() - at - kTag) return refuse("an element that runs past its end");
  const auto type = static_cast<MatType>(first);
  const std::size_t padding = type == MatType::compressed ? 0 : (8 - size % 8) % 8;
  const std::size_t whole = std::min(kTag + size + padding, bytes.size() - at);
  return MatElement{type, bytes.subspan(at + kTag, size), whole};
}

Result<std::vector<std::uint8_t>> bits_of(const MatElement& element) {
  switch (element.type) {
    case MatType::int8:
      return bits_from<std::int8_t>(element.data);
    case MatType::uint8:
      return bits_from<std::uint8_t>(element.data);
    case MatType::int16:
      return bits_from<std::int16_t>(element.data);
    case MatType::uint16:
      return bits_from<std::uint16_t>(element.data);
    case MatType::int32:
      return bits_from<std::int32_t>(element.data);
    case MatType::uint32:
      return bits_from<std::uint32_t>(element.data);
    case MatType::single:
      return bits_from<float>(element.data);
    case MatType::real:
      return bits_from<double>(element.data);
    default:
      return refuse("a matrix that does not hold numbers");
  }
}

Result<std::vector<std::byte>> inflate_all(std::span<const std::byte> packed, std::size_t limit) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return refuse("zlib cannot begin");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, &inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::vector<std::byte> out;
  std::vector<std::byte> chunk(std::min(kChunk, limit + 1));
  for (int state = Z_OK; state != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t given = chunk.size() - stream.avail_out;
    if (state != Z_OK && state != Z_STREAM_END) return refuse("a broken compressed element");
    if (given > limit - out.size()) return refuse("a compressed element that is too large");
    out.insert(out.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(given));
  }
  return out;
}

}  // namespace cantus::benchmark
