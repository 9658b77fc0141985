#include "neural/tokens/decode.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

namespace cantus::tokens {
namespace {

using score::Tick;
using score::TickLength;

class Reader {
 public:
  explicit Reader(std::span<const Token> tokens) : tokens_(tokens) {}

  Result<score::Piece> piece() {
    if (!header() || !bars()) {
      return fail(ErrorCode::invalid_input,
                  "token " + std::to_string(at_) +
                      (at_ < tokens_.size() ? " (" + name_of(tokens_[at_]) + ")" : "") + ": " +
                      wrong_);
    }
    finish();
    return std::move(piece_);
  }

 private:
  bool more() const { return at_ < tokens_.size() && tokens_[at_] < kVocabularySize; }
  bool next_is(Kind kind) const { return more() && is(tokens_[at_], kind); }
  /// After the position that is next.
  bool chord_is_next() const {
    if (at_ + 1 >= tokens_.size()) return false;
    return is(tokens_[at_ + 1], Kind::root) || is(tokens_[at_ + 1], Kind::no_chord);
  }
  bool refuse(const char* why) {
    wrong_ = why;
    return false;
  }
  std::optional<int> take(Kind kind) {
    if (!next_is(kind)) return std::nullopt;
    return word(tokens_[at_++]).value;
  }

  bool header() {
    if (!take(Kind::style)) return refuse("a piece begins with its style");
    for (const Kind condition : {Kind::valence, Kind::arousal, Kind::density, Kind::height})
      take(condition);
    const auto metre = take(Kind::metre);
    if (!metre) return refuse("the metre follows the style");
    if (!metre_value(metre_of(*metre))) return refuse("the bar is longer than eight beats");
    piece_.metre = score::MetreMap(metre_of(*metre));
    const auto tempo = take(Kind::tempo);
    if (!tempo) return refuse("the tempo follows the metre");
    piece_.tempo = score::TempoMap(tempo_of(*tempo));
    if (const auto key = take(Kind::key)) piece_.keys.push_back({Tick(), key_of(*key)});
    while (const auto name = take(Kind::part)) {
      const auto program = take(Kind::program);
      if (!program) return refuse("a program follows each part of the header");
      if (part_named(*name) != nullptr) return refuse("the part is named twice");
      score::Part part;
      part.role = static_cast<score::Role>(*name / kPartsPerRole);
      part.program = *program;
      piece_.parts.push_back(part);
      names_.push_back(*name);
    }
    chords_last_ = take(Kind::chords_last).has_value();
    return true;
  }

  /// The bars after a gap stand first; they are read last.
  bool bars() {
    const bool gap = take(Kind::later).has_value();
    const std::size_t later = at_;
    if (gap) {
      while (at_ < tokens_.size() && !next_is(Kind::here))
        ++at_;
      if (!take(Kind::here)) return refuse("the bars after the gap end with 'here'");
    }
    if (!bars_until(Kind::end)) return false;
    if (at_ != tokens_.size()) return refuse("something follows the end");
    if (!gap) return true;
    at_ = later;
    return bars_until(Kind::here);
  }

  bool bars_until(Kind end) {
    while (!take(end)) {
      if (!bar()) return false;
    }
    return true;
  }

  bool bar() {
    if (const auto section = take(Kind::section)) {
      end_section();
      piece_.sections.push_back(
          {start_, TickLength(), std::string(section_names()[static_cast<std::size_t>(*section)])});
    }
    TickLength missing;
    if (take(Kind::pickup)) {
      const auto from = take(Kind::position);
      if (!from || start_ != Tick()) return refuse("a pickup starts the piece and has a position");
      missing = kStep * *from;
      const TickLength whole = piece_.metre.metre_at(start_).bar_length();
      if (missing >= whole) return refuse("the pickup starts after its bar");
      piece_.metre.set_pickup(whole - missing);
    }
    if (!take(Kind::bar)) return refuse("here a bar should start");
    take(Kind::left);
    if (!changes()) return false;
    for (const Kind kind : {Kind::again, Kind::moved, Kind::shaped, Kind::rhythm}) {
      const auto before = take(kind);  // says what will follow; nothing hangs on it
      if (before && *before >= bars_) return refuse("there is no bar so far back");
      if (before) break;
    }
    ++bars_;
    end_ = start_ + piece_.metre.metre_at(start_).bar_length() - missing;
    origin_ = start_ - missing;
    if (!chords_last_ && !chords()) return false;
    if (!parts()) return false;
    if (chords_last_ && !chords()) return false;
    start_ = end_;
    return true;
  }

  bool changes() {
    if (const auto metre = take(Kind::metre)) {
      if (start_ == Tick()) return refuse("the first metre stands in the header");
      if (!metre_value(metre_of(*metre))) return refuse("the bar is longer than eight beats");
      piece_.metre.set(start_, metre_of(*metre));
    }
    if (const auto key = take(Kind::key)) piece_.keys.push_back({start_, key_of(*key)});
    if (const auto tempo = take(Kind::tempo)) piece_.tempo.set(start_, tempo_of(*tempo));
    return true;
  }

