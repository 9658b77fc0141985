#include "sound/perform/perform.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace cantus::sound {
namespace {

using score::beats;
using score::Note;
using score::Part;
using score::Piece;
using score::Pitch;
using score::Role;
using score::Tick;

Note note(double beat, double length, int key, int velocity = 80) {
  const auto ticks = [](double b) {
    return static_cast<std::int64_t>(std::llround(b * score::kTicksPerBeat));
  };
  Note made{Tick(ticks(beat)), score::TickLength(ticks(length)), Pitch::clamped(key)};
  made.velocity = velocity;
  return made;
}

Part line(Role role, int program, int bars) {
  Part part{std::string(score::to_text(role)), role, program, {}, {}};
  for (int i = 0; i < 4 * bars; ++i)
    part.notes.push_back(note(i, 1.0, 60 + (i * 5) % 12));
  return part;
}

Piece piece_of(std::vector<Part> parts) {
  Piece piece;
  piece.tempo = score::TempoMap(90.0);
  piece.parts = std::move(parts);
  score::tidy(piece);
  return piece;
}

Piece band() {
  return piece_of({line(Role::melody, 73, 8), line(Role::chords, 0, 8), line(Role::bass, 33, 8),
                   line(Role::drums, 0, 8)});
}

PerformOptions plain() {
  PerformOptions options;
  options.amount = 0.0;
  return options;
}

TEST(Perform, WithoutHumanityEveryOnsetIsItsFrame) {
  const Performance played = perform(band(), plain());
  ASSERT_EQ(played.parts.size(), 4U);
  for (const PerformedPart& part : played.parts) {
    ASSERT_EQ(part.notes.size(), 32U);
    for (std::size_t i = 0; i < part.notes.size(); ++i) {
      EXPECT_EQ(part.notes[i].onset_frame, static_cast<std::int64_t>(i) * 29400);
      EXPECT_EQ(part.notes[i].velocity, 80);
    }
  }
  EXPECT_EQ(played.end_frame, 32 * 29400);
}

TEST(Perform, TheLengthStaysExactHoweverHumanItIs) {
  PerformOptions options;
  options.amount = 2.0;
  EXPECT_EQ(perform(band(), options).end_frame, 32 * 29400);
}

TEST(Perform, TheSameSeedIsTheSamePerformanceAndAnotherIsNot) {
  PerformOptions options;
  options.seed = 5;
  const Performance first = perform(band(), options);
  EXPECT_EQ(first.parts, perform(band(), options).parts);
  options.seed = 6;
  EXPECT_NE(first.parts, perform(band(), options).parts);
}

TEST(Perform, OnsetsStayWithinThirtyMillisecondsOfThePage) {
  const Performance human = perform(band(), {});
  const Performance page = perform(band(), plain());
  std::int64_t farthest = 0;
  for (std::size_t p = 0; p < human.parts.size(); ++p) {
    for (std::size_t i = 0; i < human.parts[p].notes.size(); ++i) {
      const std::int64_t away =
          human.parts[p].notes[i].onset_frame - page.parts[p].notes[i].onset_frame;
      farthest = std::max(farthest, std::abs(away));
    }
  }
  EXPECT_GT(farthest, 44);
  EXPECT_LE(farthest, 1323);
}

TEST(Perform, EditingOnePartLeavesEveryOtherPartIdentical) {
  Piece piece = band();
  const Performance before = perform(piece, {});
  piece.parts[1].notes[7].pitch = Pitch::clamped(90);
  piece.parts[1].notes.erase(piece.parts[1].notes.begin() + 3);
  const Performance after = perform(piece, {});
  EXPECT_EQ(before.parts[0], after.parts[0]);
  EXPECT_NE(before.parts[1], after.parts[1]);
  EXPECT_EQ(before.parts[2], after.parts[2]);
  EXPECT_EQ(before.parts[3], after.parts[3]);
}

TEST(Perform, AddingAPartLeavesTheOthersIdentical) {
  Piece piece = band();
  const Performance before = perform(piece, {});
  piece.parts.insert(piece.parts.begin(), line(Role::pad, 48, 8));
  const Performance after = perform(piece, {});
  for (std::size_t p = 0; p < 4; ++p)
    EXPECT_EQ(before.parts[p], after.parts[p + 1]);
}

TEST(Perform, AnEditIsLocalInAnAccompaniment) {
  Piece piece = band();
  const Performance before = perform(piece, {});
  piece.parts[2].notes[16].pitch = Pitch::clamped(95);
  const Performance after = perform(piece, {});
  for (std::size_t i = 0; i < 32; ++i) {
    if (i == 15 || i == 16) continue;  // the neighbour's joining may change
    EXPECT_EQ(before.parts[2].notes[i], after.parts[2].notes[i]) << i;
  }
}

TEST(Perform, DownbeatsAreStruckHarderOnAverage) {
  const PerformedPart bass = perform(band(), {}).parts[2];
  double strong = 0.0;
  double weak = 0.0;
  for (std::size_t i = 0; i < bass.notes.size(); ++i) {
    (i % 4 == 0 ? strong : weak) += bass.notes[i].velocity / (i % 4 == 0 ? 8.0 : 24.0);
  }
  EXPECT_GT(strong, weak + 0.8);
}

TEST(Perform, AMelodysPhraseIsLouderInsideThanAtItsEnds) {
  Part melody{"m", Role::melody, 40, {}, {}};
  for (int phrase = 0; phrase < 4; ++phrase) {
    for (int i = 0; i < 13; ++i)
      melody.notes.push_back(note(phrase * 16 + i, 1.0, 70));
  }
  const PerformedPart played = perform(piece_of({melody}), {}).parts[0];
  double inside = 0.0;
  double ends = 0.0;
  for (std::size_t i = 0; i < played.notes.size(); ++i) {
    const std::size_t place = i % 13;
    if (place >= 6 && place <= 9) inside += played.notes[i].velocity / 16.0;
    if (place <= 1 || place >= 11) ends += played.notes[i].velocity / 16.0;
  }
  EXPECT_GT(inside, ends + 1.8);
}

TEST(Perform, VelocitiesPlayedByAPersonAreKept) {
  Part melody = line(Role::melody, 0, 8);
  for (std::size_t i = 0; i < melody.notes.size(); ++i) {
    melody.notes[i].velocity = 40 + static_cast<int>(i * 37 % 61);
  }
  const PerformedPart played = perform(piece_of({melody}), {}).parts[0];
  for (std::size_t i = 0; i < played.notes.size(); ++i) {
    EXPECT_EQ(played.notes[i].velocity, melody.notes[i].velocity);
  }
}

TEST(Perform, TimingPlayedByAPersonIsKept) {
  Part melody = line(Role::melody, 0, 4);
  for (std::size_t i = 0; i < melody.notes.size(); ++i) {
    melody.notes[i].onset += score::TickLength(static_cast<std::int64_t>(i * 101 % 307));
  }
  const Piece piece = piece_of({melody});
  EXPECT_EQ(perform(piece, {}).parts[0].notes[9].onset_frame,
            perform(piece, plain()).parts[0].notes[9].onset_frame);
}

TEST(Perform, RepeatedNotesAreSeparatedAndSteppingOnesJoined) {
  Part melody{"m", Role::melody, 73, {}, {}};
  melody.notes = {note(0, 1, 60), note(1, 1, 60), note(2, 1, 62), note(3, 1, 64)};
  const auto notes = perform(piece_of({melody}), {}).parts[0].notes;
  EXPECT_LT(notes[0].release_frame, notes[1].onset_frame - 441);
  EXPECT_GE(notes[1].release_frame, notes[2].onset_frame);
  EXPECT_GE(notes[2].release_frame, notes[3].onset_frame);
}

TEST(Perform, NoKeySoundsTwiceAtOnce) {
  Part organ{"o", Role::pad, 19, {}, {}};
  organ.notes = {note(0, 4, 60), note(1, 4, 60), note(1, 2, 60), note(3, 1, 60), note(0, 4, 64)};
  for (const PerformOptions& options : {PerformOptions{}, plain()}) {
    const auto notes = perform(piece_of({organ}), options).parts[0].notes;
    EXPECT_EQ(notes.size(), 4U);  // the two that start on beat 1 are one
    std::map<int, std::int64_t> free_from;
    for (const PerformedNote& each : notes) {
      EXPECT_GT(each.release_frame, each.onset_frame);
      EXPECT_GE(each.onset_frame, free_from[each.key]);
      free_from[each.key] = each.release_frame;
    }
  }
}

TEST(Perform, GraceNotesComeBeforeTheBeatOrDelayTheFirst) {
  Part melody{"m", Role::melody, 73, {}, {}};
  melody.notes = {note(0, 1, 60), note(1, 1, 62), note(1, 0.25, 64), note(0, 0.25, 59)};
  melody.notes[2].grace = melody.notes[3].grace = true;
  const auto notes = perform(piece_of({melody}), plain()).parts[0].notes;
  ASSERT_EQ(notes.size(), 4U);
  EXPECT_EQ(notes[0].key, 59);
  EXPECT_EQ(notes[0].onset_frame, 0);
  EXPECT_GT(notes[1].onset_frame, 0);
  EXPECT_EQ(notes[2].key, 64);
  EXPECT_LT(notes[2].onset_frame, 29400);
  EXPECT_EQ(notes[3].onset_frame, 29400);
}

TEST(Perform, AGuitarChordIsStrummedFromTheLowestStringOnTheBeat) {
  Part guitar{"g", Role::chords, 25, {}, {}};
  guitar.notes = {note(4, 1, 40), note(4, 1, 47), note(4, 1, 52), note(4, 1, 56), note(4, 1, 59)};
  const auto notes = perform(piece_of({guitar}), {}).parts[0].notes;
  for (std::size_t i = 1; i < notes.size(); ++i)
    EXPECT_GT(notes[i].key, notes[i - 1].key);
  const std::int64_t spread = notes.back().onset_frame - notes.front().onset_frame;
  EXPECT_GT(spread, 600);
  EXPECT_LT(spread, 3000);
}

TEST(Perform, BrokenPianoChordsRingUntilTheHarmonyChanges) {
  Part piano{"p", Role::chords, 0, {}, {}};
  for (int i = 0; i < 8; ++i)
    piano.notes.push_back(note(0.5 * i, 0.5, 48 + 4 * i));
  Piece piece = piece_of({piano});
  const score::Chord chord;
  piece.chords = {{Tick(), beats(2), chord}, {Tick() + beats(2), beats(2), chord}};
  const auto notes = perform(piece, {}).parts[0].notes;
  EXPECT_NEAR(static_cast<double>(notes[0].release_frame), 2 * 29400, 1400.0);
  EXPECT_NEAR(static_cast<double>(notes[5].release_frame), 4 * 29400, 1400.0);
}

TEST(Perform, TempoChangesAreFollowed) {
  Piece piece = piece_of({line(Role::other, 19, 2)});
  piece.tempo = score::TempoMap(60.0);
  piece.tempo.set(Tick() + beats(2), 120.0);
  const auto notes = perform(piece, plain()).parts[0].notes;
  EXPECT_EQ(notes[2].onset_frame, 2 * 44100);
  EXPECT_EQ(notes[4].onset_frame, 3 * 44100);
}

TEST(Perform, ASlowingEndIsLongerAndLeavesTheRestAlone) {
  PerformOptions slow = plain();
  slow.final_slowing = 0.3;
  const Performance a = perform(band(), plain());
  const Performance b = perform(band(), slow);
  EXPECT_EQ(a.parts[0].notes[27], b.parts[0].notes[27]);
  EXPECT_GT(b.parts[0].notes[30].onset_frame, a.parts[0].notes[30].onset_frame);
  EXPECT_NEAR(static_cast<double>(b.end_frame - a.end_frame), 0.15 * 4 * 29400, 2.0);
}

TEST(Perform, AnEmptyPieceAndAnEmptyPartPlayNothing) {
  const Piece nothing;
  EXPECT_TRUE(perform(nothing, {}).parts.empty());
  const Performance played = perform(piece_of({Part{}}), {});
  ASSERT_EQ(played.parts.size(), 1U);
  EXPECT_TRUE(played.parts[0].notes.empty());
}

TEST(Perform, ThousandsOfTempoChangesAndNotesTakeNoTime) {
  Piece piece;
  Part part{"p", Role::other, 0, {}, {}};
  for (int i = 0; i < 20000; ++i) {
    piece.tempo.set(Tick() + beats(i, 4), 100.0 + i % 7);
    part.notes.push_back(note(0.25 * i, 0.25, 40 + i % 40));
  }
  piece.parts = {part};
  score::tidy(piece);
  EXPECT_EQ(perform(piece, {}).parts[0].notes.size(), 20000U);
}

TEST(Perform, TouchesGivenTakeThePlaceOfTheRules) {
  const Piece piece = band();
  std::vector<PartTouches> touches(4);
  touches[3].assign(32, NoteTouch{10.0, 20.0});
  touches[3][5] = {-30.0, 500.0};
  PerformOptions options;
  options.touches = touches;
  const Performance played = perform(piece, options);
  const PerformedPart& drums = played.parts[3];
  EXPECT_EQ(drums.notes[4].velocity, 90);
  EXPECT_EQ(drums.notes[4].onset_frame, 4 * 29400 + 882);
  EXPECT_EQ(drums.notes[5].velocity, 50);
  EXPECT_EQ(drums.notes[5].onset_frame, 5 * 29400 + 1323) << "held to thirty milliseconds";
  const Performance ruled = perform(piece, {});
  for (std::size_t p = 0; p < 3; ++p)
    EXPECT_EQ(played.parts[p], ruled.parts[p]);
  options.amount = 0.0;
  EXPECT_EQ(perform(piece, options).parts, perform(piece, plain()).parts);
}

TEST(Perform, ATouchThatLeansIsTimedByTheRulesBesideAndBringsNoArch) {
  const Piece piece = band();
  std::vector<PartTouches> touches(4);
  touches[0].assign(32, NoteTouch{5.0, std::nullopt, 10.0});
  PerformOptions options;
  options.touches = touches;
  const Performance played = perform(piece, options);
  const Performance ruled = perform(piece, {});
  for (std::size_t i = 0; i < 32; ++i) {
    EXPECT_EQ(played.parts[0].notes[i].velocity, 85);
    if (i == 0) continue;  // which may be held at the start of the piece
    EXPECT_NEAR(static_cast<double>(played.parts[0].notes[i].onset_frame -
                                    ruled.parts[0].notes[i].onset_frame),
                441.0, 1.0);
  }
}

TEST(Perform, TouchesThatAreNotOneANoteAreLeftToTheRules) {
  const Piece piece = band();
  const std::vector<PartTouches> touches(4, PartTouches(31, NoteTouch{10.0, 20.0}));
  PerformOptions options;
  options.touches = touches;
  EXPECT_EQ(perform(piece, options).parts, perform(piece, {}).parts);
}

}  // namespace
}  // namespace cantus::sound
