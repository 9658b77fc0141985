// What a reader forgave, each told once a bar and part, at most a hundred.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace cantus::formats::musicxml {

class Warnings {
 public:
  static constexpr std::size_t kMost = 100;

  /// Bars and parts count from 1.
  void add(std::size_t bar, std::size_t part, std::string_view what) {
    add(fmt::format("bar {}, part {}: {}", bar, part, what));
  }
  void add(std::string text) {
    const bool repeated = !all_.empty() && all_.back() == text;
    if (all_.size() < kMost && !repeated) all_.push_back(std::move(text));
  }
  std::vector<std::string> take() { return std::move(all_); }

 private:
  std::vector<std::string> all_;
};

}  // namespace cantus::formats::musicxml
