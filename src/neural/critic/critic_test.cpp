#include "neural/critic/critic.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <initializer_list>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "neural/critic/likeness.h"

namespace cantus::critic {
namespace {

using score::beats;
using score::Piece;
using score::Role;
using score::Tick;

/// Bars of four notes of the scale over alternating chords, eighths swung or straight.
Piece tune(int bars, std::uint64_t seed, bool swung = false) {
  constexpr std::array<int, 7> kScale = {60, 62, 64, 65, 67, 69, 71};
  Random random(seed);
  Piece piece;
  piece.keys = {{Tick(), score::Key{}}};
  score::Part part;
  part.role = Role::melody;
  for (int bar = 0; bar < bars; ++bar) {
    for (int i = 0; i < 8; ++i) {
      if (random.below(3) == 0 && i > 0) continue;
      const auto off = i % 2 == 0 ? beats(0) : swung ? beats(2, 3) : beats(1, 2);
      score::Note note{Tick() + beats(4 * bar + i / 2) + off, beats(1, 3),
                       score::Pitch::clamped(kScale[random.below(7)])};
      part.notes.push_back(note);
    }
    const char* name = bar % 2 == 0 ? "C" : "G7";
    piece.chords.push_back({Tick() + beats(4 * bar), beats(4), *score::chord_from_text(name)});
  }
  piece.parts = {part};
  piece.end = Tick() + beats(4 * bars);
  score::tidy(piece);
  return piece;
}

Sheet sheet(int bars, std::uint64_t seed) {
  return *sheet_of(tune(bars, seed));
}

Weights random_weights(std::uint64_t seed) {
  Random random(seed);
  Weights weights;
  for (const LayerShape& shape : layer_shapes()) {
    Layer& layer = weights.*shape.layer;
    const double deviation = 1.0 / std::sqrt(std::min(shape.inputs, 100));
    for (int i = 0; i < shape.inputs * shape.outputs; ++i)
      layer.matrix.push_back(static_cast<float>(deviation * random.normal()));
    for (int i = 0; i < shape.outputs; ++i)
      layer.bias.push_back(static_cast<float>(0.1 * random.normal()));
  }
  weights.calibration.scale.assign(4 * kAspects, 0.5F);
  weights.calibration.shift.assign(4 * kAspects, 0.25F);
  return weights;
}

TEST(Sheet, IsTheSameInEveryKey) {
  const Piece piece = tune(8, 1);
  const Sheet at_home = *sheet_of(piece);
  for (const int by : {-5, -1, 2, 6}) {
    const Sheet moved = *sheet_of(score::transposed(piece, by));
    const MarkedSheet a = marked(at_home);
    const MarkedSheet b = marked(moved);
    EXPECT_EQ(a.notes.ids, b.notes.ids) << by;
    EXPECT_EQ(a.bars.ids, b.bars.ids) << by;
  }
}

TEST(Sheet, TempoLoudnessAndInstrumentAreNotHeard) {
  Piece piece = tune(8, 2);
  const Sheet before = *sheet_of(piece);
  piece.tempo = score::TempoMap(63.0);
  piece.title = "Another";
  piece.parts[0].program = 40;
  for (score::Note& note : piece.parts[0].notes)
    note.velocity = 33;
  EXPECT_EQ(*sheet_of(piece), before);
}

TEST(Sheet, SwungEighthsAreHeardAsWrittenEighths) {
  const Sheet straight = *sheet_of(tune(8, 3));
  const Sheet swung = *sheet_of(tune(8, 3, true));
  ASSERT_EQ(straight.bars.size(), swung.bars.size());
  for (std::size_t b = 0; b < straight.bars.size(); ++b)
    EXPECT_EQ(melody_likeness(straight.bars[b], swung.bars[b]), kLevels - 1);
}

TEST(Sheet, SilentBarsAtTheEndsAreLeftOutButCounted) {
  Piece piece = tune(8, 4);
  for (score::Note& note : piece.parts[0].notes)
    note.onset += beats(8);
  piece.end += beats(16);
  const Sheet later = *sheet_of(piece);
  EXPECT_EQ(later.first_bar, 3);
  EXPECT_EQ(later.bars.size(), 8U);
}

TEST(Sheet, WhatHasNoMelodyIsRefusedWithASentence) {
  const Piece nothing;
  EXPECT_FALSE(sheet_of(nothing));
  EXPECT_FALSE(sheet_of(tune(2, 1)));
  Piece drums = tune(8, 1);
  drums.parts[0].role = Role::drums;
  const auto refused = sheet_of(drums);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("melodies"), std::string::npos);
}

TEST(Likeness, CountsWhatTwoBarsShare) {
  SheetBar a;
  a.notes = {{0, 12, 0}, {12, 12, 2}, {24, 12, 4}, {36, 12, 5}};
  SheetBar b = a;
  EXPECT_EQ(melody_likeness(a, b), 4);
  b.notes[1].height = 9;
  EXPECT_EQ(melody_likeness(a, b), 3);
  EXPECT_EQ(rhythm_likeness(a, b), 4);
  b.notes.clear();
  EXPECT_EQ(rhythm_likeness(a, b), 0);
  EXPECT_EQ(chord_likeness(a, b), 4) << "no chords in both";
  b.chords[0] = SheetChord{7, Family::dominant, 0};
  EXPECT_EQ(chord_likeness(a, b), 3);
}

TEST(Marks, AreBelowTheirNumbersForAnySheet) {
  Random random(9);
  for (int trial = 0; trial < 50; ++trial) {
    Sheet any = sheet(12, random.next());
    for (SheetBar& bar : any.bars) {
      bar.steps = static_cast<std::int16_t>(1 + random.below(kMostBeats * kStepsPerBeat));
      for (SheetNote& note : bar.notes) {
        note.height = static_cast<std::int16_t>(random.below(160));
        note.height = static_cast<std::int16_t>(note.height - 80);
        note.length = static_cast<std::int16_t>(1 + random.below(1000));
      }
      std::erase_if(bar.notes, [&](const SheetNote& note) { return note.step >= bar.steps; });
    }
    const MarkedSheet marks = marked(any);
    for (const std::int32_t id : marks.notes.ids)
      ASSERT_TRUE(id >= 0 && id < note_marks());
    for (const std::int32_t id : marks.bars.ids)
      ASSERT_TRUE(id >= 0 && id < bar_marks());
    EXPECT_EQ(marks.notes.size(), any.notes());
    EXPECT_EQ(marks.bars.size(), any.bars.size());
  }
}

TEST(Network, WindowsBeginAtEachBarAndThereIsOneOfEach) {
  const Network network = *Network::from(random_weights(1));
  const Opinions long_piece = network.opinions(marked(sheet(20, 5)));
  EXPECT_EQ(long_piece.phrases.size(), 17U);
  EXPECT_EQ(long_piece.sections.size(), 13U);
  EXPECT_EQ(long_piece.long_sections.size(), 5U);
  const Opinions short_piece = network.opinions(marked(sheet(4, 5)));
  EXPECT_EQ(short_piece.phrases.size(), 1U);
  EXPECT_EQ(short_piece.long_sections.size(), 1U);
}

TEST(Network, APhraseHearsItsBarsAndTheirNeighboursAlone) {
  const Network network = *Network::from(random_weights(2));
  const Sheet before = sheet(16, 6);
  Sheet after = before;
  after.bars[12].notes.front().height =
      static_cast<std::int16_t>(after.bars[12].notes.front().height + 1);
  const Opinions a = network.opinions(marked(before));
  const Opinions b = network.opinions(marked(after));
  EXPECT_EQ(a.phrases[0], b.phrases[0]);  // heights and likenesses of bars 1 to 4 are the same
  EXPECT_NE(a.phrases[10], b.phrases[10]);
  EXPECT_NE(a.piece, b.piece);
}

TEST(Network, WeightsComeBackFromTheFileInHalfPrecision) {
  const auto path = std::filesystem::path(testing::TempDir()) / "critic_test.safetensors";
  const Weights weights = random_weights(3);
  ASSERT_TRUE(write_network(path, weights));
  const auto network = Network::load(path);
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->weights().calibration.scale, weights.calibration.scale);
  EXPECT_EQ(network->weights().note.bias, weights.note.bias);
  for (std::size_t i = 0; i < weights.pool.matrix.size(); ++i)
    ASSERT_NEAR(network->weights().pool.matrix[i], weights.pool.matrix[i], 1e-3);
  std::filesystem::remove(path);
}

