#include "sound/synth/synth.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "sound/synth/soundfont.h"

namespace cantus::sound {
namespace {

namespace fs = std::filesystem;

PerformedPart scale_on(int program, score::Role role = score::Role::other) {
  PerformedPart part{"p", role, program, {}};
  for (int i = 0; i < 8; ++i)
    part.notes.push_back({i * 8000, i * 8000 + 7000, 60 + i, 90});
  return part;
}

/// Tests of sound need a SoundFont; without one only the message can be tested.
class Synth : public testing::Test {
 protected:
  void SetUp() override {
    const auto font = find_soundfont({});
    if (!font) {
      EXPECT_NE(font.error().message.find("fluid-soundfont-gm"), std::string::npos);
      GTEST_SKIP() << font.error().message;
    }
    options_.soundfont = *font;
  }

  SynthOptions options_;
};

TEST_F(Synth, StartsOnTheNotesFrameWithinItsGrid) {
  PerformedPart part{"p", score::Role::drums, 0, {{20000, 21000, 37, 120}}};  // a side stick
  const auto audio = synthesize(part, options_);
  ASSERT_TRUE(audio) << audio.error().message;
  EXPECT_EQ(peak(*audio, 0, 20000 - 32), 0.0F);
  EXPECT_GT(peak(*audio, 20000 - 32, 20000 + 500), 0.01F);
}

TEST_F(Synth, RingsOutAndEndsInSilence) {
  for (const int program : {0, 19, 48, 98}) {
    const auto audio = synthesize(scale_on(program), options_);
    ASSERT_TRUE(audio);
    EXPECT_GT(audio->frames(), 63000U);
    EXPECT_GT(peak(*audio, 63000, 64000), 0.0F);  // the tail is kept
    EXPECT_LT(peak(*audio, audio->frames() - 441), 2.0e-5F);
  }
}

TEST_F(Synth, ATailThatNeverEndsIsFadedWhereItIsCut) {
  PerformedPart part{"p", score::Role::other, 0, {{0, 44100, 36, 127}}};
  options_.longest_tail_seconds = 0.05;
  const auto audio = synthesize(part, options_);
  EXPECT_LT(audio->seconds(), 1.2);
  EXPECT_LT(peak(*audio, audio->frames() - 20), 1.0e-3F);
}

TEST_F(Synth, GivesTheSameSamplesOnAnyThread) {
  const std::array programs = {0, 40, 73, 25};
  std::vector<Audio> first;
  for (const int program : programs)
    first.push_back(*synthesize(scale_on(program), options_));
  std::array<Audio, 4> again;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] { again[i] = *synthesize(scale_on(programs[i]), options_); });
    }
  }
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(first[i], again[i]);
}

TEST_F(Synth, InstrumentsAndDrumsDiffer) {
  const auto piano = synthesize(scale_on(0), options_);
  const auto flute = synthesize(scale_on(73), options_);
  const auto drums = synthesize(scale_on(0, score::Role::drums), options_);
  EXPECT_NE(*piano, *flute);
  EXPECT_NE(*piano, *drums);
}

TEST_F(Synth, ALowerVelocityIsQuieter) {
  PerformedPart soft{"p", score::Role::other, 0, {{0, 20000, 60, 40}}};
  PerformedPart loud{"p", score::Role::other, 0, {{0, 20000, 60, 110}}};
  EXPECT_LT(peak(*synthesize(soft, options_)), 0.5F * peak(*synthesize(loud, options_)));
}

TEST_F(Synth, APartWithoutNotesIsEmptySound) {
  const auto audio = synthesize(PerformedPart{}, options_);
  ASSERT_TRUE(audio);
  EXPECT_EQ(audio->channels.size(), 2U);
  EXPECT_EQ(audio->frames(), 0U);
}

TEST_F(Synth, StopsWhenAsked) {
  const std::atomic<bool> stop = true;
  options_.stop = &stop;
  const auto audio = synthesize(scale_on(0), options_);
  ASSERT_FALSE(audio);
  EXPECT_EQ(audio.error().code, ErrorCode::interrupted);
}

TEST(Soundfont, WhatIsMissingOrNoSoundFontIsRefusedWithItsName) {
  const auto missing = find_soundfont("no/such.sf2");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().message.find("no/such.sf2"), std::string::npos);
  const fs::path path = fs::temp_directory_path() / "cantus_not_a_font.sf2";
  std::ofstream(path) << "not a font";
  const auto wrong = find_soundfont(path);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::invalid_input);
  fs::remove(path);
}

TEST(Soundfont, WithoutAnyTheMessageNamesThePackage) {
  const std::string old = std::getenv("XDG_DATA_DIRS") ? std::getenv("XDG_DATA_DIRS") : "";
  ::setenv("XDG_DATA_DIRS", "/nonexistent", 1);
  ::setenv("XDG_DATA_HOME", "/nonexistent", 1);
  const auto font = find_soundfont({});
  ASSERT_FALSE(font);
  EXPECT_NE(font.error().message.find("fluid-soundfont-gm"), std::string::npos);
  old.empty() ? ::unsetenv("XDG_DATA_DIRS") : ::setenv("XDG_DATA_DIRS", old.c_str(), 1);
  ::unsetenv("XDG_DATA_HOME");
}

}  // namespace
}  // namespace cantus::sound
