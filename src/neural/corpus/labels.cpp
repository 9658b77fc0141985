#include "neural/corpus/labels.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <sstream>
#include <vector>

namespace cantus::corpus {
namespace {

using score::beats;
using score::Quality;
using score::Tick;
using score::TickLength;

constexpr std::array<std::pair<std::string_view, Quality>, 30> kHarte = {{
    {"maj", Quality::major},
    {"min", Quality::minor},
    {"dim", Quality::diminished},
    {"aug", Quality::augmented},
    {"maj7", Quality::major_seventh},
    {"min7", Quality::minor_seventh},
    {"7", Quality::dominant_seventh},
    {"dim7", Quality::diminished_seventh},
    {"hdim7", Quality::half_diminished},
    {"minmaj7", Quality::minor_major_seventh},
    {"maj6", Quality::major_sixth},
    {"min6", Quality::minor_sixth},
    {"9", Quality::dominant_ninth},
    {"maj9", Quality::major_ninth},
    {"min9", Quality::minor_ninth},
    {"sus4", Quality::suspended_fourth},
    {"sus2", Quality::suspended_second},
    {"5", Quality::power},
    {"1", Quality::power},
    {"11", Quality::dominant_eleventh},
    {"13", Quality::dominant_thirteenth},
    {"min11", Quality::minor_ninth},
    {"maj13", Quality::major_ninth},
    {"min13", Quality::minor_ninth},
    {"sus", Quality::suspended_fourth},
    {"7sus4", Quality::suspended_seventh},
    {"aug7", Quality::augmented_seventh},
    {"m", Quality::minor},
    {"sus4(b7)", Quality::suspended_seventh},
    {"", Quality::major},
}};

/// A bass given as a scale degree above the root: "5", "b3", "#4", "b7".
std::optional<score::Spelling> degree_above(score::Spelling root, std::string_view degree) {
  int alter = 0;
  while (!degree.empty() && (degree.front() == 'b' || degree.front() == '#')) {
    alter += degree.front() == '#' ? 1 : -1;
    degree.remove_prefix(1);
  }
  int number = 0;
  const auto end = degree.data() + degree.size();
  if (std::from_chars(degree.data(), end, number).ptr != end || number < 1 || number > 13) {
    return std::nullopt;
  }
  constexpr int kFifths[] = {0, 2, 4, -1, 1, 3, 5};
  return score::Spelling(root.fifths() + kFifths[(number - 1) % 7] + 7 * alter);
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;)
    words.push_back(word);
  return words;
}

std::optional<score::Metre> metre_from(std::string_view text) {
  int numerator = 0;
  int denominator = 0;
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::from_chars(text.data(), text.data() + slash, numerator);
  std::from_chars(text.data() + slash + 1, text.data() + text.size(), denominator);
  if (numerator < 1 || denominator < 1) return std::nullopt;
  return score::Metre{numerator, denominator};
}

/// Reads one annotation line by line.
class Billboard {
 public:
  void line(std::string_view text) {
    if (text.starts_with("#")) return comment(text);
    const auto tab = text.find('\t');
    if (tab == std::string_view::npos) return;
    std::string_view rest = text.substr(tab + 1);
    const auto bar = rest.find('|');
    section(rest.substr(0, std::min(bar, rest.size())));
    while (bar != std::string_view::npos && !rest.empty()) {
      const auto from = rest.find('|');
      if (from == std::string_view::npos) break;
      const auto to = rest.find('|', from + 1);
      if (to == std::string_view::npos) {
        after_last_bar(rest.substr(from + 1));
        break;
      }
      this->bar(rest.substr(from + 1, to - from - 1));
      rest = rest.substr(to);
    }
    last_line_start_ = line_start_;
    line_start_ = bars_.size();
  }

  Result<score::Piece> piece() {
    if (bars_.empty()) return fail(ErrorCode::invalid_input, "the annotation has no bars");
    piece_.end = at_;
    if (tonic_) piece_.keys.push_back({Tick(), score::key_of(*tonic_, mode())});
    close_section();
    score::tidy(piece_);
    piece_.end = at_;
    return std::move(piece_);
  }

