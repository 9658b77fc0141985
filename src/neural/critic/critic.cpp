#include "neural/critic/critic.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "neural/infer/exact_math.h"

namespace cantus::critic {
namespace {

double probability(double log_odds) {
  return 1.0 / (1.0 + infer::exact_exp(-std::clamp(log_odds, -40.0, 40.0)));
}

Scores scores_of(const Opinion& opinion) {
  Scores scores{};
  for (std::size_t a = 0; a < kAspects; ++a)
    scores[a] = probability(static_cast<double>(opinion[a]));
  return scores;
}

void add_windows(const std::vector<Opinion>& opinions,
                 int window,
                 const Sheet& sheet,
                 std::vector<WindowScores>& to) {
  const auto bars = static_cast<int>(sheet.bars.size());
  for (std::size_t i = 0; i < opinions.size(); ++i) {
    const int first = sheet.first_bar + static_cast<int>(i);
    to.push_back({{first, first + std::min(window, bars) - 1}, scores_of(opinions[i])});
  }
}

/// A bar's log-odds: the mean of the phrases it lies in.
std::vector<double> by_bar(const std::vector<Opinion>& phrases,
                           std::size_t bars,
                           std::size_t aspect) {
  std::vector<double> odds(bars, 0.0);
  std::vector<int> times(bars, 0);
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    for (std::size_t b = i; b < std::min(bars, i + kPhraseBars); ++b) {
      odds[b] += static_cast<double>(phrases[i][aspect]);
      ++times[b];
    }
  }
  for (std::size_t b = 0; b < bars; ++b)
    odds[b] /= std::max(1, times[b]);
  return odds;
}

/// The worst bar, and one beside it that is nearly as bad.
BarRange weakest_of(const std::vector<double>& odds, int first_bar) {
  constexpr double kNearly = 0.25;
  const auto worst = std::ranges::min_element(odds);
  auto first = worst;
  auto last = worst;
  const auto near = [&](auto bar) { return *bar < *worst + kNearly; };
  if (std::next(worst) != odds.end() && near(std::next(worst))) {
    last = std::next(worst);
  } else if (worst != odds.begin() && near(std::prev(worst))) {
    first = std::prev(worst);
  }
  return {first_bar + static_cast<int>(first - odds.begin()),
          first_bar + static_cast<int>(last - odds.begin())};
}

}  // namespace

Result<Critic> Critic::load(const std::filesystem::path& path) {
  auto network = Network::load(path);
  if (!network) return tl::unexpected<Error>(network.error());
  return Critic(std::move(*network));
}

Result<Judgement> Critic::judge(const score::Piece& piece) const {
  const auto sheet = sheet_of(piece);
  if (!sheet) return tl::unexpected<Error>(sheet.error());
  const Opinions opinions = network_.opinions(marked(*sheet));
  Judgement out;
  out.scores = scores_of(opinions.piece);
  out.has_chords = sheet->has_chords();
  add_windows(opinions.phrases, kPhraseBars, *sheet, out.phrases);
  add_windows(opinions.sections, kSectionBars, *sheet, out.sections);
  add_windows(opinions.long_sections, kLongSectionBars, *sheet, out.sections);
  for (std::size_t a = 0; a < kAspects; ++a)
    out.weakest[a] = weakest_of(by_bar(opinions.phrases, sheet->bars.size(), a), sheet->first_bar);
  return out;
}

std::optional<double> Critic::rank(const score::Piece& piece) const {
  const auto sheet = sheet_of(piece);
  if (!sheet) return std::nullopt;
  return static_cast<double>(network_.opinions(marked(*sheet)).piece[0]);
}

std::optional<double> Critic::rank_end(const score::Piece& piece) const {
  const auto sheet = sheet_of(piece);
  if (!sheet) return std::nullopt;
  const Opinions opinions = network_.opinions(marked(*sheet));
  double sum = 0.0;
  for (const auto* windows : {&opinions.phrases, &opinions.sections, &opinions.long_sections})
    sum += static_cast<double>(windows->back()[0]);
  return sum / 3.0;
}

}  // namespace cantus::critic
