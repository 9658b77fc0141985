// Whole numbers from JSON that somebody else may have written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace cantus::corpus {

/// The number, where it is whole, not negative and fits; else throws json::type_error as get() does
/// for a string. (get() itself casts 1e30 to an integer, which C++ leaves undefined.)
template <class T>
T whole_number(const nlohmann::json& value) {
  if (!value.is_number_unsigned() ||
      std::cmp_greater(value.get<std::uint64_t>(), std::numeric_limits<T>::max())) {
    throw nlohmann::json::type_error::create(302, "a whole number was expected", &value);
  }
  return static_cast<T>(value.get<std::uint64_t>());
}

/// The same of a member that may be missing.
template <class T>
T whole_number(const nlohmann::json& object, const char* name, T otherwise) {
  return object.contains(name) ? whole_number<T>(object.at(name)) : otherwise;
}

}  // namespace cantus::corpus
