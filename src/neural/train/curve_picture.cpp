#include "neural/train/curve_picture.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace cantus::train {
namespace {

constexpr int kWidth = 900;
constexpr int kHeight = 520;
constexpr int kLeft = 74;
constexpr int kRight = 24;
constexpr int kTop = 30;
constexpr int kBottom = 58;
constexpr Colour kPaper{255, 255, 255};
constexpr Colour kInk{40, 40, 40};
constexpr Colour kGrid{226, 226, 226};
constexpr Colour kTraining{150, 150, 150};
constexpr Colour kValidation{20, 90, 190};

/// 1, 2 or 5 times a power of ten, so that about `count` of them fill the span.
double tick_of(double span, int count) {
  const double rough = span / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power) return factor * power;
  }
  return 10.0 * power;
}

std::string number(double value, double tick) {
  char text[32];
  if (tick < 1.0)
    std::snprintf(text, sizeof text, "%.*f", tick < 0.1 ? 2 : 1, value);
  else
    std::snprintf(text, sizeof text, "%.0f", value);
  return text;
}

struct Axes {
  double last_step = 1.0;
  double low = 0.0;
  double high = 1.0;

  double x(double step) const { return kLeft + (kWidth - kLeft - kRight) * step / last_step; }
  double y(double nats) const {
    const double share = (std::clamp(nats, low, high) - low) / (high - low);
    return kHeight - kBottom - (kHeight - kTop - kBottom) * share;
  }
};

Axes axes_of(const Curve& curve) {
  Axes axes;
  double low = 1e30;
  double high = -1e30;
  for (const CurvePoint& point : curve) {
    axes.last_step = std::max(axes.last_step, static_cast<double>(point.step));
    for (const auto& value : {point.training, point.validation}) {
      if (!value || !std::isfinite(*value)) continue;
      low = std::min(low, *value);
      high = std::max(high, *value);
    }
  }
  if (low > high) return axes;
  const double tick = tick_of(std::max(high - low, 0.01), 6);
  axes.low = std::floor(low / tick) * tick;
  axes.high = std::max(std::ceil(high / tick) * tick, axes.low + tick);
  return axes;
}

void draw_axes(Picture& picture, const Axes& axes) {
  const int bottom = kHeight - kBottom;
  const double nats_tick = tick_of(axes.high - axes.low, 6);
  for (double v = axes.low; v <= axes.high + nats_tick / 2; v += nats_tick) {
    const std::string label = number(v, nats_tick);
    picture.line(kLeft, axes.y(v), kWidth - kRight, axes.y(v), 1, kGrid);
    picture.text(kLeft - 8 - Picture::text_width(label, 2), static_cast<int>(axes.y(v)) - 7, label,
                 kInk, 2);
  }
  const double step_tick = std::max(tick_of(axes.last_step, 6), 1.0);
  for (double s = 0.0; s <= axes.last_step; s += step_tick) {
    const std::string label = number(s, step_tick);
    picture.line(axes.x(s), kTop, axes.x(s), bottom, 1, kGrid);
    const int middle = static_cast<int>(axes.x(s)) - Picture::text_width(label, 2) / 2;
    picture.text(std::min(middle, kWidth - Picture::text_width(label, 2)), bottom + 8, label, kInk,
                 2);
  }
  picture.line(kLeft, kTop, kLeft, bottom, 1, kInk);
  picture.line(kLeft, bottom, kWidth - kRight, bottom, 1, kInk);
  picture.text(8, 6, "nats a token", kInk, 2);
  picture.text(kWidth / 2 - 30, kHeight - 20, "steps", kInk, 2);
}

void draw_values(Picture& picture,
                 const Axes& axes,
                 const Curve& curve,
                 std::optional<double> CurvePoint::* value,
                 int thickness,
                 Colour colour) {
  const CurvePoint* before = nullptr;
  for (const CurvePoint& point : curve) {
    if (!(point.*value) || !std::isfinite(*(point.*value))) continue;
    const CurvePoint& from = before != nullptr ? *before : point;
    picture.line(axes.x(static_cast<double>(from.step)), axes.y(*(from.*value)),
                 axes.x(static_cast<double>(point.step)), axes.y(*(point.*value)), thickness,
                 colour);
    before = &point;
  }
}

}  // namespace

Picture draw_curve(const Curve& curve) {
  Picture picture(kWidth, kHeight, kPaper);
  const Axes axes = axes_of(curve);
  draw_axes(picture, axes);
  draw_values(picture, axes, curve, &CurvePoint::training, 1, kTraining);
  draw_values(picture, axes, curve, &CurvePoint::validation, 3, kValidation);
  picture.line(480, 12, 510, 12, 2, kTraining);
  picture.text(518, 6, "training", kInk, 2);
  picture.line(660, 11, 690, 11, 3, kValidation);
  picture.text(698, 6, "validation", kInk, 2);
  return picture;
}

}  // namespace cantus::train
