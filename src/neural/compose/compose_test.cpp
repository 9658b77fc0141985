// What a composition promises holds for any weights at all, so the weights here are random.
#include "neural/compose/compose.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "neural/compose/random_composer.h"
#include "neural/compose/write_form.h"

namespace cantus::compose {
namespace {

using score::Role;

Brief brief_of(std::string_view style, std::uint64_t seed) {
  Brief brief;
  brief.style = style;
  brief.bars = 16;
  brief.seed = seed;
  return brief;
}

const score::Part* part_of(const score::Piece& piece, Role role) {
  for (const score::Part& part : piece.parts) {
    if (part.role == role) return &part;
  }
  return nullptr;
}

Composition composed(const Brief& brief, int threads = 1, bool strict_melody = false) {
  ComposeOptions options{.threads = threads, .candidates = 2};
  options.strict_melody = strict_melody;
  auto composition = compose(dice(), brief, options);
  EXPECT_TRUE(composition) << composition.error().message;
  return std::move(*composition);
}

TEST(Compose, KeyTempoMetreAndBarsAreWhatWasAsked) {
  for (const char* metre : {"4/4", "3/4", "6/8", "5/4", "2/2", "7/8"}) {
    for (const char* key : {"D minor", "Gb major", "E dorian", "C# minor"}) {
      Brief brief = brief_of("song", 3);
      brief.key = *score::key_from_text(key);
      brief.metre = *metre_from_text(metre);
      brief.tempo = 97.5;
      brief.bars = 13;
      const score::Piece piece = composed(brief).piece;
      EXPECT_EQ(piece.keys, (std::vector<score::KeyChange>{{score::Tick(), *brief.key}}));
      EXPECT_EQ(piece.metre.changes().size(), 1U);
      EXPECT_EQ(piece.metre.metre_at(score::Tick()), *brief.metre);
      EXPECT_EQ(piece.tempo, score::TempoMap(97.5));
      EXPECT_EQ(score::bars_of(piece), 13) << metre;
      EXPECT_EQ(score::sounding_end(piece), piece.end);
    }
  }
}

TEST(Compose, TheLengthInSecondsIsExact) {
  for (const double seconds : {7.0, 20.0, 60.0, 61.3}) {
    for (const auto tempo : {std::optional<double>(), std::optional<double>(111.0)}) {
      Brief brief;
      brief.seconds = seconds;
      brief.tempo = tempo;
      const score::Piece piece = composed(brief).piece;
      EXPECT_NEAR(score::seconds_of(piece), seconds, 1e-3);
    }
  }
}

TEST(Compose, TheChordTrackGivenIsObeyedAndRepeated) {
  Brief brief = brief_of("pop", 5);
  brief.chords = *chords_from_text("Dm | Gm C7 | F#dim | Bbmaj7");
  brief.key = *score::key_from_text("D minor");
  const score::Piece piece = composed(brief).piece;
  ASSERT_EQ(piece.chords.size(), 20U);
  EXPECT_EQ(score::to_text(piece.chords[2].chord), "C7");
  EXPECT_EQ(piece.chords[5].onset, score::Tick() + score::beats(16));
  EXPECT_EQ(score::to_text(piece.chords[8].chord), "F#dim");
}

TEST(Compose, AccompanimentSoundsChordNotesOnlyAndTheBassTheirRoots) {
  for (const char* style : {"folk", "pop", "jazz", "film", "waltz"}) {
    const score::Piece piece = composed(brief_of(style, 11)).piece;
    for (const Role role : {Role::chords, Role::pad}) {
      const score::Part* part = part_of(piece, role);
      if (part == nullptr) continue;
      for (const score::Note& note : part->notes) {
        const auto* span = score::chord_at(piece, note.onset);
        ASSERT_NE(span, nullptr);
        EXPECT_TRUE(span->chord.contains(note.pitch.pitch_class()));
      }
    }
    const score::Part* bass = part_of(piece, Role::bass);
    ASSERT_NE(bass, nullptr);
    for (const score::ChordSpan& span : piece.chords) {
      const bool root = std::ranges::any_of(bass->notes, [&](const score::Note& note) {
        return note.onset == span.onset &&
               note.pitch.pitch_class() == span.chord.lowest().pitch_class();
      });
      EXPECT_TRUE(root) << style;
    }
  }
}

TEST(Compose, AStrictMelodySoundsAChordNoteWhereverAChordStarts) {
  const score::Piece piece = composed(brief_of("folk", 2), 1, true).piece;
  const score::Part* melody = part_of(piece, Role::melody);
  ASSERT_NE(melody, nullptr);
  for (std::size_t i = 0; i < melody->notes.size(); ++i) {
    const score::Note& note = melody->notes[i];
    const auto* span = score::chord_at(piece, note.onset);
    if (note.onset == span->onset) {
      EXPECT_TRUE(span->chord.contains(note.pitch.pitch_class()));
    }
    if (i > 0) {
      EXPECT_LE(melody->notes[i - 1].end(), note.onset) << "two at once";
    }
  }
}

TEST(Compose, NoKeyIsStruckWhileItStillSounds) {
  for (const char* style : {"folk", "jazz", "waltz", "classical", "game", "ambient"}) {
    for (const score::Part& part : composed(brief_of(style, 6)).piece.parts) {
      std::map<int, score::Tick> free_from;
      for (const score::Note& note : part.notes) {
        score::Tick& from = free_from[note.pitch.key()];
        EXPECT_GE(note.onset, from) << style << ", " << part.name;
        from = note.end();
      }
    }
  }
}

TEST(Compose, ASecondOrTwoIsABarOrTwo) {
  for (const double seconds : {1.0, 2.0, 5.5}) {
    Brief brief;
    brief.style = "folk";
    brief.seconds = seconds;
    const Composition composition = composed(brief);
    EXPECT_LE(composition.plan.bars, 3);
    EXPECT_NEAR(score::seconds_of(composition.piece), seconds, 1e-3);
  }
}

TEST(Brief, WhatIsMoreThanAMetreIsNone) {
  for (const char* text : {"4/4x", "2/4+3/4", "6.5/8", "-3/4", "3/ 4", "/4", "3/", ""}) {
    EXPECT_FALSE(metre_from_text(text)) << text;
  }
}

TEST(Brief, ASlipInAChordIsToldWithItsBar) {
  for (const char* text : {"C | Dmfoo", "C | N.C.", "C | NC", "C | H7"}) {
    const auto chords = chords_from_text(text);
    ASSERT_FALSE(chords) << text;
    EXPECT_NE(chords.error().message.find("bar 2"), std::string::npos) << chords.error().message;
  }
  for (const char* text : {"C△7", "F#m7b5", "Bb/D", "Gm(maj7)", "Csus4", "D°7", "C6/9", "E7alt",
                           "Cadd9", "B♭maj9#11", "Fdom7", "Amin7", "C5", "Ebaug", "C7no5"}) {
    EXPECT_TRUE(chords_from_text(text)) << text;
  }
}

TEST(Compose, RangesAndInstrumentsAreObeyed) {
  Brief brief = brief_of("song", 4);
  brief.key = *score::key_from_text("B major");
  brief.parts = {Role::bass, Role::melody, Role::counter, Role::pad};
  brief.ranges = {{Role::melody, {67, 79}}, {Role::bass, {31, 43}}};
  brief.programs = {{Role::melody, 40}, {Role::pad, 52}};
  const score::Piece piece = composed(brief).piece;
  ASSERT_EQ(piece.parts.size(), 4U);
  EXPECT_EQ(piece.parts[0].role, Role::bass);
  EXPECT_EQ(piece.parts[1].program, 40);
  EXPECT_EQ(piece.parts[3].program, 52);
  for (const score::Note& note : piece.parts[1].notes) {
    EXPECT_GE(note.pitch.key(), 67);
    EXPECT_LE(note.pitch.key(), 79);
  }
  for (const score::Note& note : piece.parts[0].notes) {
    EXPECT_GE(note.pitch.key(), 31);
    EXPECT_LE(note.pitch.key(), 43);
  }
}

std::vector<std::pair<std::int64_t, int>> bar_of(const score::Piece& piece,
                                                 const score::Part& part,
                                                 int bar) {
  std::vector<std::pair<std::int64_t, int>> notes;
  for (const score::Note& note : part.notes) {
    if (piece.metre.bar_at(note.onset) != bar) continue;
    notes.emplace_back((note.onset - piece.metre.bar_start(bar)).count(), note.pitch.key());
  }
  return notes;
}

TEST(Compose, ASectionThatReturnsIsTheSameMusicUntilTheEnding) {
  Brief brief;
  brief.form = *form_from_text("i4 A8 B8 A8 o4");
  brief.style = "pop";
  const Composition composition = composed(brief);
  const score::Piece& piece = composition.piece;
  EXPECT_EQ(score::bars_of(piece), 32);
  ASSERT_EQ(piece.sections.size(), 5U);
  EXPECT_EQ(piece.sections[3].name, "A");
  for (const score::Part& part : piece.parts) {
    for (int bar = 5; bar <= 12; ++bar) {
      EXPECT_EQ(bar_of(piece, part, bar), bar_of(piece, part, bar + 16)) << part.name << bar;
    }
  }
}

TEST(Compose, ASectionOfAnotherLetterIsOtherMusic) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Brief brief = brief_of("folk", seed);
    brief.bars.reset();
    brief.form = *form_from_text("A8 B8");
    brief.parts = {Role::melody};
    const score::Piece piece = composed(brief).piece;
    const int upbeat = piece.metre.pickup() > score::TickLength() ? 1 : 0;
    const score::Part& melody = piece.parts[0];
    int same = 0;
    for (int bar = 1; bar <= 6; ++bar) {
      const auto notes = bar_of(piece, melody, bar + 8);
      for (int other = 1 + upbeat; other <= 8; ++other)
        same += notes.size() > 2 && notes == bar_of(piece, melody, other);
    }
    EXPECT_LE(same, 1) << seed << ": a bar moved away and back again is as it was";
  }
}

