// How the program speaks: words on standard error, data on standard output, progress on terminals.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>

#include "base/result.h"

namespace cantus::cli {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kInterrupted = 130;

struct Console {
  bool quiet = false;
  bool verbose = false;
  bool json = false;
  int threads = 2;

  void say(const std::string& line) const;     ///< unless quiet
  void detail(const std::string& line) const;  ///< when verbose
  void warn(const std::string& line) const;
  /// A line that the next one overwrites; on a terminal only.
  void progress(const std::string& line) const;
  void end_progress() const;

  /// Says what went wrong and gives the exit code for it.
  int failed(const Error& error) const;
  int usage(const Error& error) const;  ///< the same for a wrong option
  /// `status`, or kFailed with a sentence where standard output did not take what was printed.
  int ended(int status) const;
};

/// Becomes true at the first Ctrl-C; a second one ends the program at once.
const std::atomic<bool>& stop_flag();
void listen_for_interrupts();

}  // namespace cantus::cli
