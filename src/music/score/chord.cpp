#include "music/score/chord.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace cantus::score {
namespace {

struct QualityRow {
  std::string_view symbol;
  std::array<int, 7> intervals;  // ends with -1 where there are fewer
};

constexpr std::array<QualityRow, kQualities> kRows = {{
    {"", {0, 4, 7, -1}},
    {"m", {0, 3, 7, -1}},
    {"dim", {0, 3, 6, -1}},
    {"aug", {0, 4, 8, -1}},
    {"5", {0, 7, -1}},
    {"sus2", {0, 2, 7, -1}},
    {"sus4", {0, 5, 7, -1}},
    {"6", {0, 4, 7, 9, -1}},
    {"m6", {0, 3, 7, 9, -1}},
    {"7", {0, 4, 7, 10, -1}},
    {"maj7", {0, 4, 7, 11, -1}},
    {"m7", {0, 3, 7, 10, -1}},
    {"m(maj7)", {0, 3, 7, 11, -1}},
    {"m7b5", {0, 3, 6, 10, -1}},
    {"dim7", {0, 3, 6, 9, -1}},
    {"aug7", {0, 4, 8, 10, -1}},
    {"7sus4", {0, 5, 7, 10, -1}},
    {"add9", {0, 2, 4, 7, -1}},
    {"9", {0, 2, 4, 7, 10, -1}},
    {"maj9", {0, 2, 4, 7, 11, -1}},
    {"m9", {0, 2, 3, 7, 10, -1}},
    {"7b9", {0, 1, 4, 7, 10, -1}},
    {"11", {0, 2, 5, 7, 10, -1}},
    {"13", {0, 2, 4, 7, 9, 10, -1}},
}};

/// What people write after the root, besides our own symbols. Looked up after removing brackets,
/// spaces and commas.
struct Habit {
  std::string_view text;
  Quality quality;
};
constexpr Habit kHabits[] = {
    {"M", Quality::major},
    {"maj", Quality::major},
    {"major", Quality::major},
    {"min", Quality::minor},
    {"mi", Quality::minor},
    {"-", Quality::minor},
    {"minor", Quality::minor},
    {"o", Quality::diminished},
    {"°", Quality::diminished},
    {"+", Quality::augmented},
    {"#5", Quality::augmented},
    {"sus", Quality::suspended_fourth},
    {"2", Quality::suspended_second},
    {"4", Quality::suspended_fourth},
    {"min6", Quality::minor_sixth},
    {"-6", Quality::minor_sixth},
    {"69", Quality::major_sixth},
    {"6/9", Quality::major_sixth},
    {"M6", Quality::major_sixth},
    {"m69", Quality::minor_sixth},
    {"dom7", Quality::dominant_seventh},
    {"M7", Quality::major_seventh},
    {"Maj7", Quality::major_seventh},
    {"MAJ7", Quality::major_seventh},
    {"ma7", Quality::major_seventh},
    {"j7", Quality::major_seventh},
    {"Δ", Quality::major_seventh},
    {"Δ7", Quality::major_seventh},
    {"Δ9", Quality::major_ninth},
    {"△", Quality::major_seventh},
    {"△7", Quality::major_seventh},
    {"△9", Quality::major_ninth},
    {"∆", Quality::major_seventh},  // the increment sign, which keyboards have
    {"∆7", Quality::major_seventh},
    {"∆9", Quality::major_ninth},
    {"mΔ", Quality::minor_major_seventh},
    {"mΔ7", Quality::minor_major_seventh},
    {"m△7", Quality::minor_major_seventh},
    {"^", Quality::major_seventh},
    {"^7", Quality::major_seventh},
    {"min7", Quality::minor_seventh},
    {"mi7", Quality::minor_seventh},
    {"-7", Quality::minor_seventh},
    {"mmaj7", Quality::minor_major_seventh},
    {"mM7", Quality::minor_major_seventh},
    {"minmaj7", Quality::minor_major_seventh},
    {"-maj7", Quality::minor_major_seventh},
    {"min7b5", Quality::half_diminished},
    {"-7b5", Quality::half_diminished},
    {"ø", Quality::half_diminished},
    {"ø7", Quality::half_diminished},
    {"h", Quality::half_diminished},
    {"hdim7", Quality::half_diminished},
    {"o7", Quality::diminished_seventh},
    {"°7", Quality::diminished_seventh},
    {"+7", Quality::augmented_seventh},
    {"7+", Quality::augmented_seventh},
    {"7#5", Quality::augmented_seventh},
    {"7aug", Quality::augmented_seventh},
    {"7sus", Quality::suspended_seventh},
    {"9sus4", Quality::suspended_seventh},
    {"9sus", Quality::suspended_seventh},
    {"sus9", Quality::suspended_seventh},
    {"add2", Quality::added_ninth},
    {"M9", Quality::major_ninth},
    {"min9", Quality::minor_ninth},
    {"-9", Quality::minor_ninth},
    {"b9", Quality::dominant_flat_ninth},
    {"m11", Quality::minor_ninth},
    {"m13", Quality::minor_ninth},
    {"maj11", Quality::major_ninth},
    {"maj13", Quality::major_ninth},
};

const QualityRow& row(Quality quality) {
  return kRows[static_cast<std::size_t>(quality)];
}

std::optional<Quality> known_quality(std::string_view text) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (text == row(static_cast<Quality>(i)).symbol) return static_cast<Quality>(i);
  }
  if (text == "mmaj7") return Quality::minor_major_seventh;
  for (const Habit& habit : kHabits) {
    if (text == habit.text) return habit.quality;
  }
  return std::nullopt;
}

