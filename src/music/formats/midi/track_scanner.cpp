#include "music/formats/midi/track_scanner.h"

#include <algorithm>

#include <fmt/format.h>

namespace cantus::formats::midi {
namespace {

/// Longer messages are samples and patches; the ones that matter here have about ten bytes.
constexpr std::size_t kLongestExclusive = 64;

/// The channel of a Roland GS part number: part 0 plays channel 10.
std::size_t gs_channel(std::uint8_t part) {
  if (part == 0) return kDrumChannel;
  return part <= kDrumChannel ? part - 1U : part;
}

bool is_kept(std::uint8_t kind, std::uint8_t controller) {
  if (kind == kNoteOff || kind == kNoteOn || kind == kProgram) return true;
  return kind == kControl && (controller == 120 || controller == 123);
}

}  // namespace

TrackScanner::TrackScanner(
    std::string_view bytes, std::size_t start, std::size_t limit, File& file, Allowance& allowance)
    : bytes_(bytes), position_(start), limit_(limit), file_(file), allowance_(allowance) {}

TrackScan TrackScanner::scan() {
  while (position_ < limit_ && event()) {
  }
  result_.track.end = now_;
  result_.next = position_;
  return std::move(result_);
}

bool TrackScanner::stop(std::string why) {
  result_.trouble = std::move(why);
  return false;
}

std::optional<std::uint8_t> TrackScanner::byte() {
  if (position_ >= limit_) {
    result_.trouble = fmt::format("byte {}: the track is cut short inside an event", position_);
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(bytes_[position_++]);
}

std::optional<std::uint8_t> TrackScanner::data_byte() {
  const auto value = byte();
  if (!value || *value < 0x80) return value;
  ++result_.forgiven;
  return std::uint8_t{127};
}

std::optional<std::uint32_t> TrackScanner::variable_length() {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const auto next = byte();
    if (!next) return std::nullopt;
    value = (value << 7U) | (*next & 0x7FU);
    if (*next < 0x80) return value;
  }
  stop(fmt::format("byte {}: a variable-length number has more than four bytes", position_ - 4));
  return std::nullopt;
}

std::optional<std::string_view> TrackScanner::body() {
  const auto length = variable_length();
  if (!length) return std::nullopt;
  if (*length > limit_ - position_) {
    stop(fmt::format("byte {}: an event of {} bytes runs past the end of its track", position_,
                     *length));
    return std::nullopt;
  }
  const auto data = bytes_.substr(position_, *length);
  position_ += *length;
  return data;
}

bool TrackScanner::event() {
  const auto delta = variable_length();
  if (!delta) return false;
  now_ = std::min(now_ + *delta, kLastFileTick);
  const std::size_t start = position_;
  const auto status = byte();
  if (!status) return false;
  if (*status == 0xFF) return meta_event(start);
  if (*status == 0xF0 || *status == 0xF7) return system_exclusive(*status == 0xF7);
  if (*status > 0xF0) return system_common(*status);
  if (*status >= 0x80) {
    running_ = *status;
  } else {
    if (running_ == 0) return stop(fmt::format("byte {}: data without a status byte", start));
    --position_;
  }
  return channel_event(running_);
}

bool TrackScanner::channel_event(std::uint8_t status) {
  const auto kind = static_cast<std::uint8_t>(status >> 4U);
  const auto channel = static_cast<std::uint8_t>(status & 0x0FU);
  const auto first = data_byte();
  if (!first) return false;
  std::uint8_t second = 0;
  if (kind != kProgram && kind != 0xD) {
    const auto value = data_byte();
    if (!value) return false;
    second = *value;
  }
  const bool bank = kind == kControl && *first == 0;
  if (bank && (second == 120 || (second == 127 && file_.xg))) file_.drums[channel] = true;
  if (!is_kept(kind, *first)) return true;
  if (allowance_.channel_events == 0)
    return stop(fmt::format("byte {}: too many events", position_));
  --allowance_.channel_events;
  result_.track.events.push_back({now_, kind, channel, *first, second});
  return true;
}

bool TrackScanner::meta_event(std::size_t start) {
  const auto type = byte();
  if (!type) return false;
  const auto data = body();
  if (!data) return false;
  if (*type == kEndOfTrack) {
    result_.ended = true;
    return false;
  }
  if (*type == kPort && data->size() == 1 && !port_said_) {
    result_.track.port = static_cast<std::uint8_t>(data->front()) & 0x7F;
    port_said_ = true;
  }
  if (allowance_.metas == 0) return stop(fmt::format("byte {}: too many events", start));
  --allowance_.metas;
  result_.track.metas.push_back({now_, start, *type, *data});
  return true;
}

bool TrackScanner::system_exclusive(bool continuation) {
  const auto data = body();
  if (!data) return false;
  if (!continuation) exclusive_.clear();
  // An F7 event that follows no open message is an escape: bytes for the wire, none of ours.
  if (continuation && exclusive_.empty()) return true;
  if (!continuation) exclusive_ = '\xF0';
  exclusive_.append(data->substr(0, kLongestExclusive));
  if (!data->empty() && data->back() == '\xF7') {
    exclusive_message();
    exclusive_.clear();
  } else if (exclusive_.size() > kLongestExclusive) {
    exclusive_.resize(kLongestExclusive);
  }
  return true;
}

void TrackScanner::exclusive_message() {
  const auto at = [this](std::size_t i) {
    return i < exclusive_.size() ? static_cast<std::uint8_t>(exclusive_[i]) : std::uint8_t{0};
  };
  // Roland GS, "use for rhythm part": F0 41 dev 42 12 40 1n 15 map sum F7.
  const bool roland = at(1) == 0x41 && at(3) == 0x42 && at(4) == 0x12 && at(5) == 0x40;
  if (roland && (at(6) & 0xF0U) == 0x10 && at(7) == 0x15) {
    file_.drums[gs_channel(at(6) & 0x0FU)] = at(8) != 0;
  }
  // Yamaha XG: F0 43 1n 4C address(3) value F7; 08 nn 07 is the mode of a part.
  const bool yamaha = at(1) == 0x43 && (at(2) & 0xF0U) == 0x10 && at(3) == 0x4C;
  if (yamaha) file_.xg = true;
  if (yamaha && at(4) == 0x08 && at(5) < kChannels && at(6) == 0x07)
    file_.drums[at(5)] = at(7) != 0;
}

bool TrackScanner::system_common(std::uint8_t status) {
  // None of these belongs in a file; their data bytes are known, so what follows can be read.
  ++result_.forgiven;
  const int count = status == 0xF2 ? 2 : status == 0xF1 || status == 0xF3 ? 1 : 0;
  for (int i = 0; i < count; ++i) {
    if (!byte()) return false;
  }
  return true;
}

}  // namespace cantus::formats::midi
