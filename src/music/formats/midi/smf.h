// A Standard MIDI File as chunks and events, before it means music.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "music/formats/midi/clock.h"
#include "music/formats/midi/warnings.h"

namespace cantus::formats::midi {

constexpr int kChannels = 16;
constexpr std::size_t kDrumChannel = 9;  ///< "Channel 10" to a musician.

/// Upper half of a status byte.
enum Kind : std::uint8_t { kNoteOff = 0x8, kNoteOn = 0x9, kControl = 0xB, kProgram = 0xC };

enum Meta : std::uint8_t {
  kText = 0x01,
  kTrackName = 0x03,
  kInstrumentName = 0x04,
  kLyric = 0x05,
  kMarker = 0x06,
  kChannelPrefix = 0x20,
  kPort = 0x21,
  kEndOfTrack = 0x2F,
  kTempo = 0x51,
  kTimeSignature = 0x58,
  kKeySignature = 0x59,
};

/// Notes, programs, and the controllers that end notes or choose a bank; others are not kept.
struct ChannelEvent {
  std::int64_t at = 0;  ///< In the file's ticks from the start of the track.
  std::uint8_t kind = 0;
  std::uint8_t channel = 0;
  std::uint8_t first = 0;
  std::uint8_t second = 0;
};

struct MetaEvent {
  std::int64_t at = 0;
  std::size_t byte = 0;  ///< Where in the file it starts.
  std::uint8_t type = 0;
  std::string_view data;  ///< Into the file's bytes.
};

struct Track {
  std::vector<ChannelEvent> events;  ///< Sorted by `at`, else in the order of the file.
  std::vector<MetaEvent> metas;      ///< The same.
  std::int64_t end = 0;              ///< Of its end-of-track event, or its last event.
  int port = 0;
};

struct File {
  int format = 1;
  Clock clock;
  std::vector<Track> tracks;
  /// Channels that play drums: the tenth, and what Roland GS and Yamaha XG messages say.
  std::array<bool, kChannels> drums{};
  bool xg = false;  ///< Speaks Yamaha XG, where bank 127 is drums.
};

/// `bytes` must outlive the result. Fails where there is no header or no track.
Result<File> scan(std::string_view bytes, Warnings& warnings);

}  // namespace cantus::formats::midi
