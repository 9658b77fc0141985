#include "neural/band/arrange.h"

#include <gmock/gmock.h>

#include "neural/band/random_weights.h"

namespace cantus::band {
namespace {

using rolls::Player;
using score::beats;
using score::Part;
using score::Piece;
using score::Role;
using score::Tick;

/// Twelve bars: A of eight, B of four; a melody of quarters over C and G.
Piece lead(score::Metre metre = {4, 4}) {
  Piece piece;
  piece.metre = score::MetreMap(metre);
  const auto bar = metre.bar_length();
  piece.sections = {{Tick(), bar * 8, "A"}, {Tick() + bar * 8, bar * 4, "B"}};
  Part melody;
  melody.role = Role::melody;
  for (int i = 0; i < 12; ++i) {
    const char* name = i % 2 == 0 ? "C" : "G7";
    piece.chords.push_back({Tick() + bar * i, bar, *score::chord_from_text(name)});
    melody.notes.push_back({Tick() + bar * i, beats(1), score::Pitch::clamped(60 + i)});
  }
  piece.parts = {melody};
  piece.end = Tick() + bar * 12;
  return piece;
}

std::vector<Part> arranged(const Arranging& how, std::uint64_t seed = 1, bool hands = false) {
  const BandNet net = random_net(3, hands);
  auto parts = arrange(net, lead(), how, Random(seed));
  EXPECT_TRUE(parts.has_value());
  return parts.value_or(std::vector<Part>{});
}

Arranging all() {
  return {.players = {Player::drums, Player::bass, Player::chords, Player::pad}};
}

TEST(Arrange, EveryPlayerStrikesInEveryBar) {
  for (const Part& part : arranged(all())) {
    for (int bar = 0; bar < 12; ++bar) {
      EXPECT_TRUE(std::ranges::any_of(part.notes, [&](const score::Note& note) {
        return note.onset >= Tick() + beats(4 * bar) && note.onset < Tick() + beats(4 * bar + 4);
      })) << bar;
    }
  }
}

TEST(Arrange, TheSameSeedGivesTheSameAndAnotherAnother) {
  EXPECT_EQ(arranged(all(), 1), arranged(all(), 1));
  EXPECT_NE(arranged(all(), 1), arranged(all(), 2));
}

TEST(Arrange, APlayerIsSilentWhereItRests) {
  Arranging how = all();
  how.rests = [](Player player, int bar) { return player == Player::drums && bar < 2; };
  const auto parts = arranged(how);
  EXPECT_GE(parts[0].notes.front().onset, Tick() + beats(8));
  EXPECT_LT(parts[1].notes.front().onset, Tick() + beats(4));
}

TEST(Arrange, ABarThatRepeatsHasTheNotesOfTheOther) {
  Arranging how = all();
  how.repeats = [](int bar) { return bar >= 4 && bar < 8 ? std::optional(bar - 4) : std::nullopt; };
  for (const Part& part : arranged(how)) {
    const auto struck = [&](int from) {
      std::vector<std::pair<std::int64_t, int>> notes;
      for (const score::Note& note : part.notes) {
        if (note.onset < Tick() + beats(from) || note.onset >= Tick() + beats(from + 16)) continue;
        notes.emplace_back((note.onset - Tick() - beats(from)).count(), note.pitch.key());
      }
      return notes;
    };
    EXPECT_EQ(struck(0), struck(16));
  }
}

TEST(Arrange, NothingSoundsBeyondTheEnd) {
  for (const Part& part : arranged(all())) {
    for (const score::Note& note : part.notes) {
      EXPECT_LE(note.end(), Tick() + beats(48));
      EXPECT_GT(note.length, score::TickLength());
    }
  }
}

std::size_t count_of(const std::vector<Part>& parts) {
  std::size_t notes = 0;
  for (const Part& part : parts)
    notes += part.notes.size();
  return notes;
}

TEST(Arrange, OfSeveralDrawsTheOneLikedBestIsPlayed) {
  Arranging how = all();
  const auto single = arranged(how, 1, true);
  how.draws = 6;
  EXPECT_EQ(arranged(how, 1, true), single) << "nobody says which is liked";
  how.liking = [](const rolls::Roll&) { return 0.0; };
  EXPECT_EQ(arranged(how, 1, true), single) << "all are liked alike: the first";
  std::size_t heard = 0;
  how.liking = [&](const rolls::Roll& phrase) {
    EXPECT_FALSE(phrase.of(Player::melody).empty()) << "whoever plays already is heard";
    ++heard;
    double notes = 0.0;
    for (const auto& player : phrase.players)
      notes -= static_cast<double>(player.size());
    return notes;
  };
  EXPECT_LT(count_of(arranged(how, 1, true)), count_of(single));
  EXPECT_EQ(heard, 18U) << "six draws of three phrases";
}

TEST(Arrange, PhrasesOfOneSectionAreOfOneDraw) {
  Arranging how = all();
  how.draws = 5;
  std::size_t heard = 0;
  // The first phrase of A likes another draw than the second: both are heard before one is chosen.
  how.liking = [&](const rolls::Roll&) {
    constexpr std::array<double, 10> kOfA = {0, 0, 3, -9, 1, 1, 0, 0, -9, 3};
    return heard < kOfA.size() ? kOfA[heard++] : 0.0;
  };
  const auto chosen = arranged(how, 1, true);
  heard = 0;
  how.liking = [&](const rolls::Roll&) { return ++heard == 5 || heard == 6 ? 1.0 : 0.0; };
  EXPECT_EQ(chosen, arranged(how, 1, true)) << "the third draw";
}

TEST(Arrange, AMetreTheBandDoesNotPlayIsRefused) {
  const BandNet net = random_net(3);
  const auto parts = arrange(net, lead({5, 4}), all(), Random(1));
  ASSERT_FALSE(parts.has_value());
  EXPECT_THAT(parts.error().message, testing::HasSubstr("3/4"));
}

TEST(Arrange, StopEndsIt) {
  const BandNet net = random_net(3);
  const std::atomic<bool> stop{true};
  Arranging how = all();
  how.stop = &stop;
  const auto parts = arrange(net, lead(), how, Random(1));
  ASSERT_FALSE(parts.has_value());
  EXPECT_EQ(parts.error().code, ErrorCode::interrupted);
}

}  // namespace
}  // namespace cantus::band
