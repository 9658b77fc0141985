#include "music/picture/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cantus::picture {
namespace {

using score::beats;
using score::Piece;
using score::Tick;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

score::Note note(int beat, int length, int key) {
  return {Tick() + beats(beat), beats(length), score::Pitch::clamped(key)};
}

Piece song(int bars = 8) {
  Piece piece;
  piece.title = "Morning <Song>";
  score::Part tune;
  tune.name = "Tune";
  tune.role = score::Role::melody;
  score::Part drums;
  drums.name = "Kit";
  drums.role = score::Role::drums;
  for (int beat = 0; beat < 4 * bars; ++beat) {
    tune.notes.push_back(note(beat, 1, 60 + 5 * beat % 13));
    drums.notes.push_back(note(beat, 1, beat % 2 == 0 ? 36 : 38));
  }
  tune.lyrics = {{Tick(), "Hel", true, 1}, {Tick() + beats(1), "lo", false, 1}};
  piece.parts = {tune, drums};
  piece.keys = {{Tick(), *score::key_from_text("Bb major")}};
  for (int bar = 0; bar < bars; ++bar) {
    piece.chords.push_back({Tick() + beats(4 * bar), beats(4),
                            *score::chord_from_text(bar % 2 == 0 ? "Bb" : "F#m7b5")});
  }
  piece.sections = {{Tick(), beats(2 * bars), "Verse"},
                    {Tick() + beats(2 * bars), beats(2 * bars), "Chorus"}};
  score::tidy(piece);
  return piece;
}

unsigned big_endian(const std::string& bytes, std::size_t at) {
  unsigned value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

TEST(Draw, APngHasTheWidthAskedFor) {
  const auto png = draw(song(), Format::png, {.width_px = 900});
  ASSERT_TRUE(png) << png.error().message;
  ASSERT_THAT(*png, StartsWith("\x89PNG\r\n\x1a\n"));
  EXPECT_EQ(big_endian(*png, 16), 900U);
  EXPECT_GT(big_endian(*png, 20), 200U);
}

TEST(Draw, AnSvgHoldsTheWordsAsWords) {
  const auto svg = draw(song(), Format::svg);
  ASSERT_TRUE(svg);
  for (const char* words : {">B♭<", ">F♯m7♭5<", ">Verse<", ">Chorus<", ">Tune<", ">Kick<", ">Hel-<",
                            "Morning &lt;Song&gt;", "B♭ major", "8 bars"}) {
    EXPECT_THAT(*svg, HasSubstr(words));
  }
  EXPECT_THAT(*svg, HasSubstr("width=\"1800px\""));
}

TEST(Draw, APdfIsAPdf) {
  const auto pdf = draw(song(), Format::pdf);
  ASSERT_TRUE(pdf);
  EXPECT_THAT(*pdf, StartsWith("%PDF-"));
  EXPECT_THAT(*pdf, Not(HasSubstr("CreationDate")));
}

TEST(Draw, TheSamePieceGivesTheSameBytes) {
  for (const Format format : {Format::png, Format::svg, Format::pdf}) {
    EXPECT_EQ(*draw(song(), format, {.width_px = 600}), *draw(song(), format, {.width_px = 600}));
  }
}

TEST(Draw, ADifferentNoteGivesADifferentPicture) {
  Piece other = song();
  other.parts[0].notes[3].pitch = score::Pitch::clamped(66);
  EXPECT_NE(*draw(song(), Format::png, {.width_px = 600}),
            *draw(other, Format::png, {.width_px = 600}));
}

TEST(Draw, AnEmptyPieceIsDrawn) {
  for (const Format format : {Format::png, Format::svg, Format::pdf}) {
    EXPECT_TRUE(draw(Piece(), format));
  }
}

TEST(Draw, DrumsAloneAreDrawn) {
  Piece drums = song();
  drums.parts.erase(drums.parts.begin());
  EXPECT_THAT(*draw(drums, Format::svg), HasSubstr(">Snare<"));
}

TEST(Draw, AnHourOfMusicIsNoLargerThanAPoster) {
  const auto png = draw(song(1800), Format::png, {.width_px = 400});
  ASSERT_TRUE(png);
  EXPECT_LE(big_endian(*png, 20), 7U * 400U + 1U);
  const auto pdf = draw(song(1800), Format::pdf);
  ASSERT_TRUE(pdf);
  EXPECT_LT(pdf->size(), 8U << 20U);
}

TEST(Draw, OddInputIsDrawnWithoutComplaint) {
  Piece odd = song();
  odd.title = "\xff\xfe broken \x01";
  odd.metre.set(Tick() + beats(6), {7, 8});
  odd.metre.set_pickup(beats(1));
  odd.parts[0].notes[0].pitch = score::Pitch::clamped(0);
  odd.parts[0].notes[1].pitch = score::Pitch::clamped(127);
  odd.parts[0].notes[2].grace = true;
  odd.parts[0].notes[3].length = beats(5000);
  odd.tempo.set(Tick() + beats(9), 60.0);
  const auto svg = draw(odd, Format::svg, {.width_px = -5, .bars_a_row = -3});
  ASSERT_TRUE(svg);
  EXPECT_THAT(*svg, HasSubstr("?? broken"));
  EXPECT_THAT(*svg, HasSubstr("60 bpm"));
  EXPECT_THAT(*svg, HasSubstr("7/8"));
}

}  // namespace
}  // namespace cantus::picture
