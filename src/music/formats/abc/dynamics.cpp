#include "music/formats/abc/dynamics.h"

#include <algorithm>
#include <array>

namespace cantus::formats::abc {
namespace {

struct Dynamic {
  std::string_view name;
  int velocity;
};
constexpr std::array<Dynamic, 10> kDynamics = {{{"pppp", 16},
                                                {"ppp", 28},
                                                {"pp", 40},
                                                {"p", 52},
                                                {"mp", 66},
                                                {"mf", 80},
                                                {"f", 94},
                                                {"ff", 106},
                                                {"fff", 116},
                                                {"ffff", 126}}};

}  // namespace

std::optional<int> velocity_of(std::string_view dynamic) {
  const auto row = std::ranges::find(kDynamics, dynamic, &Dynamic::name);
  return row == kDynamics.end() ? std::nullopt : std::optional(row->velocity);
}

std::optional<std::string_view> dynamic_of(int velocity) {
  const auto row = std::ranges::find(kDynamics, velocity, &Dynamic::velocity);
  return row == kDynamics.end() ? std::nullopt : std::optional(row->name);
}

}  // namespace cantus::formats::abc
