#include "tasks/render_piece.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "sound/audio/loudness.h"
#include "sound/synth/soundfont.h"

namespace cantus::tasks {
namespace {

using score::Part;
using score::Role;
using score::Tick;

void play(Part& part, double beat, double beats, int key, int velocity = 80) {
  const auto ticks = [](double b) { return static_cast<std::int64_t>(b * score::kTicksPerBeat); };
  score::Note note{Tick(ticks(beat)), score::TickLength(ticks(beats)), score::Pitch::clamped(key)};
  note.velocity = velocity;
  part.notes.push_back(note);
}

/// Four parts over i - VI - III - VII in D minor, 96 beats a minute.
score::Piece band(int bars) {
  score::Piece piece;
  piece.tempo = score::TempoMap(96.0);
  Part melody{"Flute", Role::melody, 73, {}, {}};
  Part chords{"Piano", Role::chords, 0, {}, {}};
  Part bass{"Bass", Role::bass, 33, {}, {}};
  Part drums{"Drums", Role::drums, 0, {}, {}};
  constexpr int kRoots[] = {50, 46, 53, 48};
  for (int bar = 0; bar < bars; ++bar) {
    const int root = kRoots[bar % 4];
    const double at = 4.0 * bar;
    for (const int key : {24, 31, 28, 26})
      play(melody, at + (31 - key) % 4, 1.0, root + key);
    for (const int key : {12, 16, 19})
      play(chords, at, 4.0, root + key);
    for (int i = 0; i < 8; ++i) {
      play(bass, at + 0.5 * i, 0.5, root - 12);
      play(drums, at + 0.5 * i, 0.25, 42, 70);
    }
    for (const int beat : {0, 2}) {
      play(drums, at + beat, 0.25, 36, 100);
      play(drums, at + beat + 1, 0.25, 38, 95);
    }
  }
  piece.parts = {melody, chords, bass, drums};
  score::tidy(piece);
  return piece;
}

/// Needs the SoundFont of the package fluid-soundfont-gm; without it the refusal is tested.
class RenderPiece : public testing::Test {
 protected:
  void SetUp() override {
    if (sound::find_soundfont({})) return;
    const auto refused = render_piece(band(1), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    GTEST_SKIP() << refused.error().message;
  }

  static Rendering render(const score::Piece& piece, const RenderOptions& options = {}) {
    auto rendering = render_piece(piece, options);
    EXPECT_TRUE(rendering) << rendering.error().message;
    return std::move(*rendering);
  }
};

void expect_quiet_end(const sound::Audio& audio) {
  const std::size_t last = static_cast<std::size_t>(audio.sample_rate) / 100;
  EXPECT_LT(sound::peak(audio, audio.frames() - last), 1.0e-3F);  // -60 dBFS
}

TEST_F(RenderPiece, StemsAddUpToTheMixSampleForSample) {
  const Rendering rendering = render(band(2));
  ASSERT_EQ(rendering.stems.size(), 4U);
  sound::Audio sum = sound::silence(44100, 2, rendering.mix.frames());
  for (const Stem& stem : rendering.stems) {
    EXPECT_EQ(stem.audio.frames(), rendering.mix.frames());
    EXPECT_GT(sound::peak(stem.audio), 0.01F) << stem.name;
    sound::add(sum, stem.audio);
  }
  EXPECT_EQ(sum, rendering.mix);
}

TEST_F(RenderPiece, TheMasterIsAsLoudAsAskedUnderItsCeiling) {
  for (const double lufs : {-14.0, -23.0}) {
    RenderOptions options;
    options.loudness_lufs = lufs;
    const Rendering rendering = render(band(2), options);
    EXPECT_NEAR(sound::integrated_lufs(rendering.master), lufs, 0.5);
    EXPECT_LE(sound::true_peak_dbtp(rendering.master), -1.0);
    EXPECT_NEAR(rendering.loudness_lufs, sound::integrated_lufs(rendering.master), 0.02);
  }
}

TEST_F(RenderPiece, EveryPartAloneIsMasteredToo) {
  const score::Piece piece = band(1);
  for (const Part& part : piece.parts) {
    score::Piece alone = piece;
    alone.parts = {part};
    const Rendering rendering = render(alone);
    EXPECT_NEAR(sound::integrated_lufs(rendering.master), -14.0, 0.5) << part.name;
    EXPECT_LE(sound::true_peak_dbtp(rendering.master), -1.0) << part.name;
  }
}

TEST_F(RenderPiece, IsTheSameForAnyNumberOfThreadsAndFromRunToRun) {
  RenderOptions options;
  const Rendering one = render(band(1), options);
  for (const int threads : {1, 2, 5}) {
    options.threads = threads;
    const Rendering other = render(band(1), options);
    EXPECT_EQ(one.mix, other.mix);
    EXPECT_EQ(one.master, other.master);
  }
}

TEST_F(RenderPiece, TheTailIsKeptAndEndsWithoutAClick) {
  const score::Piece piece = band(2);
  const Rendering rendering = render(piece);
  const double written = score::seconds_of(piece);
  EXPECT_GT(rendering.master.seconds(), written + 0.5);
  EXPECT_LT(rendering.master.seconds(), written + 12.0);
  const auto end = static_cast<std::size_t>(written * 44100);
  EXPECT_GT(sound::peak(rendering.master, end + 4410, end + 8820), 1.0e-3F);
  expect_quiet_end(rendering.master);
  for (const Stem& stem : rendering.stems)
    expect_quiet_end(stem.audio);
}

TEST_F(RenderPiece, AnExactLengthIsKeptToTheFrame) {
  const score::Piece piece = band(1);  // 2.5 seconds
  for (const std::int64_t frames : {110250LL, 110249LL, 70001LL, 200000LL}) {
    RenderOptions options;
    options.exact_frames = frames;
    const Rendering rendering = render(piece, options);
    EXPECT_EQ(rendering.master.frames(), static_cast<std::size_t>(frames));
    EXPECT_EQ(rendering.mix.frames(), static_cast<std::size_t>(frames));
    expect_quiet_end(rendering.master);
    EXPECT_NEAR(sound::integrated_lufs(rendering.master), -14.0, 0.5);
  }
}

TEST_F(RenderPiece, EditingOnePartLeavesEveryOtherStemIdentical) {
  score::Piece piece = band(1);
  RenderOptions options;
  options.exact_frames = 150000;
  const Rendering before = render(piece, options);
  piece.parts[0].notes[2].pitch = score::Pitch::clamped(90);
  const Rendering after = render(piece, options);
  EXPECT_NE(before.stems[0].audio, after.stems[0].audio);
  for (std::size_t i = 1; i < 4; ++i)
    EXPECT_EQ(before.stems[i].audio, after.stems[i].audio);
}

TEST_F(RenderPiece, WithoutStemsTheMixIsTheSame) {
  RenderOptions options;
  const Rendering with = render(band(1), options);
  options.keeps_stems = false;
  const Rendering without = render(band(1), options);
  EXPECT_TRUE(without.stems.empty());
  EXPECT_EQ(with.mix, without.mix);
}

TEST_F(RenderPiece, RunsAt48000Too) {
  RenderOptions options;
  options.sample_rate = 48000;
  const Rendering rendering = render(band(1), options);
  EXPECT_EQ(rendering.master.sample_rate, 48000);
  EXPECT_GT(rendering.master.seconds(), 2.5);
  EXPECT_NEAR(sound::integrated_lufs(rendering.master), -14.0, 0.5);
}

TEST_F(RenderPiece, AMelodyStandsInFrontOfItsAccompaniment) {
  const Rendering rendering = render(band(2));
  const double melody = sound::integrated_lufs(rendering.stems[0].audio);
  for (std::size_t i = 1; i < 4; ++i) {
    const double other = sound::integrated_lufs(rendering.stems[i].audio);
    EXPECT_GT(melody, other + 1.0) << rendering.stems[i].name;
    EXPECT_LT(melody, other + 9.0) << rendering.stems[i].name;
  }
}

TEST_F(RenderPiece, StemsOfNamelessPartsAndNamesakesHaveNamesOfTheirOwn) {
  score::Piece piece = band(1);
  piece.parts[1].name.clear();
  piece.parts[2].name = "Flute";
  const Rendering rendering = render(piece);
  EXPECT_EQ(rendering.stems[0].name, "Flute");
  EXPECT_EQ(rendering.stems[1].name, "chords");
  EXPECT_EQ(rendering.stems[2].name, "Flute 2");
}

TEST_F(RenderPiece, APartWithoutNotesIsASilentStem) {
  score::Piece piece = band(1);
  piece.parts[1].notes.clear();
  const Rendering rendering = render(piece);
  EXPECT_EQ(sound::peak(rendering.stems[1].audio), 0.0F);
  EXPECT_EQ(rendering.stems[1].audio.frames(), rendering.mix.frames());
}

TEST_F(RenderPiece, StopsWhenAsked) {
  const std::atomic<bool> stop = true;
  RenderOptions options;
  options.stop = &stop;
  options.threads = 2;
  const auto rendering = render_piece(band(4), options);
  ASSERT_FALSE(rendering);
  EXPECT_EQ(rendering.error().code, ErrorCode::interrupted);
}

TEST(RenderPieceRefuses, WhatCannotBeRenderedWithASentence) {
  const auto message = [](const score::Piece& piece, const RenderOptions& options) {
    const auto rendering = render_piece(piece, options);
    return rendering ? std::string() : rendering.error().message;
  };
  const score::Piece empty;
  EXPECT_EQ(message(empty, {}), "the piece has no notes to play");
  score::Piece endless = band(1);
  play(endless.parts[0], 1.0e6, 1.0, 60);
  EXPECT_EQ(message(endless, {}), "the piece is over two hours long");
  RenderOptions options;
  options.sample_rate = 0;
  EXPECT_NE(message(band(1), options), "");
  options = {};
  options.loudness_lufs = std::nan("");
  EXPECT_NE(message(band(1), options), "");
  options = {};
  options.exact_frames = 0;
  EXPECT_NE(message(band(1), options), "");
  options = {};
  options.soundfont = "no/such/font.sf2";
  EXPECT_EQ(message(band(1), options), "no/such/font.sf2: there is no such SoundFont");
}

}  // namespace
}  // namespace cantus::tasks
