#include "neural/compose/write_parts.h"

#include <algorithm>
#include <memory>

#include "neural/compose/bar_copies.h"
#include "neural/compose/chord_writer.h"
#include "neural/compose/part_writer.h"
#include "neural/compose/scribe.h"
#include "neural/tokens/announcements.h"

namespace cantus::compose {
namespace {
using score::Tick;
using tokens::Token;

constexpr float kLeaning = 3.6F;  ///< logits
/// Before the last bar, away from the tonic's chord, where a model that follows itself stays;
/// logits.
constexpr float kAway = 0.15F;
/// In the last bar, more than a model that cannot know it is the last: towards the tonic's chord,
/// and there towards nothing more; logits.
constexpr float kComesHome = 3.0F;
constexpr float kEnds = 2.0F;

/// One candidate on its way through the piece: says what is given, asks where the model may choose.
class Walk {
 public:
  Walk(const score::Piece& piece,
       const Writing& writing,
       Scribe& scribe,
       int candidate,
       Random random)
      : writing_(writing), scribe_(scribe), candidate_(candidate), random_(random) {
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

  /// Says everything up to the next choice; false when the piece is finished, or where a phrase
  /// is whole and the candidates are to be compared.
  bool advance() {
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
    return wants_ != Choice::none;
  }

  void choose() {
    allow();
    const auto logits = leaning(scribe_.logits(candidate_));
    const auto token =
        static_cast<Token>(sampler_.sample(logits, allowed_, writing_.sampling, random_));
    out_.log_likelihood += infer::log_probability(logits, token, allowed_);
    ++out_.choices;
    take(token);
  }

  /// Towards the melody of the bar whose rhythm this one keeps: a motif that returns elsewhere.
  std::span<const float> leaning(std::span<const float> logits) {
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

  int candidate() const { return candidate_; }
  bool is_finished() const { return bar_ >= bars_; }
  const score::Piece& piece() const { return out_.piece; }

  /// Goes on from where it waited; `other`, where given, is what it has written so far.
  void go_on(const Walk* other) {
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

  Written take() {
    for (std::size_t part = 0; part < later_.size(); ++part) {
      auto& notes = out_.piece.parts[part].notes;
      notes.insert(notes.end(), later_[part].begin(), later_[part].end());
    }
    return std::move(out_);
  }

 private:
  /// Four bars or more since the last time, and not before the last few.
  bool waits() const {
    if (!writing_.liking || bar_ == 0 || compared_ == bar_ || bar_ <= writing_.first_bar)
      return false;
    return ends_phrase(bar_ - 1) && bar_ + 2 < bars_;
  }

  /// Notes of the bars after the last to be written, which wait until then: a writer appends.
  std::vector<score::Note> cut_from(std::vector<score::Note>& notes) const {
    if (bars_ == words_->bars()) return {};
    const auto first =
        std::ranges::lower_bound(notes, words_->start(bars_), {}, &score::Note::onset);
    std::vector<score::Note> later(first, notes.end());
    notes.erase(first, notes.end());
    return later;
  }

  const PartToWrite* to_write(std::size_t part) const {
    const auto found = std::ranges::find(writing_.parts, part, &PartToWrite::part);
    return found == writing_.parts.end() ? nullptr : &*found;
  }

  bool rests_here() const {
    const PartToWrite& open = writing_.parts.front();
    return open.rests && open.rests(bar_);
  }

  /// Whether this part of this bar is for the model; copies and rests are not.
  bool is_open(std::size_t part, int bar) const {
    const PartToWrite* open = to_write(part);
    if (open == nullptr || bar < writing_.first_bar) return false;
    return !(open->rests && open->rests(bar)) && !(writing_.repeats && writing_.repeats(bar));
  }

  /// What the model is to choose next.
  enum class Choice {
    none,
    opening,  ///< whether the bar returns or is made from another, or else what its first word is
    chords,
    sound,  ///< whether the melody starts a note in the bar
    notes
  };

  void allow() {
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

  void take(Token token) {
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

  /// Towards a return; in the last bar towards home.
  std::span<const float> chords_leaning(std::span<const float> logits) {
    leaning_.assign(logits.begin(), logits.end());
    const int again = tokens::first_of(tokens::Kind::again);
    constexpr int kStrain = 8;
    for (int before = 1; before <= tokens::kFarthestReturn; ++before)
      leaning_[static_cast<std::size_t>(again + before - 1)] +=
          before < kStrain ? writing_.near_returns : writing_.far_returns;
    if (!writing_.writes_chords) return leaning_;
    if (!ends_with(bar_)) {
      leaning_[tokens::token(tokens::Kind::root, tonic())] -= kAway;
      return leaning_;
    }
    leaning_[tokens::token(tokens::Kind::root, tonic())] += kComesHome;
    leaning_[name_of_melody()] += kEnds;
    return leaning_;
  }

  bool ends_with(int bar) const { return writing_.ends && bar + 1 == words_->bars(); }
  int tonic() const {
    const auto key = score::key_at(out_.piece, words_->start(bar_));
    return key ? key->tonic().pitch_class().number() : 0;
  }
  std::size_t melody() const { return writing_.parts.front().part; }
  Token name_of_melody() const { return words_->name(melody()); }
  bool is_upbeat(int bar) const {
    return bar == 0 && out_.piece.metre.pickup() > score::TickLength();
  }
  bool opens_chords() const { return writing_.writes_chords && !is_upbeat(bar_); }

  /// Where the model does not say which bars return, one that does is not said again: the model
  /// has heard it, and time is better spent.
  void open_bar() {
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

  void begin_chords() {
    chord_writer_.emplace(out_.piece,
                          ChordBar{.start = words_->start(bar_),
                                   .end = words_->end(bar_),
                                   .metre = out_.piece.metre.metre_at(words_->start(bar_)),
                                   .tonic = tonic(),
                                   .is_last = ends_with(bar_),
                                   .after = after_chords()});
  }

  void announce(std::optional<Token> word) {
    if (word) scribe_.say(candidate_, *word);
  }

  /// The melody's name, or what follows where it may start nothing.
  std::vector<Token> after_chords() const {
    std::vector<Token> after;
    if (!rests_here() && !is_held_through()) after.push_back(name_of_melody());
    if (after.empty() || may_be_silent()) after.push_back(following(melody()));
    return after;
  }

  bool may_be_silent() const {
    const bool learnt = writing_.parts.front().rules.harmony == Harmony::learnt;
    return learnt && !ends_with(bar_) && !is_upbeat(bar_) && rhythm_for(melody()).empty() &&
           !is_long_silent();
  }

  /// Whether nothing of the melody has sounded in the last bars.
  bool is_long_silent() const {
    constexpr int kMostSilentBars = 2;
    const auto& notes = out_.piece.parts[melody()].notes;
    const Tick since = words_->start(std::max(0, bar_ - kMostSilentBars));
    return notes.empty() ? bar_ >= kMostSilentBars : notes.back().end() <= since;
  }

  bool is_held_through() const {
    const auto& notes = out_.piece.parts[melody()].notes;
    return !notes.empty() && notes.back().end() >= words_->end(bar_);
  }

  void allow_opening() {
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

  void take_opening(Token token) {
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

  static bool is_motif(Token token) {
    return tokens::is(token, tokens::Kind::moved) || tokens::is(token, tokens::Kind::shaped) ||
           tokens::is(token, tokens::Kind::rhythm);
  }

  /// The bar's melody will be made from an earlier bar's.
  void take_motif(Token token) {
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

  void take_chord(Token token) {
    if (chord_writer_->take(token)) return take_sound(token);
    scribe_.say(candidate_, token);
  }

  void allow_sound() {
    std::ranges::fill(allowed_, std::uint8_t{0});
    for (const Token token : after_chords())
      allowed_[token] = 1;
  }

  /// The melody's name, or the word after a bar without it, which is said in its turn.
  void take_sound(Token token) {
    wants_ = Choice::none;
    if (token == name_of_melody()) {
      begin_notes(melody());
    } else {
      part_ = static_cast<int>(out_.piece.parts.size());
    }
  }

  /// The words that may be said of the bar: which earlier ones it may be or be made from.
  void find_announceable() {
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
      if (notes >= 3) announceable_.push_back(tokens::token(tokens::Kind::shaped, before - 1));
    }
  }

  bool is_as_long_as(int from) const {
    return words_->end(from) - words_->start(from) == words_->end(bar_) - words_->start(bar_);
  }

  bool may_return_to(int from) const {
    const auto length = words_->end(bar_) - words_->start(bar_);
    const auto its = words_->end(from) - words_->start(from);
    const bool fits = its == length || (ends_with(bar_) && its > length);
    if (!fits || (writing_.may_take_over && !writing_.may_take_over(bar_, from))) return false;
    if (!writing_.writes_chords && words_->chords(from) != words_->chords(bar_)) return false;
    return !ends_with(bar_) || would_come_home({*words_, from, bar_}, out_.piece, melody(), tonic(),
                                               writing_.writes_chords);
  }

  /// A bar that returns is said whole, after the word that says so.
  void take_over(int from) {
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

  void copy_notes(int from) {
    for (const PartToWrite& open : writing_.parts) {
      compose::copy_notes({*words_, from, bar_}, section_end(bar_), open.rules.one_at_a_time,
                          out_.piece.parts[open.part].notes);
    }
  }

  const std::vector<score::Section>& sections() const {
    return writing_.sections ? *writing_.sections : out_.piece.sections;
  }

  Tick section_end(int bar) const {
    Tick end = out_.piece.end;
    for (const score::Section& section : sections()) {
      if (section.onset > words_->start(bar)) {
        end = section.onset;
        break;
      }
    }
    if (bars_ < words_->bars()) end = std::min(end, words_->start(bars_));
    // Nothing reaches into the ending.
    const int last = words_->bars() - 1;
    return writing_.ends && bar < last ? std::min(end, words_->start(last)) : end;
  }

  bool ends_section(int bar) const {
    return std::ranges::any_of(sections(), [&](const score::Section& section) {
      return section.end() == words_->end(bar);
    });
  }

  /// Every fourth bar of a section, and its last.
  bool ends_phrase(int bar) const {
    if (ends_section(bar)) return true;
    Tick section = Tick();
    for (const score::Section& other : sections()) {
      if (other.onset <= words_->start(bar)) section = other.onset;
    }
    const auto& metre = out_.piece.metre;
    const int bars_before = metre.bar_at(words_->start(bar)) - std::max(1, metre.bar_at(section));
    return bars_before % 4 == 3;
  }

  void open_part(std::size_t part) {
    if (!is_open(part, bar_)) {
      scribe_.say(candidate_, words_->notes(part, bar_));
      ++part_;
      return;
    }
    begin_notes(part);
  }

  void begin_notes(std::size_t part) {
    const Tick origin = words_->origin(bar_);
    const BarPlace place{.start = origin,
                         .end = words_->end(bar_),
                         .limit = section_end(bar_),
                         .is_last = writing_.ends && bar_ + 1 == words_->bars(),
                         .ends_phrase = ends_phrase(bar_),
                         .sounds = writing_.may_return && may_be_silent(),
                         .upbeat_from = steps(words_->start(bar_) - origin),
                         .leanings = writing_.leanings,
                         .rhythm = rhythm_for(part),
                         .motif = motif()};
    auto writer = std::make_unique<PartWriter>(to_write(part)->rules, out_.piece, part, place,
                                               following(part));
    scribe_.say(candidate_, words_->name(part));
    writer_ = std::move(writer);
    wants_ = Choice::notes;
  }

  static bool is_melody(const PartRules& rules) {
    return rules.harmony == Harmony::melodic || rules.harmony == Harmony::learnt;
  }

  static int steps(score::TickLength length) {
    return static_cast<int>(length.count() / tokens::kStep.count());
  }

  Motif motif() const {
    if (!motif_) return Motif::none;
    if (tokens::is(*motif_, tokens::Kind::moved)) return Motif::moved;
    return tokens::is(*motif_, tokens::Kind::shaped) ? Motif::shape : Motif::rhythm;
  }

  /// Of the bar whose rhythm this one keeps; none where a phrase would end like one that goes on.
  std::vector<Stroke> rhythm_for(std::size_t part) const {
    if (motif_) return strokes(part, bar_ - 1 - tokens::word(*motif_).value);
    if (!writing_.rhythm_of || !is_melody(to_write(part)->rules)) return {};
    const auto from = writing_.rhythm_of(bar_);
    if (!from || (ends_phrase(bar_) && !ends_phrase(*from))) return {};
    return strokes(part, *from);
  }

  std::vector<Stroke> strokes(std::size_t part, int bar) const {
    std::vector<Stroke> rhythm;
    for (const score::Note& note : words_->notes_of(part, bar)) {
      const int at = steps(note.onset - words_->start(bar));
      rhythm.push_back({at, steps(note.length), note.pitch.key()});
    }
    return rhythm;
  }

  /// The token that comes after this part of this bar.
  Token following(std::size_t part) const {
    for (std::size_t next = part + 1; next < out_.piece.parts.size(); ++next) {
      if (is_open(next, bar_) || !words_->notes(next, bar_).empty()) return words_->name(next);
    }
    return bar_ + 1 < bars_ ? words_->opening(bar_ + 1).front() : tokens::token(tokens::Kind::end);
  }

  const Writing& writing_;
  Scribe& scribe_;
  int candidate_;
  Random random_;
  Written out_;
  std::unique_ptr<tokens::BarWords> words_;  // looks at out_.piece
  Choice wants_ = Choice::none;
  std::unique_ptr<PartWriter> writer_;
  std::optional<ChordWriter> chord_writer_;
  std::vector<Token> announceable_;  ///< of the bar at hand
  std::optional<Token> motif_;       ///< what was announced of it, if it is made from another
  std::vector<std::optional<Token>> given_words_;  ///< announcements of the melody as it is given
  std::vector<std::uint8_t> allowed_;
  infer::Sampler sampler_;
  std::vector<float> leaning_;
  std::vector<std::vector<score::Note>> later_;  // [part]
  int bars_ = 0;                                 // up to which it writes
  int bar_ = 0;
  int compared_ = -1;  // the bar before which it was last compared
  int part_ = -1;      // before the first
};

/// The header, and the bars after the gap where there is one.
std::vector<Token> header_of(const score::Piece& piece,
                             const Writing& writing,
                             const tokens::Heading& heading) {
  const tokens::BarWords words(piece);
  std::vector<Token> out = words.header(heading);
  if (!writing.last_bar) return out;
  const auto say = [&](const std::vector<Token>& more) {
    out.insert(out.end(), more.begin(), more.end());
  };
  out.push_back(tokens::token(tokens::Kind::later));
  for (int bar = *writing.last_bar; bar < words.bars(); ++bar) {
    say(words.opening(bar));
    say(words.chords(bar));
    for (std::size_t part = 0; part < piece.parts.size(); ++part)
      say(words.notes(part, bar));
  }
  out.push_back(tokens::token(tokens::Kind::here));
  return out;
}

/// The better third of those that wait go on, each in place of two of the others too.
void keep_the_best(const std::vector<std::unique_ptr<Walk>>& walks, const Writing& writing) {
  constexpr std::size_t kShare = 3;
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < walks.size(); ++i)
    order.emplace_back(-writing.liking(walks[i]->piece()), i);
  std::ranges::sort(order);
  const std::size_t kept = (walks.size() + kShare - 1) / kShare;
  for (std::size_t place = 0; place < order.size(); ++place) {
    const Walk* from = place < kept ? nullptr : walks[order[place % kept].second].get();
    walks[order[place].second]->go_on(from);
  }
}

}  // namespace

Result<std::vector<Written>> write_parts(const infer::Transformer& model,
                                         const score::Piece& piece,
                                         const Writing& writing,
                                         const Random& random) {
  Scribe scribe(model, writing.candidates, writing.threads);
  scribe.begin(header_of(piece, writing, writing.heading),
               header_of(piece, writing, {.style = writing.heading.style}), writing.guidance);
  std::vector<std::unique_ptr<Walk>> walks;
  for (int i = 0; i < writing.candidates; ++i) {
    walks.push_back(std::make_unique<Walk>(piece, writing, scribe, i,
                                           random.fork("candidate " + std::to_string(i))));
  }
  std::vector<Walk*> on_their_way;
  for (const auto& walk : walks)
    on_their_way.push_back(walk.get());
  std::vector<int> listening;
  while (true) {
    std::erase_if(on_their_way, [](Walk* walk) { return !walk->advance(); });
    if (on_their_way.empty() && !walks.front()->is_finished()) {
      keep_the_best(walks, writing);
      for (const auto& walk : walks)
        on_their_way.push_back(walk.get());
      continue;
    }
    if (on_their_way.empty()) break;
    if (writing.stop != nullptr && writing.stop->load()) {
      return fail(ErrorCode::interrupted, "interrupted");
    }
    listening.clear();
    for (const Walk* walk : on_their_way)
      listening.push_back(walk->candidate());
    scribe.listen(listening);
    for (Walk* walk : on_their_way)
      walk->choose();
  }
  std::vector<Written> written;
  for (const auto& walk : walks)
    written.push_back(walk->take());
  return written;
}

}  // namespace cantus::compose
