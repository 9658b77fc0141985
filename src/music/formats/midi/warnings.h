// What a reader had to forgive, at most a hundred lines of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace cantus::formats::midi {

class Warnings {
 public:
  void add(std::string line);

  /// The lines; the last one counts those left out.
  std::vector<std::string> take();

 private:
  std::vector<std::string> lines_;
  std::size_t left_out_ = 0;
};

}  // namespace cantus::formats::midi
