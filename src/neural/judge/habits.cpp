#include "neural/judge/habits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace cantus::judge {
namespace {

struct Habit {
  int order;     ///< symbols before
  double kinds;  ///< about how many there are
  std::string_view mean;
  std::string_view most;
};

constexpr std::array<Habit, 6> kHabits = {{
    {3, 12, "surprise of degrees, bits", "greatest surprises of degrees"},
    {2, 49, "surprise of moves, bits", "greatest surprises of moves"},
    {2, 400, "surprise of lengths at their places, bits", "greatest surprises of lengths"},
    {1, 2000, "surprise of rhythms of bars, bits", "greatest surprises of rhythms of bars"},
    {2, 288, "surprise of chords, bits", "greatest surprises of chords"},
    {2, 64, "surprise of chord lengths, bits", "greatest surprises of chord lengths"},
}};

/// The same six sequences, as numbers.
std::array<std::vector<std::int64_t>, kHabits.size()> sequences_of(const LeadLine& line) {
  std::array<std::vector<std::int64_t>, kHabits.size()> out;
  for (std::size_t i = 0; i < line.tones.size(); ++i) {
    const Tone& tone = line.tones[i];
    out[0].push_back(tone.degree);
    if (i > 0) out[1].push_back(std::clamp(tone.key - line.tones[i - 1].key, -24, 24));
    const int next = i + 1 < line.tones.size() ? line.tones[i + 1].onset : tone.end();
    out[2].push_back((static_cast<std::int64_t>(line.bar_steps) * 1000 + tone.place) * 1000 +
                     std::min(next - tone.onset, 999));
  }
  out[3] = bar_rhythms(line);
  for (const Harmony& h : line.chords) {
    out[4].push_back(h.root * score::kQualities + static_cast<int>(h.quality));
    out[5].push_back(static_cast<std::int64_t>(h.onset % line.bar_steps) * 10000 + h.length);
  }
  return out;
}

double above_a_twentieth(std::vector<double> values) {
  if (values.empty()) return 0.0;
  std::ranges::sort(values);
  return values[values.size() - 1 - values.size() / 20];
}

}  // namespace

void Grams::learn(std::span<const std::int64_t> symbols) {
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    for (std::size_t n = 0; n <= std::min<std::size_t>(i, static_cast<std::size_t>(order_)); ++n) {
      const auto context = symbols.subspan(i - n, n);
      Counts& counts = counts_[Context(context.begin(), context.end())];
      ++counts.after[symbols[i]];
      ++counts.all;
    }
  }
}

double Grams::probability(std::span<const std::int64_t> context, std::int64_t symbol) const {
  double p = 1.0 / kinds_;
  for (std::size_t n = 0; n <= context.size(); ++n) {
    const auto here = context.subspan(context.size() - n, n);
    const auto found = counts_.find(Context(here.begin(), here.end()));
    if (found == counts_.end()) break;
    const Counts& counts = found->second;
    const auto after = counts.after.find(symbol);
    const auto kinds = static_cast<double>(counts.after.size());
    const double times = after == counts.after.end() ? 0.0 : after->second;
    p = (times + kinds * p) / (counts.all + kinds);
  }
  return p;
}

std::vector<double> Grams::surprise(std::span<const std::int64_t> symbols) const {
  std::vector<double> bits;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const auto n = std::min<std::size_t>(i, static_cast<std::size_t>(order_));
    bits.push_back(-std::log2(probability(symbols.subspan(i - n, n), symbols[i])));
  }
  return bits;
}

Habits::Habits() {
  for (const Habit& habit : kHabits)
    grams_.emplace_back(habit.order, habit.kinds);
}

void Habits::learn(const LeadLine& line) {
  const auto sequences = sequences_of(line);
  for (std::size_t i = 0; i < grams_.size(); ++i)
    grams_[i].learn(sequences[i]);
}

void Habits::add_surprise(const LeadLine& line, Sheet& sheet) const {
  sheet.begin("surprise");
  const auto sequences = sequences_of(line);
  for (std::size_t i = 0; i < grams_.size(); ++i) {
    const auto bits = grams_[i].surprise(sequences[i]);
    sheet.add(kHabits[i].mean, mean_of(bits));
    sheet.add(kHabits[i].most, above_a_twentieth(bits));
  }
}

}  // namespace cantus::judge
