#include "neural/rolls/phrase_file.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "base/files.h"

namespace cantus::rolls {
namespace {

constexpr std::string_view kMagic = "cantus-phrases-1";
constexpr std::array<score::Metre, 3> kMetres = {{{4, 4}, {3, 4}, {6, 8}}};
constexpr std::size_t kSmallestPhrase = 65;  // bytes, without a note
constexpr std::uintmax_t kLargestFile = 1U << 30U;
constexpr std::uint8_t kAnew = 0x80;  // beside a key number: length and band follow

tl::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::invalid_input, std::move(why));
}

class Writer {
 public:
  template <class T>
  void number(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes_ += static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU);
  }
  void real(double value) { number(std::bit_cast<std::uint32_t>(static_cast<float>(value))); }
  void text(std::string_view value) {
    number(static_cast<std::uint16_t>(value.size()));
    bytes_ += value;
  }
  std::string take() { return std::move(bytes_); }
  void raw(std::string_view value) { bytes_ += value; }

 private:
  std::string bytes_;
};

/// Reads until the bytes end; after that everything is zero and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  template <class T>
  T number() {
    if (left_.size() < sizeof(T)) {
      ok_ = false;
      left_ = {};
      return T();
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(left_[i])) << (8 * i);
    left_.remove_prefix(sizeof(T));
    return static_cast<T>(value);
  }
  double real() { return static_cast<double>(std::bit_cast<float>(number<std::uint32_t>())); }
  std::string text() {
    const auto size = number<std::uint16_t>();
    if (size > left_.size()) {
      ok_ = false;
      return {};
    }
    std::string value(left_.substr(0, size));
    left_.remove_prefix(size);
    return value;
  }
  bool ok() const { return ok_; }
  std::size_t left() const { return left_.size(); }

 private:
  std::string_view left_;
  bool ok_ = true;
};

struct PieceFacts {
  std::string set;
  std::string name;
  std::uint32_t group = 0;
  Split split = Split::train;
  friend auto operator<=>(const PieceFacts&, const PieceFacts&) = default;
};

PieceFacts facts_of(const Phrase& phrase) {
  return {phrase.set, phrase.piece, phrase.group, phrase.split};
}

/// Length and band are said where they differ from the note before.
void write_notes(std::span<const RollNote> notes, Writer& out) {
  int step = 0;
  int length = 0;
  int band = 0;
  for (const RollNote& note : notes) {
    out.number(static_cast<std::uint8_t>(note.onset - step));
    const bool anew = note.length != length || note.band != band;
    out.number(static_cast<std::uint8_t>(note.key | (anew ? kAnew : 0)));
    if (anew) {
      out.number(static_cast<std::uint8_t>(note.length));
      out.number(note.band);
    }
    step = note.onset;
    length = note.length;
    band = note.band;
  }
}

bool read_notes(Reader& in, std::size_t count, std::vector<RollNote>& notes) {
  if (count > in.left() / 2) return false;
  notes.reserve(count);
  RollNote note{0, 0, 0, 0};
  for (std::size_t i = 0; i < count; ++i) {
    note.onset = static_cast<std::int16_t>(note.onset + in.number<std::uint8_t>());
    const auto key = in.number<std::uint8_t>();
    note.key = key & 0x7FU;
    if ((key & kAnew) != 0) {
      const RollNote before = note;
      note.length = in.number<std::uint8_t>();
      note.band = in.number<std::uint8_t>();
      if (note.length == before.length && note.band == before.band) return false;
    }
    if (note.onset > 4 * kMostSteps) return false;
    notes.push_back(note);
  }
  return in.ok();
}

bool is_sound(std::span<const RollNote> notes, int steps) {
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const RollNote& note = notes[i];
    if (note.onset < 0 || note.onset >= steps || note.length < 1 || note.length > 255) return false;
    if (note.key > 127 || note.band >= kVelocityBands) return false;
    if (i > 0 && std::pair(note.onset, note.key) <= std::pair(notes[i - 1].onset, notes[i - 1].key))
      return false;
  }
  return true;
}

bool is_sound(const HalfBarChord& chord) {
  return chord.tones < 4096 && chord.root < 12 && chord.bass < 12;
}

/// What is wrong with a phrase, or nothing.
const char* fault_of(const Phrase& phrase) {
  const Roll& roll = phrase.roll;
  if (!has_roll_metre(roll.metre)) return "has another metre";
  for (const auto& notes : roll.players) {
    if (notes.size() > std::numeric_limits<std::uint16_t>::max()) return "has too many notes";
    if (!is_sound(notes, roll.steps())) return "has notes out of order or range";
  }
  Roll tidied = roll;
  tidy(tidied);
  if (tidied != roll) return "has notes that overlap";
  for (const HalfBarChord& chord : roll.chords) {
    if (!is_sound(chord)) return "has a chord out of range";
  }
  if (!std::isfinite(phrase.bpm) || !std::isfinite(phrase.valence) ||
      !std::isfinite(phrase.arousal) || phrase.bpm <= 0.0)
    return "has a tempo or a mood that is no number";
  if (phrase.first_bar < 0 || phrase.style < 0 || phrase.style > 255 ||
      phrase.split > Split::test || phrase.set.size() > 255 || phrase.piece.size() > 4096)
    return "has facts out of range";
  return nullptr;
}

