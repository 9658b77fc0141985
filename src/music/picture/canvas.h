// A sheet to draw on: rectangles, lines and words, given back as PNG, SVG or PDF bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <cairo.h>

#include "base/result.h"
#include "music/picture/draw.h"
#include "music/picture/palette.h"

namespace cantus::picture {

struct Box {
  double x = 0.0;
  double y = 0.0;
  double width = 0.0;
  double height = 0.0;
};

struct Font {
  double size = 10.0;
  bool bold = false;
};

enum class Align { left, centre, right };

/// Units are those of the layout; `scale` turns them into the format's pixels or points.
class Canvas {
 public:
  Canvas(Format format, double width, double height, double scale);

  void fill(const Box& box, Colour colour, double opacity = 1.0);
  /// Corners of `radius`, at most half a side; an edge is drawn inside where its opacity is not 0.
  void fill_rounded(const Box& box, double radius, Colour colour, double opacity);
  void frame(const Box& box, Colour colour, double width);
  void line(double x0, double y0, double x1, double y1, Colour colour, double width);

  /// `y` is the base line. Invalid UTF-8 is shown as question marks.
  void text(std::string_view words,
            double x,
            double y,
            Font font,
            Colour colour,
            Align align = Align::left);
  double width_of(std::string_view words, Font font);
  /// The words, cut with an ellipsis where they are wider.
  std::string fitted(std::string_view words, double width, Font font);

  /// What is drawn until end_clip() shows only inside.
  void clip(const Box& box);
  void end_clip();

  void next_page();  ///< PDF alone.
  void set_title(const std::string& title);

  /// Once, at the end.
  Result<std::string> finish();

 private:
  struct Words {
    std::string text;
    double x, y, size;
  };
  void use(Colour colour, double opacity = 1.0);
  void use(Font font);
  void lay_paper();
  std::string with_selectable_words(std::string svg) const;

  Format format_;
  double width_, height_, scale_;
  std::string bytes_;
  std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface_;
  std::unique_ptr<cairo_t, void (*)(cairo_t*)> cairo_;
  std::vector<Words> words_;
};

}  // namespace cantus::picture
