// What the judge says of a table: how well the sides can be told apart, and by what.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "neural/judge/cross_validation.h"
#include "neural/judge/roc.h"
#include "neural/judge/table.h"

namespace cantus::judge {

/// How one feature gives us away.
struct Clue {
  Feature feature;
  double cost = 0.0;    ///< bits a row, where the judge is robbed of it (cross_validation.h)
  double gain = 0.0;    ///< its share of what the trees learnt
  double alone = 0.5;   ///< the area by this number alone: above 0.5 where ours have more of it
  double people = 0.0;  ///< means
  double ours = 0.0;
};

struct Verdict {
  std::size_t people = 0;  ///< rows
  std::size_t ours = 0;
  std::size_t groups = 0;
  Area trees;                                            ///< the judge's
  Area logistic;                                         ///< the plain judge beside it
  std::vector<std::pair<std::string, double>> families;  ///< trees that see one family alone
  std::vector<Clue> clues;                               ///< by cost, largest first
  /// The area that is left when so many of the first clues are taken away: how deep it goes.
  std::vector<std::pair<int, double>> without;
};

/// Cross-validated by group. The same table and settings give the same verdict.
Verdict judge(const Table& table, const ValidationSettings& settings);

/// Rows of people alone, each group called ours or not by lot: what nobody can tell apart. The
/// areas of so many such lots.
std::vector<double> areas_of_halves(const Table& table,
                                    int lots,
                                    const ValidationSettings& settings);

}  // namespace cantus::judge
