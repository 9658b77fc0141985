// Scores every row by judges that never saw it, nor anything of its group.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "neural/judge/roc.h"
#include "neural/judge/table.h"

namespace cantus::judge {

struct ValidationSettings {
  int folds = 5;
  int repeats = 5;  ///< of the whole, with other folds; a row's score is the mean
  std::uint64_t seed = 1;
};

/// The fold of each row: groups stay whole, and each fold has its share of either side's rows.
std::vector<int> folds_of(const Table& table, int folds, std::uint64_t seed);

struct CrossValidated {
  std::vector<Scored> trees;     ///< by row
  std::vector<Scored> logistic;  ///< by row
  std::vector<double> gains;     ///< [feature] mean share of the trees' gain
  std::vector<double> costs;     ///< [feature] see below
};

/// `costs` is by how many bits a row the judge errs more, on rows that it has not seen, when the
/// feature's values are dealt anew among them (Breiman 2001); the mean over folds and repeats. The
/// area itself would not fall while other features tell the same.
CrossValidated cross_validate(const Table& table, const ValidationSettings& settings);

/// The trees' scores alone, quicker.
std::vector<Scored> scores_of(const Table& table, const ValidationSettings& settings);

}  // namespace cantus::judge
