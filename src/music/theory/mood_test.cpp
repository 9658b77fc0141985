#include "music/theory/mood.h"

#include <gtest/gtest.h>

#include "music/theory/test_pieces.h"

namespace cantus::theory {
namespace {

using score::beats;
using score::Tick;

score::Piece scale(score::Mode mode, double bpm, int lowest, int velocity) {
  score::Piece piece;
  piece.tempo = score::TempoMap(bpm);
  piece.keys = {{Tick(), score::Key{0, mode}}};
  score::Part part;
  for (int i = 0; i < 32; ++i) {
    part.notes.push_back(
        {Tick() + beats(i), beats(1), score::Pitch::clamped(lowest + i % 8), velocity});
  }
  piece.parts = {part};
  piece.end = Tick() + beats(32);
  return piece;
}

TEST(Mood, EachCueMovesTheMoodAsListenersHearIt) {
  const Mood usual = *mood_of(scale(score::Mode::major, 110, 66, 84));
  const Mood minor = *mood_of(scale(score::Mode::minor, 110, 66, 84));
  EXPECT_LT(minor.valence, usual.valence - 0.5);
  const Mood fast = *mood_of(scale(score::Mode::major, 170, 66, 84));
  EXPECT_GT(fast.valence, usual.valence);
  EXPECT_GT(fast.arousal, usual.arousal + 0.3);
  const Mood loud = *mood_of(scale(score::Mode::major, 110, 66, 116));
  EXPECT_GT(loud.arousal, usual.arousal + 0.3);
  EXPECT_LT(loud.valence, usual.valence);
  const Mood high = *mood_of(scale(score::Mode::major, 110, 78, 84));
  EXPECT_GT(high.valence, usual.valence);
}

TEST(Mood, TransposingByAnOctaveMovesTheHeightAlone) {
  const MoodCues low = mood_cues(scale(score::Mode::major, 110, 60, 84));
  const MoodCues high = mood_cues(scale(score::Mode::major, 110, 72, 84));
  EXPECT_EQ(low.mode, high.mode);
  EXPECT_EQ(low.pace, high.pace);
  EXPECT_EQ(low.dynamics, high.dynamics);
  EXPECT_NEAR(high.height - low.height, 2.0, 1e-9);
}

TEST(Mood, APieceWithoutNotesHasNone) {
  score::Piece piece;
  EXPECT_FALSE(mood_of(piece));
  piece = scale(score::Mode::major, 110, 66, 84);
  piece.parts[0].role = score::Role::drums;
  EXPECT_FALSE(mood_of(piece));
}

}  // namespace
}  // namespace cantus::theory