TEST(Compose, AVariedSectionKeepsItsFirstHalfAndItsChords) {
  Brief brief;
  brief.form = *form_from_text("A8 A'8 B4");
  const score::Piece piece = composed(brief).piece;
  const score::Part& melody = piece.parts[0];
  for (int bar = 1; bar <= 4; ++bar) {
    EXPECT_EQ(bar_of(piece, melody, bar), bar_of(piece, melody, bar + 8));
  }
  bool varied = false;
  for (int bar = 5; bar <= 8; ++bar) {
    varied = varied || bar_of(piece, melody, bar) != bar_of(piece, melody, bar + 8);
  }
  EXPECT_TRUE(varied);
}

TEST(Compose, ItEndsOnTheTonicAndAStrictMelodyHoldsItToTheEnd) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    for (const bool strict : {false, true}) {
      const Brief brief = brief_of(seed % 2 == 0 ? "song" : "waltz", seed);
      const score::Piece piece = composed(brief, 1, strict).piece;
      const score::Part* melody = part_of(piece, Role::melody);
      const auto tonic = piece.keys[0].key.tonic().pitch_class();
      EXPECT_EQ(melody->notes.back().pitch.pitch_class(), tonic) << seed;
      EXPECT_GT(melody->notes.back().end(), piece.metre.bar_start(16)) << seed;
      EXPECT_EQ(piece.chords.back().chord.root.pitch_class(), tonic);
      if (strict) {
        EXPECT_EQ(melody->notes.back().end(), piece.end);
      }
    }
  }
}

