// MIDI files written byte by byte, for tests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cantus::formats::midi::handmade {

inline std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values)
    out += static_cast<char>(value);
  return out;
}

inline std::string number(std::size_t value, int size) {
  std::string out;
  for (int i = size - 1; i >= 0; --i)
    out += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return out;
}

inline std::string chunk(std::string_view type, std::string_view body) {
  return std::string(type) + number(body.size(), 4) + std::string(body);
}

/// A header that counts `tracks.size()` tracks, and the tracks: whole bodies.
inline std::string file(int format, int division, const std::vector<std::string>& tracks) {
  std::string out =
      chunk("MThd", number(static_cast<std::size_t>(format), 2) + number(tracks.size(), 2) +
                        number(static_cast<std::size_t>(division), 2));
  for (const std::string& track : tracks)
    out += chunk("MTrk", track);
  return out;
}

/// A meta event after `delta` (under 128) ticks, of under 128 bytes.
inline std::string meta(int delta, int type, std::string_view data) {
  return bytes({delta, 0xFF, type, static_cast<int>(data.size())}) + std::string(data);
}

inline std::string end(int delta = 0) {
  return meta(delta, 0x2F, "");
}

/// A note of key 60 on channel 1 from now, 96 ticks long.
inline std::string note() {
  return bytes({0, 0x90, 60, 80, 96, 0x80, 60, 0});
}

}  // namespace cantus::formats::midi::handmade
