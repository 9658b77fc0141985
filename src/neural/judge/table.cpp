#include "neural/judge/table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cantus::judge {

void Sheet::add(std::string_view name, double value) {
  features_.push_back({family_, std::string(name)});
  values_.push_back(std::isfinite(value) ? value : 0.0);
}

Table Table::only(std::string_view family) const {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (features[i].family == family) kept.push_back(i);
  }
  return only(kept);
}

Table Table::only(const std::vector<std::size_t>& kept) const {
  Table out;
  for (const std::size_t i : kept)
    out.features.push_back(features[i]);
  for (const Row& row : rows) {
    Row& mine = out.rows.emplace_back(Row{{}, row.ours, row.group});
    for (const std::size_t i : kept)
      mine.values.push_back(row.values[i]);
  }
  return out;
}

std::size_t Table::count(bool ours) const {
  return static_cast<std::size_t>(std::ranges::count(rows, ours, &Row::ours));
}

double entropy_of(const std::vector<double>& counts) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  double bits = 0.0;
  for (const double count : counts) {
    if (count > 0.0) bits -= count / total * std::log2(count / total);
  }
  return bits;
}

double mean_of(const std::vector<double>& values) {
  return share_of(std::accumulate(values.begin(), values.end(), 0.0),
                  static_cast<double>(values.size()));
}

double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double squares = 0.0;
  for (const double value : values)
    squares += (value - mean) * (value - mean);
  return std::sqrt(share_of(squares, static_cast<double>(values.size())));
}

}  // namespace cantus::judge
