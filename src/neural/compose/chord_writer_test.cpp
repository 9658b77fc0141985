#include "neural/compose/chord_writer.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::compose {
namespace {

using score::beats;
using score::Tick;
using tokens::Kind;
using tokens::Token;

constexpr Token kAfter = tokens::token(Kind::bar, 3);

ChordBar second_bar(score::Metre metre) {
  return {.start = Tick() + metre.bar_length(),
          .end = Tick() + metre.bar_length() * 2,
          .metre = metre,
          .tonic = 0,
          .after = {kAfter}};
}

/// Takes allowed tokens by lot until the bar is written.
void write(ChordWriter& writer, Random& random) {
  std::vector<std::uint8_t> allowed(tokens::kVocabularySize);
  while (true) {
    writer.allow(allowed);
    std::vector<Token> open;
    for (std::size_t i = 0; i < allowed.size(); ++i) {
      if (allowed[i] != 0) open.push_back(static_cast<Token>(i));
    }
    ASSERT_FALSE(open.empty());
    if (writer.take(open[random.below(open.size())])) return;
  }
}

TEST(ChordWriter, FillsItsBarWhateverIsChosen) {
  Random random(3);
  for (int round = 0; round < 500; ++round) {
    score::Piece piece;
    const score::Metre metre = round % 2 == 0 ? score::Metre{4, 4} : score::Metre{6, 8};
    const ChordBar bar = second_bar(metre);
    ChordWriter writer(piece, bar);
    write(writer, random);
    ASSERT_FALSE(piece.chords.empty());
    Tick at = bar.start;
    for (const score::ChordSpan& span : piece.chords) {
      EXPECT_EQ(span.onset, at);
      EXPECT_GT(span.length, score::TickLength());
      at = span.end();
    }
    EXPECT_EQ(at, bar.end);
    for (std::size_t i = 1; i < piece.chords.size(); ++i)
      EXPECT_NE(piece.chords[i].chord, piece.chords[i - 1].chord);
  }
}

TEST(ChordWriter, TheLastBarEndsOnTheTonic) {
  Random random(4);
  for (int round = 0; round < 300; ++round) {
    score::Piece piece;
    ChordBar bar = second_bar({4, 4});
    bar.is_last = true;
    bar.tonic = 9;
    ChordWriter writer(piece, bar);
    write(writer, random);
    EXPECT_EQ(piece.chords.back().chord.root.pitch_class().number(), 9);
    EXPECT_TRUE(is_final(piece.chords.back().chord.quality));
    EXPECT_LE(piece.chords.back().onset, bar.start + beats(2)) << "with time to be heard";
  }
}

TEST(ChordWriter, PlainChordsChangeOnBeatsAndStayInTheLastBar) {
  Random random(5);
  for (int round = 0; round < 300; ++round) {
    score::Piece piece;
    ChordBar bar = second_bar({6, 8});
    bar.is_plain = true;
    bar.basses = false;
    bar.is_last = round % 3 == 0;
    ChordWriter writer(piece, bar);
    write(writer, random);
    if (bar.is_last) {
      EXPECT_EQ(piece.chords.size(), 1U);
    }
    for (const score::ChordSpan& span : piece.chords) {
      EXPECT_EQ((span.onset - bar.start).count() % beats(3, 2).count(), 0);
      EXPECT_FALSE(span.chord.bass);
    }
  }
}

TEST(ChordWriter, OnlyWhatIsOpenIsWritten) {
  Random random(6);
  const ChordChoices open = only(every_chord(), {5, 7});
  for (int round = 0; round < 100; ++round) {
    score::Piece piece;
    ChordWriter writer(piece, second_bar({4, 4}), [&](Tick, Tick, bool) { return open; });
    write(writer, random);
    for (const score::ChordSpan& span : piece.chords) {
      const int root = span.chord.root.pitch_class().number();
      EXPECT_TRUE(root == 5 || root == 7);
    }
  }
}

}  // namespace
}  // namespace cantus::compose
