#include "neural/compose/style.h"

#include <algorithm>
#include <array>

namespace cantus::compose {
namespace {

using score::Mode;

// Programs: 0 piano, 4 electric piano, 19 organ, 24/25 guitars, 29/30 overdriven, 32 to 39 basses,
// 40 violin, 42 cello, 46 harp, 48 strings, 52 choir, 56 trumpet, 60 horn, 65/66 saxophones,
// 68 oboe, 71 clarinet, 73 flute, 80/81 leads, 88/89 pads.
// clang-format off
constexpr std::array<Style, 20> kStyles = {{
    {"folk", "tune", "folk", "folk", "band", "country", 100, 144, {4, 4}, Mode::major, 73, 40, 24, 48, 32, 24, true, false},
    {"song", "song", "song", "song", "band", "rock", 88, 124, {4, 4}, Mode::major, 71, 42, 0, 48, 32, 24, true, false},
    {"pop", "pop", "pop", "song", "band", "rock", 96, 122, {4, 4}, Mode::major, 80, 48, 4, 89, 33, 24, true, false},
    {"rock", "pop", "pop", "song", "game", "rock", 108, 140, {4, 4}, Mode::minor, 29, 30, 27, 48, 34, 12, true, false},
    {"jazz", "song", "song", "song", "band", "jazz", 112, 160, {4, 4}, Mode::major, 66, 65, 0, 48, 32, 24, true, true},
    {"blues", "pop", "pop", "song", "band", "jazz", 76, 112, {4, 4}, Mode::major, 66, 22, 0, 16, 32, 24, true, true},
    {"funk", "pop", "pop", "song", "band", "funk", 96, 114, {4, 4}, Mode::minor, 65, 56, 27, 48, 36, 6, true, false},
    {"soul", "pop", "pop", "song", "band", "soul", 76, 104, {4, 4}, Mode::major, 65, 48, 4, 16, 33, 24, true, false},
    {"latin", "song", "song", "song", "band", "latin", 96, 126, {4, 4}, Mode::minor, 73, 56, 24, 48, 32, 12, true, false},
    {"reggae", "pop", "pop", "song", "band", "reggae", 70, 92, {4, 4}, Mode::major, 65, 56, 27, 16, 33, 24, true, false},
    {"country", "tune", "folk", "folk", "band", "country", 96, 128, {4, 4}, Mode::major, 40, 73, 25, 48, 32, 24, true, false},
    {"hiphop", "pop", "pop", "song", "band", "hiphop", 78, 98, {4, 4}, Mode::minor, 4, 73, 4, 89, 38, 24, true, false},
    {"dance", "pop", "pop", "song", "game", "rock", 118, 130, {4, 4}, Mode::minor, 81, 80, 4, 89, 38, 12, true, false},
    {"film", "pop", "hymn", "art_song", "film", "rock", 66, 92, {4, 4}, Mode::minor, 68, 60, 46, 48, 42, 48, false, false},
    {"game", "pop", "pop", "song", "game", "rock", 110, 150, {4, 4}, Mode::minor, 80, 81, 4, 88, 38, 12, true, false},
    {"hymn", "hymn", "hymn", "hymn", "band", "pop", 76, 96, {4, 4}, Mode::major, 52, 42, 19, 48, 43, 24, false, false},
    {"classical", "song", "hymn", "art_song", "band", "pop", 80, 120, {4, 4}, Mode::major, 40, 73, 0, 48, 42, 24, false, false},
    {"waltz", "waltz", "folk", "folk", "band", "jazz", 120, 168, {3, 4}, Mode::major, 40, 71, 0, 48, 32, 24, false, false},
    {"lullaby", "waltz", "folk", "folk", "band", "pop", 66, 84, {3, 4}, Mode::major, 73, 42, 46, 48, 32, 24, false, false},
    {"ambient", "pop", "pop", "art_song", "film", "pop", 56, 76, {4, 4}, Mode::major, 11, 46, 4, 89, 38, 48, false, false},
}};
// clang-format on

constexpr std::array<Mood, 14> kMoods = {{
    {"calm", 0.5, -0.8},
    {"peaceful", 0.6, -0.9},
    {"dreamy", 0.3, -0.6},
    {"romantic", 0.5, -0.3},
    {"happy", 0.9, 0.5},
    {"playful", 0.8, 0.4},
    {"bright", 0.7, 0.2},
    {"energetic", 0.5, 0.9},
    {"epic", 0.1, 0.8},
    {"tense", -0.6, 0.6},
    {"angry", -0.8, 0.9},
    {"dark", -0.8, -0.1},
    {"sad", -0.8, -0.6},
    {"melancholy", -0.5, -0.5},
}};

template <class Row>
std::string names_of(std::span<const Row> rows) {
  std::string names;
  for (const Row& row : rows)
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

template <class Row>
const Row* find(std::span<const Row> rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, &Row::name);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

int lead_program(std::string_view style) {
  constexpr int kPiano = 0;
  constexpr int kOboe = 68;  // as the voice of songs with piano is called in most of their files
  return style == "art_song" ? kOboe : kPiano;
}

std::span<const Style> styles() {
  return kStyles;
}
std::span<const Mood> moods() {
  return kMoods;
}
const Style* find_style(std::string_view name) {
  return find(styles(), name);
}
const Mood* find_mood(std::string_view name) {
  return find(moods(), name);
}
const Mood& nearest_mood(double valence, double arousal) {
  return *std::ranges::min_element(moods(), {}, [&](const Mood& mood) {
    const double by_valence = mood.valence - valence;
    const double by_arousal = mood.arousal - arousal;
    return by_valence * by_valence + by_arousal * by_arousal;
  });
}
std::string style_names() {
  return names_of(styles());
}
std::string mood_names() {
  return names_of(moods());
}

}  // namespace cantus::compose
