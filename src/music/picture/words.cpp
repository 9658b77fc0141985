#include "music/picture/words.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "music/score/instruments.h"

namespace cantus::picture {
namespace {

/// Bytes of the UTF-8 character at the start of `text`; 0 where it is not one.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80U                     ? 1
                             : first >= 0xC2U && first < 0xE0U ? 2
                             : first >= 0xE0U && first < 0xF0U ? 3
                             : first >= 0xF0U && first < 0xF5U ? 4
                                                               : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = length > 1 ? byte(1) : 0U;
  const bool overlong = (first == 0xE0U && second < 0xA0U) || (first == 0xF0U && second < 0x90U);
  const bool beyond = (first == 0xEDU && second >= 0xA0U) || (first == 0xF4U && second >= 0x90U);
  return overlong || beyond ? 0 : length;
}

/// "Bb" to "B♭", "F#" to "F♯": the sign after the first letter.
std::string with_signs(score::Spelling spelling) {
  std::string text(1, spelling.letter());
  for (int i = 0; i < spelling.alter(); ++i)
    text += "♯";
  for (int i = 0; i > spelling.alter(); --i)
    text += "♭";
  return text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

std::string clock_of(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole >= 3600) {
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string tempo_words(const score::Piece& piece) {
  double slowest = piece.tempo.changes().front().bpm;
  double fastest = slowest;
  for (const score::TempoChange& change : piece.tempo.changes()) {
    if (change.at > piece.end) continue;
    slowest = std::min(slowest, change.bpm);
    fastest = std::max(fastest, change.bpm);
  }
  if (std::lround(slowest) == std::lround(fastest)) return fmt::format("{:.0f} bpm", fastest);
  return fmt::format("{:.0f}–{:.0f} bpm", slowest, fastest);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 0)
      out += '?';
    else if (first < 0x20U || first == 0x7FU)
      out += ' ';
    else
      out += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string key_words(score::Key key) {
  return with_signs(key.tonic()) + " " + std::string(score::to_text(key.mode));
}

std::string chord_words(const score::Chord& chord) {
  std::string quality(score::symbol(chord.quality));
  quality = replaced(std::move(quality), "b5", "♭5");
  quality = replaced(std::move(quality), "b9", "♭9");
  std::string words = with_signs(chord.root) + quality;
  if (chord.bass) words += "/" + with_signs(*chord.bass);
  return words;
}

std::string summary_of(const score::Piece& piece) {
  std::vector<std::string> facts;
  if (const auto key = score::key_at(piece, score::Tick() + piece.metre.pickup())) {
    facts.push_back(key_words(*key));
  }
  facts.push_back(tempo_words(piece));
  const score::Metre metre = piece.metre.metre_at(score::Tick());
  facts.push_back(fmt::format("{}/{}", metre.numerator, metre.denominator));
  const int bars = score::bars_of(piece);
  facts.push_back(fmt::format("{} bar{}", bars, bars == 1 ? "" : "s"));
  facts.push_back(clock_of(score::seconds_of(piece)));
  return fmt::format("{}", fmt::join(facts, "  ·  "));
}

std::string name_of(const score::Part& part) {
  if (!part.name.empty()) return part.name;
  if (part.is_drums()) return "Drums";
  return std::string(score::program_name(part.program));
}

std::string instrument_of(const score::Part& part) {
  if (part.is_drums()) return name_of(part) == "Drums" ? "" : "drums";
  const std::string program(score::program_name(part.program));
  return program == name_of(part) ? "" : program;
}

}  // namespace cantus::picture
