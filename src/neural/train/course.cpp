#include "neural/train/course.h"

#include <cmath>
#include <optional>

namespace cantus::train {

void Course::begin() {
  start_ = reported_ = Clock::now();
}

double Course::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

void Course::add(double nats_a_token, std::int64_t scored) {
  loss_sum_ += nats_a_token * static_cast<double>(scored);
  loss_tokens_ += static_cast<std::uint64_t>(scored);
  tokens_ += static_cast<std::uint64_t>(scored);
}

Progress Course::report(std::int64_t step, std::int64_t steps, double validation) {
  CurvePoint point{step, tokens_, seconds(), std::nullopt, std::nullopt};
  Progress progress;
  progress.loss = kNone;
  if (loss_tokens_ > 0) {
    point.training = progress.loss = loss_sum_ / static_cast<double>(loss_tokens_);
  }
  if (!std::isnan(validation)) point.validation = validation_ = validation;
  curve_.push_back(point);
  loss_sum_ = 0.0;
  loss_tokens_ = 0;
  progress.step = step;
  progress.steps = steps;
  progress.validation = validation;
  const double span = std::chrono::duration<double>(Clock::now() - reported_).count();
  progress.tokens_per_second = static_cast<double>(tokens_ - reported_tokens_) / span;
  if (step > 0) {
    progress.seconds_left =
        seconds() / static_cast<double>(step) * static_cast<double>(steps - step);
  }
  reported_ = Clock::now();
  reported_tokens_ = tokens_;
  return progress;
}

void Course::keep_in(Checkpoint& c) const {
  c.seconds = seconds();
  c.tokens = tokens_;
  c.loss_sum = loss_sum_;
  c.loss_tokens = loss_tokens_;
  c.curve = curve_;
}

void Course::restore(const Checkpoint& c) {
  tokens_ = reported_tokens_ = c.tokens;
  loss_sum_ = c.loss_sum;
  loss_tokens_ = c.loss_tokens;
  curve_ = c.curve;
  seconds_before_ = c.seconds;
  for (const CurvePoint& point : curve_) {
    if (point.validation) validation_ = *point.validation;
  }
}

}  // namespace cantus::train
