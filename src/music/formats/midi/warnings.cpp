#include "music/formats/midi/warnings.h"

namespace cantus::formats::midi {
namespace {

constexpr std::size_t kMostLines = 99;

}  // namespace

void Warnings::add(std::string line) {
  if (lines_.size() < kMostLines) {
    lines_.push_back(std::move(line));
  } else {
    ++left_out_;
  }
}

std::vector<std::string> Warnings::take() {
  if (left_out_ > 0) lines_.push_back("and " + std::to_string(left_out_) + " more");
  left_out_ = 0;
  return std::exchange(lines_, {});
}

}  // namespace cantus::formats::midi
