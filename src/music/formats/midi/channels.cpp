#include "music/formats/midi/channels.h"

#include <algorithm>
#include <map>
#include <set>

#include "music/formats/midi/smf.h"

namespace cantus::formats::midi {
namespace {

constexpr std::size_t kPitchedChannels = kChannels - 1;

Seat pitched_seat(std::size_t index) {
  const std::size_t channel = index % kPitchedChannels;
  return {static_cast<std::uint8_t>(index / kPitchedChannels),
          static_cast<std::uint8_t>(channel < kDrumChannel ? channel : channel + 1)};
}

/// Gives channels of their own to the first parts, as long as every program still to come gets one.
class PitchedSeats {
 public:
  explicit PitchedSeats(std::span<const score::Part> parts) {
    std::set<std::uint8_t> programs;
    for (const score::Part& part : parts) {
      if (!part.is_drums()) programs.insert(program_of(part));
    }
    waiting_ = programs.size();
    channels_ = std::max(kPitchedChannels, programs.size());
  }

  Seat next(std::uint8_t program) {
    const auto known = first_.find(program);
    if (known == first_.end()) --waiting_;
    if (known != first_.end() && taken_ + waiting_ >= channels_) return pitched_seat(known->second);
    if (known == first_.end()) first_[program] = taken_;
    return pitched_seat(taken_++);
  }

 private:
  std::map<std::uint8_t, std::size_t> first_;  // channel index of a program's first part
  std::size_t waiting_ = 0;                    // programs not seated yet
  std::size_t channels_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace

std::uint8_t program_of(const score::Part& part) {
  return static_cast<std::uint8_t>(std::clamp(part.program, 0, 127));
}

std::vector<Seat> seats_for(std::span<const score::Part> parts) {
  std::vector<Seat> seats;
  PitchedSeats pitched(parts);
  std::map<std::uint8_t, std::uint8_t> kit_ports;
  for (const score::Part& part : parts) {
    if (part.is_drums()) {
      const auto port = static_cast<std::uint8_t>(kit_ports.size());
      const auto kit = kit_ports.try_emplace(program_of(part), port).first;
      seats.push_back({kit->second, kDrumChannel});
    } else {
      seats.push_back(pitched.next(program_of(part)));
    }
  }
  return seats;
}

}  // namespace cantus::formats::midi
