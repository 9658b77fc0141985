// Which of several training processes this one is, as its launcher says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace cantus::train {

struct Place {
  int rank = 0;   ///< 0 .. size - 1; the first prints and writes
  int size = 1;   ///< workers in all
  int local = 0;  ///< rank among those of the same machine, where the launcher says it
  std::string address = "127.0.0.1";  ///< name or address of the first worker's machine
  int port = 29500;                   ///< free on that machine

  bool alone() const { return size == 1; }
  bool first() const { return rank == 0; }
};

/// A variable's value, none where it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// The place from RANK and WORLD_SIZE, or from what Slurm, Open MPI or another MPI launcher sets;
/// MASTER_ADDR and MASTER_PORT beside them. Alone where none is set. Fails where a number is none,
/// where a rank is not below the size, and where workers on several machines lack MASTER_ADDR.
Result<Place> place_from(const Environment& environment);

/// place_from() the process's own environment.
Result<Place> place_from_environment();

}  // namespace cantus::train
