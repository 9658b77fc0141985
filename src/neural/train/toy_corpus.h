// Small packed corpora for the tests of this folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/packed/catalogue.h"
#include "neural/packed/pack_writer.h"
#include "neural/packed/packed.h"

namespace cantus::train {

/// end; bars 1-4; pitch classes 5-16; key numbers 17-40; two words 41 and 42.
inline corpus::Catalogue toy_catalogue() {
  corpus::Catalogue catalogue;
  catalogue.vocabulary.names = {"end"};
  for (int i = 1; i < 43; ++i)
    catalogue.vocabulary.names.push_back("token " + std::to_string(i));
  catalogue.vocabulary.bars = {1, 4};
  catalogue.vocabulary.pitch_classes = {{5, 12}};
  catalogue.vocabulary.key_numbers = {{17, 24}};
  catalogue.views = {"melody", "all"};
  catalogue.sets = {{"airs", "CC0-1.0"}, {"dances", "PD"}};
  return catalogue;
}

/// A folder of the current test, removed with this object.
class TestFolder {
 public:
  TestFolder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            (std::string("neural_train_") + test->test_suite_name() + "_" + test->name());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct ToySequence {
  std::vector<std::uint16_t> tokens;
  corpus::SequenceFacts facts;  ///< piece is its number
  std::string set = "airs";
};

inline void write_toy(const std::filesystem::path& pack,
                      const std::vector<ToySequence>& sequences) {
  corpus::Catalogue catalogue = toy_catalogue();
  auto writer = corpus::PackWriter::create(
      pack, static_cast<std::uint32_t>(catalogue.vocabulary.names.size()));
  if (!writer) throw std::runtime_error(writer.error().message);
  for (const ToySequence& sequence : sequences) {
    corpus::SequenceFacts facts = sequence.facts;
    facts.piece = static_cast<std::uint32_t>(catalogue.pieces.size());
    catalogue.pieces.push_back({"toy", sequence.set, "", facts.piece});
    if (auto added = writer->add(sequence.tokens, facts); !added) {
      throw std::runtime_error(added.error().message);
    }
  }
  if (auto finished = writer->finish(catalogue); !finished) {
    throw std::runtime_error(finished.error().message);
  }
}

/// A header of two (a pitch class, a word), then bars of three notes that climb in steps of two
/// from a key number that belongs to the pitch class.
inline ToySequence climbing(std::uint16_t key, int bars, corpus::Split split) {
  ToySequence sequence;
  sequence.facts = {2, 0, split, static_cast<std::uint8_t>(key % 2)};
  sequence.set = key % 3 == 0 ? "dances" : "airs";
  sequence.tokens = {static_cast<std::uint16_t>(5 + key), 41};
  int note = 0;
  for (int bar = 0; bar < bars; ++bar) {
    sequence.tokens.push_back(static_cast<std::uint16_t>(1 + bar % 4));
    for (int i = 0; i < 3; ++i) {
      sequence.tokens.push_back(static_cast<std::uint16_t>(17 + key + 2 * note));
      note = (note + 1) % 5;
    }
  }
  sequence.tokens.push_back(0);
  return sequence;
}

inline void write_climbing(const std::filesystem::path& pack) {
  std::vector<ToySequence> sequences;
  for (int i = 0; i < 40; ++i) {
    const auto key = static_cast<std::uint16_t>(i % 12);
    const auto split = i % 10 == 0   ? corpus::Split::validation
                       : i % 10 == 1 ? corpus::Split::test
                                     : corpus::Split::train;
    sequences.push_back(climbing(key, 4 + i, split));
  }
  write_toy(pack, sequences);
}

/// A corpus with its catalogue, opened.
struct OpenedToy {
  explicit OpenedToy(const std::filesystem::path& pack)
      : corpus(*corpus::PackedCorpus::open(pack)), catalogue(*corpus::read_catalogue(pack)) {}
  corpus::PackedCorpus corpus;
  corpus::Catalogue catalogue;
};

}  // namespace cantus::train