TEST(Compose, OnlyAMelodyThatIsNotStrictMeetsAChordWithAForeignNote) {
  int foreign[] = {0, 0};
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    Brief brief = brief_of("song", seed);
    brief.parts = {Role::melody};
    for (const bool strict : {false, true}) {
      const score::Piece piece = composed(brief, 1, strict).piece;
      for (const score::Note& note : part_of(piece, Role::melody)->notes) {
        const auto* span = score::chord_at(piece, note.onset);
        if (span == nullptr || note.onset != span->onset) continue;
        foreign[strict] += !span->chord.contains(note.pitch.pitch_class());
      }
    }
  }
  EXPECT_GT(foreign[false], 0);
  EXPECT_EQ(foreign[true], 0);
}

TEST(Compose, ThreadsDoNotChangeASingleNoteAndSeedsDo) {
  EXPECT_EQ(composed(brief_of("pop", 1), 1).piece, composed(brief_of("pop", 1), 2).piece);
  EXPECT_NE(composed(brief_of("pop", 1)).piece, composed(brief_of("pop", 2)).piece);
}

TEST(Compose, EveryStyleMoodAndLengthComposes) {
  for (const Style& style : styles()) {
    for (const int bars : {1, 2, 3, 7, 32}) {
      Brief brief = brief_of(style.name, 9);
      brief.bars = bars;
      brief.mood = std::string(moods()[static_cast<std::size_t>(bars) % moods().size()].name);
      EXPECT_EQ(score::bars_of(composed(brief).piece), bars) << style.name;
    }
  }
}

