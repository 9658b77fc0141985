// A value, or the reason there is none.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace cantus {

enum class ErrorCode { invalid_input, not_found, unsupported, io, interrupted };

struct Error {
  ErrorCode code;
  std::string message;  ///< One sentence for a person, without a trailing full stop.
};

/// The result of anything that can fail on good code and bad input. Ignoring one is a warning.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  // map() and and_then() give the base class back.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(tl::expected<T, Error> base) : tl::expected<T, Error>(std::move(base)) {}
};

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// Passes another result's error on, with a place in front: "song.mid: byte 12: ...".
inline tl::unexpected<Error> fail_at(const std::string& place, const Error& error) {
  return tl::unexpected<Error>(Error{error.code, place + ": " + error.message});
}

}  // namespace cantus
