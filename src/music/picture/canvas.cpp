#include "music/picture/canvas.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <numbers>

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <fmt/format.h>

#include "music/picture/words.h"

namespace cantus::picture {
namespace {

cairo_status_t append(void* bytes, const unsigned char* data, unsigned length) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t* surface_for(Format format, double width, double height, std::string* bytes) {
  switch (format) {
    case Format::svg: {
      cairo_surface_t* svg = cairo_svg_surface_create_for_stream(append, bytes, width, height);
      cairo_svg_surface_set_document_unit(svg, CAIRO_SVG_UNIT_PX);
      return svg;
    }
    case Format::pdf:
      return cairo_pdf_surface_create_for_stream(append, bytes, width, height);
    case Format::png:
      break;
  }
  return cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(std::lround(width)),
                                    static_cast<int>(std::lround(height)));
}

/// Cairo numbers its surfaces through the life of the program; a picture numbers its own.
std::string renumbered(const std::string& svg) {
  constexpr std::string_view kName = "surface";
  std::map<std::string, int> numbers;
  std::string out;
  out.reserve(svg.size());
  std::size_t copied = 0;
  for (std::size_t at = svg.find(kName); at != std::string::npos; at = svg.find(kName, at)) {
    at += kName.size();
    std::size_t end = at;
    while (end < svg.size() && std::isdigit(static_cast<unsigned char>(svg[end])) != 0)
      ++end;
    if (end == at) continue;
    const int number = static_cast<int>(numbers.size()) + 1;
    out.append(svg, copied, at - copied);
    out += std::to_string(numbers.try_emplace(svg.substr(at, end - at), number).first->second);
    copied = at = end;
  }
  return out.append(svg, copied);
}

}  // namespace

Canvas::Canvas(Format format, double width, double height, double scale)
    : format_(format),
      width_(width * scale),
      height_(height * scale),
      scale_(scale),
      surface_(surface_for(format, width_, height_, &bytes_), cairo_surface_destroy),
      cairo_(cairo_create(surface_.get()), cairo_destroy) {
  if (format == Format::pdf) {
    // Without a date, the same piece gives the same bytes.
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, nullptr);
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATOR, "Cantus");
  }
  cairo_scale(cairo_.get(), scale, scale);
  lay_paper();
}

void Canvas::lay_paper() {
  use(kPaper);
  cairo_paint(cairo_.get());
}

void Canvas::use(Colour colour, double opacity) {
  cairo_set_source_rgba(cairo_.get(), colour.red, colour.green, colour.blue, opacity);
}

void Canvas::use(Font font) {
  cairo_select_font_face(cairo_.get(), "sans", CAIRO_FONT_SLANT_NORMAL,
                         font.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cairo_.get(), font.size);
}

void Canvas::fill(const Box& box, Colour colour, double opacity) {
  use(colour, opacity);
  cairo_rectangle(cairo_.get(), box.x, box.y, box.width, box.height);
  cairo_fill(cairo_.get());
}

void Canvas::fill_rounded(const Box& box, double radius, Colour colour, double opacity) {
  const double r = std::min({radius, box.width / 2.0, box.height / 2.0});
  if (r < 0.5) {
    fill(box, colour, opacity);
    return;
  }
  constexpr double kQuarter = std::numbers::pi / 2.0;
  use(colour, opacity);
  const double right = box.x + box.width - r;
  const double bottom = box.y + box.height - r;
  cairo_new_sub_path(cairo_.get());
  cairo_arc(cairo_.get(), right, box.y + r, r, -kQuarter, 0.0);
  cairo_arc(cairo_.get(), right, bottom, r, 0.0, kQuarter);
  cairo_arc(cairo_.get(), box.x + r, bottom, r, kQuarter, 2.0 * kQuarter);
  cairo_arc(cairo_.get(), box.x + r, box.y + r, r, 2.0 * kQuarter, 3.0 * kQuarter);
  cairo_close_path(cairo_.get());
  cairo_fill(cairo_.get());
}

