#include "neural/packed/packed.h"

#include <cstring>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "neural/packed/pack_writer.h"

namespace cantus::corpus {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class Packing : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / (std::string("packed_test_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path pack() const { return folder_ / "x.pack"; }

  static Catalogue catalogue() {
    Catalogue catalogue;
    catalogue.vocabulary.names = {"end", "bar 1", "bar 2", "key 60", "key 61"};
    catalogue.vocabulary.bars = {1, 2};
    catalogue.vocabulary.key_numbers = {{3, 2}};
    catalogue.views = {"melody", "all"};
    catalogue.sets = {{"airs", "CC0-1.0"}, {"dances", "PD"}};
    catalogue.pieces = {{"a.abc#1", "airs", "First", 1}, {"b.abc#1", "dances", "Second", 2}};
    return catalogue;
  }

  Result<void> write_two() const {
    auto writer = PackWriter::create(pack(), 5);
    if (!writer) return tl::unexpected<Error>(writer.error());
    if (auto r = writer->add(std::vector<std::uint16_t>{4, 1, 3, 0}, {1, 0}); !r) return r;
    if (auto r = writer->add(std::vector<std::uint16_t>{1, 2, 0}, {0, 1, Split::test, 1}); !r) {
      return r;
    }
    return writer->finish(catalogue());
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  fs::path folder_;
};

TEST_F(Packing, WhatIsWrittenIsReadBack) {
  ASSERT_TRUE(write_two());
  const auto corpus = PackedCorpus::open(pack());
  ASSERT_TRUE(corpus) << corpus.error().message;
  EXPECT_EQ(corpus->vocabulary_size(), 5U);
  ASSERT_EQ(corpus->sequences().size(), 2U);
  EXPECT_THAT(corpus->tokens_of(corpus->sequences()[0]), ElementsAre(4, 1, 3, 0));
  EXPECT_THAT(corpus->tokens_of(corpus->sequences()[1]), ElementsAre(1, 2, 0));
  EXPECT_EQ(corpus->sequences()[0].header_length, 1U);
  EXPECT_EQ(corpus->sequences()[1].split, Split::test);
  EXPECT_EQ(corpus->sequences()[1].view, 1);
  EXPECT_EQ(corpus->sequences()[1].piece, 1U);
}

TEST_F(Packing, PiecesMayChooseTheirSidesAtTheEnd) {
  auto writer = PackWriter::create(pack(), 5);
  ASSERT_TRUE(writer);
  for (const std::uint32_t piece : {0U, 1U, 0U})
    ASSERT_TRUE(writer->add(std::vector<std::uint16_t>{1, 0}, {0, piece}));
  writer->move_pieces(std::vector<Split>{Split::validation, Split::test});
  ASSERT_TRUE(writer->finish(catalogue()));
  const auto corpus = PackedCorpus::open(pack());
  ASSERT_TRUE(corpus) << corpus.error().message;
  EXPECT_EQ(corpus->sequences()[0].split, Split::validation);
  EXPECT_EQ(corpus->sequences()[1].split, Split::test);
  EXPECT_EQ(corpus->sequences()[2].split, Split::validation);
}

TEST_F(Packing, TheCatalogueIsReadBackWithItsSetsCounted) {
  ASSERT_TRUE(write_two());
  const auto read = read_catalogue(pack());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->vocabulary.names, catalogue().vocabulary.names);
  EXPECT_EQ(read->vocabulary.bars, (IdRange{1, 2}));
  EXPECT_THAT(read->views, ElementsAre("melody", "all"));
  ASSERT_EQ(read->sets.size(), 2U);
  EXPECT_EQ(read->sets[0].licence, "CC0-1.0");
  EXPECT_EQ(read->sets[0].tokens, 4U);
  EXPECT_EQ(read->sets[1].sequences, 1U);
  EXPECT_EQ(read->sets[1].pieces, 1U);
  EXPECT_EQ(read->pieces[1].title, "Second");
}

TEST_F(Packing, AFinishedPackLeavesNothingBesideItself) {
  ASSERT_TRUE(write_two());
  EXPECT_THAT(files(), testing::UnorderedElementsAre("x.pack", "x.json"));
}

TEST_F(Packing, AnUnfinishedPackLeavesNothing) {
  {
    auto writer = PackWriter::create(pack(), 5);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->add(std::vector<std::uint16_t>{1, 0}, {}));
  }
  EXPECT_THAT(files(), testing::IsEmpty());
}

TEST_F(Packing, AnEmptyPackCanBeRead) {
  auto writer = PackWriter::create(pack(), 5);
  ASSERT_TRUE(writer && writer->finish(catalogue()));
  const auto corpus = PackedCorpus::open(pack());
  ASSERT_TRUE(corpus) << corpus.error().message;
  EXPECT_TRUE(corpus->sequences().empty());
  EXPECT_TRUE(corpus->tokens().empty());
}

TEST_F(Packing, TheWriterRefusesWhatTheReaderWouldRefuse) {
  auto writer = PackWriter::create(pack(), 5);
  ASSERT_TRUE(writer);
  EXPECT_FALSE(writer->add({}, {}));
  EXPECT_FALSE(writer->add(std::vector<std::uint16_t>{5}, {}));
  EXPECT_FALSE(writer->add(std::vector<std::uint16_t>{1}, {2}));
  ASSERT_TRUE(writer->add(std::vector<std::uint16_t>{1}, {0, 7}));
  const auto finished = writer->finish(catalogue());
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().message, HasSubstr("piece 7"));
}

