#include "neural/corpus/form_labels.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace cantus::corpus {
namespace {

using score::beats;
using score::Tick;
using score::TickLength;

constexpr double kNominalBarSeconds = 2.0;
constexpr double kShortestSection = 0.75;  // seconds: a boundary nearer than this is the same one
constexpr int kMostBars = 2000;

struct Label {
  double seconds = 0.0;
  std::string text;
};

/// Lines of "seconds label", in order of time; lines without a time are left out.
std::vector<Label> labels_of(std::string_view text) {
  std::vector<Label> labels;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Label label;
    if (!(words >> label.seconds) || !(std::abs(label.seconds) < 1e5)) continue;
    std::getline(words >> std::ws, label.text);
    while (!label.text.empty() && std::isspace(static_cast<unsigned char>(label.text.back())) != 0)
      label.text.pop_back();
    labels.push_back(std::move(label));
  }
  std::ranges::stable_sort(labels, {}, &Label::seconds);
  return labels;
}

std::string lowered_letters(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalpha(byte) != 0) out += static_cast<char>(std::tolower(byte));
  }
  return out;
}

/// Not music: cut from the ends, and inside a piece a pause of the section before.
bool is_outside(std::string_view label) {
  constexpr std::array<std::string_view, 8> kOutside = {
      "silence", "end", "applause", "stagesounds", "stagespeaking", "spoken", "dialog", "crowd"};
  const std::string letters = lowered_letters(label);
  return std::ranges::any_of(kOutside, [&](std::string_view outside) {
    return outside == "end" ? letters == outside : letters.starts_with(outside);
  });
}

/// "A'", "B2" and "a" are a letter's section; anything longer is not.
std::optional<std::string> letter_of(std::string_view label) {
  const std::string letters = lowered_letters(label);
  if (letters.size() != 1) return std::nullopt;
  const char letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letters[0])));
  return letter <= 'H' ? std::string(1, letter) : std::string("other");
}

/// What begins at each boundary of one of the two layers; an empty name is not music.
std::vector<Label> named_sections(const std::vector<Label>& functions,
                                  const std::vector<Label>& letters) {
  const auto at = [](const std::vector<Label>& labels, double seconds) -> std::string_view {
    std::string_view found;
    for (const Label& label : labels) {
      if (label.seconds <= seconds + kShortestSection) found = label.text;
    }
    return found;
  };
  std::vector<double> boundaries;
  for (const auto* layer : {&functions, &letters}) {
    for (const Label& label : *layer)
      boundaries.push_back(label.seconds);
  }
  std::ranges::sort(boundaries);
  std::vector<Label> sections;
  for (const double seconds : boundaries) {
    if (!sections.empty() && seconds - sections.back().seconds < kShortestSection) continue;
    const std::string_view function = at(functions, seconds);
    const std::string_view letter = at(letters, seconds);
    Label section{seconds, {}};
    if (!is_outside(function) && !is_outside(letter)) {
      section.text = section_of_label(function);
      if (section.text.empty()) section.text = letter_of(letter).value_or("other");
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

/// What is not music goes from both ends; inside, it lengthens the section before. The last is
/// where the music ends.
std::vector<Label> music_of(std::vector<Label> sections) {
  const auto silent = [](const Label& section) { return section.text.empty(); };
  sections.erase(sections.begin(), std::ranges::find_if_not(sections, silent));
  while (sections.size() > 1 && silent(sections[sections.size() - 2]))
    sections.pop_back();
  std::vector<Label> music;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (!silent(sections[i]) || i + 1 == sections.size()) music.push_back(std::move(sections[i]));
  }
  return music;
}

/// The length of a bar that best makes the sections multiples of four bars. A random length misses
/// by a quarter on average; trusted up to a tenth.
double fitted_bar_seconds(const std::vector<Label>& sections) {
  constexpr double kTrusted = 0.1;
  constexpr double kLeaning = 0.02;  // towards two seconds, between a length and its double
  std::vector<double> lengths;
  for (std::size_t i = 1; i < sections.size(); ++i) {
    const double length = sections[i].seconds - sections[i - 1].seconds;
    if (length > 3.0) lengths.push_back(length);
  }
  if (lengths.size() < 4) return kNominalBarSeconds;
  double best = kNominalBarSeconds;
  double least = kTrusted;
  for (double bar = 1.5; bar <= 3.0; bar *= 1.002) {
    double missed = 0.0;
    for (const double length : lengths) {
      const double phrases = length / bar / 4;
      missed += std::abs(phrases - std::round(phrases));
    }
    missed /= static_cast<double>(lengths.size());
    missed += kLeaning * std::abs(std::log(bar / kNominalBarSeconds));
    if (missed < least) {
      least = missed;
      best = bar;
    }
  }
  return best;
}

/// Bars of the Harmonix Set: where each begins and how many beats it has.
struct Bar {
  double seconds = 0.0;
  int beats = 0;
};

std::vector<Bar> bars_of(const std::vector<Label>& lines) {
  std::vector<Bar> bars;
  for (const Label& line : lines) {
    if (line.text.starts_with("1\t") || line.text.starts_with("1 ") || line.text == "1") {
      bars.push_back({line.seconds, 0});
    }
    if (!bars.empty()) bars.back().beats = std::min(bars.back().beats + 1, 16);
  }
  // The last bar is cut where the tapping stopped.
  if (bars.size() > 1) bars.back().beats = bars[bars.size() - 2].beats;
  return bars;
}

double median_beat_seconds(const std::vector<Label>& lines) {
  std::vector<double> lengths;
  for (std::size_t i = 1; i < lines.size(); ++i)
    lengths.push_back(lines[i].seconds - lines[i - 1].seconds);
  if (lengths.empty()) return 0.0;
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::ranges::nth_element(lengths, middle);
  return *middle;
}

int commonest_beats(const std::vector<Bar>& bars) {
  std::map<int, int> times;
  for (const Bar& bar : bars)
    ++times[bar.beats];
  return std::ranges::max_element(times, {}, [](const auto& entry) { return entry.second; })->first;
}

/// The bar whose beginning is nearest; one past the last where the time is nearer to its end.
std::size_t nearest_bar(const std::vector<Bar>& bars, double seconds, double beat_seconds) {
  std::vector<double> lines;
  for (const Bar& bar : bars)
    lines.push_back(bar.seconds);
  lines.push_back(bars.back().seconds + bars.back().beats * beat_seconds);
  const auto nearest =
      std::ranges::min_element(lines, {}, [&](double line) { return std::abs(line - seconds); });
  return static_cast<std::size_t>(nearest - lines.begin());
}

}  // namespace

std::string section_of_label(std::string_view label) {
  // The first that the label contains decides: "instchorus" is a chorus, "prechorus" is not.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 32> kNames = {{
      {"nofunction", ""},
      {"prechorus", "other"},
      {"postchorus", "other"},
      {"preverse", "other"},
      {"postverse", "other"},
      {"chorus", "chorus"},
      {"refrain", "chorus"},
      {"verse", "verse"},
      {"intro", "intro"},
      {"outro", "outro"},
      {"fadeout", "outro"},
      {"coda", "outro"},
      {"fadein", "intro"},
      {"opening", "intro"},
      {"bridge", "bridge"},
      {"solo", "solo"},
      {"gtr", "solo"},
      {"guitar", "solo"},
      {"break", "interlude"},
      {"interlude", "interlude"},
      {"instrumental", "interlude"},
      {"inst", "interlude"},
      {"transition", "interlude"},
      {"build", "interlude"},
      {"head", "A"},
      {"maintheme", "A"},
      {"secondarytheme", "B"},
      {"theme", "A"},
      {"exposition", "A"},
      {"recap", "A"},
      {"development", "other"},
      {"riff", "interlude"},
  }};
  const std::string letters = lowered_letters(label);
  for (const auto& [part, name] : kNames) {
    if (letters.find(part) != std::string::npos) return std::string(name);
  }
  return {};
}

