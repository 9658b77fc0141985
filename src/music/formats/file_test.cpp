#include "music/formats/file.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace cantus::formats {
namespace {

using score::Piece;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kAbc = "X:1\nT:Scale\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|\n";
constexpr std::string_view kKern = "**kern\n*M4/4\n4c\n4d\n4e\n4f\n*-\n";

Piece scale() {
  const auto reading = read_bytes(kAbc, "scale.abc");
  EXPECT_TRUE(reading) << reading.error().message;
  return reading && !reading->pieces.empty() ? reading->pieces.front() : Piece();
}

std::vector<int> keys_of(const Piece& piece) {
  std::vector<int> keys;
  for (const score::Part& part : piece.parts) {
    for (const score::Note& note : part.notes)
      keys.push_back(note.pitch.key());
  }
  return keys;
}

class InFolder : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() / (std::string("cantus_file_") + test->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};
using MusicFile = InFolder;

TEST(MusicFormat, TheEndingTellsTheFormatInAnyCase) {
  EXPECT_EQ(*format_of("a/b.MID"), Format::midi);
  EXPECT_EQ(*format_of("song.kar"), Format::midi);
  EXPECT_EQ(*format_of("x.xml"), Format::musicxml);
  EXPECT_EQ(*format_of("x.mxl"), Format::mxl);
  EXPECT_EQ(*format_of("x.tar.abc"), Format::abc);
  EXPECT_EQ(*format_of("x.krn"), Format::kern);
  EXPECT_THAT(format_of("x.wav").error().message, StartsWith("x.wav: "));
  EXPECT_FALSE(format_of("mid"));
}

TEST(MusicFormat, TheContentIsBelievedBeforeTheEnding) {
  const Piece piece = scale();
  ASSERT_EQ(keys_of(piece).size(), 8U);
  for (const Format format : {Format::midi, Format::musicxml, Format::mxl, Format::abc}) {
    const auto bytes = write_bytes(piece, format);
    ASSERT_TRUE(bytes) << bytes.error().message;
    const auto reading = read_bytes(*bytes, "misnamed.krn");
    ASSERT_TRUE(reading) << static_cast<int>(format) << " " << reading.error().message;
    EXPECT_EQ(keys_of(reading->pieces.front()), keys_of(piece)) << static_cast<int>(format);
  }
  EXPECT_TRUE(read_bytes(kKern, "misnamed.mid"));
  EXPECT_TRUE(read_bytes("\xEF\xBB\xBF\n" + std::string(kAbc), "misnamed.mid"));
}

TEST(MusicFormat, ErrorsBeginWithTheName) {
  EXPECT_THAT(read_bytes("nonsense", "a.mid").error().message, StartsWith("a.mid: byte 0"));
  EXPECT_THAT(read_bytes("<?xml version=\"1.0\"?>", "a.xml").error().message,
              StartsWith("a.xml: "));
  EXPECT_THAT(read_bytes("", "a.abc").error().message, StartsWith("a.abc: "));
  EXPECT_THAT(read_bytes("nonsense", "a.txt").error().message, StartsWith("a.txt: "));
}

TEST(MusicFormat, KernIsNotWritten) {
  EXPECT_EQ(write_bytes(Piece(), Format::kern).error().code, ErrorCode::unsupported);
}

TEST_F(MusicFile, WhatIsWrittenIsReadBack) {
  const Piece piece = scale();
  for (const char* name : {"a.mid", "a.musicxml", "a.mxl", "a.abc"}) {
    const auto path = folder_ / name;
    ASSERT_TRUE(write_file(piece, path)) << name;
    const auto reading = read_file(path);
    ASSERT_TRUE(reading) << name;
    EXPECT_EQ(keys_of(reading->pieces.front()), keys_of(piece)) << name;
  }
}

TEST_F(MusicFile, AWriteThatFailsLeavesTheOldFile) {
  const auto path = folder_ / "old.krn";
  ASSERT_TRUE(cantus::write_file(path, kKern));
  EXPECT_THAT(write_file(Piece(), path).error().message, HasSubstr("old.krn: "));
  EXPECT_EQ(*cantus::read_file(path), kKern);
}

TEST_F(MusicFile, AMissingFileIsNotFound) {
  const auto reading = read_file(folder_ / "none.mid");
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code, ErrorCode::not_found);
  EXPECT_THAT(reading.error().message, HasSubstr("none.mid"));
}

}  // namespace
}  // namespace cantus::formats
