#include "music/formats/midi/channels.h"

#include <map>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

namespace cantus::formats::midi {
namespace {

using score::Part;
using score::Role;

Part part(int program, Role role = Role::other) {
  Part part;
  part.program = program;
  part.role = role;
  return part;
}

using Place = std::pair<int, int>;
Place place(Seat seat) {
  return {seat.port, seat.channel};
}

/// Every seat is played with one program, and drums alone sit on the tenth channel.
void expect_sound(const std::vector<Part>& parts, const std::vector<Seat>& seats) {
  std::map<Place, int> programs;
  ASSERT_EQ(seats.size(), parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(seats[i].channel == 9, parts[i].is_drums());
    EXPECT_LT(seats[i].channel, 16);
    EXPECT_EQ(programs.try_emplace(place(seats[i]), parts[i].program).first->second,
              parts[i].program);
  }
}

TEST(MidiChannels, FifteenPartsHaveChannelsOfTheirOwn) {
  const std::vector<Part> parts(15, part(40));
  const auto seats = seats_for(parts);
  std::set<Place> places;
  for (const Seat seat : seats)
    places.insert(place(seat));
  EXPECT_EQ(places.size(), 15U);
  EXPECT_EQ(places.rbegin()->first, 0);
  expect_sound(parts, seats);
}

TEST(MidiChannels, MorePartsShareWithTheirOwnProgramOnOnePort) {
  std::vector<Part> parts;
  for (int i = 0; i < 40; ++i)
    parts.push_back(part(i % 12));
  const auto seats = seats_for(parts);
  expect_sound(parts, seats);
  for (const Seat seat : seats)
    EXPECT_EQ(seat.port, 0);
}

TEST(MidiChannels, MoreProgramsThanChannelsTakeFurtherPorts) {
  std::vector<Part> parts;
  for (int i = 0; i < 200; ++i)
    parts.push_back(part(i % 128));
  const auto seats = seats_for(parts);
  expect_sound(parts, seats);
  EXPECT_EQ(seats[127].port, 8);
}

TEST(MidiChannels, EveryDrumKitHasItsPort) {
  const std::vector<Part> parts = {part(0, Role::drums), part(8, Role::drums), part(0, Role::drums),
                                   part(0)};
  const auto seats = seats_for(parts);
  expect_sound(parts, seats);
  EXPECT_EQ(seats[0], seats[2]);
  EXPECT_EQ(seats[1].port, 1);
  EXPECT_EQ(seats[3].port, 0);
}

}  // namespace
}  // namespace cantus::formats::midi