TEST(Compose, AStopIsHeard) {
  const std::atomic<bool> stop = true;
  const auto stopped = compose(dice(), brief_of("song", 1), {1, 1, &stop});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::interrupted);
}

TEST(Continue, TheOriginalStaysAndTheBarsAreAdded) {
  for (const char* style : {"folk", "rock", "film"}) {
    const score::Piece piece = composed(brief_of(style, 6)).piece;
    const auto longer = continue_piece(dice(), piece, 5, 1);
    ASSERT_TRUE(longer) << longer.error().message;
    EXPECT_EQ(score::bars_of(*longer), score::bars_of(piece) + 5);
    for (std::size_t i = 0; i < piece.parts.size(); ++i) {
      std::vector<score::Note> before;
      for (const score::Note& note : longer->parts[i].notes) {
        if (note.onset < piece.end) before.push_back(note);
      }
      EXPECT_EQ(before, piece.parts[i].notes);
      EXPECT_GT(longer->parts[i].notes.size(), before.size()) << style << i;
    }
  }
}

TEST(Continue, AMelodyAloneGoesOnWithItsChords) {
  Brief brief = brief_of("folk", 4);
  brief.parts = {Role::melody};
  brief.chords = *chords_from_text("C");
  score::Piece piece = composed(brief).piece;
  piece.chords = {
      {score::Tick(), piece.end - score::Tick(), *score::chord_from_text("C")}};  // over bar lines
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto longer = continue_piece(dice(), piece, 12, seed);
    ASSERT_TRUE(longer);
    EXPECT_EQ(longer->chords.front(), piece.chords.front());
    for (std::size_t i = 1; i < longer->chords.size(); ++i)
      EXPECT_EQ(longer->chords[i].onset, longer->chords[i - 1].end()) << seed << ": a gap";
    EXPECT_EQ(longer->chords.back().end(), longer->end);
  }
}

TEST(Continue, NothingToGoOnFromIsSaid) {
  const score::Piece nothing;
  EXPECT_FALSE(continue_piece(dice(), nothing, 4, 1));
}

TEST(Brief, FormsAreRead) {
  const auto form = form_from_text("i4 A8 A'8 chorus16 o2");
  ASSERT_TRUE(form);
  EXPECT_EQ((*form)[0], (FormItem{"intro", 4, false}));
  EXPECT_EQ((*form)[2], (FormItem{"A", 8, true}));
  EXPECT_EQ((*form)[3], (FormItem{"chorus", 16, false}));
  for (const char* bad : {"", "8", "A0", "A9999", "A8-B8", "A8B"})
    EXPECT_FALSE(form_from_text(bad)) << bad;
}

TEST(Brief, ChordTracksAreRead) {
  const auto bars = chords_from_text("| Dm | Gm C7 | % | A7 |");
  ASSERT_TRUE(bars);
  ASSERT_EQ(bars->size(), 4U);
  EXPECT_EQ((*bars)[2].size(), 2U);
  EXPECT_NE(chords_from_text("Dm | Hm").error().message.find("bar 2"), std::string::npos);
}

