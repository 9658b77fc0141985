#include "neural/train/png.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace cantus::train {
namespace {

/// Rows of five dots from the top, the leftmost dot the highest bit.
using Glyph = std::array<std::uint8_t, 7>;

struct Letter {
  char letter;
  Glyph rows;
};

constexpr Letter kFont[] = {
    {'0', {14, 17, 19, 21, 25, 17, 14}}, {'1', {4, 12, 4, 4, 4, 4, 14}},
    {'2', {14, 17, 1, 2, 4, 8, 31}},     {'3', {31, 2, 4, 2, 1, 17, 14}},
    {'4', {2, 6, 10, 18, 31, 2, 2}},     {'5', {31, 16, 30, 1, 1, 17, 14}},
    {'6', {6, 8, 16, 30, 17, 17, 14}},   {'7', {31, 1, 2, 4, 8, 8, 8}},
    {'8', {14, 17, 17, 14, 17, 17, 14}}, {'9', {14, 17, 17, 15, 1, 2, 12}},
    {'.', {0, 0, 0, 0, 0, 12, 12}},      {'-', {0, 0, 0, 31, 0, 0, 0}},
    {'b', {16, 16, 22, 25, 17, 17, 30}}, {'c', {0, 0, 14, 16, 16, 17, 14}},
    {'f', {6, 9, 8, 28, 8, 8, 8}},       {'h', {16, 16, 22, 25, 17, 17, 17}},
    {'m', {0, 0, 26, 21, 21, 17, 17}},   {'u', {0, 0, 17, 17, 17, 19, 13}},
    {'w', {0, 0, 17, 17, 21, 21, 10}},   {'y', {0, 0, 17, 17, 15, 1, 14}},
    {'a', {0, 0, 14, 1, 15, 17, 15}},    {'d', {1, 1, 13, 19, 17, 17, 15}},
    {'e', {0, 0, 14, 17, 31, 16, 14}},   {'g', {0, 0, 15, 17, 15, 1, 14}},
    {'i', {4, 0, 12, 4, 4, 4, 14}},      {'k', {16, 16, 18, 20, 24, 20, 18}},
    {'l', {12, 4, 4, 4, 4, 4, 14}},      {'n', {0, 0, 22, 25, 17, 17, 17}},
    {'o', {0, 0, 14, 17, 17, 17, 14}},   {'p', {0, 0, 30, 17, 30, 16, 16}},
    {'r', {0, 0, 22, 25, 16, 16, 16}},   {'s', {0, 0, 14, 16, 14, 1, 30}},
    {'t', {8, 8, 28, 8, 8, 9, 6}},       {'v', {0, 0, 17, 17, 17, 10, 4}},
};

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1U) ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  return ~crc;
}

std::uint32_t adler32(std::string_view bytes) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char c : bytes) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return (b << 16U) | a;
}

void put_big(std::string& out, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out += static_cast<char>(value >> shift & 0xFFU);
}

void put_chunk(std::string& out, std::string_view type, std::string_view data) {
  const std::string checked = std::string(type) + std::string(data);
  put_big(out, static_cast<std::uint32_t>(data.size()));
  out += checked;
  put_big(out, crc32(checked));
}

/// Deflate with the fixed codes (RFC 1951, 3.2.6), whose only matches repeat the byte before:
/// enough for drawings, where a row is mostly the row above.
class RunLengthDeflate {
 public:
  std::string compress(std::string_view data) {
    bits(1, 1);  // the last block
    bits(1, 2);  // fixed codes
    for (std::size_t at = 0; at < data.size();)
      at += emit(data, at);
    symbol(256);
    if (used_ > 0) out_ += static_cast<char>(byte_);
    return std::move(out_);
  }

 private:
  std::size_t emit(std::string_view data, std::size_t at) {
    std::size_t run = 0;
    while (at > 0 && run < 258 && at + run < data.size() && data[at + run] == data[at - 1])
      ++run;
    if (run < 3) {
      symbol(static_cast<unsigned char>(data[at]));
      return 1;
    }
    const std::size_t length = run == 258 ? run : std::min<std::size_t>(run, 10);
    symbol(length == 258 ? 285U : 254U + static_cast<unsigned>(length));
    for (int i = 0; i < 5; ++i)
      bits(0, 1);  // distance 1
    return length;
  }

