#include "sound/audio/ogg_serial.h"

#include <array>
#include <numeric>

namespace cantus::sound {
namespace {

constexpr std::size_t kSerialAt = 14;
constexpr std::size_t kChecksumAt = 22;
constexpr std::size_t kSegmentsAt = 26;
constexpr std::size_t kHeader = 27;

constexpr std::array<std::uint32_t, 256> kTable = [] {
  std::array<std::uint32_t, 256> table = {};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t r = i << 24U;
    for (int bit = 0; bit < 8; ++bit)
      r = (r << 1U) ^ ((r >> 31U) * 0x04C11DB7U);
    table[i] = r;
  }
  return table;
}();

void put(std::string& file, std::size_t at, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i)
    file[at + i] = static_cast<char>(value >> (8U * i) & 0xFFU);
}

std::size_t page_size(const std::string& file, std::size_t at) {
  const auto segments = static_cast<unsigned char>(file[at + kSegmentsAt]);
  std::size_t size = kHeader + segments;
  for (std::size_t i = 0; i < segments && at + kHeader + i < file.size(); ++i) {
    size += static_cast<unsigned char>(file[at + kHeader + i]);
  }
  return size;
}

}  // namespace

void set_ogg_serial(std::string& file, std::uint32_t serial) {
  for (std::size_t at = 0; at + kHeader <= file.size() && file.compare(at, 4, "OggS") == 0;) {
    const std::size_t size = page_size(file, at);
    if (at + size > file.size()) return;
    put(file, at + kSerialAt, serial);
    put(file, at + kChecksumAt, 0);
    std::uint32_t sum = 0;
    for (std::size_t i = at; i < at + size; ++i) {
      sum = (sum << 8U) ^ kTable[(sum >> 24U) ^ static_cast<unsigned char>(file[i])];
    }
    put(file, at + kChecksumAt, sum);
    at += size;
  }
}

}  // namespace cantus::sound
