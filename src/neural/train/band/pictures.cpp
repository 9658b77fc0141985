#include "neural/train/band/pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <nlohmann/json.hpp>

namespace cantus::train_band {
namespace {

using nlohmann::json;
using train::Colour;
using train::Picture;

constexpr Colour kPaper{252, 250, 246};
constexpr Colour kInk{60, 60, 60};
constexpr Colour kGrid{225, 220, 210};
constexpr std::array<Colour, rolls::kPlayers> kColours = {
    {{90, 95, 105}, {27, 158, 119}, {31, 119, 180}, {120, 190, 230}, {217, 108, 30}}};

struct Line {
  std::string name;
  std::string key;  ///< in the curve's rows
  Colour colour;
};

struct Panel {
  std::vector<Line> lines;
  double low = 0.0;
  double high = 1.0;
};

constexpr int kWidth = 900;
constexpr int kPanel = 190;
constexpr int kLeft = 60;
constexpr int kTop = 30;

void draw(Picture& picture, const Panel& panel, int top, const json& curve, double last) {
  const auto x = [&](double step) { return kLeft + step / last * (kWidth - kLeft - 20); };
  const auto y = [&](double value) {
    const double share = (value - panel.low) / (panel.high - panel.low);
    return top + kPanel - 30 - std::clamp(share, 0.0, 1.0) * (kPanel - 50);
  };
  for (int i = 0; i <= 4; ++i) {
    const double value = panel.low + (panel.high - panel.low) * i / 4.0;
    picture.line(kLeft, y(value), kWidth - 20, y(value), 1, kGrid);
    std::string words = std::to_string(value);
    picture.text(8, static_cast<int>(y(value)) - 3, words.substr(0, 5), kInk);
  }
  int at = kLeft;
  for (const Line& line : panel.lines) {
    picture.text(at, top, line.name, line.colour);
    at += Picture::text_width(line.name) + 24;
    for (std::size_t i = 1; i < curve.size(); ++i) {
      const auto value = [&](std::size_t j) { return curve[j].value(line.key, 0.0); };
      const auto step = [&](std::size_t j) { return curve[j].value("step", 0.0); };
      picture.line(x(step(i - 1)), y(value(i - 1)), x(step(i)), y(value(i)), 2, line.colour);
    }
  }
}

double greatest(const json& curve, const char* key) {
  double most = 1e-9;
  for (const json& row : curve)
    most = std::max(most, row.value(key, 0.0));
  return most;
}

}  // namespace

Result<Picture> draw_curves(const std::string& text) {
  const json curve = json::parse(text, nullptr, false);
  if (!curve.is_array() || curve.size() < 2) {
    return fail(ErrorCode::invalid_input, "a curve of two looks at least is needed");
  }
  const double last = curve.back().value("step", 1.0);
  const std::array<Panel, 4> panels = {{
      {{{"verdict on real phrases", "real", kColours[2]}, {"on made ones", "made", kColours[4]}},
       -2.0,
       2.0},
      {{{"loss of the discriminator", "discriminator", kColours[0]},
        {"share told apart", "told_apart", kColours[1]}},
       0.0,
       2.0},
      {{{"reconstruction in nats a phrase", "reconstruction", kColours[1]}},
       0.0,
       greatest(curve, "reconstruction")},
      {{{"distance of statistics from the data", "distance", kColours[4]}},
       0.0,
       std::min(0.6, greatest(curve, "distance"))},
  }};
  Picture picture(kWidth, kTop + static_cast<int>(panels.size()) * kPanel, kPaper);
  for (std::size_t i = 0; i < panels.size(); ++i)
    draw(picture, panels[i], kTop + static_cast<int>(i) * kPanel, curve, last);
  picture.text(kLeft, kTop + static_cast<int>(panels.size()) * kPanel - 16,
               "steps to " + std::to_string(static_cast<int>(last)), kInk);
  return picture;
}

Picture draw_phrases(std::span<const RowOfPhrases> rows) {
  constexpr int kStep = 2;       // dots
  constexpr int kKeyHeight = 2;  // dots; keys 24 to 96
  constexpr int kDrums = 40;     // dots below
  constexpr int kPhrase = 192 * kStep + 24;
  constexpr int kRow = 72 * kKeyHeight + kDrums + 44;
  std::size_t most = 1;
  for (const RowOfPhrases& row : rows)
    most = std::max(most, row.phrases.size());
  Picture picture(static_cast<int>(most) * kPhrase + 24, static_cast<int>(rows.size()) * kRow + 10,
                  kPaper);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const int top = static_cast<int>(r) * kRow + 10;
    picture.text(20, top, rows[r].words, kInk, 2);
    for (std::size_t i = 0; i < rows[r].phrases.size(); ++i) {
      const rolls::Roll& roll = rows[r].phrases[i];
      const int left = 20 + static_cast<int>(i) * kPhrase;
      const int floor = top + 22 + 72 * kKeyHeight;
      for (int bar = 0; bar <= rolls::kBars; ++bar) {
        const int x = left + bar * roll.bar_steps() * kStep;
        picture.line(x, top + 22, x, floor + kDrums, 1, kGrid);
      }
      for (const rolls::Player player : rolls::kAllPlayers) {
        const Colour colour = kColours[static_cast<std::size_t>(player)];
        for (const rolls::RollNote& note : roll.of(player)) {
          const bool drum = player == rolls::Player::drums;
          const int y = drum ? floor + kDrums - (note.key - 34) * kDrums / 48
                             : floor - (note.key - 24) * kKeyHeight;
          const int from = left + note.onset * kStep;
          const int length = drum ? 2 : std::min<int>(note.length, roll.steps() - note.onset);
          picture.line(from, y, from + std::max(1, length * kStep - 2), y, 2, colour);
        }
      }
    }
  }
  return picture;
}

}  // namespace cantus::train_band
