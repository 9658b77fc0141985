#include "music/formats/midi/track_writer.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "music/formats/midi/smf.h"

namespace cantus::formats::midi {
namespace {

constexpr std::int64_t kLongestDelta = (1 << 28) - 1;
constexpr std::size_t kLongestText = 1U << 20U;
constexpr std::uint8_t kReleaseVelocity =
    64;  // what the standard asks of senders that measure none

void append_variable_length(std::string& out, std::uint32_t value) {
  for (unsigned shift = 21; shift > 0; shift -= 7) {
    if (value >> shift != 0) out += static_cast<char>(0x80U | ((value >> shift) & 0x7FU));
  }
  out += static_cast<char>(value & 0x7FU);
}

std::string meta_bytes(std::uint8_t type, std::string_view data) {
  data = data.substr(0, kLongestText);
  std::string bytes = "\xFF";
  bytes += static_cast<char>(type);
  append_variable_length(bytes, static_cast<std::uint32_t>(data.size()));
  return bytes.append(data);
}

std::string channel_bytes(Kind kind, Seat seat, int first) {
  return {static_cast<char>((kind << 4U) | seat.channel), static_cast<char>(first)};
}

/// A wait; one longer than a delta can say is broken by texts that say nothing.
void append_wait(std::string& out, std::int64_t ticks) {
  for (; ticks > kLongestDelta; ticks -= kLongestDelta) {
    append_variable_length(out, static_cast<std::uint32_t>(kLongestDelta));
    out += meta_bytes(kText, "");
  }
  append_variable_length(out, static_cast<std::uint32_t>(ticks));
}

void append_big_endian(std::string& out, std::size_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out += static_cast<char>((value >> shift) & 0xFFU);
}

}  // namespace

void TrackWriter::add(score::Tick at, Rank rank, std::string bytes) {
  events_.push_back({at, rank, std::move(bytes)});
  end_at(at);
}

void TrackWriter::meta(score::Tick at, std::uint8_t type, std::string_view data) {
  add(at, Rank::first, meta_bytes(type, data));
}

void TrackWriter::program(Seat seat, std::uint8_t program) {
  add(score::Tick(), Rank::first, channel_bytes(kProgram, seat, program));
}

void TrackWriter::note(Seat seat, const score::Note& note) {
  std::string on = channel_bytes(kNoteOn, seat, note.pitch.key());
  std::string off = channel_bytes(kNoteOff, seat, note.pitch.key());
  on += static_cast<char>(note.velocity);
  off += static_cast<char>(kReleaseVelocity);
  add(note.onset, Rank::note_on, std::move(on));
  add(note.end(), Rank::note_off, std::move(off));
}

std::int64_t TrackWriter::common_divisor(std::int64_t common) const {
  for (const Event& event : events_)
    common = std::gcd(common, event.at.count());
  return std::gcd(common, end_.count());
}

std::string TrackWriter::chunk(std::int64_t division) const {
  std::vector<const Event*> order;
  for (const Event& event : events_)
    order.push_back(&event);
  std::ranges::stable_sort(order, {}, [](const Event* e) { return std::tuple(e->at, e->rank); });
  const std::int64_t unit = score::kTicksPerBeat / division;
  std::string body;
  score::Tick now;
  for (const Event* event : order) {
    append_wait(body, (event->at - now).count() / unit);
    body += event->bytes;
    now = event->at;
  }
  append_wait(body, (end_ - now).count() / unit);
  body += meta_bytes(kEndOfTrack, "");
  std::string chunk = "MTrk";
  append_big_endian(chunk, body.size());
  return chunk + body;
}

}  // namespace cantus::formats::midi
