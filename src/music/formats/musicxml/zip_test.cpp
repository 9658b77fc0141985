#include "music/formats/musicxml/zip.h"

#include <gmock/gmock.h>

#include "music/formats/musicxml/container.h"

namespace cantus::formats::musicxml {
namespace {

std::string zip_of(std::vector<ZipFile> files) {
  return zip(files).value();
}

TEST(Zip, WhatGoesInComesOutStoredOrDeflated) {
  const std::string text(10000, 'a');
  const std::string bytes =
      zip_of({{"one", "1", true}, {"dir/two", text, false}, {"empty", "", false}});
  ASSERT_TRUE(is_zip(bytes));
  const auto entries = zip_directory(bytes);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ(unzip(bytes, (*entries)[0]).value(), "1");
  EXPECT_EQ((*entries)[1].name, "dir/two");
  EXPECT_EQ(unzip(bytes, (*entries)[1]).value(), text);
  EXPECT_EQ(unzip(bytes, (*entries)[2]).value(), "");
  EXPECT_LT(bytes.size(), 500U);
}

TEST(Zip, TheSameFilesGiveTheSameBytes) {
  EXPECT_EQ(zip_of({{"a", "text", false}}), zip_of({{"a", "text", false}}));
}

TEST(Zip, EveryCutIsToldAndNotFollowed) {
  const std::string bytes = zip_of({{"score.xml", "<a>some text, some text</a>", false}});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(zip_directory(std::string_view(bytes).substr(0, size))) << size;
  }
}

TEST(Zip, AChangedByteOfTheContentFailsItsChecksum) {
  std::string bytes = zip_of({{"a", "stored text", true}});
  bytes[bytes.find("stored")] = 'S';
  const auto entries = zip_directory(bytes);
  ASSERT_TRUE(entries);
  const auto content = unzip(bytes, entries->front());
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, testing::HasSubstr("checksum"));
}

TEST(Zip, ABombIsRefusedByItsDeclaredSizeAndALiarByItsStream) {
  const std::string bytes = zip_of({{"a", std::string(100000, 'x'), false}});
  const auto entries = zip_directory(bytes);
  ASSERT_TRUE(entries);
  ZipEntry bomb = entries->front();
  bomb.size = kLargestZipEntry + 1;
  EXPECT_FALSE(unzip(bytes, bomb));
  for (const std::size_t lie :
       {std::size_t{5}, std::size_t{99999}, std::size_t{100001}, kLargestZipEntry}) {
    ZipEntry liar = entries->front();
    liar.size = lie;
    EXPECT_FALSE(unzip(bytes, liar)) << lie;
  }
}

TEST(Zip, ADirectoryThatPointsOutsideIsRefused) {
  const std::string bytes = zip_of({{"a", "text", false}});
  ZipEntry entry = zip_directory(bytes).value().front();
  entry.header_offset = bytes.size() - 4;
  EXPECT_FALSE(unzip(bytes, entry));
  entry.header_offset = 0xffffffff;
  EXPECT_FALSE(unzip(bytes, entry));
  entry.header_offset = 0;
  entry.packed_size = bytes.size();
  EXPECT_FALSE(unzip(bytes, entry));
}

TEST(Container, TheRootfileIsTheScore) {
  const std::string container =
      "<container><rootfiles><rootfile full-path=\"b.xml\"/></rootfiles></container>";
  const std::string bytes = zip_of({{"a.xml", "no", false},
                                    {"META-INF/container.xml", container, false},
                                    {"b.xml", "yes", false}});
  EXPECT_EQ(score_in_container(bytes).value(), "yes");
}

TEST(Container, WithoutARootfileTheFirstXmlOutsideMetaInfIsTheScore) {
  EXPECT_EQ(score_in_container(zip_of({{"META-INF/x.xml", "no", false},
                                       {"cover.png", "no", false},
                                       {"s.musicxml", "yes", false}}))
                .value(),
            "yes");
  EXPECT_FALSE(score_in_container(zip_of({{"cover.png", "no", false}})));
}

TEST(Container, WhatItMakesItReads) {
  EXPECT_EQ(score_in_container(container_of("<score/>").value()).value(), "<score/>");
}

}  // namespace
}  // namespace cantus::formats::musicxml
