#include "neural/judge/lead_features.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "music/theory/key_finding.h"
#include "neural/judge/lead_sheets.h"
#include "neural/judge/shuffled.h"
#include "neural/tokens/encode.h"

namespace cantus::judge {
namespace {

using score::beats;
using score::Tick;

/// A tune in C over C, F, G and C, of so many bars of eighths, by lot from the scale.
score::Piece tune(std::uint64_t seed, int bars) {
  constexpr int kScale[] = {60, 62, 64, 65, 67, 69, 71, 72};
  constexpr const char* kChords[] = {"C", "F", "G7", "C"};
  Random random(seed);
  score::Piece piece;
  piece.keys = {{Tick(), {0, score::Mode::major}}};
  score::Part part;
  part.role = score::Role::melody;
  for (int bar = 0; bar < bars; ++bar) {
    piece.chords.push_back(
        {Tick() + beats(4 * bar), beats(4), *score::chord_from_text(kChords[bar % 4])});
    for (int i = 0; i < 8; ++i) {
      const int key = i == 0 && bar % 4 == 3 ? 60 : kScale[random.below(8)];
      part.notes.push_back(
          {Tick() + beats(8 * bar + i, 2), beats(1, 2), score::Pitch::clamped(key)});
    }
  }
  piece.parts.push_back(part);
  piece.end = Tick() + beats(4 * bars);
  score::tidy(piece);
  return piece;
}

double value_of(const Sheet& sheet, std::string_view name) {
  const auto found = std::ranges::find(sheet.features(), name, &Feature::name);
  EXPECT_NE(found, sheet.features().end()) << name;
  if (found == sheet.features().end()) return 0.0;
  return sheet.values()[static_cast<std::size_t>(found - sheet.features().begin())];
}

Sheet features_of(const score::Piece& piece) {
  const auto sheet = lead_sheet(piece, {});
  EXPECT_TRUE(sheet.has_value());
  return sheet ? lead_features(lead_line(sheet->piece, sheet->key), nullptr) : Sheet();
}

TEST(LeadFeatures, NeitherKeyNorTempoNorTouchNorTitleChangesThem) {
  const score::Piece piece = tune(1, 16);
  score::Piece other = score::transposed(piece, 3);
  other.tempo = score::TempoMap(200.0);
  other.title = "by a machine";
  other.parts[0].program = 73;
  for (score::Note& note : other.parts[0].notes)
    note.velocity = 40;
  const auto a = features_of(piece);
  const auto b = features_of(other);
  ASSERT_EQ(a.features(), b.features());
  for (std::size_t i = 0; i < a.values().size(); ++i)
    EXPECT_DOUBLE_EQ(a.values()[i], b.values()[i]) << a.features()[i].name;
}

TEST(LeadFeatures, AnUpbeatAndTimeOffTheGridChangeNothing) {
  const score::Piece piece = tune(2, 16);
  score::Piece other = piece;
  other.metre.set_pickup(beats(1));
  for (score::ChordSpan& span : other.chords)
    span.onset += beats(1);
  for (score::Note& note : other.parts[0].notes)
    note.onset += beats(1) + score::TickLength(100);
  other.parts[0].notes.insert(other.parts[0].notes.begin(),
                              {Tick(), beats(1), score::Pitch::clamped(67)});
  other.end += beats(1);
  const auto a = features_of(piece);
  const auto b = features_of(other);
  for (std::size_t i = 0; i < a.values().size(); ++i)
    EXPECT_NEAR(a.values()[i], b.values()[i], 1e-9) << a.features()[i].name;
}

TEST(LeadFeatures, NamesAreUniqueAndTheSameForAnyPiece) {
  const Sheet none = lead_features(LeadLine{}, nullptr);
  EXPECT_EQ(none.features(), features_of(tune(3, 16)).features());
  std::set<std::string> names;
  for (const Feature& feature : none.features())
    EXPECT_TRUE(names.insert(feature.family + "/" + feature.name).second) << feature.name;
}

TEST(LeadFeatures, SayWhatIsThere) {
  const Sheet sheet = features_of(tune(4, 16));
  EXPECT_DOUBLE_EQ(value_of(sheet, "notes of an eighth"), 1.0);
  EXPECT_DOUBLE_EQ(value_of(sheet, "notes a beat"), 2.0);
  EXPECT_DOUBLE_EQ(value_of(sheet, "notes outside the scale"), 0.0);
  EXPECT_DOUBLE_EQ(value_of(sheet, "different rhythms of bars, of all"), 1.0 / 16);
  EXPECT_DOUBLE_EQ(value_of(sheet, "chords a bar"), 13.0 / 16) << "C to C is no change";
  EXPECT_DOUBLE_EQ(value_of(sheet, "four bars that end on I"), 1.0);
  EXPECT_DOUBLE_EQ(value_of(sheet, "time on V that is a dominant seventh"), 1.0);
  EXPECT_DOUBLE_EQ(value_of(sheet, "bars of the chords of four before"), 1.0);
}

TEST(LeadFeatures, ForeignNotesAreToldByTheWayTheyLeave) {
  // Over C: E, F (passes), G; then D (foreign, left by leap) and A over F.
  LeadLine line;
  line.bars = 2;
  const auto tone = [](int onset, int key) {
    return Tone{onset, 24, key, key % 12, onset / 96, onset % 96};
  };
  line.tones = {tone(0, 64), tone(24, 65), tone(48, 67), tone(72, 62), tone(96, 69)};
  Harmony c{0, 96, 0, score::Quality::major, false, {}};
  c.degrees.set(0).set(4).set(7);
  Harmony f{96, 96, 5, score::Quality::major, false, {}};
  f.degrees.set(5).set(9).set(0);
  line.chords = {c, f};
  Sheet sheet;
  add_agreement(line, sheet);
  EXPECT_DOUBLE_EQ(value_of(sheet, "notes that are no chord notes"), 2.0 / 5);
  EXPECT_DOUBLE_EQ(value_of(sheet, "foreign notes that pass by step"), 0.5);
  EXPECT_DOUBLE_EQ(value_of(sheet, "foreign notes left by leap"), 0.5);
}

TEST(Habits, WhatWasLearntSurprisesLessThanWhatWasNot) {
  Habits habits;
  const auto line_of = [](const score::Piece& piece) {
    return lead_line(piece, {0, score::Mode::major});
  };
  habits.learn(line_of(tune(5, 16)));
  const auto surprise = [&](std::uint64_t seed) {
    Sheet sheet;
    habits.add_surprise(line_of(tune(seed, 16)), sheet);
    return value_of(sheet, "surprise of degrees, bits");
  };
  EXPECT_LT(surprise(5), surprise(6) - 0.5);
}

TEST(Habits, ProbabilitiesOfAllThatMayFollowSumToOne) {
  Grams grams(2, 4);
  const std::vector<std::int64_t> learnt = {0, 1, 2, 0, 1, 3, 0, 1, 2};
  grams.learn(learnt);
  double sum = 0.0;
  for (std::int64_t next = 0; next < 4; ++next) {
    const std::vector<std::int64_t> symbols = {0, 1, next};
    sum += std::exp2(-grams.surprise(symbols).back());
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
}

TEST(LeadTables, ACopyOfAPersonsPieceIsOfItsGroupAndSectionsAreOfTheirPiece) {
  std::vector<LeadSheet> people = {*lead_sheet(tune(7, 32), {}), *lead_sheet(tune(8, 32), {})};
  const std::vector<LeadSheet> ours = {*lead_sheet(score::transposed(tune(8, 32), 2), {})};
  const Table table = lead_table(people, ours, Scale::section, nullptr);
  ASSERT_EQ(table.rows.size(), 6U);
  EXPECT_EQ(table.rows[0].group, table.rows[1].group);
  EXPECT_NE(table.rows[0].group, table.rows[2].group);
  EXPECT_EQ(table.rows[2].group, table.rows[4].group);
  EXPECT_TRUE(table.rows[4].ours);
}

TEST(LeadSheets, OnlyPiecesWithChordsLongEnoughAndInTheMetresAskedFor) {
  score::Piece bare = tune(9, 16);
  bare.chords.clear();
  EXPECT_FALSE(lead_sheet(bare, {}));
  EXPECT_FALSE(lead_sheet(tune(9, 6), {}));
  LeadChoice waltzes;
  waltzes.metres = {{3, 4}};
  EXPECT_FALSE(lead_sheet(tune(9, 16), waltzes));
  LeadChoice short_ones;
  short_ones.most_bars = 12;
  EXPECT_EQ(score::bars_of(lead_sheet(tune(9, 16), short_ones)->piece), 12);
}

TEST(Shuffled, NotesShuffledKeepTheRhythmAndBarsShuffledKeepTheBars) {
  const LeadSheet sheet = *lead_sheet(tune(10, 16), {});
  const auto line_of = [](const LeadSheet& s) { return lead_line(s.piece, s.key); };
  const LeadSheet notes = spoilt(sheet, Spoiling::notes, 1);
  EXPECT_EQ(bar_rhythms(line_of(sheet)), bar_rhythms(line_of(notes)));
  EXPECT_NE(bar_tunes(line_of(sheet)), bar_tunes(line_of(notes)));
  auto before = bar_tunes(line_of(sheet));
  auto after = bar_tunes(line_of(spoilt(sheet, Spoiling::bars, 1)));
  EXPECT_NE(before, after);
  std::ranges::sort(before);
  std::ranges::sort(after);
  EXPECT_EQ(before, after);
}

}  // namespace
}  // namespace cantus::judge