  std::optional<Tick> placed(int position) {
    const Tick at = origin_ + kStep * position;
    if (at < start_ || at >= end_) {
      refuse("the position is outside the bar");
      return std::nullopt;
    }
    return at;
  }

  bool chords() {
    Tick at = start_;
    bool first = true;
    while (next_is(Kind::position) || next_is(Kind::root)) {
      if (const auto position = take(Kind::position)) {
        const auto place = placed(*position);
        if (!place) return false;
        if (!first && *place <= at) return refuse("chords go forward");
        at = *place;
      } else if (!first) {
        return refuse("a second chord needs a position");
      }
      close_chord(at);
      if (!chord(at)) return false;
      first = false;
    }
    close_chord(end_);
    return true;
  }

  bool chord(Tick at) {
    if (take(Kind::no_chord)) return true;
    const auto root = take(Kind::root);
    if (!root) return refuse("a chord or no_chord follows the position");
    const auto quality = take(Kind::quality);
    if (!quality) return refuse("a quality follows the root");
    const score::Key plain;
    score::Chord chord{plain.spell(score::PitchClass(*root)), static_cast<score::Quality>(*quality),
                       std::nullopt};
    if (const auto over = take(Kind::over)) chord.bass = plain.spell(score::PitchClass(*over));
    open_chord_ = score::ChordSpan{at, TickLength(), chord};
    return true;
  }

  void close_chord(Tick at) {
    if (!open_chord_) return;
    score::ChordSpan span = *open_chord_;
    open_chord_.reset();
    span.length = at - span.onset;
    auto& chords = piece_.chords;
    if (!chords.empty() && chords.back().chord == span.chord && chords.back().end() == span.onset) {
      chords.back().length += span.length;
    } else if (span.length > TickLength()) {
      chords.push_back(span);
    }
  }

  score::Part* part_named(int name) {
    const auto found = std::ranges::find(names_, name);
    return found == names_.end() ? nullptr
                                 : &piece_.parts[static_cast<std::size_t>(found - names_.begin())];
  }

  bool parts() {
    while (const auto name = take(Kind::part)) {
      score::Part* part = part_named(*name);
      if (part == nullptr) return refuse("the part is not in the header");
      if (!notes(*part)) return false;
    }
    return true;
  }

  bool notes(score::Part& part) {
    int velocity = velocity_band(score::kDefaultVelocity);
    std::optional<Tick> at;
    while ((next_is(Kind::position) && !chord_is_next()) || next_is(Kind::velocity) ||
           next_is(Kind::pitch) || next_is(Kind::drum)) {
      if (const auto position = take(Kind::position)) {
        at = placed(*position);
        if (!at) return false;
      }
      if (!at) return refuse("the first note of a bar needs a position");
      if (const auto band = take(Kind::velocity)) velocity = *band;
      if (!note(part, *at, velocity)) return false;
    }
    return true;
  }

  bool note(score::Part& part, Tick at, int velocity) {
    score::Note note{at, kStep, score::Pitch::clamped(0), velocity_of(velocity)};
    if (part.is_drums()) {
      const auto drum = take(Kind::drum);
      if (!drum) return refuse("a drum part has drums only");
      note.pitch = score::Pitch::clamped(kLowestDrum + *drum);
    } else {
      const auto pitch = take(Kind::pitch);
      if (!pitch) return refuse("here a pitch should stand");
      note.pitch = score::Pitch::clamped(*pitch);
      int length = 0;
      while (const auto more = take(Kind::duration))
        length += *more + 1;
      if (length == 0) return refuse("a duration follows a pitch");
      note.length = kStep * length;
    }
    part.notes.push_back(note);
    return true;
  }

  void end_section() {
    if (piece_.sections.empty()) return;
    score::Section& last = piece_.sections.back();
    last.length = start_ - last.onset;
  }

  /// Parts in the order of their names, which is the order of roles.
  void sort_parts() {
    std::vector<std::size_t> order(names_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return names_[i]; });
    std::vector<score::Part> parts;
    for (const std::size_t i : order)
      parts.push_back(std::move(piece_.parts[i]));
    piece_.parts = std::move(parts);
  }

  void finish() {
    end_section();
    sort_parts();
    const Tick end = start_;
    piece_.end = end;
    score::tidy(piece_);
    piece_.end = end;  // notes may sound beyond it
  }

  std::span<const Token> tokens_;
  std::size_t at_ = 0;
  const char* wrong_ = "";
  score::Piece piece_;
  std::vector<int> names_;
  bool chords_last_ = false;
  int bars_ = 0;  // begun before this one
  Tick start_;    // of this bar
  Tick end_;      // of this bar
  Tick origin_;   // where position 0 would be
  std::optional<score::ChordSpan> open_chord_;
};

}  // namespace

Result<score::Piece> decode(std::span<const Token> tokens) {
  return Reader(tokens).piece();
}

}  // namespace cantus::tokens
