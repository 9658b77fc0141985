#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "neural/train/benchmark/chorale_file.h"
#include "neural/train/benchmark/mat_file.h"
#include "neural/train/benchmark/mat_fixture.h"

namespace cantus::benchmark {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

auto parse(const std::string& bytes, std::size_t limit = 1 << 20) {
  return parse_bit_matrices({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()},
                            limit);
}

std::string refusal(const std::string& bytes, std::size_t limit = 1 << 20) {
  const auto read = parse(bytes, limit);
  return read ? "" : read.error().message;
}

const std::string kTwoCells = fixture::cells(
    "traindata", {fixture::matrix(2, 3, {0, 1, 1, 0, 0, 1}), fixture::matrix(1, 2, {1, 0})});

TEST(MatFile, CellsAreReadRowByRow) {
  const auto read = parse(fixture::file(kTwoCells));
  ASSERT_TRUE(read) << read.error().message;
  const auto& cells = read->at("traindata");
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_EQ(cells[0].rows, 2U);
  EXPECT_EQ(cells[0].columns, 3U);
  EXPECT_THAT(cells[0].values, ElementsAre(0, 1, 0, 1, 0, 1));
  EXPECT_THAT(cells[1].values, ElementsAre(1, 0));
}

TEST(MatFile, CompressedVariablesReadLikePlainOnes) {
  const auto read = parse(fixture::file(fixture::compressed(kTwoCells) +
                                        fixture::compressed(fixture::cells("validdata", {}))));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at("traindata").size(), 2U);
  EXPECT_TRUE(read->at("validdata").empty());
}

TEST(MatFile, EveryCutIsRefusedOrCutsWholeVariables) {
  const std::string whole = fixture::file(kTwoCells);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = parse(whole.substr(0, size));
    EXPECT_TRUE(!read || read->empty()) << size;
  }
}

TEST(MatFile, SaysWhereAndWhy) {
  EXPECT_THAT(refusal("MATLAB"), HasSubstr("not a little-endian MATLAB 5 file"));
  EXPECT_THAT(refusal(fixture::file(fixture::cells("x", {fixture::matrix(1, 1, {2})}))),
              HasSubstr("'x': cell 1: a number other than 0 and 1"));
  EXPECT_THAT(refusal(fixture::file(fixture::cells("x", {fixture::matrix(3, 1, {1})}))),
              HasSubstr("size is not that of its numbers"));
  EXPECT_THAT(refusal(fixture::file(fixture::matrix(1, 1, {1}))), HasSubstr("no cell array"));
  EXPECT_THAT(refusal(fixture::file(fixture::compressed(kTwoCells)), 64), HasSubstr("too large"));
  EXPECT_THAT(refusal(fixture::file(kTwoCells + kTwoCells)), HasSubstr("used twice"));
}

TEST(ChoraleFile, VoicesAndSilenceAreRead) {
  const auto read =
      parse_chorales(R"({"train": [[[72, 67, -1, 48], [72, 67, 60, 48]]], "test": []})");
  ASSERT_TRUE(read) << read.error().message;
  const Chorale& chorale = read->at("train").at(0);
  ASSERT_EQ(chorale.size(), 2U);
  EXPECT_EQ(chorale[0][0], 72);
  EXPECT_FALSE(chorale[0][2].has_value());
  EXPECT_TRUE(read->at("test").empty());
}

TEST(ChoraleFile, SaysWhereAndWhy) {
  const auto refused = [](const char* text) {
    const auto read = parse_chorales(text);
    return read ? std::string() : read.error().message;
  };
  EXPECT_THAT(refused("{"), HasSubstr("no JSON"));
  EXPECT_THAT(refused("[]"), HasSubstr("not an object"));
  EXPECT_THAT(refused(R"({"train": [[[1, 2, 3]]]})"),
              HasSubstr("split 'train': chorale 1: sixteenth 1: has not four voices"));
  EXPECT_THAT(refused(R"({"train": [[[1, 2, 3, 128]]]})"), HasSubstr("voice 4: is not a key"));
  EXPECT_THAT(refused(R"({"train": [[[1, 2, 3, 1.5]]]})"), HasSubstr("not a whole number"));
  EXPECT_THAT(refused(R"({"train": [[[[[[1]]]]]]})"), HasSubstr("nested too deeply"));
}

}  // namespace
}  // namespace cantus::benchmark
