#include "base/files.h"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace cantus {
namespace {

namespace fs = std::filesystem;

struct Files : testing::Test {
  fs::path folder =
      fs::path(testing::TempDir()) / ("cantus_files_test_" + std::to_string(::getpid()));
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }
};

TEST_F(Files, WhatIsWrittenIsRead) {
  const std::string bytes("a\0b", 3);
  ASSERT_TRUE(write_file(folder / "new" / "x.bin", bytes));
  EXPECT_EQ(*read_file(folder / "new" / "x.bin"), bytes);
  const auto mapped = MappedFile::open(folder / "new" / "x.bin");
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->bytes().size(), 3U);
}

TEST_F(Files, AFailedWriteKeepsTheOldFileAndLeavesNoOther) {
  ASSERT_TRUE(write_file(folder / "x.txt", "old"));
  const auto failed = write_file_through(folder / "x.txt", [](const fs::path& temporary) {
    std::ofstream(temporary) << "half";
    return Result<void>(fail(ErrorCode::io, "disk full"));
  });
  EXPECT_FALSE(failed);
  EXPECT_EQ(*read_file(folder / "x.txt"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(Files, ALinkIsWrittenThroughAndStaysALink) {
  fs::create_directories(folder / "far");
  fs::create_symlink("far/x.txt", folder / "link.txt");
  for (const char* bytes : {"first", "second"}) {
    ASSERT_TRUE(write_file(folder / "link.txt", bytes));
    EXPECT_TRUE(fs::is_symlink(folder / "link.txt"));
    EXPECT_EQ(*read_file(folder / "far" / "x.txt"), bytes);
  }
}

TEST_F(Files, PermissionsAreKept) {
  ASSERT_TRUE(write_file(folder / "secret", "old"));
  fs::permissions(folder / "secret", fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(write_file(folder / "secret", "new"));
  EXPECT_EQ(fs::status(folder / "secret").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Files, AFolderThatCannotBeMadeIsSaidToBeOne) {
  ASSERT_TRUE(write_file(folder / "x.txt", "old"));
  const auto failed = write_file(folder / "x.txt" / "under.txt", "new");
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("folder"), std::string::npos) << failed.error().message;
}

TEST_F(Files, AMissingFileIsNotFoundAndNamed) {
  const auto missing = read_file(folder / "none.mid");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().message.find("none.mid"), std::string::npos);
}

TEST_F(Files, AFileOverTheLimitIsRefused) {
  ASSERT_TRUE(write_file(folder / "big", std::string(100, 'x')));
  EXPECT_EQ(read_file(folder / "big", 99).error().code, ErrorCode::invalid_input);
}

TEST_F(Files, AFolderIsNotAFile) {
  EXPECT_FALSE(read_file(folder));
}

}  // namespace
}  // namespace cantus
