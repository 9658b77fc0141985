#include "neural/rolls/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/random.h"

namespace cantus::rolls {
namespace {

/// `count` of the numbers below `of`, or all, in a random order.
std::vector<std::size_t> drawn(std::size_t count, std::size_t of, Random random) {
  std::vector<std::size_t> numbers(of);
  for (std::size_t i = 0; i < of; ++i)
    numbers[i] = i;
  for (std::size_t i = 0; i < std::min(count, of); ++i)
    std::swap(numbers[i], numbers[i + random.below(of - i)]);
  numbers.resize(std::min(count, of));
  return numbers;
}

std::map<std::uint32_t, std::vector<std::size_t>> by_piece(const PhrasesToCompare& set) {
  std::map<std::uint32_t, std::vector<std::size_t>> pieces;
  for (std::size_t i = 0; i < set.rolls.size(); ++i)
    pieces[set.pieces[i]].push_back(i);
  return pieces;
}

/// A phrase each of `count` pieces.
std::vector<Roll> one_of_each(const PhrasesToCompare& set, std::size_t count, Random random) {
  std::vector<std::vector<std::size_t>> pieces;
  for (auto& [piece, phrases] : by_piece(set))
    pieces.push_back(phrases);
  std::vector<Roll> rolls;
  for (const std::size_t piece : drawn(count, pieces.size(), random.fork("pieces"))) {
    const auto& phrases = pieces[piece];
    rolls.push_back(*set.rolls[phrases[random.below(phrases.size())]]);
  }
  return rolls;
}

void find_nearest(const PhrasesToCompare& set,
                  const NearestPhrase& training,
                  bool is_training,
                  const ComparisonSettings& settings,
                  Column& column) {
  const Random random = Random(settings.seed).fork("searched");
  for (const std::size_t i : drawn(settings.most_searched, set.rolls.size(), random)) {
    const auto except = is_training ? std::optional(set.pieces[i]) : std::nullopt;
    if (const auto found = training.nearest(*set.rolls[i], except))
      column.apart.push_back({set.asked.empty() ? set.pieces[i] : set.asked[i], found->distance});
  }
  if (column.apart.empty()) return;
  column.nearest = mean_apart(column.apart, settings.seed);
  std::vector<double> distances;
  for (const Apart& phrase : column.apart) {
    distances.push_back(phrase.distance);
    if (phrase.distance < kNearlyIdentical)
      column.copied += 1.0 / static_cast<double>(column.apart.size());
  }
  std::ranges::sort(distances);
  column.nearest_low = distances[distances.size() / 20];
}

std::string cell(const Figure& figure) {
  if (!figure.known) return "-";
  const int digits = figure.value < 10.0 ? 3 : 2;
  return fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", figure.value, digits, figure.low, digits,
                     figure.high, digits);
}

}  // namespace

PhrasesToCompare to_compare(std::string title, std::span<const Phrase> phrases, Split split) {
  PhrasesToCompare set{std::move(title), {}, {}, {}};
  for (const Phrase& phrase : phrases) {
    if (phrase.split != split) continue;
    set.rolls.push_back(&phrase.roll);
    set.pieces.push_back(phrase.group);
  }
  return set;
}

PhrasesToCompare to_compare(std::string title, std::span<const Roll> rolls) {
  PhrasesToCompare set{std::move(title), {}, {}, {}};
  for (std::size_t i = 0; i < rolls.size(); ++i) {
    set.rolls.push_back(&rolls[i]);
    set.pieces.push_back(static_cast<std::uint32_t>(i));
  }
  return set;
}

std::vector<Column> compare(const PhrasesToCompare& training,
                            std::span<const PhrasesToCompare> sets,
                            const ComparisonSettings& settings) {
  NearestPhrase nearest;
  for (std::size_t i = 0; i < training.rolls.size(); ++i)
    nearest.add(*training.rolls[i], training.pieces[i]);
  std::size_t varied = settings.most_varied;
  for (const PhrasesToCompare& set : sets)
    varied = std::min(varied, by_piece(set).size());
  std::vector<Column> columns;
  for (const PhrasesToCompare& set : sets) {
    Column column;
    column.title = set.title;
    column.phrases = set.rolls.size();
    Statistics statistics;
    for (std::size_t i = 0; i < set.rolls.size(); ++i)
      statistics.add(*set.rolls[i], set.pieces[i]);
    column.pieces = statistics.pieces();
    column.figures = statistics.figures(settings.seed);
    column.variety = variety_of(one_of_each(set, varied, Random(settings.seed).fork("varied")));
    find_nearest(set, nearest, set.rolls == training.rolls, settings, column);
    columns.push_back(std::move(column));
  }
  return columns;
}