TEST(Network, OtherFilesAndBrokenWeightsAreRefused) {
  const auto path = std::filesystem::path(testing::TempDir()) / "critic_bad_test.safetensors";
  const Weights weights = random_weights(4);
  ASSERT_TRUE(write_network(path, weights));
  const std::string bytes = *read_file(path, 1U << 22U);
  ASSERT_TRUE(write_file(path, std::string_view(bytes).substr(0, bytes.size() - 2)));
  EXPECT_FALSE(Network::load(path)) << "cut short";
  for (const auto& [word, other, said] :
       {std::tuple("cantus-critic-1", "cantus-critic-9", "not a critic"),
        std::tuple("\"marks\":\"1\"", "\"marks\":\"7\"", "train it again")}) {
    std::string changed = bytes;
    const auto at = changed.find(word);
    ASSERT_NE(at, std::string::npos) << word;
    changed.replace(at, std::string_view(word).size(), other);
    ASSERT_TRUE(write_file(path, changed));
    const auto refused = Network::load(path);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find(said), std::string::npos) << refused.error().message;
  }
  Weights broken = weights;
  broken.phrase.matrix[5] = std::nanf("");
  EXPECT_FALSE(Network::from(broken));
  broken = weights;
  broken.calibration.shift.pop_back();
  EXPECT_FALSE(Network::from(broken));
  std::filesystem::remove(path);
}