Result<score::Piece> read_salami(std::string_view functions, std::string_view letters) {
  const std::vector<Label> sections =
      music_of(named_sections(labels_of(functions), labels_of(letters)));
  if (sections.size() < 2) return fail(ErrorCode::invalid_input, "the annotation has no sections");
  const double bar_seconds = fitted_bar_seconds(sections);
  score::Piece piece;
  piece.tempo = score::TempoMap(4 * 60.0 / bar_seconds);
  Tick at;
  for (std::size_t i = 0; i + 1 < sections.size(); ++i) {
    const double bars = (sections[i + 1].seconds - sections[i].seconds) / bar_seconds;
    const auto whole = static_cast<int>(std::lround(std::clamp(bars, 0.0, 1.0 * kMostBars)));
    if (whole == 0) continue;
    piece.sections.push_back({at, beats(4) * whole, sections[i].text});
    at += beats(4) * whole;
  }
  if (piece.sections.empty() || score::Tick() + beats(4) * kMostBars < at) {
    return fail(ErrorCode::invalid_input, "the sections last no bar, or over an hour");
  }
  piece.end = at;
  return piece;
}

Result<score::Piece> read_harmonix(std::string_view beat_lines, std::string_view segments) {
  const std::vector<Label> lines = labels_of(beat_lines);
  const std::vector<Bar> bars = bars_of(lines);
  const double beat_seconds = median_beat_seconds(lines);
  if (bars.size() < 2 || bars.size() > kMostBars || !(beat_seconds > 0.05)) {
    return fail(ErrorCode::invalid_input, "the beats make no bars (2 to 2,000 are read)");
  }
  std::vector<Label> sections = labels_of(segments);
  for (Label& section : sections) {
    const std::string name = is_outside(section.text) ? "" : section_of_label(section.text);
    section.text = name.empty() && !is_outside(section.text) ? "other" : name;
  }
  sections = music_of(std::move(sections));
  if (sections.size() < 2) return fail(ErrorCode::invalid_input, "the track has no sections");
  const bool eighths = commonest_beats(bars) >= 6 && beat_seconds < 0.5;
  score::Piece piece;
  piece.tempo = score::TempoMap(60.0 / beat_seconds / (eighths ? 2 : 1));
  const std::size_t first = nearest_bar(bars, sections.front().seconds, beat_seconds);
  const std::size_t end = nearest_bar(bars, sections.back().seconds, beat_seconds);
  std::vector<Tick> starts(bars.size() + 1);
  Tick at;
  for (std::size_t i = first; i < end; ++i) {
    const score::Metre metre{bars[i].beats, eighths ? 8 : 4};
    if (i == first) piece.metre = score::MetreMap(metre);
    if (piece.metre.metre_at(at) != metre) piece.metre.set(at, metre);
    starts[i] = at;
    at += metre.bar_length();
    starts[i + 1] = at;
  }
  for (std::size_t i = 0; i + 1 < sections.size(); ++i) {
    const std::size_t from = nearest_bar(bars, sections[i].seconds, beat_seconds);
    const std::size_t to = nearest_bar(bars, sections[i + 1].seconds, beat_seconds);
    if (to <= from) continue;
    piece.sections.push_back({starts[from], starts[to] - starts[from], sections[i].text});
  }
  if (piece.sections.empty()) return fail(ErrorCode::invalid_input, "the sections last no bar");
  piece.end = at;
  return piece;
}

}  // namespace cantus::corpus
