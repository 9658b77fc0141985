#include "neural/corpus/pack.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "neural/packed/packed.h"

namespace cantus::corpus {
namespace {

namespace fs = std::filesystem;

class PackingMusic : public testing::Test {
 protected:
  PackingMusic() {
    folder_ =
        fs::temp_directory_path() / (std::string("neural_corpus_pack_") +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "tunes");
  }
  ~PackingMusic() override { fs::remove_all(folder_); }

  /// Eight bars that no other number has.
  void write_tune(int number) const {
    std::ofstream out(folder_ / "tunes" / (std::to_string(number) + ".abc"));
    out << "X:1\nT:Tune " << number << "\nM:4/4\nL:1/4\nK:C\n";
    std::uint32_t state = static_cast<std::uint32_t>(number) * 2654435761U + 1U;
    for (int bar = 0; bar < 8; ++bar) {
      for (int beat = 0; beat < 4; ++beat) {
        state = state * 1664525U + 1013904223U;
        out << "CDEFGABcdefgabEA"[state >> 28U];
      }
      out << "|";
    }
    out << "\n";
  }

  Result<PackReport> pack_tunes(Splitting splitting) const {
    const Source source = own_source(folder_ / "tunes");
    return pack({&source, 1}, "", folder_ / "tunes.pack", {}, nullptr, splitting);
  }

  std::size_t pieces_on(Split side) const {
    const auto corpus = PackedCorpus::open(folder_ / "tunes.pack");
    std::vector<std::uint32_t> pieces;
    for (const PackedSequence& sequence : corpus->sequences()) {
      if (sequence.split == side) pieces.push_back(sequence.piece);
    }
    pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
    return pieces.size();
  }

  fs::path folder_;
};

TEST_F(PackingMusic, OfAFewPiecesOneInTenIsHeldOutAndAtLeastOne) {
  for (const int count : {3, 20}) {
    for (int i = 0; i < count; ++i)
      write_tune(i);
    const auto report = pack_tunes(Splitting::one_in_ten);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->duplicate_groups, 0U);
    EXPECT_EQ(pieces_on(Split::test), count == 3 ? 1U : 2U);
    EXPECT_EQ(pieces_on(Split::train), count == 3 ? 2U : 18U);
  }
}

TEST_F(PackingMusic, ThePackHoldsWhatTheReportCounts) {
  for (int i = 0; i < 5; ++i)
    write_tune(i);
  const auto report = pack_tunes(Splitting::by_name);
  ASSERT_TRUE(report) << report.error().message;
  const auto corpus = PackedCorpus::open(folder_ / "tunes.pack");
  ASSERT_TRUE(corpus) << corpus.error().message;
  EXPECT_EQ(corpus->sequences().size(), report->sequences);
  EXPECT_EQ(corpus->tokens().size(), report->tokens);
  const auto catalogue = read_catalogue(folder_ / "tunes.pack");
  ASSERT_TRUE(catalogue);
  EXPECT_EQ(catalogue->pieces.size(), 5U);
  EXPECT_EQ(catalogue->sets.at(0).tokens, report->tokens);
}

}  // namespace
}  // namespace cantus::corpus
