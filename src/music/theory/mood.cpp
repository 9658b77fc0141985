#include "music/theory/mood.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace cantus::theory {
namespace {

using score::Mode;

/// What is usual, and how far from it is one standard deviation: of 5,000 pieces of folk tunes,
/// songs, hymns, quartets and bands.
constexpr double kUsualPace = 1.2;  // log2 of strokes a second
constexpr double kPaceDeviation = 0.75;
constexpr double kUsualHeight = 70.0;  // key number
constexpr double kHeightDeviation = 6.0;
constexpr double kUsualVelocity = 84.0;
constexpr double kVelocityDeviation = 16.0;

/// From the darkest to the brightest, by the third and then by the other degrees.
double brightness_of(Mode mode) {
  switch (mode) {
    case Mode::lydian:
    case Mode::major:
      return 0.8;
    case Mode::mixolydian:
      return 0.5;
    case Mode::dorian:
      return -0.7;
    case Mode::minor:
      return -1.2;
    case Mode::phrygian:
    case Mode::locrian:
      return -1.4;
  }
  return 0.0;
}

double mode_cue(const score::Piece& piece) {
  double sum = 0.0;
  double beats = 0.0;
  for (std::size_t i = 0; i < piece.keys.size(); ++i) {
    const score::Tick end = i + 1 < piece.keys.size() ? piece.keys[i + 1].at : piece.end;
    const auto ticks = static_cast<double>((end - piece.keys[i].at).count());
    const double length = ticks / score::kTicksPerBeat;
    sum += length * brightness_of(piece.keys[i].key.mode);
    beats += length;
  }
  return beats > 0.0 ? sum / beats : 0.0;
}

double mean_key(const score::Part& part) {
  double sum = 0.0;
  for (const score::Note& note : part.notes)
    sum += note.pitch.key();
  return sum / static_cast<double>(part.notes.size());
}

double in_deviations(double value, double usual, double deviation) {
  return std::clamp((value - usual) / deviation, -2.5, 2.5);
}

}  // namespace

MoodCues mood_cues(const score::Piece& piece) {
  MoodCues cues;
  cues.mode = mode_cue(piece);
  std::set<std::int64_t> strokes;
  double highest = 0.0;
  double velocity = 0.0;
  std::size_t notes = 0;
  for (const score::Part& part : piece.parts) {
    if (part.notes.empty()) continue;
    if (!part.is_drums()) highest = std::max(highest, mean_key(part));
    for (const score::Note& note : part.notes) {
      strokes.insert(note.onset.count());
      velocity += note.velocity;
    }
    notes += part.notes.size();
  }
  const double seconds = score::seconds_of(piece);
  if (notes == 0 || seconds <= 0.0) return cues;
  cues.pace = in_deviations(std::log2(static_cast<double>(strokes.size()) / seconds), kUsualPace,
                            kPaceDeviation);
  if (highest > 0.0) cues.height = in_deviations(highest, kUsualHeight, kHeightDeviation);
  cues.dynamics =
      in_deviations(velocity / static_cast<double>(notes), kUsualVelocity, kVelocityDeviation);
  return cues;
}

Mood mood_of(const MoodCues& cues) {
  return {0.65 * cues.mode + 0.35 * cues.pace + 0.2 * cues.height - 0.08 * cues.dynamics,
          -0.1 * cues.mode + 0.6 * cues.pace + 0.2 * cues.height + 0.55 * cues.dynamics};
}

std::optional<Mood> mood_of(const score::Piece& piece) {
  const bool sounds = std::ranges::any_of(
      piece.parts, [](const score::Part& part) { return !part.is_drums() && !part.notes.empty(); });
  if (!sounds) return std::nullopt;
  return mood_of(mood_cues(piece));
}

}  // namespace cantus::theory
