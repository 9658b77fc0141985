// A small picture and its PNG file, without libraries.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cantus::train {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};

class Picture {
 public:
  Picture(int width, int height, Colour background);

  int width() const { return width_; }
  int height() const { return height_; }
  Colour at(int x, int y) const { return pixels_[index(x, y)]; }

  /// Outside the picture nothing happens.
  void dot(int x, int y, Colour colour);
  void line(double x0, double y0, double x1, double y1, int thickness, Colour colour);
  /// Digits, point, minus and lower-case letters, 5 by 7 dots each in a cell of 6; the rest is
  /// blank. (x, y) is the top left corner.
  void text(int x, int y, std::string_view words, Colour colour, int scale = 1);
  static int text_width(std::string_view words, int scale = 1);

  /// The bytes of a PNG file, eight bits a channel.
  std::string png() const;

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(x);
  }
  int width_;
  int height_;
  std::vector<Colour> pixels_;
};

}  // namespace cantus::train
