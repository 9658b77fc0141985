#include "music/formats/midi/smf.h"

#include <algorithm>

#include <fmt/format.h>

#include "music/formats/midi/track_scanner.h"

namespace cantus::formats::midi {
namespace {

constexpr std::size_t kChunkHead = 8;
constexpr std::size_t kHeaderSize = 14;
constexpr std::size_t kMostTracks = 65'535;  // what a header can count

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes)
    value = (value << 8U) | static_cast<std::uint8_t>(c);
  return value;
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;)
    value = (value << 8U) | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

bool looks_like_a_chunk(std::string_view bytes, std::size_t at) {
  if (bytes.size() - at < kChunkHead) return false;
  return std::ranges::all_of(bytes.substr(at, 4), [](char c) { return c >= ' ' && c <= '~'; });
}

/// The bytes of the "data" chunk of a RIFF file, as the offset where they start and stop.
std::string_view unwrapped(std::string_view bytes, std::size_t& start) {
  start = 12;
  while (bytes.size() >= start + kChunkHead) {
    const std::size_t length = little_endian(bytes.substr(start + 4, 4));
    const bool data = bytes.substr(start, 4) == "data";
    start += kChunkHead;
    if (data) return bytes.substr(0, std::min(bytes.size(), start + length));
    start += length + length % 2;
  }
  start = 0;
  return bytes;
}

Clock clock_of(std::uint32_t division, Warnings& warnings) {
  Clock clock;
  if ((division & 0x8000U) == 0) {
    clock.denominator = division;
    if (division == 0) {
      warnings.add("byte 12: the division is 0; 480 ticks a beat assumed");
      clock.denominator = 480;
    }
    return clock;
  }
  const int frames = 256 - static_cast<int>(division >> 8U);
  const int ticks = std::max(1, static_cast<int>(division & 0xFFU));
  clock.smpte = true;
  clock.numerator = 2 * score::kTicksPerBeat;  // a second at 120 beats a minute
  clock.denominator = std::int64_t{frames} * ticks;
  if (frames == 29) {  // 30 frames in 1.001 seconds
    clock.numerator *= 1001;
    clock.denominator = std::int64_t{30'000} * ticks;
  } else if (frames != 24 && frames != 25 && frames != 30) {
    warnings.add(fmt::format("byte 12: {} frames a second is no SMPTE rate", frames));
  }
  return clock;
}

class FileScanner {
 public:
  FileScanner(std::string_view bytes, Warnings& warnings) : bytes_(bytes), warnings_(warnings) {}

  Result<File> scan() {
    const auto header = find_header();
    if (!header) return tl::unexpected<Error>(header.error());
    position_ = *header;
    while (position_ < bytes_.size() && file_.tracks.size() < kMostTracks)
      chunk();
    if (position_ < bytes_.size())
      warnings_.add(fmt::format("byte {}: too many tracks", position_));
    if (file_.tracks.empty()) {
      return fail(ErrorCode::invalid_input, fmt::format("byte {}: no track follows", *header));
    }
    if (file_.tracks.size() != tracks_said_) {
      warnings_.add(fmt::format("byte 10: the header counts {} tracks, the file has {}",
                                tracks_said_, file_.tracks.size()));
    }
    return std::move(file_);
  }

 private:
  /// Where the first chunk after the header starts.
  Result<std::size_t> find_header() {
    std::size_t start = 0;
    if (bytes_.starts_with("RIFF") && bytes_.substr(0, 12).ends_with("RMID")) {
      bytes_ = unwrapped(bytes_, start);
    }
    if (!bytes_.substr(start).starts_with("MThd")) {
      start = bytes_.substr(0, 4096).find("MThd");
      if (start == std::string_view::npos) {
        return fail(ErrorCode::invalid_input, "byte 0: not a MIDI file: no 'MThd' header");
      }
      warnings_.add(fmt::format("byte 0: {} bytes before the header skipped", start));
    }
    if (bytes_.size() - start < kHeaderSize) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("byte {}: the file ends inside its header", bytes_.size()));
    }
    return read_header(start);
  }

  std::size_t read_header(std::size_t start) {
    const auto field = [&](std::size_t at, std::size_t size) {
      return big_endian(bytes_.substr(start + at, size));
    };
    const std::size_t length = field(4, 4);
    file_.format = static_cast<int>(field(8, 2));
    if (file_.format > 2) {
      warnings_.add(
          fmt::format("byte {}: format {} is unknown; read as 1", start + 8, file_.format));
      file_.format = 1;
    }
    tracks_said_ = field(10, 2);
    file_.clock = clock_of(field(12, 2), warnings_);
    file_.drums[kDrumChannel] = true;
    const std::size_t stated = start + kChunkHead + length;
    if (length >= 6 && stated <= bytes_.size()) return stated;
    warnings_.add(fmt::format("byte {}: the header's length is wrong", start + 4));
    return start + kHeaderSize;
  }

  void chunk() {
    if (!looks_like_a_chunk(bytes_, position_)) return skip_to_track();
    const std::size_t length = big_endian(bytes_.substr(position_ + 4, 4));
    const std::size_t body = position_ + kChunkHead;
    const std::size_t rest = bytes_.size() - body;
    if (bytes_.substr(position_, 4) == "MTrk") {
      track(body, body + std::min(length, rest), length > rest);
    } else {
      if (length > rest) return skip_to_track();
      position_ = body + length;
    }
  }

  /// Past bytes that are no chunk, to the next track or the end. Padding after the last track is
  /// not worth a word.
  void skip_to_track() {
    const std::size_t next = bytes_.find("MTrk", position_ + 1);
    if (next != std::string_view::npos || file_.tracks.size() < tracks_said_) {
      warnings_.add(fmt::format("byte {}: no chunk starts here; skipped", position_));
    }
    position_ = std::min(next, bytes_.size());
  }

  void track(std::size_t body, std::size_t limit, bool cut) {
    const Allowance before = allowance_;
    TrackScan scan = TrackScanner(bytes_, body, limit, file_, allowance_).scan();
    if (!scan.ended && limit < bytes_.size() && !looks_like_a_chunk(bytes_, limit)) {
      warnings_.add(fmt::format("byte {}: the track's length is wrong", body - 4));
      limit = std::min(bytes_.find("MTrk", limit), bytes_.size());
      allowance_ = before;
      scan = TrackScanner(bytes_, body, limit, file_, allowance_).scan();
    }
    report(scan, limit);
    const bool early = scan.ended && bytes_.substr(scan.next, 4) == "MTrk";
    position_ = early ? scan.next : limit;
    if (cut && !early) position_ = std::min(bytes_.find("MTrk", scan.next), bytes_.size());
    file_.tracks.push_back(std::move(scan.track));
  }

  void report(const TrackScan& scan, std::size_t limit) {
    const std::size_t number = file_.tracks.size() + 1;
    if (!scan.trouble.empty()) {
      warnings_.add(fmt::format("track {}: {}; what follows in it is lost", number, scan.trouble));
    } else if (!scan.ended) {
      warnings_.add(fmt::format("track {}: byte {}: no end-of-track event", number, limit));
    }
    if (scan.forgiven > 0) {
      warnings_.add(
          fmt::format("track {}: {} bytes that no event may have", number, scan.forgiven));
    }
  }

  std::string_view bytes_;
  Warnings& warnings_;
  File file_;
  Allowance allowance_;
  std::size_t position_ = 0;
  std::size_t tracks_said_ = 0;
};

}  // namespace

Result<File> scan(std::string_view bytes, Warnings& warnings) {
  return FileScanner(bytes, warnings).scan();
}

}  // namespace cantus::formats::midi