 private:
  void comment(std::string_view text) {
    const auto colon = text.find(": ");
    if (colon == std::string_view::npos) return;
    const std::string_view value = text.substr(colon + 2);
    if (text.starts_with("# metre")) {
      metre_ = metre_from(value).value_or(metre_);
      if (at_ == Tick()) piece_.metre = score::MetreMap(metre_);
    } else if (text.starts_with("# tonic")) {
      if (const auto tonic = score::spelling_from_text(value); tonic && !tonic_) tonic_ = *tonic;
    } else if (text.starts_with("# title")) {
      piece_.title = value;
    }
  }

  void close_section() {
    if (!piece_.sections.empty()) {
      piece_.sections.back().length = at_ - piece_.sections.back().onset;
    }
  }

  /// "A, chorus, " begins a section; the name people know it by wins over the letter.
  void section(std::string_view label) {
    const auto comma = label.find(',');
    if (comma == std::string_view::npos) return;
    std::string name(label.substr(0, comma));
    std::string_view rest = label.substr(comma + 1);
    while (!rest.empty() && rest.front() == ' ')
      rest.remove_prefix(1);
    const auto next = rest.find(',');
    if (next != std::string_view::npos && next > 0) name = rest.substr(0, next);
    close_section();
    piece_.sections.push_back({at_, TickLength(), name});
  }

  /// "->" repeats the line before; "x4" the line itself.
  void after_last_bar(std::string_view text) {
    for (const std::string& word : words_of(text)) {
      if (word.starts_with("->")) {
        for (std::size_t i = last_line_start_, end = line_start_; i < end; ++i)
          add(bars_[i]);
      }
      if (word.size() > 1 && word[0] == 'x' && std::isdigit(static_cast<unsigned char>(word[1]))) {
        const int times = std::min(word[1] - '0', 9);
        const std::size_t end = bars_.size();
        for (int t = 1; t < times; ++t) {
          for (std::size_t i = line_start_; i < end; ++i)
            add(bars_[i]);
        }
      }
    }
  }

  struct Bar {
    score::Metre metre;
    std::vector<std::string> chords;  // one a beat share, "." repeats
  };

  void bar(std::string_view text) {
    Bar bar{metre_, words_of(text)};
    if (!bar.chords.empty() && bar.chords.front().starts_with("(")) {
      std::string inside = bar.chords.front().substr(1);
      if (!inside.empty() && inside.back() == ')') inside.pop_back();
      bar.metre = metre_from(inside).value_or(metre_);
      bar.chords.erase(bar.chords.begin());
    }
    add(bar);
  }

  void add(const Bar& bar) {
    if (bars_.size() > 2000) return;
    if (piece_.metre.metre_at(at_) != bar.metre) piece_.metre.set(at_, bar.metre);
    const TickLength length = bar.metre.bar_length();
    const auto count = static_cast<std::int64_t>(bar.chords.size());
    for (std::int64_t i = 0; i < count; ++i) {
      const std::string& word = bar.chords[static_cast<std::size_t>(i)];
      const Tick from = at_ + share(length, i, count, bar.metre);
      const TickLength lasts = at_ + share(length, i + 1, count, bar.metre) - from;
      if (word == "." && !piece_.chords.empty()) {
        piece_.chords.back().length += lasts;
      } else if (const auto chord = chord_from_harte(word)) {
        piece_.chords.push_back({from, lasts, *chord});
        ++(chord->quality == Quality::minor || chord->quality == Quality::minor_seventh
               ? minor_[chord->root.pitch_class().number()]
               : major_[chord->root.pitch_class().number()]);
      }
    }
    bars_.push_back(bar);
    at_ += length;
  }

  /// Chords share a bar evenly, on whole beats where they cannot (three chords in four beats).
  static TickLength share(TickLength length, std::int64_t i, std::int64_t count, score::Metre m) {
    const std::int64_t beat = beats(4, m.denominator).count();
    return TickLength(length.count() * i / count / beat * beat);
  }

