// How MusicReader reads what sounds: pitches, lengths, tuplets, broken rhythm, ties and graces.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "music/formats/abc/music.h"

namespace cantus::formats::abc {
namespace {

constexpr int kMiddleC = 35;
constexpr int kHighestPlace = 76;
constexpr std::size_t kMostChordNotes = 64;
constexpr Grains kLargestTimes = 65536;  // keeps the products below 2^63
constexpr int kLargestTuplet = 1023;
constexpr int kLargestFactor = 4096;  // a length at most this many, or one in this many, units

int key_at(int place, int alter) {
  constexpr std::array<int, 7> kSemitones = {0, 2, 4, 5, 7, 9, 11};
  return place / 7 * 12 + kSemitones[static_cast<std::size_t>(place % 7)] + alter;
}

}  // namespace

bool starts_note(const Scanner& scan) {
  std::size_t n = 0;
  while (scan.peek(n) != '\0' && contains("^_=", scan.peek(n)))
    ++n;
  return letter_index(scan.peek(n)) >= 0;
}

MusicReader::Ratio MusicReader::take_ratio(Scanner& scan) {
  Ratio ratio;
  ratio.numerator = scan.number(1, kLargestFactor);
  if (scan.peek() == '/' && is_digit(scan.peek(1))) {
    scan.skip();
    ratio.denominator = std::max(1, scan.number(1, kLargestFactor));
  }
  while (scan.take_if('/')) {
    ratio.denominator = std::min<Grains>(2 * ratio.denominator, kLargestFactor);
  }
  return ratio;
}

MusicReader::Pitched MusicReader::take_pitch(Scanner& scan) {
  std::optional<int> alter;
  while (contains("^_=", scan.peek())) {
    const char mark = scan.take();
    alter = alter.value_or(0) + (mark == '^' ? 1 : mark == '_' ? -1 : 0);
  }
  const char letter = scan.take();
  const int index = letter_index(letter);
  int place = kMiddleC + index + (letter >= 'a' ? 7 : 0);
  for (; scan.peek() == '\'' || scan.peek() == ','; scan.skip()) {
    place += scan.peek() == ',' ? -7 : 7;
    place = std::clamp(place, index, kHighestPlace - 6 + index);
  }
  if (alter) bar_accidentals_[static_cast<std::size_t>(index)] = std::clamp(*alter, -2, 2);
  return {place, alter ? std::clamp(*alter, -2, 2) : alter_of(place)};
}

int MusicReader::alter_of(int place) const {
  const auto tied = std::ranges::find(open_ties_, place, &Pitched::place);
  if (tied != open_ties_.end()) return tied->alter;
  const auto letter = static_cast<std::size_t>(place % 7);
  return bar_accidentals_[letter].value_or(signature_[letter]);
}

Grains MusicReader::length_of(Ratio ratio) const {
  const Grains times = std::min<Grains>(ratio.numerator, kLargestTimes);
  const Grains length = unit * times * tuplet_.numerator * broken_.numerator /
                        (ratio.denominator * tuplet_.denominator * broken_.denominator);
  return std::min(length, kLongestNote);
}

void MusicReader::add_note(Pitched pitched, Grains length, bool grace) {
  const int transpose = transpose_ + midi_transpose;
  const score::Spelling written = score::Spelling::of("CDEFGAB"[pitched.place % 7], pitched.alter);
  const int fifths = score::transposed(score::Key{}, transpose).fifths;
  voice.notes.push_back({.at = at,
                         .length = length,
                         .key = key_at(pitched.place, pitched.alter) + transpose + 12 * octave_,
                         .spelling = score::Spelling(written.fifths() + fifths),
                         .layer = layer_,
                         .velocity = velocity_,
                         .grace = grace});
}

void MusicReader::add_sounding(const std::vector<Member>& members, Ratio ratio) {
  last_first_ = voice.notes.size();
  last_pitched_.clear();
  open_ties_.clear();
  if (layer_ == 0) line_notes.push_back({at, bars_in_line_});
  for (const Member& member : members) {
    add_note(member.pitched,
             length_of({ratio.numerator * member.ratio.numerator,
                        ratio.denominator * member.ratio.denominator}),
             false);
    voice.notes.back().tied = member.tied;
    last_pitched_.push_back(member.pitched);
    if (member.tied) open_ties_.push_back(member.pitched);
  }
  last_end_ = voice.notes.size();
  const Ratio first = members.front().ratio;
  advance(length_of({ratio.numerator * first.numerator, ratio.denominator * first.denominator}));
}

void MusicReader::advance(Grains length) {
  last_length_ = length;
  at += length;
  broken_ = {};
  if (tuplet_left_ > 0 && --tuplet_left_ == 0) tuplet_ = {};
}

void MusicReader::read_note(Scanner& scan) {
  const Pitched pitched = take_pitch(scan);
  add_sounding({Member{.pitched = pitched}}, take_ratio(scan));
}

std::vector<MusicReader::Member> MusicReader::read_members(Scanner& scan, const Warn& warn) {
  std::vector<Member> members;
  while (!scan.done() && !scan.take_if(']')) {
    if (starts_note(scan)) {
      Member member;
      member.pitched = take_pitch(scan);
      member.ratio = take_ratio(scan);
      if (members.size() < kMostChordNotes) members.push_back(member);
    } else if (scan.peek() == '"') {
      read_quoted(scan, warn);
    } else if (scan.peek() == '!') {
      read_decoration(scan, '!');
    } else if (scan.take() == '-' && !members.empty()) {
      members.back().tied = true;
    }
  }
  return members;
}

void MusicReader::read_chord(Scanner& scan, const Warn& warn) {
  scan.skip();
  if (!contains(scan.rest(), ']')) warn("a chord is not closed with ]");
  const std::vector<Member> members = read_members(scan, warn);
  const Ratio ratio = take_ratio(scan);
  if (!members.empty()) add_sounding(members, ratio);
}

void MusicReader::read_grace(Scanner& scan) {
  scan.skip();
  const std::vector<Pitched> ties = std::exchange(open_ties_, {});
  while (!scan.done() && !scan.take_if('}')) {
    if (!starts_note(scan)) {
      scan.skip();
      continue;
    }
    const Pitched pitched = take_pitch(scan);
    const Ratio ratio = take_ratio(scan);
    add_note(pitched, std::min(unit * ratio.numerator / ratio.denominator, kLongestNote), true);
  }
  open_ties_ = ties;
}

void MusicReader::read_rest(Scanner& scan) {
  const char kind = scan.take();
  last_first_ = last_end_ = voice.notes.size();
  last_pitched_.clear();
  open_ties_.clear();
  if (kind == 'Z' || kind == 'X') return read_bar_rests(std::clamp(scan.number(1), 1, 1000));
  advance(length_of(take_ratio(scan)));
}

void MusicReader::read_bar_rests(int count) {
  const score::TickLength bar = metre.value_or(score::Metre{}).bar_length();
  for (int i = 0; i < count; ++i) {
    if (i > 0) add_bar(BarMark{});
    at += bar.count() * kGrainsPerTick;
  }
}

void MusicReader::read_tuplet(Scanner& scan) {
  scan.skip();
  if (!is_digit(scan.peek())) return;  // a slur
  const int notes = std::clamp(scan.number(3), 1, kLargestTuplet);
  const bool compound = metre && metre->numerator % 3 == 0 && metre->numerator > 3;
  const int beats = compound ? 3 : 2;
  constexpr std::array<int, 10> kTimeOf = {0, 1, 3, 2, 3, 0, 2, 0, 3, 0};
  int time = notes < 10 ? kTimeOf[static_cast<std::size_t>(notes)] : 0;
  if (time == 0) time = beats;
  int left = notes;
  if (scan.take_if(':')) time = std::clamp(scan.number(time), 1, kLargestTuplet);
  if (scan.take_if(':')) left = std::clamp(scan.number(notes), 1, kLargestTuplet);
  tuplet_ = {time, notes};
  tuplet_left_ = left;
}

void MusicReader::read_broken(Scanner& scan) {
  const char sign = scan.peek();
  int dots = 0;
  while (scan.take_if(sign))
    dots = std::min(dots + 1, 3);
  const Ratio longer{(1 << (dots + 1)) - 1, 1 << dots};
  const Ratio shorter{1, 1 << dots};
  if (last_length_ == 0) return;  // nothing before it in this bar
  const Ratio here = sign == '>' ? longer : shorter;
  for (std::size_t i = last_first_; i < last_end_; ++i) {
    WrittenNote& note = voice.notes[i];
    if (!note.grace)
      note.length = std::min(note.length * here.numerator / here.denominator, kLongestNote);
  }
  const Grains length = last_length_ * here.numerator / here.denominator;
  at += length - last_length_;
  for (std::size_t i = last_end_; i < voice.notes.size(); ++i)
    voice.notes[i].at = at;
  last_length_ = length;
  broken_ = sign == '>' ? shorter : longer;
}

void MusicReader::tie_last() {
  for (std::size_t i = last_first_; i < last_end_ && i < voice.notes.size(); ++i) {
    voice.notes[i].tied = true;
  }
  open_ties_ = last_pitched_;
}

}  // namespace cantus::formats::abc
