#include "neural/train/png.h"

#include <algorithm>
#include <array>
#include <cmath>

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
    {'a', {0, 0, 14, 1, 15, 17, 15}},    {'d', {1, 1, 13, 19, 17, 17, 15}},
    {'e', {0, 0, 14, 17, 31, 16, 14}},   {'g', {0, 15, 17, 17, 15, 1, 14}},
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

/// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).
std::string stored(std::string_view data) {
  std::string out = "\x78\x01";
  for (std::size_t at = 0; at < data.size(); at += 65535) {
    const std::string_view part = data.substr(at, 65535);
    const auto size = static_cast<std::uint32_t>(part.size());
    out += static_cast<char>(at + part.size() == data.size() ? 1 : 0);
    for (const std::uint32_t n : {size, ~size}) {
      out += static_cast<char>(n & 0xFFU);
      out += static_cast<char>(n >> 8U & 0xFFU);
    }
    out += part;
  }
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
    rows += '\0';  // no filter
    for (int x = 0; x < width_; ++x) {
      const Colour c = at(x, y);
      for (const std::uint8_t channel : {c.red, c.green, c.blue})
        rows += static_cast<char>(channel);
    }
  }
  std::string header;
  put_big(header, static_cast<std::uint32_t>(width_));
  put_big(header, static_cast<std::uint32_t>(height_));
  header += std::string("\x08\x02\x00\x00\x00", 5);  // 8 bits, red green blue, no interlacing
  std::string out = "\x89PNG\r\n\x1a\n";
  put_chunk(out, "IHDR", header);
  put_chunk(out, "IDAT", stored(rows));
  put_chunk(out, "IEND", "");
  return out;
}

}  // namespace cantus::train