TEST(Critic, ScoresAreProbabilitiesAndWeakBarsAreOfThePiece) {
  const Critic critic(*Network::from(random_weights(5)));
  const auto judgement = critic.judge(tune(20, 8));
  ASSERT_TRUE(judgement);
  EXPECT_TRUE(judgement->has_chords);
  for (std::size_t a = 0; a < kAspects; ++a) {
    EXPECT_GT(judgement->scores[a], 0.0);
    EXPECT_LT(judgement->scores[a], 1.0);
    EXPECT_GE(judgement->weakest[a].first, 1);
    EXPECT_LE(judgement->weakest[a].last, 20);
    EXPECT_LE(judgement->weakest[a].last - judgement->weakest[a].first, 1);
  }
  EXPECT_EQ(judgement->phrases.back().bars, (BarRange{17, 20}));
  EXPECT_EQ(judgement->sections.front().bars, (BarRange{1, 8}));
}

TEST(Critic, RankRisesWithTheOverallScore) {
  const Critic critic(*Network::from(random_weights(6)));
  std::vector<std::pair<double, double>> both;
  for (std::uint64_t seed = 1; seed < 12; ++seed) {
    const Piece piece = tune(16, seed);
    both.emplace_back(*critic.rank(piece), critic.judge(piece)->of(Aspect::overall));
  }
  std::ranges::sort(both);
  EXPECT_TRUE(std::ranges::is_sorted(both, {}, &std::pair<double, double>::second));
  const Piece nothing;
  EXPECT_FALSE(critic.rank(nothing));
}

TEST(Sentences, NameTheWeakBarsOfAWeakAspectAndNoneOfAGoodOne) {
  Judgement judgement;
  judgement.scores.fill(0.1);
  judgement.weakest.fill({5, 6});
  judgement.weakest[4] = {13, 13};
  EXPECT_EQ(sentence_on(Aspect::harmony, judgement), "The melody leaves the chords in bars 5-6.");
  EXPECT_EQ(sentence_on(Aspect::form, judgement), "Bar 13 does not fit its neighbours.");
  judgement.scores.fill(0.5);
  for (std::size_t a = 0; a < kAspects; ++a)
    EXPECT_NE(sentence_on(static_cast<Aspect>(a), judgement).find("bar"), std::string::npos);
  judgement.scores.fill(0.9);
  for (std::size_t a = 0; a < kAspects; ++a)
    EXPECT_EQ(sentence_on(static_cast<Aspect>(a), judgement).find("bar"), std::string::npos);
  judgement.has_chords = false;
  EXPECT_EQ(sentence_on(Aspect::harmony, judgement), "There are no chords to judge.");
}

}  // namespace
}  // namespace cantus::critic
