#include "neural/train/progress.h"

#include <cmath>
#include <cstdio>

namespace cantus::train {

std::string to_line(const Progress& p) {
  char text[200];
  const auto minutes = static_cast<int>(p.seconds_left / 60.0);
  std::snprintf(text, sizeof text, "step %lld/%s", static_cast<long long>(p.step),
                p.steps > 0 ? std::to_string(p.steps).c_str() : "?");
  std::string line = text;
  if (!std::isnan(p.loss)) {
    std::snprintf(text, sizeof text,
                  "  loss %.4f  %.0f tokens/s  %d h %02d min left  rate %.2e  norm %.2f", p.loss,
                  p.tokens_per_second, minutes / 60, minutes % 60, p.rate, p.gradient_norm);
    line += text;
  }
  if (!std::isnan(p.validation)) {
    std::snprintf(text, sizeof text, "  validation %.4f", p.validation);
    line += text;
  }
  return line;
}

}  // namespace cantus::train
