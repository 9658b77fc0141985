#include "neural/train/band_critic/batch.h"

#include <algorithm>

namespace cantus::band_critic {
namespace {

void add_marks(const Marks& marks, Rows& ids, Rows& first) {
  for (std::size_t i = 0; i < marks.size(); ++i) {
    first.push_back(static_cast<std::int64_t>(ids.size()));
    for (auto m = marks.first[i]; m < marks.first[i + 1]; ++m)
      ids.push_back(marks.ids[static_cast<std::size_t>(m)]);
  }
}

void add_neighbours(std::int64_t first, std::int64_t count, Rows& before, Rows& after) {
  for (std::int64_t i = 0; i < count; ++i) {
    before.push_back(i == 0 ? -1 : first + i - 1);
    after.push_back(i + 1 == count ? -1 : first + i + 1);
  }
}

void add_truths(const Truths& truths, Lesson& to) {
  for (const Truth truth : truths) {
    to.label.push_back(truth == Truth::good ? 1.0F : 0.0F);
    to.weight.push_back(truth == Truth::open ? 0.0F : 1.0F);
  }
}

/// Good and spoiled weigh one half each in every aspect.
void balance(Lesson& lesson) {
  for (std::size_t a = 0; a < kAspects; ++a) {
    std::array<float, 2> sums{};
    for (std::size_t i = a; i < lesson.label.size(); i += kAspects)
      sums[lesson.label[i] > 0.5F ? 1 : 0] += lesson.weight[i];
    for (std::size_t i = a; i < lesson.label.size(); i += kAspects)
      lesson.weight[i] *= 0.5F / std::max(1e-6F, sums[lesson.label[i] > 0.5F ? 1 : 0]);
  }
}

VoiceRows voice_of(const std::vector<Card>& cards, std::size_t p) {
  VoiceRows out;
  std::vector<Rows> bars;
  std::int64_t at = 0;
  for (const Card& card : cards) {
    const Marks& marks = card.marks.strokes[p];
    const auto count = static_cast<std::int64_t>(marks.size());
    add_marks(marks, out.ids, out.first);
    add_neighbours(at, count, out.before, out.after);
    bars.resize(bars.size() + kBars);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto bar = static_cast<std::size_t>(card.marks.bar[p][static_cast<std::size_t>(i)]);
      bars[bars.size() - kBars + bar].push_back(at + i);
    }
    add_marks(card.marks.voices[p], out.bar_ids, out.bar_first);
    at += count;
  }
  for (const Rows& rows : bars)
    out.most = std::max(out.most, static_cast<std::int64_t>(rows.size()));
  for (const Rows& rows : bars) {
    out.of_bar.insert(out.of_bar.end(), rows.begin(), rows.end());
    out.of_bar.insert(out.of_bar.end(), static_cast<std::size_t>(out.most) - rows.size(), -1);
  }
  return out;
}

}  // namespace

Batch batch_of(const std::vector<Card>& cards) {
  Batch batch;
  batch.phrases = static_cast<std::int64_t>(cards.size());
  for (std::size_t p = 0; p < kPlayers; ++p)
    batch.voices[p] = voice_of(cards, p);
  std::int64_t at = 0;
  for (const Card& card : cards) {
    add_marks(card.marks.bars, batch.bar_ids, batch.bar_first);
    add_neighbours(at, kBars, batch.bar_before, batch.bar_after);
    for (const Truths& bar : card.truth.bars)
      add_truths(bar, batch.lessons[0]);
    add_truths(card.truth.whole, batch.lessons[1]);
    at += kBars;
  }
  for (Lesson& lesson : batch.lessons)
    balance(lesson);
  return batch;
}

}  // namespace cantus::band_critic