void write_phrase(const Phrase& phrase, std::uint32_t piece, Writer& out) {
  out.number(piece);
  out.number(static_cast<std::uint32_t>(phrase.first_bar));
  std::uint8_t metre = 0;
  while (kMetres[metre] != phrase.roll.metre)
    ++metre;
  out.number(metre);
  out.number(static_cast<std::uint8_t>(phrase.style));
  out.number(static_cast<std::uint8_t>(phrase.minor));
  for (const double value : {phrase.bpm, phrase.valence, phrase.arousal})
    out.real(value);
  for (const HalfBarChord& chord : phrase.roll.chords) {
    out.number(chord.tones);
    out.number(static_cast<std::uint8_t>(chord.root));
    out.number(static_cast<std::uint8_t>(chord.bass));
  }
  for (const auto& notes : phrase.roll.players)
    out.number(static_cast<std::uint16_t>(notes.size()));
  for (const auto& notes : phrase.roll.players)
    write_notes(notes, out);
}

Result<Phrase> read_phrase(Reader& in, std::span<const PieceFacts> pieces) {
  Phrase phrase;
  const auto piece = in.number<std::uint32_t>();
  const auto first_bar = in.number<std::uint32_t>();
  const auto metre = in.number<std::uint8_t>();
  phrase.style = in.number<std::uint8_t>();
  const auto minor = in.number<std::uint8_t>();
  phrase.bpm = in.real();
  phrase.valence = in.real();
  phrase.arousal = in.real();
  for (HalfBarChord& chord : phrase.roll.chords) {
    chord.tones = in.number<std::uint16_t>();
    chord.root = in.number<std::uint8_t>();
    chord.bass = in.number<std::uint8_t>();
  }
  std::array<std::uint16_t, kPlayers> counts{};
  for (std::uint16_t& count : counts)
    count = in.number<std::uint16_t>();
  if (!in.ok()) return refuse("is cut short");
  if (piece >= pieces.size() || metre >= kMetres.size() || minor > 1 ||
      first_bar > std::numeric_limits<int>::max()) {
    return refuse("has facts out of range");
  }
  phrase.roll.metre = kMetres[metre];
  phrase.minor = minor == 1;
  phrase.first_bar = static_cast<int>(first_bar);
  phrase.set = pieces[piece].set;
  phrase.piece = pieces[piece].name;
  phrase.group = pieces[piece].group;
  phrase.split = pieces[piece].split;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!read_notes(in, counts[i], phrase.roll.players[i])) {
      return refuse("is cut short, or has notes out of range");
    }
  }
  if (const char* fault = fault_of(phrase)) return refuse(fault);
  return phrase;
}

Result<std::vector<PieceFacts>> read_pieces(Reader& in, std::uint32_t count) {
  std::vector<PieceFacts> pieces;
  if (count > in.left()) return refuse("is cut short");
  for (std::uint32_t i = 0; i < count; ++i) {
    PieceFacts facts;
    facts.set = in.text();
    facts.name = in.text();
    facts.group = in.number<std::uint32_t>();
    const auto split = in.number<std::uint8_t>();
    if (!in.ok()) return refuse("is cut short");
    if (split > 2) return refuse("piece " + std::to_string(i) + " is on no side of the split");
    facts.split = static_cast<Split>(split);
    pieces.push_back(std::move(facts));
  }
  return pieces;
}

}  // namespace

Result<std::string> to_bytes(std::span<const Phrase> phrases) {
  std::map<PieceFacts, std::uint32_t> numbers;
  std::vector<PieceFacts> pieces;
  std::vector<std::uint32_t> piece_of_phrase;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    if (const char* fault = fault_of(phrases[i])) {
      return refuse("phrase " + std::to_string(i) + " " + fault);
    }
    const auto [place, is_new] =
        numbers.try_emplace(facts_of(phrases[i]), static_cast<std::uint32_t>(pieces.size()));
    if (is_new) pieces.push_back(place->first);
    piece_of_phrase.push_back(place->second);
  }
  Writer out;
  out.raw(kMagic);
  out.number(static_cast<std::uint32_t>(pieces.size()));
  out.number(static_cast<std::uint32_t>(phrases.size()));
  for (const PieceFacts& piece : pieces) {
    out.text(piece.set);
    out.text(piece.name);
    out.number(piece.group);
    out.number(static_cast<std::uint8_t>(piece.split));
  }
  for (std::size_t i = 0; i < phrases.size(); ++i)
    write_phrase(phrases[i], piece_of_phrase[i], out);
  return out.take();
}

Result<std::vector<Phrase>> parse_phrases(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) {
    return refuse("is not a file of phrases; make one with 'cantus corpus phrases'");
  }
  Reader in(bytes.substr(kMagic.size()));
  const auto piece_count = in.number<std::uint32_t>();
  const auto phrase_count = in.number<std::uint32_t>();
  if (!in.ok()) return refuse("is cut short");
  const auto pieces = read_pieces(in, piece_count);
  if (!pieces) return tl::unexpected<Error>(pieces.error());
  if (phrase_count > in.left() / kSmallestPhrase) return refuse("is cut short");
  std::vector<Phrase> phrases;
  phrases.reserve(phrase_count);
  for (std::uint32_t i = 0; i < phrase_count; ++i) {
    auto phrase = read_phrase(in, *pieces);
    if (!phrase) return refuse("phrase " + std::to_string(i) + " " + phrase.error().message);
    phrases.push_back(std::move(*phrase));
  }
  if (in.left() != 0) return refuse("has bytes to spare");
  return phrases;
}

Result<void> write_phrases(const std::filesystem::path& path, std::span<const Phrase> phrases) {
  const auto bytes = to_bytes(phrases);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return write_file(path, *bytes);
}

Result<std::vector<Phrase>> read_phrases_file(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kLargestFile);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  auto phrases = parse_phrases(*bytes);
  if (!phrases) return fail_at(path.string(), phrases.error());
  return phrases;
}

}  // namespace cantus::rolls
