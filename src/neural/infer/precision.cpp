#include "neural/infer/precision.h"

#include <algorithm>
#include <array>

namespace cantus::infer {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"float32", "bf16", "int8"};

}  // namespace

std::string_view name_of(Precision precision) {
  return kNames[static_cast<std::size_t>(precision)];
}

std::optional<Precision> precision_named(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Precision>(found - kNames.begin());
}

}  // namespace cantus::infer