  /// The annotation names the tonic but not the mode: minor where its minor chord is the commoner.
  score::Mode mode() {
    const int tonic = tonic_->pitch_class().number();
    return minor_[tonic] > major_[tonic] ? score::Mode::minor : score::Mode::major;
  }

  score::Piece piece_;
  score::Metre metre_;
  std::optional<score::Spelling> tonic_;
  Tick at_;
  std::vector<Bar> bars_;
  std::size_t line_start_ = 0;
  std::size_t last_line_start_ = 0;
  std::map<int, int> minor_;
  std::map<int, int> major_;
};

std::string phrase_name(char label) {
  if (label == 'i') return "intro";
  if (label == 'o') return "outro";
  if (std::isupper(static_cast<unsigned char>(label)) != 0 && label <= 'H') return {label};
  return std::islower(static_cast<unsigned char>(label)) != 0 ? "interlude" : "other";
}

}  // namespace

std::optional<score::Chord> chord_from_harte(std::string_view text) {
  if (text.empty() || text == "N" || text == "X" || text == "*" || text == "&pause") {
    return std::nullopt;
  }
  std::string_view bass;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    bass = text.substr(slash + 1);
    text = text.substr(0, slash);
  }
  const auto colon = text.find(':');
  const auto root = score::spelling_from_text(text.substr(0, colon));
  if (!root) return std::nullopt;
  score::Chord chord{*root, Quality::major, std::nullopt};
  std::string_view name = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  const auto match = [&](std::string_view wanted) {
    const auto found =
        std::ranges::find(kHarte, wanted, &std::pair<std::string_view, Quality>::first);
    if (found != kHarte.end()) chord.quality = found->second;
    return found != kHarte.end();
  };
  if (!match(name) && !match(name.substr(0, name.find('(')))) return std::nullopt;
  if (!bass.empty()) chord.bass = degree_above(*root, bass);
  if (chord.bass == chord.root) chord.bass.reset();
  return chord;
}

Result<score::Piece> read_billboard(std::string_view text) {
  Billboard annotation;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    annotation.line(line);
    if (end == std::string_view::npos) break;
    text = text.substr(end + 1);
  }
  return annotation.piece();
}

Result<score::Piece> read_phrase_labels(std::string_view chords,
                                        std::string_view form,
                                        std::string_view key,
                                        double bpm) {
  score::Piece piece;
  piece.tempo = score::TempoMap(bpm);
  Tick at;
  std::istringstream in{std::string(chords)};
  for (std::string line; std::getline(in, line);) {
    const auto words = words_of(line);
    if (words.size() < 3) continue;
    const double lasts = std::strtod(words.back().c_str(), nullptr);
    const TickLength length(static_cast<std::int64_t>(std::clamp(lasts, 0.0, 64.0) * 4 + 0.5) *
                            score::kTicksPerBeat / 4);
    if (const auto chord = chord_from_harte(words.front())) {
      piece.chords.push_back({at, length, *chord});
    }
    at += length;
  }
  if (at == Tick()) return fail(ErrorCode::invalid_input, "no chords");
  Tick start;
  for (std::size_t i = 0; i < form.size();) {
    const char label = form[i++];
    int bars = 0;
    while (i < form.size() && std::isdigit(static_cast<unsigned char>(form[i])) != 0) {
      bars = std::min(bars * 10 + (form[i++] - '0'), 1000);
    }
    if (bars == 0) continue;
    piece.sections.push_back({start, beats(4) * bars, phrase_name(label)});
    start += beats(4) * bars;
  }
  const auto colon = key.find(':');
  if (colon != std::string_view::npos) {
    const auto tonic = score::spelling_from_text(key.substr(0, colon));
    const bool minor = key.substr(colon + 1).starts_with("min");
    if (tonic) {
      piece.keys.push_back(
          {Tick(), score::key_of(*tonic, minor ? score::Mode::minor : score::Mode::major)});
    }
  }
  score::tidy(piece);
  return piece;
}

}  // namespace cantus::corpus
