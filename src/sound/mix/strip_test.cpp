#include "sound/mix/strip.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "sound/audio/loudness.h"

namespace cantus::sound {
namespace {

using score::Part;
using score::Role;

Audio tone(double hertz, float amplitude) {
  Audio audio = silence(44100, 2, 2 * 44100);
  for (std::size_t i = 0; i < audio.frames(); ++i) {
    const double t = static_cast<double>(i) / 44100.0;
    const double x = std::sin(2.0 * std::numbers::pi * hertz * t);
    audio.channels[0][i] = audio.channels[1][i] = amplitude * static_cast<float>(x);
  }
  return audio;
}

score::Piece piece_with(const std::vector<Role>& roles, int velocity = score::kDefaultVelocity) {
  score::Piece piece;
  for (const Role role : roles) {
    Part part{"p", role, 0, {}, {}};
    score::Note note{score::Tick(), score::beats(1), score::Pitch()};
    note.velocity = velocity;
    part.notes = {note};
    piece.parts.push_back(part);
  }
  return piece;
}

TEST(Strip, EveryRoleComesToItsLoudnessHoweverLoudTheSoundWas) {
  for (int r = 0; r < score::kRoles; ++r) {
    Strip strip = strips_for(piece_with({static_cast<Role>(r)})).front();
    strip.room_db.reset();
    if (strip.levelling < 1.0) continue;
    for (const float amplitude : {0.003F, 0.9F}) {
      Audio stem = tone(440.0, amplitude);
      apply(strip, stem);
      EXPECT_NEAR(integrated_lufs(stem), strip.level_lufs, 1.0) << r;
    }
  }
}

TEST(Strip, TheMelodyIsInFront) {
  const auto strips = strips_for(piece_with({Role::melody, Role::counter, Role::chords, Role::pad,
                                             Role::bass, Role::drums, Role::other}));
  for (std::size_t i = 1; i < strips.size(); ++i) {
    EXPECT_LT(strips[i].level_lufs, strips[0].level_lufs);
  }
}

TEST(Strip, MelodyBassAndDrumsAreInTheMiddleAndTwoAccompanimentsApart) {
  const auto strips =
      strips_for(piece_with({Role::melody, Role::bass, Role::drums, Role::chords, Role::chords}));
  EXPECT_EQ(strips[0].pan, 0.0);
  EXPECT_EQ(strips[1].pan, 0.0);
  EXPECT_EQ(strips[2].pan, 0.0);
  EXPECT_LT(strips[3].pan * strips[4].pan, 0.0);
}

TEST(Strip, APartAloneIsInTheMiddle) {
  EXPECT_EQ(strips_for(piece_with({Role::chords})).front().pan, 0.0);
}

TEST(Strip, PartsWithoutARoleKeepMostOfTheirBalance) {
  const Strip strip = strips_for(piece_with({Role::other, Role::other, Role::other})).front();
  Audio loud = tone(440.0, 0.2F);
  Audio soft = tone(440.0, 0.05F);  // 12 dB below
  apply(strip, loud);
  apply(strip, soft);
  const double apart = integrated_lufs(loud) - integrated_lufs(soft);
  EXPECT_GT(apart, 6.0);
  EXPECT_LT(apart, 10.0);
}

TEST(Strip, TwoHandsOfAPianoStayInTheMiddle) {
  const auto strips = strips_for(piece_with({Role::other, Role::other}));
  EXPECT_EQ(strips[0].pan, 0.0);
  EXPECT_EQ(strips[1].pan, 0.0);
}

TEST(Strip, WhatIsWrittenSofterIsMixedSofter) {
  EXPECT_LT(strips_for(piece_with({Role::chords}, 50)).front().intent_db, -2.0);
  EXPECT_EQ(strips_for(piece_with({Role::chords})).front().intent_db, 0.0);
  EXPECT_GT(strips_for(piece_with({Role::chords}, 110)).front().intent_db, 2.0);
}

TEST(Strip, PanningKeepsThePower) {
  Strip strip;
  strip.width = 1.0;
  for (const double pan : {-1.0, -0.4, 0.0, 0.7}) {
    strip.pan = pan;
    Audio stem = tone(440.0, 0.1F);
    apply(strip, stem);
    EXPECT_NEAR(integrated_lufs(stem), strip.level_lufs, 0.3);
    const bool leftward =
        peak(Audio{44100, {stem.channels[0]}}) >= peak(Audio{44100, {stem.channels[1]}});
    EXPECT_EQ(leftward, pan <= 0.0);
  }
}

TEST(Strip, SilenceAndNothingStaySo) {
  for (const std::size_t frames : {std::size_t{0}, std::size_t{5000}}) {
    Audio stem = silence(44100, 2, frames);
    apply(Strip{}, stem);
    EXPECT_EQ(peak(stem), 0.0F);
  }
}

TEST(Strip, AMixIsItsStemsAddedInOrder) {
  const std::vector<Audio> stems = {tone(100.0, 0.3F), tone(333.0, 0.2F), silence(44100, 2, 7)};
  const Audio mix = mix_of(stems, 44100);
  ASSERT_EQ(mix.frames(), stems[0].frames());
  for (std::size_t i = 0; i < mix.frames(); ++i) {
    ASSERT_EQ(mix.channels[1][i], stems[0].channels[1][i] + stems[1].channels[1][i]);
  }
}

}  // namespace
}  // namespace cantus::sound
