#include "tasks/analyze_piece.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cantus::tasks {
namespace {

using score::beats;
using score::Tick;

score::Piece scale_in_g() {
  score::Piece piece;
  piece.title = "Scale";
  piece.tempo = score::TempoMap(90);
  score::Part part;
  part.name = "Flute";
  part.role = score::Role::melody;
  part.program = 73;
  const int keys[] = {67, 69, 71, 72, 74, 76, 78, 79, 79, 78, 76, 74, 72, 71, 69, 67};
  for (int i = 0; i < 16; ++i) {
    part.notes.push_back({Tick() + beats(i), beats(1), *score::Pitch::from_key(keys[i])});
  }
  piece.parts.push_back(part);
  score::tidy(piece);
  return piece;
}

TEST(Analysis, TheContractOfTheJsonIsKept) {
  const auto json = nlohmann::json::parse(to_json(analyze(scale_in_g())));
  for (const char* field : {"key", "mode", "tempo_bpm", "meter", "bars", "seconds", "parts",
                            "notes", "chords", "sections"}) {
    EXPECT_TRUE(json.contains(field)) << field;
  }
  EXPECT_EQ(json["key"], "G major");
  EXPECT_EQ(json["key_source"], "found");
  EXPECT_EQ(json["tempo_bpm"], 90.0);
  EXPECT_EQ(json["meter"], "4/4");
  EXPECT_EQ(json["bars"], 4);
  EXPECT_EQ(json["parts"][0]["lowest"], 67);
  EXPECT_EQ(json["parts"][0]["highest"], 79);
  EXPECT_EQ(json["parts"][0]["program"], 73);
}

TEST(Analysis, WhatThePieceDeclaresIsTakenAsItIs) {
  score::Piece piece = scale_in_g();
  piece.keys = {{Tick(), *score::key_from_text("E minor")}};
  piece.chords = {{Tick(), beats(16), *score::chord_from_text("Em")}};
  piece.sections = {{Tick(), beats(8), "A"}, {Tick() + beats(8), beats(8), "B"}};
  const auto json = nlohmann::json::parse(to_json(analyze(piece)));
  EXPECT_EQ(json["key"], "E minor");
  EXPECT_EQ(json["mode"], "minor");
  EXPECT_EQ(json["chords"][0]["chord"], "Em");
  EXPECT_EQ(json["sections"][1]["bar"], 3);
  EXPECT_EQ(json["sections"][1]["bars"], 2);
}

TEST(Analysis, PitchClassesAreSharesThatSumToOne) {
  const auto json = nlohmann::json::parse(to_json(analyze(scale_in_g())));
  ASSERT_EQ(json["pitch_classes"].size(), 12U);
  double sum = 0.0;
  for (const double share : json["pitch_classes"])
    sum += share;
  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_NEAR(json["pitch_classes"][7].get<double>(), 4.0 / 16.0, 1e-12);
  EXPECT_EQ(json["statistics"]["melody_largest_leap"], 2);
  EXPECT_EQ(json["keys"][0]["bar"], 1);
}

TEST(Analysis, WhatLooksWrongIsAWarning) {
  score::Piece piece = scale_in_g();
  EXPECT_TRUE(analyze(piece).warnings.empty());
  piece.keys = {{Tick(), *score::key_from_text("Ab major")}};
  piece.parts.emplace_back();
  EXPECT_EQ(analyze(piece).warnings.size(), 2U);
}

TEST(Analysis, AnEmptyPieceIsAnalysed) {
  const score::Piece nothing;
  const auto json = nlohmann::json::parse(to_json(analyze(nothing)));
  EXPECT_TRUE(json["key"].is_null());
  EXPECT_EQ(json["notes"], 0);
  EXPECT_FALSE(to_text(analyze(nothing)).empty());
}

}  // namespace
}  // namespace cantus::tasks
