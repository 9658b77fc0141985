// A file in memory for libsndfile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include <sndfile.h>

namespace cantus::sound {

/// Reads from and writes to `bytes`; must outlive the SNDFILE opened on it.
struct MemoryFile {
  std::string bytes;
  std::size_t at = 0;

  /// For sf_open_virtual with `this` as its user data.
  static SF_VIRTUAL_IO* functions();
};

}  // namespace cantus::sound