std::optional<double> off_by(const Figure& value, const Figure& reference) {
  if (!value.known || !reference.known || reference.value == 0.0) return std::nullopt;
  return std::abs(value.value - reference.value) / std::abs(reference.value);
}

bool is_matched(const Figure& value, const Figure& training, const Figure& held_out) {
  const double allowed = std::abs(held_out.value - training.value) +
                         std::max(held_out.high - held_out.value, held_out.value - held_out.low);
  return std::abs(value.value - training.value) <= allowed;
}

std::string table_of(const Column* generated,
                     const Column& training,
                     const Column& held_out,
                     const Column& shuffled) {
  std::vector<const Column*> columns = {&training, &held_out, &shuffled};
  if (generated != nullptr) columns.insert(columns.begin(), generated);
  std::string head = "| |";
  std::string rule = "|---|";
  for (const Column* column : columns) {
    head += fmt::format(" {} |", column->title);
    rule += "--:|";
  }
  if (generated != nullptr) head += " off | matched |", rule += "--:|:-:|";
  std::string table = head + "\n" + rule + "\n";
  const auto row = [&](const std::string& name, auto&& text) {
    table += "| " + name + " |";
    for (const Column* column : columns)
      table += " " + text(*column) + " |";
    if (generated == nullptr) table += "\n";
  };
  for (std::size_t i = 0; i < training.figures.size(); ++i) {
    row(figure_names()[i], [&](const Column& column) { return cell(column.figures[i]); });
    if (generated == nullptr) continue;
    const Figure& value = generated->figures[i];
    const auto off = off_by(value, training.figures[i]);
    const bool matched = is_matched(value, training.figures[i], held_out.figures[i]);
    table += off ? fmt::format(" {:.1f} % | {} |\n", 100.0 * *off, matched ? "yes" : "no")
                 : " - | - |\n";
  }
  const std::string empty = generated == nullptr ? "" : " | |\n";
  const auto plain_row = [&](const std::string& name, auto&& value) {
    row(name, [&](const Column& column) { return fmt::format("{:.3f}", value(column)); });
    table += empty;
  };
  row("nearest training phrase, mean", [](const Column& c) { return cell(c.nearest); });
  table += empty;
  plain_row("nearest training phrase, nearest 5 %", [](const Column& c) { return c.nearest_low; });
  plain_row("nearly identical to a training phrase", [](const Column& c) { return c.copied; });
  plain_row("distance of two phrases", [](const Column& c) { return c.variety.mean_distance; });
  plain_row("nearest other phrase", [](const Column& c) { return c.variety.nearest_distance; });
  plain_row("nearly identical to another phrase",
            [](const Column& c) { return c.variety.nearly_identical; });
  const auto count_row = [&](const std::string& name, auto&& value) {
    row(name, [&](const Column& column) { return std::to_string(value(column)); });
    table += empty;
  };
  count_row("phrases", [](const Column& c) { return c.phrases; });
  count_row("pieces", [](const Column& c) { return c.pieces; });
  return table;
}

std::string nearness_of(const Column& generated, const Column& others) {
  const Figure by = difference_apart(generated.apart, others.apart);
  if (!by.known) return "";
  const char* verdict = by.high < 0.0  ? "generated phrases lie nearer"
                        : by.low > 0.0 ? "generated phrases lie further away"
                                       : "no difference is shown";
  return fmt::format(
      "nearest training phrase: {} {}, {} {}; difference {:+.3f} ({:+.3f} to {:+.3f}): {}\n",
      generated.title, cell(generated.nearest), others.title, cell(others.nearest), by.value,
      by.low, by.high, verdict);
}

Reached reached(const Figures& generated, const Figures& training, double share) {
  Reached out;
  for (std::size_t i = 0; i < kMuseGanFigures; ++i) {
    const auto off = off_by(generated[i], training[i]);
    if (!off) continue;
    ++out.known;
    out.within += *off <= share ? 1 : 0;
  }
  return out;
}

}  // namespace cantus::rolls