void Canvas::frame(const Box& box, Colour colour, double width) {
  use(colour);
  cairo_set_line_width(cairo_.get(), width);
  cairo_rectangle(cairo_.get(), box.x, box.y, box.width, box.height);
  cairo_stroke(cairo_.get());
}

void Canvas::line(double x0, double y0, double x1, double y1, Colour colour, double width) {
  use(colour);
  cairo_set_line_width(cairo_.get(), width);
  cairo_move_to(cairo_.get(), x0, y0);
  cairo_line_to(cairo_.get(), x1, y1);
  cairo_stroke(cairo_.get());
}

void Canvas::text(
    std::string_view words, double x, double y, Font font, Colour colour, Align align) {
  const std::string clean = printable(words);
  if (clean.empty()) return;
  if (align != Align::left) {
    x -= width_of(clean, font) * (align == Align::centre ? 0.5 : 1.0);
  }
  use(font);
  use(colour);
  cairo_move_to(cairo_.get(), x, y);
  cairo_show_text(cairo_.get(), clean.c_str());
  if (format_ == Format::svg) words_.push_back({clean, x * scale_, y * scale_, font.size * scale_});
}

double Canvas::width_of(std::string_view words, Font font) {
  use(font);
  cairo_text_extents_t extents = {};
  cairo_text_extents(cairo_.get(), printable(words).c_str(), &extents);
  return extents.x_advance;
}

std::string Canvas::fitted(std::string_view words, double width, Font font) {
  std::string clean = printable(words);
  if (width_of(clean, font) <= width) return clean;
  while (!clean.empty()) {
    // Whole characters go: continuation bytes are 10xxxxxx.
    while (clean.size() > 1 && (static_cast<unsigned char>(clean.back()) & 0xC0U) == 0x80U) {
      clean.pop_back();
    }
    clean.pop_back();
    if (width_of(clean + "…", font) <= width) return clean + "…";
  }
  return clean;
}

void Canvas::clip(const Box& box) {
  cairo_save(cairo_.get());
  cairo_rectangle(cairo_.get(), box.x, box.y, box.width, box.height);
  cairo_clip(cairo_.get());
}

void Canvas::end_clip() {
  cairo_restore(cairo_.get());
}

void Canvas::next_page() {
  cairo_show_page(cairo_.get());
  lay_paper();
}

void Canvas::set_title(const std::string& title) {
  if (format_ != Format::pdf) return;
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE,
                                 printable(title).c_str());
}

/// Cairo draws letters as outlines; this lays the same words over them, unseen, so that they can
/// be searched, copied and read aloud.
std::string Canvas::with_selectable_words(std::string svg) const {
  const std::size_t end = svg.rfind("</svg>");
  if (end == std::string::npos) return svg;
  std::string layer = "<g fill-opacity=\"0\" font-family=\"sans-serif\">\n";
  for (const Words& words : words_) {
    layer += fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" font-size=\"{:.2f}\">{}</text>\n",
                         words.x, words.y, words.size, escaped(words.text));
  }
  return svg.insert(end, layer + "</g>\n");
}

Result<std::string> Canvas::finish() {
  cairo_status_t status = cairo_status(cairo_.get());
  if (format_ == Format::png) {
    cairo_surface_flush(surface_.get());
    if (status == CAIRO_STATUS_SUCCESS) {
      status = cairo_surface_write_to_png_stream(surface_.get(), append, &bytes_);
    }
  } else {
    cairo_surface_finish(surface_.get());
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface_.get());
  }
  if (status != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::io,
                std::string("the picture could not be drawn: ") + cairo_status_to_string(status));
  }
  return format_ == Format::svg ? with_selectable_words(renumbered(bytes_)) : std::move(bytes_);
}

}  // namespace cantus::picture
