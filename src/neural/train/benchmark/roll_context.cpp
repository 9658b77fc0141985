#include "neural/train/benchmark/roll_context.h"

#include <algorithm>
#include <cmath>

namespace cantus::benchmark {
namespace {

constexpr int kSamePitch[] = {0};
constexpr int kMoves[] = {-12, -7, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 7, 12};
constexpr float kLately = 1.0F / 32.0F;

/// Walks through a piece and notes what is known before each frame.
class Walk {
 public:
  explicit Walk(const RollContext& context) : context_(context) {}

  Before before() const {
    Before b;
    b.state_length = length_;
    for (std::size_t k = 0; k < kKeys; ++k) {
      b.share[k] = byte_of(sounded_[k] / std::max(frames_, 1.0F));
      b.share_lately[k] = byte_of(lately_[k]);
    }
    b.classes = shares(classes_);
    b.classes_lately = shares(classes_lately_);
    for (std::size_t i = 0; i < kRecallSets; ++i)
      b.hits[i] = static_cast<std::uint8_t>(std::lround(hits_[i] * 5.0F));
    b.low = low_;
    b.high = high_;
    b.unchanged = unchanged_;
    return b;
  }

  void pass(std::size_t t) {
    const KeySet& now = context_.roll[t];
    pass_keys(now);
    pass_classes(now);
    pass_recall(t);
    const bool same = t > 0 && now == last_;
    unchanged_ = same ? static_cast<std::uint8_t>(std::min(unchanged_ + 1, 255)) : std::uint8_t{0};
    last_ = now;
    frames_ += 1.0F;
  }

 private:
  static std::uint8_t byte_of(float share) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0F, 1.0F) * 255.0F));
  }

  static std::array<float, 12> shares(const std::array<float, 12>& of) {
    float sum = 1e-3F;
    for (const float each : of)
      sum += each;
    std::array<float, 12> to{};
    for (std::size_t i = 0; i < 12; ++i)
      to[i] = of[i] / sum;
    return to;
  }

  void pass_keys(const KeySet& now) {
    for (int key = 0; key < kKeys; ++key) {
      const auto k = static_cast<std::size_t>(key);
      const bool on = now.has(key);
      length_[k] = on == last_.has(key) ? static_cast<std::uint8_t>(std::min(length_[k] + 1, 255))
                                        : std::uint8_t{0};
      sounded_[k] += on ? 1.0F : 0.0F;
      lately_[k] += kLately * ((on ? 1.0F : 0.0F) - lately_[k]);
    }
    if (now.empty()) return;
    low_ = std::min(low_, static_cast<std::uint8_t>(now.lowest()));
    high_ = std::max(high_, static_cast<std::uint8_t>(now.highest()));
  }

  void pass_classes(const KeySet& now) {
    for (float& each : classes_lately_)
      each *= 1.0F - kLately;
    now.each([&](int key) {
      classes_[static_cast<std::size_t>(key % 12)] += 1.0F;
      classes_lately_[static_cast<std::size_t>(key % 12)] += 1.0F;
    });
  }

  void pass_recall(std::size_t t) {
    for (std::size_t i = 0; i < kRecallSets; ++i) {
      const auto& list = context_.recalled[i][t];
      const float hit = list.empty() ? 0.0F : alike(list.front().next, context_.roll[t]);
      hits_[i] += 0.2F * (hit - hits_[i]);
    }
  }

  const RollContext& context_;
  KeySet last_;
  std::array<std::uint8_t, kKeys> length_{};
  std::array<float, kKeys> sounded_{};
  std::array<float, kKeys> lately_{};
  std::array<float, 12> classes_{};
  std::array<float, 12> classes_lately_{};
  std::array<float, kRecallSets> hits_{};
  std::uint8_t low_ = kKeys;
  std::uint8_t high_ = 0;
  std::uint8_t unchanged_ = 0;
  float frames_ = 0.0F;
};

}  // namespace

RollContext context_of(const Roll& roll, const TrainingMemory& memory, std::int64_t own) {
  RollContext context;
  context.roll = roll;
  context.recalled = {recall_within(roll, kSamePitch), recall_within(roll, kMoves),
                      memory.recall(roll, own)};
  Walk walk(context);
  for (std::size_t t = 0; t < roll.size(); ++t) {
    context.before.push_back(walk.before());
    walk.pass(t);
  }
  return context;
}

}  // namespace cantus::benchmark