  void symbol(unsigned s) {
    if (s < 144) return code(0x30 + s, 8);
    if (s < 256) return code(0x190 + s - 144, 9);
    if (s < 280) return code(s - 256, 7);
    code(0xC0 + s - 280, 8);
  }
  void code(unsigned value, unsigned count) {  // highest bit first
    while (count > 0)
      bits(value >> --count & 1U, 1);
  }
  void bits(unsigned value, unsigned count) {  // lowest bit first
    for (; count > 0; --count, value >>= 1U) {
      byte_ |= (value & 1U) << used_;
      if (++used_ < 8) continue;
      out_ += static_cast<char>(byte_);
      byte_ = used_ = 0;
    }
  }

  std::string out_;
  unsigned byte_ = 0;
  unsigned used_ = 0;
};

/// A zlib stream (RFC 1950).
std::string zlib(std::string_view data) {
  std::string out = "\x78\x01" + RunLengthDeflate().compress(data);
  put_big(out, adler32(data));
  return out;
}

}  // namespace

Picture::Picture(int width, int height, Colour background)
    : width_(width),
      height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), background) {}

void Picture::dot(int x, int y, Colour colour) {
  if (x >= 0 && y >= 0 && x < width_ && y < height_) pixels_[index(x, y)] = colour;
}

void Picture::line(double x0, double y0, double x1, double y1, int thickness, Colour colour) {
  const double length = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1.0});
  if (!(length < 1e5)) return;
  for (int i = 0; i <= static_cast<int>(std::ceil(length)); ++i) {
    const double t = std::min(i / length, 1.0);
    const int x = static_cast<int>(std::lround(x0 + (x1 - x0) * t));
    const int y = static_cast<int>(std::lround(y0 + (y1 - y0) * t));
    for (int dy = 0; dy < thickness; ++dy) {
      for (int dx = 0; dx < thickness; ++dx)
        dot(x + dx, y + dy, colour);
    }
  }
}

void Picture::text(int x, int y, std::string_view words, Colour colour, int scale) {
  for (const char c : words) {
    const auto* glyph = std::ranges::find(kFont, c, &Letter::letter);
    for (int i = 0; glyph != std::end(kFont) && i < 35 * scale * scale; ++i) {
      const int dx = i % (5 * scale);
      const int dy = i / (5 * scale);
      const unsigned row = glyph->rows[static_cast<std::size_t>(dy / scale)];
      if ((row >> static_cast<unsigned>(4 - dx / scale) & 1U) != 0U) dot(x + dx, y + dy, colour);
    }
    x += 6 * scale;
  }
}

int Picture::text_width(std::string_view words, int scale) {
  return static_cast<int>(words.size()) * 6 * scale;
}

std::string Picture::png() const {
  std::string rows;
  for (int y = 0; y < height_; ++y) {
    rows += '\2';  // each byte is the difference to the one above
    for (int x = 0; x < width_; ++x) {
      const Colour c = at(x, y);
      const Colour above = y > 0 ? at(x, y - 1) : Colour{};
      rows += static_cast<char>(c.red - above.red);
      rows += static_cast<char>(c.green - above.green);
      rows += static_cast<char>(c.blue - above.blue);
    }
  }
  std::string header;
  put_big(header, static_cast<std::uint32_t>(width_));
  put_big(header, static_cast<std::uint32_t>(height_));
  header += std::string("\x08\x02\x00\x00\x00", 5);  // 8 bits, red green blue, no interlacing
  std::string out = "\x89PNG\r\n\x1a\n";
  put_chunk(out, "IHDR", header);
  put_chunk(out, "IDAT", zlib(rows));
  put_chunk(out, "IEND", "");
  return out;
}

}  // namespace cantus::train
