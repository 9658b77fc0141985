// The events of one track chunk.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "music/formats/midi/smf.h"

namespace cantus::formats::midi {

/// How many events of all tracks together are kept: bounds memory at some 700 MB.
struct Allowance {
  std::size_t channel_events = 4'000'000;
  std::size_t metas = 1'000'000;
};

/// What reading a track came to.
struct TrackScan {
  Track track;
  std::size_t next = 0;      ///< The byte after the last one read.
  bool ended = false;        ///< Saw the end-of-track event.
  std::string trouble;       ///< Why it stopped early, with the byte; empty where it did not.
  std::size_t forgiven = 0;  ///< Bytes that no event may have.
};

class TrackScanner {
 public:
  /// Reads bytes [start, limit). What messages say of drums goes to `file`.
  TrackScanner(std::string_view bytes,
               std::size_t start,
               std::size_t limit,
               File& file,
               Allowance& allowance);

  TrackScan scan();

 private:
  bool event();
  bool channel_event(std::uint8_t status);
  bool meta_event(std::size_t start);
  bool system_exclusive(bool continuation);
  bool system_common(std::uint8_t status);
  void exclusive_message();
  bool stop(std::string why);
  std::optional<std::uint8_t> byte();
  std::optional<std::uint8_t> data_byte();
  std::optional<std::uint32_t> variable_length();
  std::optional<std::string_view> body();

  std::string_view bytes_;
  std::size_t position_;
  std::size_t limit_;
  File& file_;
  Allowance& allowance_;
  TrackScan result_;
  std::int64_t now_ = 0;
  std::uint8_t running_ = 0;
  bool port_said_ = false;
  std::string exclusive_;  // of the message so far, over its continuations
};

}  // namespace cantus::formats::midi