TEST_F(Packing, EveryTruncationIsRefused) {
  ASSERT_TRUE(write_two());
  const std::string bytes = *read_file(pack());
  std::vector<std::uint64_t> aligned(bytes.size() / 8 + 1);
  std::memcpy(aligned.data(), bytes.data(), bytes.size());
  const auto* data = reinterpret_cast<const std::byte*>(aligned.data());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(view_packed({data, size})) << size;
  }
  EXPECT_TRUE(view_packed({data, bytes.size()}));
}

TEST_F(Packing, AnIndexEntryThatOverlapsOrLeavesTheFileIsRefused) {
  ASSERT_TRUE(write_two());
  const std::string bytes = *read_file(pack());
  const auto opened_with = [&](std::size_t offset, char value) {
    std::string changed = bytes;
    changed[offset] = value;
    EXPECT_TRUE(write_file(pack(), changed));
    return PackedCorpus::open(pack());
  };
  EXPECT_FALSE(opened_with(0, 'X'));
  EXPECT_FALSE(opened_with(8, 2));
  EXPECT_FALSE(opened_with(12, 4));       // vocabulary of four
  EXPECT_FALSE(opened_with(32 + 8, 9));   // length
  EXPECT_FALSE(opened_with(32 + 12, 5));  // header
  EXPECT_FALSE(opened_with(32 + 20, 3));  // split
  EXPECT_FALSE(opened_with(32 + 24, 3));  // the second begins inside the first
  EXPECT_TRUE(opened_with(0, 'C'));
}

TEST(Catalogue, AWrongHashIsRefused) {
  Catalogue catalogue;
  catalogue.vocabulary.names = {"a", "b"};
  std::string json = to_json(catalogue);
  ASSERT_TRUE(parse_catalogue(json));
  json.replace(json.find("\"b\""), 3, "\"c\"");
  const auto parsed = parse_catalogue(json);
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, HasSubstr("hash"));
}

TEST(Catalogue, TheVocabularyHashIsFnv1aOfTheNamesJoinedByNewlines) {
  // FNV-1a of "a" from the published test vectors.
  EXPECT_EQ(vocabulary_hash({"a"}), "af63dc4c8601ec8c");
  EXPECT_NE(vocabulary_hash({"a", "b"}), vocabulary_hash({"ab"}));
}

TEST(Catalogue, RangesOutsideTheVocabularyAreRefused) {
  Catalogue catalogue;
  catalogue.vocabulary.names = {"a", "b"};
  catalogue.vocabulary.key_numbers = {{1, 2}};
  EXPECT_FALSE(parse_catalogue(to_json(catalogue)));
  catalogue.vocabulary.key_numbers = {{1, 1}};
  EXPECT_TRUE(parse_catalogue(to_json(catalogue)));
  catalogue.vocabulary.pitch_classes = {{0, 2}};
  EXPECT_FALSE(parse_catalogue(to_json(catalogue)));
}

TEST(Catalogue, ATitleThatIsNotUtf8IsStillWritten) {
  Catalogue catalogue;
  catalogue.sets = {{"s", "CC0"}};
  catalogue.pieces = {{"x", "s", "caf\xe9", 0}};
  EXPECT_TRUE(parse_catalogue(to_json(catalogue)));
}

}  // namespace
}  // namespace cantus::corpus
