#include "neural/compose/chord_writer.h"

#include <algorithm>

#include "base/check.h"

namespace cantus::compose {
namespace {

using score::Quality;
using score::Tick;
using tokens::Kind;
using tokens::Token;
using tokens::token;

/// Where further chords may start: where they are plain each beat, in eighths each group of three,
/// elsewhere each eighth; in the last bar no later than its middle.
std::vector<int> turning_places(const ChordBar& bar) {
  constexpr int kEighth = 12;
  const int unit = 96 / bar.metre.denominator;  // steps of the metre's own beat
  const bool in_threes =
      bar.metre.denominator >= 8 && bar.metre.numerator % 3 == 0 && bar.metre.numerator > 3;
  const int beat = in_threes ? 3 * unit : unit;
  const int every = bar.is_plain || bar.is_last ? beat : kEighth;
  const auto length = static_cast<int>((bar.end - bar.start).count() / tokens::kStep.count());
  const int latest = bar.is_last ? bar.metre.numerator * unit / 2 : length;
  std::vector<int> places;
  for (int at = every; at <= latest && at < length; at += every)
    places.push_back(at);
  return places;
}

}  // namespace

bool is_final(Quality quality) {
  return quality == Quality::major || quality == Quality::minor;
}

ChordChoices every_chord() {
  std::vector<Quality> qualities;
  for (int q = 0; q < tokens::count_of(Kind::quality); ++q)
    qualities.push_back(static_cast<Quality>(q));
  return ChordChoices(12, qualities);
}

ChordChoices only(const ChordChoices& all, std::initializer_list<int> roots) {
  ChordChoices some(12);
  for (const int root : roots) {
    const auto r = static_cast<std::size_t>((root + 24) % 12);
    some[r] = all[r];
  }
  return some;
}

ChordWriter::ChordWriter(score::Piece& draft, ChordBar bar, Open open)
    : draft_(draft),
      bar_(std::move(bar)),
      open_(std::move(open)),
      turns_(turning_places(bar_)),
      at_(bar_.start) {}

Tick ChordWriter::until() const {
  return turn_ < turns_.size() ? bar_.start + tokens::kStep * turns_[turn_] : bar_.end;
}

/// The last bar must come home by its last chance, wherever it began, and to a triad.
ChordChoices ChordWriter::choices() const {
  ChordChoices open = open_ ? open_(at_, until(), root_before_ < 0) : every_chord();
  if (bar_.is_last) {
    std::erase_if(open[static_cast<std::size_t>(bar_.tonic)],
                  [](Quality quality) { return !is_final(quality); });
  }
  return must_come_home() ? only(open, {bar_.tonic}) : open;
}

void ChordWriter::allow(std::span<std::uint8_t> allowed) const {
  std::ranges::fill(allowed, std::uint8_t{0});
  switch (want_) {
    case Want::root:
      return allow_roots(allowed);
    case Want::quality:
      return allow_qualities(allowed);
    case Want::more:
      return allow_more(allowed);
  }
}

void ChordWriter::allow_roots(std::span<std::uint8_t> allowed) const {
  const ChordChoices open = choices();
  bool any = false;
  for (int root = 0; root < 12; ++root) {
    const bool other = root != root_before_ || !bar_.is_plain;
    if (open[static_cast<std::size_t>(root)].empty() || !other) continue;
    allowed[token(Kind::root, root)] = 1;
    any = true;
  }
  if (!any) allowed[token(Kind::root, root_before_ < 0 ? bar_.tonic : root_before_)] = 1;
}

void ChordWriter::allow_qualities(std::span<std::uint8_t> allowed) const {
  const ChordChoices open = choices();
  const auto& qualities = open[static_cast<std::size_t>(root_)];
  for (const Quality quality : qualities) {
    const bool same = root_ == root_before_ && quality == chord_.quality;
    allowed[token(Kind::quality, static_cast<int>(quality))] = !same || qualities.size() == 1;
  }
  if (qualities.empty()) allowed[token(Kind::quality, 0)] = 1;
}

void ChordWriter::allow_more(std::span<std::uint8_t> allowed) const {
  const bool stays = bar_.is_last && bar_.is_plain;
  // Who leaves home in the last bar must have time to come back.
  const bool wait = bar_.is_last && is_home() && !turns_.empty();
  const std::size_t latest = turns_.size() - (wait ? 1 : 0);
  for (std::size_t later = turn_; !stays && later < latest; ++later)
    allowed[token(Kind::position, turns_[later])] = 1;
  for (int bass = 0; bar_.basses && !bar_.is_last && !chord_.bass && bass < 12; ++bass)
    allowed[token(Kind::over, bass)] = bass != root_;
  const bool ends = !bar_.is_last || is_home() || turn_ >= turns_.size();
  for (const Token after : bar_.after) {
    if (ends) allowed[after] = 1;
  }
}

bool ChordWriter::take(Token next) {
  const tokens::Word word = tokens::word(next);
  if (want_ == Want::root) {
    root_ = word.value;
    want_ = Want::quality;
    return false;
  }
  if (want_ == Want::quality) {
    chord_ = {score::Key{}.spell(score::PitchClass(root_)), static_cast<Quality>(word.value),
              std::nullopt};
    want_ = Want::more;
    return false;
  }
  if (std::ranges::find(bar_.after, next) != bar_.after.end()) {
    close(bar_.end);
    return true;
  }
  if (word.kind == Kind::over) {
    chord_.bass = score::Key{}.spell(score::PitchClass(word.value));
    return false;
  }
  CANTUS_CHECK(word.kind == Kind::position);
  close(bar_.start + tokens::kStep * word.value);
  turn_ = static_cast<std::size_t>(std::ranges::find(turns_, word.value) - turns_.begin()) + 1;
  root_before_ = root_;
  want_ = Want::root;
  return false;
}

void ChordWriter::close(Tick end) {
  draft_.chords.push_back({at_, end - at_, chord_});
  at_ = end;
}

}  // namespace cantus::compose
