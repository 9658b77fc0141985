// What abc2midi hears in the same text. Skipped where it or midicsv is not installed.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
#include "music/formats/abc/read.h"
#include "music/formats/abc/write.h"

namespace cantus::formats::abc {
namespace {

namespace fs = std::filesystem;

/// Onset and length in 480ths of a beat, and key.
struct Heard {
  int onset = 0;
  int key = 0;
  int length = 0;
};

bool has_peer() {
  return std::system("command -v abc2midi >/dev/null 2>&1 && command -v midicsv >/dev/null 2>&1") ==
         0;
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, ',');) {
    fields.push_back(field.substr(std::min(field.size(), field.find_first_not_of(' '))));
  }
  return fields;
}

std::vector<Heard> notes_in_csv(const fs::path& path) {
  std::vector<Heard> notes;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> sounding;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const auto fields = fields_of(line);
    if (fields.size() < 6 || !fields[2].starts_with("Note_o")) continue;
    const auto voice = std::tuple(fields[0], fields[3], fields[4]);
    const int at = std::stoi(fields[1]);
    if (fields[2] == "Note_on_c" && fields[5] != "0") {
      sounding[voice] = notes.size();
      notes.push_back({at, std::stoi(fields[4]), 0});
    } else if (sounding.contains(voice)) {
      notes[sounding[voice]].length = at - notes[sounding[voice]].onset;
    }
  }
  return notes;
}

std::vector<Heard> heard_by_peer(const std::string& abc) {
  const fs::path folder = fs::temp_directory_path() / ("cantus_abc_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string base = (folder / "tune").string();
  EXPECT_TRUE(write_file(base + ".abc", abc));
  const std::string command = "abc2midi " + base + ".abc -NGRA -NGUI -o " + base + ".mid >" + base +
                              ".log 2>&1 && midicsv " + base + ".mid " + base + ".csv";
  EXPECT_EQ(std::system(command.c_str()), 0);
  const std::string log = read_file(base + ".log").value_or("");
  EXPECT_EQ(log.find("Error"), std::string::npos) << log << abc;
  auto notes = notes_in_csv(base + ".csv");
  fs::remove_all(folder);
  return notes;
}

std::vector<Heard> heard_by_us(const score::Piece& piece) {
  std::vector<Heard> notes;
  for (const score::Part& part : piece.parts) {
    for (const score::Note& note : part.notes) {
      if (note.grace) continue;
      notes.push_back({static_cast<int>(note.onset.count() / 21), note.pitch.key(),
                       static_cast<int>(note.length.count() / 21)});
    }
  }
  return notes;
}

/// The peer starts notes up to a few ticks late and ends them a little early.
void expect_heard(std::vector<Heard> ours, std::vector<Heard> theirs, const std::string& abc) {
  const auto order = [](const Heard& a, const Heard& b) {
    return std::tuple(a.onset / 40, a.key) < std::tuple(b.onset / 40, b.key);
  };
  std::ranges::sort(ours, order);
  std::ranges::sort(theirs, order);
  ASSERT_EQ(ours.size(), theirs.size()) << abc;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_NEAR(ours[i].onset, theirs[i].onset, 25) << "note " << i << "\n" << abc;
    EXPECT_EQ(ours[i].key, theirs[i].key) << "note " << i << "\n" << abc;
    EXPECT_NEAR(ours[i].length, theirs[i].length, 30) << "note " << i << "\n" << abc;
  }
}

class AbcPeer : public ::testing::TestWithParam<const char*> {};

TEST_P(AbcPeer, HearsTheSameNotesInATuneAndInOurTextOfIt) {
  const std::string abc = std::string("X:1\nT:Peer\n") + GetParam() + "\n";
  const auto reading = read(abc);
  ASSERT_TRUE(reading);
  const auto ours = heard_by_us(reading->pieces.at(0));
  EXPECT_FALSE(ours.empty());
  if (!has_peer()) GTEST_SKIP() << "abc2midi or midicsv is not installed";
  expect_heard(ours, heard_by_peer(abc), abc);
  const auto text = write(reading->pieces[0]);
  ASSERT_TRUE(text);
  expect_heard(ours, heard_by_peer(*text), *text);
}

INSTANTIATE_TEST_SUITE_P(
    Tunes,
    AbcPeer,
    ::testing::Values(
        "M:6/8\nL:1/8\nK:D\nA|:dAF DFA|ded cBA|dcd efg|1 fdf ecA:|2 fdd d2A||\n"
        "|:fgf fed|ede efg|(3fgf e2 d2c|d6:|",
        "M:4/4\nL:1/4\nQ:1/4=90\nK:Gm\n\"Gm\"G>A B<c|(3:2:4d2e/f/g a|^f2- f=f|[GBd]2 z2|]",
        "M:3/4\nL:1/4\nK:E\nV:1\nV:2 clef=bass\n[V:1] e2f|g3-|g2a|]\n[V:2] E,3|B,,3|E,2C,|]",
        "M:2/4\nL:1/16\nK:Am\nP:ABA\nP:A\nA2c2e4|^g4 a4|\nP:B\nK:A\na4 g4|f8|]",
        "M:C|\nL:1/8\nK:Ddor\nA2d2 (5defga|_B4 =B4|c8|\nM:3/4\nc2d2e2|f6|]",
        "M:4/4\nL:1/8\nK:C\nc8 & E4 F4|d4 e4 & G8|[c2e2][d4f4][B2d2]|]"));

}  // namespace
}  // namespace cantus::formats::abc
