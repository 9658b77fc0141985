#include "sound/audio/encode.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numbers>

#include <gtest/gtest.h>
#include <taglib/fileref.h>
#include <taglib/tbytevectorstream.h>
#include <taglib/tpropertymap.h>

#include "base/files.h"
#include "base/random.h"
#include "sound/audio/decode.h"
#include "sound/audio/loudness.h"

namespace cantus::sound {
namespace {

namespace fs = std::filesystem;

Audio tune(double seconds, int rate = 44100) {
  Audio audio = silence(rate, 2, static_cast<std::size_t>(seconds * rate));
  for (std::size_t i = 0; i < audio.frames(); ++i) {
    const double t = 2.0 * std::numbers::pi * static_cast<double>(i) / rate;
    audio.channels[0][i] =
        static_cast<float>(0.3 * std::sin(440.0 * t) + 0.1 * std::sin(660.0 * t));
    audio.channels[1][i] = static_cast<float>(0.3 * std::sin(550.0 * t));
  }
  return audio;
}

double snr_db(const Audio& original, const Audio& copy) {
  double signal = 0.0;
  double noise = 0.0;
  for (std::size_t c = 0; c < 2; ++c) {
    for (std::size_t i = 0; i < std::min(original.frames(), copy.frames()); ++i) {
      const auto x = static_cast<double>(original.channels[c][i]);
      const double e = x - static_cast<double>(copy.channels[c][i]);
      signal += x * x;
      noise += e * e;
    }
  }
  return 10.0 * std::log10(signal / std::max(noise, 1e-30));
}

const Tags kTags = {"Abendlied — №1", "Cantus", "Öffnung", "Folk", "seed 7", {{"BPM", "96"}}};

class EveryFormat : public testing::TestWithParam<Format> {};

TEST_P(EveryFormat, ComesBackWithItsRateLengthAndLoudness) {
  const Audio audio = tune(2.0, GetParam() == Format::opus ? 48000 : 44100);
  const auto bytes = encode(audio, {GetParam()}, kTags);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto back = decode(*bytes);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->sample_rate, audio.sample_rate);
  EXPECT_EQ(back->channels.size(), 2U);
  EXPECT_NEAR(static_cast<double>(back->frames()), static_cast<double>(audio.frames()), 3000.0);
  EXPECT_NEAR(integrated_lufs(*back), integrated_lufs(audio), 0.2);
}

TEST_P(EveryFormat, GivesTheSameBytesEveryTime) {
  const Audio audio = tune(0.5);
  EXPECT_EQ(*encode(audio, {GetParam()}, kTags), *encode(audio, {GetParam()}, kTags));
}

TEST_P(EveryFormat, CarriesTitleAndTags) {
  const char* endings[] = {".wav", ".flac", ".ogg", ".opus", ".mp3"};
  const fs::path path = fs::temp_directory_path() /
                        (std::string("cantus_tags_test") + endings[static_cast<int>(GetParam())]);
  ASSERT_TRUE(write_audio(path, tune(0.3), kTags));
  {
    const TagLib::FileRef file(path.c_str());
    ASSERT_FALSE(file.isNull());
    EXPECT_EQ(file.tag()->title().to8Bit(true), kTags.title);
    EXPECT_EQ(file.tag()->artist().to8Bit(true), kTags.artist);
    EXPECT_EQ(file.tag()->album().to8Bit(true), kTags.album);
    EXPECT_EQ(file.tag()->genre().to8Bit(true), kTags.genre);
    EXPECT_EQ(file.tag()->comment().to8Bit(true), kTags.comment);
    EXPECT_EQ(file.file()->properties()["BPM"].toString().to8Bit(true), "96");
  }
  fs::remove(path);
}

INSTANTIATE_TEST_SUITE_P(
    Encode,
    EveryFormat,
    testing::Values(Format::wav, Format::flac, Format::vorbis, Format::opus, Format::mp3));

TEST(Encode, TwentyFourBitsLoseNothingThatCanBeHeard) {
  const Audio audio = tune(1.0);
  for (const Format format : {Format::wav, Format::flac}) {
    const auto back = decode(*encode(audio, {format}, {}));
    ASSERT_EQ(back->frames(), audio.frames());
    EXPECT_GT(snr_db(audio, *back), 125.0);
  }
}

TEST(Encode, SixteenBitsKeepSilenceSilentAndDitherTheRest) {
  Audio audio = tune(1.0);
  for (auto& channel : audio.channels)
    std::fill_n(channel.begin(), 4410, 0.0F);
  const auto back = decode(*encode(audio, {Format::wav, 16}, {}));
  EXPECT_EQ(peak(*back, 0, 4410), 0.0F);
  EXPECT_GT(snr_db(audio, *back), 80.0);
}

TEST(Encode, AFloatWavKeepsEverySampleEvenBeyondOne) {
  Audio audio = tune(0.5);
  audio.channels[0][100] = -2.5F;
  const Encoding exact{Format::wav, 32};
  EXPECT_EQ(*decode(*encode(audio, exact, kTags)), audio);
  EXPECT_EQ(*encode(audio, exact, {}), *encode(audio, exact, {}));
}

TEST(Encode, ARateOpusDoesNotHaveIsResampledTo48000) {
  const Audio audio = tune(1.0, 44100);
  const auto back = decode(*encode(audio, {Format::opus}, {}));
  EXPECT_EQ(back->sample_rate, 48000);
  EXPECT_NEAR(back->seconds(), 1.0, 0.05);
}

TEST(Encode, SamplesBeyondOneAreClippedAndDoNotWrapAround) {
  Audio audio = silence(44100, 2, 100);
  for (auto& channel : audio.channels)
    channel.assign(100, 1.5F);
  EXPECT_GT(decode(*encode(audio, {Format::wav}, {}))->channels[0][50], 0.999F);
}

TEST(Encode, AnUnknownEndingAndNoSoundAreRefusedWithASentence) {
  const auto other = write_audio("song.aiff", tune(0.1), {});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message,
            "song.aiff: sound is written as .wav, .flac, .ogg, .opus or .mp3");
  EXPECT_FALSE(encode(Audio{}, {Format::wav}, {}));
}

TEST(Encode, AFailedWriteLeavesTheOldFile) {
  const fs::path path = fs::temp_directory_path() / "cantus_encode_test.wav";
  ASSERT_TRUE(write_file(path, "old"));
  EXPECT_FALSE(write_audio(path, Audio{}, {}));
  EXPECT_EQ(*read_file(path), "old");
  fs::remove(path);
}

TEST(Encode, EndingsAreReadInAnyCase) {
  EXPECT_EQ(format_of("a.FLAC"), Format::flac);
  EXPECT_EQ(format_of("a.b.oga"), Format::vorbis);
  EXPECT_EQ(format_of("flac"), std::nullopt);
}

TEST(Decode, RefusesWhatIsNotSound) {
  EXPECT_FALSE(decode(""));
  EXPECT_FALSE(decode("RIFF this is no wave file, only a text that starts like one"));
  const auto missing = read_audio("no_such_file.wav");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

TEST(Decode, ACutFileGivesWhatIsThere) {
  std::string bytes = *encode(tune(1.0), {Format::wav}, {});
  bytes.resize(bytes.size() / 2);
  const auto half = decode(bytes);
  ASSERT_TRUE(half);
  EXPECT_NEAR(half->seconds(), 0.5, 0.02);
}

}  // namespace
}  // namespace cantus::sound
