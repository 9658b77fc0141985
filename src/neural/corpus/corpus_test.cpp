#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/corpus/labels.h"
#include "neural/corpus/near_duplicates.h"
#include "neural/corpus/views.h"

namespace cantus::corpus {
namespace {

using score::beats;
using score::Tick;

score::Piece tune(std::uint64_t seed, int notes) {
  Random random(seed);
  score::Piece piece;
  score::Part part;
  part.role = score::Role::melody;
  int key = 65;
  for (int i = 0; i < notes; ++i) {
    key = std::clamp(key + static_cast<int>(random.below(9)) - 4, 50, 85);
    part.notes.push_back({Tick() + beats(i, 2), beats(1, 2), *score::Pitch::from_key(key)});
  }
  piece.parts.push_back(part);
  score::tidy(piece);
  return piece;
}

TEST(NearDuplicates, ATransposedAndSlightlyChangedTuneFallsInOneGroupAndOthersDoNot) {
  std::vector<std::vector<std::uint64_t>> prints;
  prints.push_back(fingerprint(tune(1, 200)));
  prints.push_back(fingerprint(tune(2, 200)));
  score::Piece edition = score::transposed(tune(1, 200), 5);
  edition.parts[0].notes[50].pitch = score::Pitch::clamped(40);
  prints.push_back(fingerprint(edition));
  prints.push_back(fingerprint(tune(3, 200)));
  EXPECT_EQ(groups_of(prints), (std::vector<std::uint32_t>{0, 1, 0, 3}));
}

TEST(NearDuplicates, NothingIsADuplicateOfAnEmptyPiece) {
  EXPECT_EQ(groups_of({{{}, {}}}), (std::vector<std::uint32_t>{0, 1}));
}

TEST(Views, ALeadSheetGivesMelodyOverChordsAndTheChordsAlone) {
  score::Piece piece = tune(4, 64);
  for (int i = 0; i < 8; ++i) {
    piece.chords.push_back({Tick() + beats(4 * i), beats(4), *score::chord_from_text("G")});
  }
  piece.keys = {{Tick(), *score::key_from_text("G")}};
  const auto views = views_of(piece, Genre::lead_sheet);
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(views[0].view, View::lead);
  EXPECT_EQ(views[1].view, View::chords);
  EXPECT_TRUE(views[1].piece.parts.empty());
  EXPECT_EQ(score::to_text(views[0].piece.chords[0].chord), "C") << "not at home";
}

TEST(Views, InAMixedFolderALoneLineIsAMelodyAndTwoPartsAreABand) {
  score::Piece piece = tune(4, 64);
  auto views = views_of(piece, Genre::mixed);
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].view, View::melody);
  score::Part bass = piece.parts[0];
  bass.role = score::Role::bass;
  for (score::Note& note : bass.notes)
    note.pitch = score::Pitch::clamped(note.pitch.key() - 24);
  piece.parts.push_back(bass);
  views = views_of(piece, Genre::mixed);
  EXPECT_EQ(std::ranges::count(views, View::band, &ViewOfPiece::view), 1);
}

TEST(Views, APieceOfThreeBarsIsTooShort) {
  EXPECT_TRUE(views_of(tune(5, 20), Genre::tune).empty());
}

TEST(Views, ASingleLineNeverOverlaps) {
  auto notes = tune(6, 50).parts[0].notes;
  for (auto& note : notes)
    note.length = beats(3);
  const auto line = single_line(notes);
  for (std::size_t i = 1; i < line.size(); ++i)
    EXPECT_LE(line[i - 1].end(), line[i].onset);
}

TEST(Views, HomeIsWithoutSharpsOrFlatsAndNeverFarAway) {
  for (int fifths = -7; fifths <= 7; ++fifths) {
    score::Piece piece = tune(7, 20);
    piece.keys = {{Tick(), score::Key{fifths, score::Mode::minor}}};
    const score::Piece home = at_home(piece);
    EXPECT_EQ(home.keys[0].key.fifths, 0);
    const int moved = home.parts[0].notes[0].pitch.key() - piece.parts[0].notes[0].pitch.key();
    EXPECT_LE(std::abs(moved), 6);
  }
}

TEST(Labels, ABillboardLineGivesBarsChordsAndSections) {
  const auto piece = read_billboard(
      "# title: True\n# metre: 4/4\n# tonic: G\n\n0.0\tsilence\n0.3\tA, intro, | G:maj | E:min9 |\n"
      "1.0\tB, verse, | C:maj C:maj/3 | (3/4) D:7 . G:maj |\n3.0\t| A:min | x2\n9.0\tend\n");
  ASSERT_TRUE(piece) << piece.error().message;
  ASSERT_EQ(piece->sections.size(), 2U);
  EXPECT_EQ(piece->sections[1].name, "verse");
  EXPECT_EQ(score::bars_of(*piece), 6);
  EXPECT_EQ(score::to_text(piece->chords[3].chord), "C/E");
  EXPECT_EQ(piece->chords[4].length, beats(2));
  EXPECT_EQ(score::to_text(piece->keys[0].key), "G major");
}

TEST(Labels, PhraseLabelsGiveSectionsOfWholeBars) {
  const auto piece = read_phrase_labels("B:maj [3, 6, 11] 11 4\nC#:min7 [1] 1 4 \nN [] 0 8\n",
                                        "i2A2", "Gb:maj", 90);
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->sections.size(), 2U);
  EXPECT_EQ(piece->sections[0].name, "intro");
  EXPECT_EQ(piece->chords.size(), 2U);
  EXPECT_EQ(score::bars_of(*piece), 4);
}

TEST(Labels, HarteChordsAreRead) {
  EXPECT_EQ(score::to_text(*chord_from_harte("Eb:maj7/3")), "Ebmaj7/G");
  EXPECT_EQ(score::to_text(*chord_from_harte("F:maj6(9)")), "F6");
  EXPECT_FALSE(chord_from_harte("N"));
  EXPECT_FALSE(chord_from_harte("H:maj"));
}

}  // namespace
}  // namespace cantus::corpus
