#include "neural/compose/walk.h"

#include <algorithm>

#include "neural/compose/bar_copies.h"
#include "neural/tokens/announcements.h"

namespace cantus::compose {

using score::Tick;
using tokens::Token;

namespace {

constexpr float kLeaning = 3.6F;  ///< logits
constexpr int kStrain = 8;        // bars
/// In the last bar, more than a model that cannot know it is the last: towards the tonic's chord,
/// and there towards nothing more; logits.
constexpr float kComesHome = 3.0F;
constexpr float kEnds = 2.0F;

/// Where what is to be written ends.
Tick end_of(const score::Piece& piece, const Writing& writing) {
  if (!writing.last_bar) return piece.end;
  return tokens::BarWords(piece).start(*writing.last_bar);
}

}  // namespace

Walk::Walk(
    const score::Piece& piece, const Writing& writing, Scribe& scribe, int candidate, Random random)
    : writing_(writing),
      scribe_(scribe),
      candidate_(candidate),
      random_(random),
      phrases_(
          piece, writing.sections.value_or(piece.sections), end_of(piece, writing), writing.ends) {
  out_.piece = piece;
  words_ = std::make_unique<tokens::BarWords>(out_.piece);
  bars_ = writing.last_bar.value_or(words_->bars());
  later_.resize(piece.parts.size());
  for (const PartToWrite& open : writing.parts)
    later_[open.part] = cut_from(out_.piece.parts[open.part].notes);
  allowed_.resize(tokens::kVocabularySize);
  const auto announced = writing.last_bar ? std::nullopt : tokens::announced_part(piece);
  if (announced) given_words_ = tokens::announcements(*words_, *announced);
  if (writing.may_return) out_.returns.resize(static_cast<std::size_t>(bars_));
}

bool Walk::advance() {
  while (true) {
    while (wants_ == Choice::none && bar_ < bars_) {
      if (part_ < 0) {
        if (waits()) return false;
        open_bar();
      } else if (part_ == static_cast<int>(out_.piece.parts.size())) {
        ++bar_;
        part_ = -1;
      } else {
        open_part(static_cast<std::size_t>(part_));
      }
    }
    if (wants_ == Choice::none) return false;
    allow();
    const auto open = std::ranges::find(allowed_, std::uint8_t{1});
    if (std::find(std::next(open), allowed_.end(), std::uint8_t{1}) != allowed_.end()) return true;
    // Where only one token may come there is nothing to ask; the model hears it with the next.
    if (sampling().temperature > 0.0) random_.uniform();
    ++out_.choices;
    take(static_cast<Token>(open - allowed_.begin()));
  }
}

const infer::Sampling& Walk::sampling() const {
  return wants_ == Choice::notes ? writing_.sampling : writing_.chord_sampling;
}

void Walk::choose() {
  const auto logits = leaning(scribe_.logits(candidate_));
  const auto token = static_cast<Token>(sampler_.sample(logits, allowed_, sampling(), random_));
  out_.log_likelihood += infer::log_probability(logits, token, allowed_);
  ++out_.choices;
  take(token);
}

std::span<const float> Walk::leaning(std::span<const float> logits) {
  if (wants_ != Choice::notes) return chords_leaning(logits);
  const auto key = writer_->echoed_key();
  if (!key && !writer_->leans()) return logits;
  leaning_.assign(logits.begin(), logits.end());
  writer_->lean(leaning_);
  for (int by = -1; key && by <= 1; ++by) {  // a third may be major or minor
    const int near = *key + by;
    if (near < 0 || near > 127) continue;
    leaning_[tokens::token(tokens::Kind::pitch, near)] += by == 0 ? kLeaning : kLeaning / 2;
  }
  return leaning_;
}

void Walk::go_on(const Walk* other) {
  compared_ = bar_;
  if (other == nullptr) return;
  scribe_.become(candidate_, other->candidate_);
  out_.log_likelihood = other->out_.log_likelihood;
  out_.choices = other->out_.choices;
  for (std::size_t part = 0; part < out_.piece.parts.size(); ++part)
    out_.piece.parts[part].notes = other->out_.piece.parts[part].notes;
  out_.piece.chords = other->out_.piece.chords;
  out_.returns = other->out_.returns;
}

Written Walk::take() {
  for (std::size_t part = 0; part < later_.size(); ++part) {
    auto& notes = out_.piece.parts[part].notes;
    notes.insert(notes.end(), later_[part].begin(), later_[part].end());
  }
  return std::move(out_);
}

bool Walk::waits() const {
  if (!writing_.liking || bar_ == 0 || compared_ == bar_ || bar_ <= writing_.first_bar)
    return false;
  return phrases_.ends_phrase(words_->start(bar_ - 1)) && bar_ + 2 < bars_;
}

std::vector<score::Note> Walk::cut_from(std::vector<score::Note>& notes) const {
  if (bars_ == words_->bars()) return {};
  const auto first = std::ranges::lower_bound(notes, words_->start(bars_), {}, &score::Note::onset);
  std::vector<score::Note> later(first, notes.end());
  notes.erase(first, notes.end());
  return later;
}

const PartToWrite* Walk::to_write(std::size_t part) const {
  const auto found = std::ranges::find(writing_.parts, part, &PartToWrite::part);
  return found == writing_.parts.end() ? nullptr : &*found;
}

bool Walk::rests_here() const {
  const PartToWrite& open = writing_.parts.front();
  return open.rests && open.rests(bar_);
}

bool Walk::is_open(std::size_t part, int bar) const {
  const PartToWrite* open = to_write(part);
  if (open == nullptr || bar < writing_.first_bar) return false;
  return !(open->rests && open->rests(bar)) && !(writing_.repeats && writing_.repeats(bar));
}

void Walk::allow() {
  switch (wants_) {
    case Choice::opening:
      return allow_opening();
    case Choice::chords:
      return chord_writer_->allow(allowed_);
    case Choice::sound:
      return allow_sound();
    default:
      return writer_->allow(allowed_);
  }
}

void Walk::take(Token token) {
  switch (wants_) {
    case Choice::opening:
      return take_opening(token);
    case Choice::chords:
      return take_chord(token);
    case Choice::sound:
      return take_sound(token);
    default:
      break;
  }
  if (writer_->take(token)) {
    writer_.reset();
    wants_ = Choice::none;
    ++part_;
  } else {
    scribe_.say(candidate_, token);
  }
}

std::span<const float> Walk::chords_leaning(std::span<const float> logits) {
  leaning_.assign(logits.begin(), logits.end());
  const int again = tokens::first_of(tokens::Kind::again);
  for (int before = 1; before <= tokens::kFarthestReturn; ++before) {
    leaning_[static_cast<std::size_t>(again + before - 1)] +=
        before < kStrain       ? writing_.near_returns
        : before < 2 * kStrain ? writing_.far_returns
                               : writing_.farther_returns;
  }
  const auto lean = [&](tokens::Kind kind, float by) {
    for (int before = 0; before < tokens::kFarthestEcho; ++before)
      leaning_[tokens::token(kind, before)] += by;
  };
  lean(tokens::Kind::moved, writing_.motifs.moved);
  lean(tokens::Kind::rhythm, writing_.motifs.rhythm);
  if (!writing_.writes_chords) return leaning_;
  if (!ends_with(bar_)) {
    const ChordLeanings& chords = writing_.chords;
    leaning_[tokens::token(tokens::Kind::root, tonic())] -=
        chords.away + (closes_strain() ? chords.open : 0.0F);
    if (wants_ == Choice::chords && chord_writer_->has_chord())
      leaning_[name_of_melody()] += chords.steady;
    return leaning_;
  }
  leaning_[tokens::token(tokens::Kind::root, tonic())] += kComesHome;
  leaning_[name_of_melody()] += kEnds;
  return leaning_;
}

bool Walk::closes_strain() const {
  const int before = is_upbeat(0) ? 1 : 0;
  return (bar_ + 1 - before) % kStrain == 0;
}

bool Walk::is_upbeat(int bar) const {
  return bar == 0 && out_.piece.metre.pickup() > score::TickLength();
}

void Walk::open_bar() {
  const auto from =
      writing_.repeats && bar_ >= writing_.first_bar ? writing_.repeats(bar_) : std::nullopt;
  if (from && !writing_.may_return) {
    copy_notes(*from);
    ++bar_;
    return;
  }
  scribe_.mark_bar(candidate_);
  scribe_.say(candidate_, words_->opening(bar_));
  part_ = 0;
  const bool open = writing_.may_return && bar_ >= writing_.first_bar;
  const bool rests = open && rests_here();
  motif_.reset();
  if (from && open && !rests) return take_over(*from);
  if (!open || (rests && !opens_chords())) {
    if (!given_words_.empty()) announce(given_words_[static_cast<std::size_t>(bar_)]);
    scribe_.say(candidate_, words_->chords(bar_));
    return;
  }
  announceable_.clear();
  if (!rests) find_announceable();
  if (opens_chords()) {
    begin_chords();
  } else if (announceable_.empty() && !words_->chords(bar_).empty()) {
    scribe_.say(candidate_, words_->chords(bar_));
    wants_ = Choice::sound;
    return;
  }
  wants_ = Choice::opening;
}

void Walk::begin_chords() {
  chord_writer_.emplace(out_.piece,
                        ChordBar{.start = words_->start(bar_),
                                 .end = words_->end(bar_),
                                 .metre = out_.piece.metre.metre_at(words_->start(bar_)),
                                 .tonic = tonic(),
                                 .is_last = ends_with(bar_),
                                 .after = after_chords()});
}

void Walk::announce(std::optional<Token> word) {
  if (word) scribe_.say(candidate_, *word);
}

std::vector<Token> Walk::after_chords() const {
  std::vector<Token> after;
  if (!rests_here() && !is_held_through()) after.push_back(name_of_melody());
  if (after.empty() || may_be_silent()) after.push_back(following(melody()));
  return after;
}

bool Walk::may_be_silent() const {
  const bool learnt = writing_.parts.front().rules.harmony == Harmony::learnt;
  return learnt && !ends_with(bar_) && !is_upbeat(bar_) && rhythm_for(melody()).empty() &&
         !is_long_silent();
}

bool Walk::is_long_silent() const {
  constexpr int kMostSilentBars = 2;
  const auto& notes = out_.piece.parts[melody()].notes;
  const Tick since = words_->start(std::max(0, bar_ - kMostSilentBars));
  return notes.empty() ? bar_ >= kMostSilentBars : notes.back().end() <= since;
}

bool Walk::is_held_through() const {
  const auto& notes = out_.piece.parts[melody()].notes;
  return !notes.empty() && notes.back().end() >= words_->end(bar_);
}

void Walk::allow_opening() {
  std::ranges::fill(allowed_, std::uint8_t{0});
  if (opens_chords()) {
    chord_writer_->allow(allowed_);
  } else if (const auto chords = words_->chords(bar_); !chords.empty()) {
    allowed_[chords.front()] = 1;
  } else {
    allow_sound();
  }
  for (const Token word : announceable_)
    allowed_[word] = 1;
}

void Walk::take_opening(Token token) {
  if (tokens::is(token, tokens::Kind::again)) {
    wants_ = Choice::none;
    return take_over(bar_ - 1 - tokens::word(token).value);
  }
  if (is_motif(token)) return take_motif(token);
  if (opens_chords()) {
    wants_ = Choice::chords;
    return take_chord(token);
  }
  const auto chords = words_->chords(bar_);
  if (chords.empty()) return take_sound(token);
  scribe_.say(candidate_, chords);
  wants_ = Choice::sound;
}

bool Walk::is_motif(Token token) {
  return tokens::is(token, tokens::Kind::moved) || tokens::is(token, tokens::Kind::rhythm);
}

void Walk::take_motif(Token token) {
  motif_ = token;
  scribe_.say(candidate_, token);
  if (opens_chords()) {
    begin_chords();
    wants_ = Choice::chords;
    return;
  }
  scribe_.say(candidate_, words_->chords(bar_));
  begin_notes(melody());
}

void Walk::take_chord(Token token) {
  if (chord_writer_->take(token)) return take_sound(token);
  scribe_.say(candidate_, token);
}

void Walk::allow_sound() {
  std::ranges::fill(allowed_, std::uint8_t{0});
  for (const Token token : after_chords())
    allowed_[token] = 1;
}

void Walk::take_sound(Token token) {
  wants_ = Choice::none;
  if (token == name_of_melody()) {
    begin_notes(melody());
  } else {
    part_ = static_cast<int>(out_.piece.parts.size());
  }
}

void Walk::find_announceable() {
  const int farthest = std::min(bar_, tokens::kFarthestReturn);
  for (int before = 1; before <= farthest; ++before) {
    const int from = bar_ - before;
    if (is_upbeat(from) || is_upbeat(bar_)) continue;
    if (!starts_free({*words_, from, bar_}, out_.piece.parts[melody()].notes)) continue;
    if (may_return_to(from))
      announceable_.push_back(tokens::token(tokens::Kind::again, before - 1));
    if (before > tokens::kFarthestEcho || ends_with(bar_) || !is_as_long_as(from)) continue;
    const std::size_t notes = words_->notes_of(melody(), from).size();
    announceable_.push_back(tokens::token(tokens::Kind::rhythm, before - 1));
    if (notes >= 2) announceable_.push_back(tokens::token(tokens::Kind::moved, before - 1));
  }
}

bool Walk::is_as_long_as(int from) const {
  return words_->end(from) - words_->start(from) == words_->end(bar_) - words_->start(bar_);
}

bool Walk::may_return_to(int from) const {
  const auto length = words_->end(bar_) - words_->start(bar_);
  const auto its = words_->end(from) - words_->start(from);
  const bool fits = its == length || (ends_with(bar_) && its > length);
  if (!fits || (writing_.may_take_over && !writing_.may_take_over(bar_, from))) return false;
  if (!writing_.writes_chords && words_->chords(from) != words_->chords(bar_)) return false;
  return !ends_with(bar_) || would_come_home({*words_, from, bar_}, out_.piece, melody(), tonic(),
                                             writing_.writes_chords);
}

void Walk::take_over(int from) {
  if (opens_chords()) copy_chords({*words_, from, bar_}, out_.piece.chords);
  const int before = bar_ - from;
  if (words_->chords(from) == words_->chords(bar_) && before <= tokens::kFarthestReturn)
    scribe_.say(candidate_, tokens::token(tokens::Kind::again, before - 1));
  scribe_.say(candidate_, words_->chords(bar_));
  copy_notes(from);
  for (std::size_t part = 0; part < out_.piece.parts.size(); ++part)
    scribe_.say(candidate_, words_->notes(part, bar_));
  out_.returns[static_cast<std::size_t>(bar_)] = from;
  part_ = -1;
  ++bar_;
}

void Walk::copy_notes(int from) {
  for (const PartToWrite& open : writing_.parts) {
    compose::copy_notes({*words_, from, bar_}, phrases_.section_end(words_->start(bar_)),
                        open.rules.one_at_a_time, out_.piece.parts[open.part].notes);
  }
}

void Walk::open_part(std::size_t part) {
  if (!is_open(part, bar_)) {
    scribe_.say(candidate_, words_->notes(part, bar_));
    ++part_;
    return;
  }
  begin_notes(part);
}

void Walk::begin_notes(std::size_t part) {
  const Tick origin = words_->origin(bar_);
  const BarPlace place{.start = origin,
                       .end = words_->end(bar_),
                       .limit = phrases_.section_end(words_->start(bar_)),
                       .is_last = writing_.ends && bar_ + 1 == words_->bars(),
                       .ends_phrase = phrases_.ends_phrase(words_->start(bar_)),
                       .sounds = writing_.may_return && may_be_silent(),
                       .upbeat_from = steps(words_->start(bar_) - origin),
                       .leanings = writing_.leanings,
                       .rhythm = rhythm_for(part),
                       .motif = motif()};
  auto writer =
      std::make_unique<PartWriter>(to_write(part)->rules, out_.piece, part, place, following(part));
  scribe_.say(candidate_, words_->name(part));
  writer_ = std::move(writer);
  wants_ = Choice::notes;
}

bool Walk::is_melody(const PartRules& rules) {
  return rules.harmony == Harmony::melodic || rules.harmony == Harmony::learnt;
}

int Walk::steps(score::TickLength length) {
  return static_cast<int>(length.count() / tokens::kStep.count());
}

Motif Walk::motif() const {
  if (!motif_) return Motif::none;
  return tokens::is(*motif_, tokens::Kind::moved) ? Motif::moved : Motif::rhythm;
}

std::vector<Stroke> Walk::rhythm_for(std::size_t part) const {
  if (motif_) return strokes(part, bar_ - 1 - tokens::word(*motif_).value);
  if (!writing_.rhythm_of || !is_melody(to_write(part)->rules)) return {};
  const auto from = writing_.rhythm_of(bar_);
  if (!from ||
      (phrases_.ends_phrase(words_->start(bar_)) && !phrases_.ends_phrase(words_->start(*from))))
    return {};
  return strokes(part, *from);
}

std::vector<Stroke> Walk::strokes(std::size_t part, int bar) const {
  std::vector<Stroke> rhythm;
  for (const score::Note& note : words_->notes_of(part, bar)) {
    const int at = steps(note.onset - words_->start(bar));
    rhythm.push_back({at, steps(note.length), note.pitch.key()});
  }
  return rhythm;
}

Token Walk::following(std::size_t part) const {
  for (std::size_t next = part + 1; next < out_.piece.parts.size(); ++next) {
    if (is_open(next, bar_) || !words_->notes(next, bar_).empty()) return words_->name(next);
  }
  return bar_ + 1 < bars_ ? words_->opening(bar_ + 1).front() : tokens::token(tokens::Kind::end);
}

}  // namespace cantus::compose