TEST(Brief, ContradictionsAreNamed) {
  Brief brief;
  brief.bars = 8;
  brief.form = *form_from_text("A8 B8");
  EXPECT_NE(check(brief).error().message.find("16 bars"), std::string::npos);
  Brief unknown;
  unknown.style = "polka";
  EXPECT_NE(check(unknown).error().message.find("folk"), std::string::npos);
}

TEST(Wording, ASentenceIsUnderstood) {
  Brief brief;
  brief.text = "A calm waltz in B flat minor for flute and harp, two minutes, 3/4";
  const auto plan = make_plan(brief);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->style->name, "waltz");
  EXPECT_EQ(plan->mood->name, "calm");
  EXPECT_EQ(score::to_text(plan->key), "Bb minor");
  EXPECT_EQ(plan->metre, (score::Metre{3, 4}));
  EXPECT_NEAR(plan->bars * 3 * 60.0 / plan->bpm, 120.0, 1e-6);
  EXPECT_EQ(plan->parts[0].program, 73);
}

TEST(Wording, TimesAreAdded) {
  const auto seconds = [](const char* text) {
    Brief brief;
    brief.text = text;
    const auto plan = make_plan(brief);
    return plan && plan->exact_seconds ? *plan->exact_seconds : 0.0;
  };
  EXPECT_EQ(seconds("a 90-second waltz"), 90);
  EXPECT_EQ(seconds("2 min 30 sec of folk"), 150);
  EXPECT_EQ(seconds("a minute and a half of rock"), 90);
  EXPECT_EQ(seconds("one and a half minutes"), 90);
  EXPECT_EQ(seconds("half a minute"), 30);
  EXPECT_EQ(seconds("a quarter of a minute"), 15);
  EXPECT_EQ(seconds("a tune with a second theme"), 0);
}

TEST(Wording, BarsAndKeysAreFoundHoweverTheyAreSaid) {
  const auto planned = [](const char* text) {
    Brief brief;
    brief.text = text;
    return *make_plan(brief);
  };
  EXPECT_EQ(planned("a 16-bar tune").bars, 16);
  EXPECT_EQ(score::to_text(planned("slow blues in E at 70 BPM").key), "E major");
  EXPECT_EQ(score::to_text(planned("a song in F#m").key), "F# minor");
  EXPECT_EQ(score::to_text(planned("a song in Bb").key), "Bb major");
  EXPECT_EQ(score::to_text(planned("a song in A").key), "A major");
  EXPECT_EQ(planned("a song In A Bright Room").key, planned("a song").key);
}

TEST(Wording, AnInstrumentThatIsNamedPlays) {
  Brief brief;
  brief.text = "a rock song with strings";
  const auto parts = make_plan(brief)->parts;
  EXPECT_TRUE(std::ranges::any_of(
      parts, [](const PlannedPart& part) { return part.role == Role::pad && part.program == 48; }));
}

TEST(Wording, WhatTheFieldsSayWins) {
  Brief brief;
  brief.text = "happy rock, 16 bars";
  brief.mood = "sad";
  brief.bars = 8;
  const auto plan = make_plan(brief);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->mood->name, "sad");
  EXPECT_EQ(plan->bars, 8);
}

TEST(Form, ARoundFormIsPreferredToOneThatStaysOrWanders) {
  const auto faults = [](const char* form) { return form_faults_of(*form_from_text(form)); };
  EXPECT_EQ(faults("A8 A8 B8 A8"), 0.0);
  EXPECT_EQ(faults("A8 A8 B8 B8"), faults("A8 B8 A8 B8"));
  EXPECT_LT(faults("intro4 verse8 chorus8 verse8 chorus8"), 0.1);
  EXPECT_LT(faults("A8 B8 A8"), faults("A8 B8 C8"));
  EXPECT_GT(faults("intro4 A4 A4 interlude4 A4 A4 B4"), 0.3);
  EXPECT_GT(faults("A4 A4 A4 B4 A4"), 0.3);
  EXPECT_GT(faults("A8 B8 C8"), 0.3);
  EXPECT_LT(faults("A8 B8 A8"), faults("A4 A4 B4 B4 A4 A4"));
}

}  // namespace
}  // namespace cantus::compose