/// The longest beginning of `text` that names a quality, so that unknown extensions fall away.
std::optional<Quality> nearest_quality(std::string text) {
  std::erase_if(text, [](char c) { return c == '(' || c == ')' || c == ' ' || c == ','; });
  const std::size_t whole = text.size();
  for (std::size_t n = whole; n > 0; --n) {
    const auto quality = known_quality(std::string_view(text).substr(0, n));
    if (quality) return quality;
  }
  const std::string_view rest = text;
  const bool extension = rest.empty() || rest.starts_with("add") || rest.starts_with("no") ||
                         rest.starts_with("omit") || rest.starts_with("b5") ||
                         rest.starts_with("#11") || rest.starts_with("alt");
  return extension ? std::optional(Quality::major) : std::nullopt;
}

std::size_t root_length(std::string_view text) {
  std::size_t n = text.empty() ? 0 : 1;
  while (n < text.size()) {
    if (text[n] == '#' || text[n] == 'b') {
      ++n;
    } else if (text.substr(n).starts_with("♯") || text.substr(n).starts_with("♭")) {
      n += 3;
    } else {
      break;
    }
  }
  return n;
}

}  // namespace

std::vector<int> Chord::intervals() const {
  std::vector<int> out;
  for (const int interval : row(quality).intervals) {
    if (interval < 0) break;
    out.push_back(interval);
  }
  return out;
}

std::bitset<12> Chord::pitch_classes() const {
  std::bitset<12> set;
  for (const int interval : intervals()) {
    set.set(static_cast<std::size_t>((root.pitch_class() + interval).number()));
  }
  set.set(static_cast<std::size_t>(lowest().pitch_class().number()));
  return set;
}

Chord transposed(Chord chord, int fifths) {
  chord.root = Spelling(chord.root.fifths() + fifths);
  if (chord.bass) chord.bass = Spelling(chord.bass->fifths() + fifths);
  return chord;
}

std::string_view symbol(Quality quality) {
  return row(quality).symbol;
}

std::string to_text(const Chord& chord) {
  std::string text = to_text(chord.root) + std::string(symbol(chord.quality));
  if (chord.bass) text += "/" + to_text(*chord.bass);
  return text;
}

Result<Chord> chord_from_text(std::string_view text) {
  const auto unknown = [&] {
    return fail(ErrorCode::invalid_input,
                "'" + std::string(text) + "' is not a chord; try Dm, G7, Cmaj7 or F/A");
  };
  Chord chord;
  std::string_view rest = text;
  if (const auto slash = rest.rfind('/');
      slash != std::string_view::npos && slash + 1 < rest.size() && rest[slash + 1] != '9') {
    const auto bass = spelling_from_text(rest.substr(slash + 1));
    if (!bass) return unknown();
    chord.bass = *bass;
    rest = rest.substr(0, slash);
  }
  const std::size_t length = root_length(rest);
  if (rest.empty() || std::isupper(static_cast<unsigned char>(rest.front())) == 0) return unknown();
  const auto root = spelling_from_text(rest.substr(0, length));
  const auto quality = nearest_quality(std::string(rest.substr(length)));
  if (!root || !quality) return unknown();
  chord.root = *root;
  chord.quality = *quality;
  if (chord.bass == chord.root) chord.bass.reset();
  return chord;
}

}  // namespace cantus::score
