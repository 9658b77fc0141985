// What the judge learns from: a row of named numbers for each piece or phrase, and whose it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cantus::judge {

struct Feature {
  std::string family;  ///< "moves", "rhythm", "chords", ...
  std::string name;    ///< In musical words; unique in its family.
  friend bool operator==(const Feature&, const Feature&) = default;
};

/// Collects the numbers of one piece, always the same ones in the same order. What cannot be
/// measured is 0.
class Sheet {
 public:
  /// Of what is added from here on.
  void begin(std::string_view family) { family_ = family; }
  void add(std::string_view name, double value);

  const std::vector<Feature>& features() const { return features_; }
  const std::vector<double>& values() const { return values_; }

 private:
  std::string family_;
  std::vector<Feature> features_;
  std::vector<double> values_;
};

struct Row {
  std::vector<double> values;  ///< [feature]
  bool ours = false;           ///< else by people
  std::uint32_t group = 0;     ///< Rows of one piece and of its near duplicates share it.
};

struct Table {
  std::vector<Feature> features;
  std::vector<Row> rows;

  /// The same rows with the features of one family alone.
  Table only(std::string_view family) const;
  Table only(const std::vector<std::size_t>& kept) const;  ///< the same of these features
  std::size_t count(bool ours) const;
};

/// `part` of `whole`, 0 where there is no whole.
inline double share_of(double part, double whole) {
  return whole > 0.0 ? part / whole : 0.0;
}

/// Bits of the distribution that these counts are; 0 for fewer than two kinds.
double entropy_of(const std::vector<double>& counts);
double mean_of(const std::vector<double>& values);
/// Standard deviation of the values themselves (not of a sample).
double deviation_of(const std::vector<double>& values);

}  // namespace cantus::judge
