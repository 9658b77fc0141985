#include "music/picture/drum_lanes.h"

#include <array>

namespace cantus::picture {
namespace {

constexpr std::array<std::string_view, 11> kNames = {"Crash",  "Ride", "Open hat",  "Hi-hat",
                                                     "Tom",    "Clap", "Snare",     "Kick",
                                                     "Shaker", "Bell", "Percussion"};
enum Group { crash, ride, open_hat, hi_hat, tom, clap, snare, kick, shaker, bell, percussion };

}  // namespace

int drum_group(int key) {
  switch (key) {
    case 35:
    case 36:
      return kick;
    case 37:
    case 38:
    case 40:
      return snare;
    case 39:
      return clap;
    case 41:
    case 43:
    case 45:
    case 47:
    case 48:
    case 50:
      return tom;
    case 42:
    case 44:
      return hi_hat;
    case 46:
      return open_hat;
    case 49:
    case 52:
    case 55:
    case 57:
      return crash;
    case 51:
    case 53:
    case 59:
      return ride;
    case 54:
    case 69:
    case 70:
    case 82:
      return shaker;
    case 56:
    case 67:
    case 68:
    case 80:
    case 81:
    case 83:
      return bell;
    default:
      return percussion;
  }
}

std::vector<DrumLane> drum_lanes(const score::Piece& piece) {
  std::array<bool, kNames.size()> used = {};
  for (const score::Part& part : piece.parts) {
    if (!part.is_drums()) continue;
    for (const score::Note& note : part.notes) {
      used[static_cast<std::size_t>(drum_group(note.pitch.key()))] = true;
    }
  }
  std::vector<DrumLane> lanes;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) lanes.push_back({kNames[i], static_cast<int>(i)});
  }
  return lanes;
}

}  // namespace cantus::picture
