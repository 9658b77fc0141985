#include "music/formats/abc/perform.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "music/formats/abc/align.h"
#include "music/formats/abc/bars.h"
#include "music/formats/abc/playing_order.h"
#include "music/formats/abc/text.h"

namespace cantus::formats::abc {
namespace {

using score::Tick;
using score::TickLength;

Tick tick_of(Grains grains) {
  return Tick((grains + kGrainsPerTick / 2) / kGrainsPerTick);
}

/// A stretch with the place where it is played.
struct Played {
  Grains from = 0;
  Grains to = 0;
  Grains at = 0;
  bool last = false;    ///< Ends where the tune is written to end.
  bool jumped = false;  ///< What came before is not what is written before.

  Tick tick(Grains written) const { return tick_of(at + written - from); }
};

/// Calls `use(item, tick)` for the items written in a stretch.
template <class Item, class Use>
void each_in(const std::vector<Item>& items, const Played& played, Use use) {
  auto item = std::ranges::lower_bound(items, played.from, {}, &Item::at);
  const Grains end = played.to + (played.last ? 1 : 0);  // grace notes after all others
  for (; item != items.end() && item->at < end; ++item)
    use(*item, played.tick(item->at));
}

/// The last item at or before the start of the stretch, or null.
template <class Item>
const Item* in_force(const std::vector<Item>& items, Grains at) {
  const auto after = std::ranges::upper_bound(items, at, {}, &Item::at);
  return after == items.begin() ? nullptr : &*std::prev(after);
}

template <class T>
std::vector<Timed<T>> gathered(const std::vector<Voice>& voices,
                               std::vector<Timed<T>> Voice::* member) {
  std::vector<Timed<T>> all;
  for (const Voice& voice : voices) {
    all.insert(all.end(), (voice.*member).begin(), (voice.*member).end());
  }
  std::ranges::stable_sort(all, {}, &Timed<T>::at);
  return all;
}

/// Notes of one voice as they sound, tied ones joined.
class NotePlayer {
 public:
  explicit NotePlayer(std::vector<score::Note>& out) : out_(&out) {}

  void add(const WrittenNote& written, Tick onset, Tick end) {
    const auto waiting = open_.find({written.layer, written.key});
    if (!written.grace && waiting != open_.end()) {
      score::Note& first = (*out_)[waiting->second];
      const bool joins = first.end() == onset;
      if (joins) first.length = end - first.onset;
      if (!joins || !written.tied) open_.erase(waiting);
      if (joins) return;
    }
    out_->push_back({.onset = onset,
                     .length = end - onset,
                     .pitch = score::Pitch::clamped(written.key),
                     .velocity = written.velocity,
                     .spelling = written.spelling,
                     .voice = written.layer,
                     .grace = written.grace});
    if (!written.grace && written.tied) open_[{written.layer, written.key}] = out_->size() - 1;
  }

 private:
  std::vector<score::Note>* out_;
  std::map<std::pair<int, int>, std::size_t> open_;  // by layer and key: waits for its other half
};

score::Role role_of(const Voice& voice, bool first) {
  const std::string name = lower(voice.name.empty() ? voice.id : voice.name);
  const auto has = [&](std::string_view word) { return name.find(word) != std::string::npos; };
  if (voice.role) return *voice.role;
  if (voice.percussion || voice.channel == 10 || has("drum") || has("percussion")) {
    return score::Role::drums;
  }
  if (first || has("melody") || has("soprano")) return score::Role::melody;
  if (has("bass") && !has("treble")) return score::Role::bass;
  if (has("chord") || has("guitar") || has("accomp")) return score::Role::chords;
  if (has("pad") || has("strings")) return score::Role::pad;
  if (has("counter") || has("descant")) return score::Role::counter;
  return score::Role::other;
}

class Performance {
 public:
  explicit Performance(Tune& tune) : tune_(&tune) {}
  Result<score::Piece> play();

 private:
  Result<void> lay_out();
  void play_voices();
  Result<void> count_notes() const;
  void play_chords();
  void play_keys();
  void play_tempos();
  void play_bars();
  void play_sections(const std::vector<Stretch>& order);

  Tune* tune_;
  std::vector<BarMark> marks_;
  std::vector<Played> played_;
  score::Piece piece_;
};

Result<void> Performance::lay_out() {
  align(*tune_);
  marks_ = merged_marks(tune_->voices);
  const auto order = playing_order(*tune_, marks_);
  if (!order) return tl::unexpected<Error>(order.error());
  Grains at = 0;
  for (const Stretch& stretch : *order) {
    const bool jumped = played_.empty() ? stretch.from != 0 : played_.back().to != stretch.from;
    played_.push_back({stretch.from, stretch.to, at, false, jumped});
    at += stretch.to - stretch.from;
    if (at > kLongestTune) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("the repeats unfold to more than {} whole notes",
                              kLongestTune / kGrainsPerWhole));
    }
  }
  piece_.end = tick_of(at);
  if (!played_.empty()) played_.back().last = played_.back().to >= marks_.back().at;
  play_sections(*order);
  return count_notes();
}

Result<void> Performance::count_notes() const {
  std::size_t notes = 0;
  const auto written_in = [](const auto& items, const Played& played) {
    using Item = typename std::decay_t<decltype(items)>::value_type;
    const auto first = std::ranges::lower_bound(items, played.from, {}, &Item::at);
    const auto last = std::ranges::lower_bound(items, played.to, {}, &Item::at);
    return static_cast<std::size_t>(last - first);
  };
  for (const Played& played : played_) {
    for (const Voice& voice : tune_->voices) {
      notes += written_in(voice.notes, played) + written_in(voice.lyrics, played) +
               written_in(voice.chords, played) + written_in(voice.keys, played) +
               written_in(voice.tempos, played);
    }
    if (notes > kMostNotes) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("the repeats unfold to more than {} notes and signs", kMostNotes));
    }
  }
  return {};
}

void Performance::play_sections(const std::vector<Stretch>& order) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Tick start = tick_of(played_[i].at);
    if (order[i].starts_section) piece_.sections.push_back({start, TickLength(), order[i].section});
  }
  // One strain that nothing marks says nothing about the form.
  const bool named =
      std::ranges::any_of(tune_->voices, [](const Voice& v) { return !v.labels.empty(); });
  if (piece_.sections.size() == 1 && !named) piece_.sections.clear();
  for (std::size_t i = 0; i < piece_.sections.size(); ++i) {
    const bool last = i + 1 == piece_.sections.size();
    const Tick end = last ? piece_.end : piece_.sections[i + 1].onset;
    piece_.sections[i].length = end - piece_.sections[i].onset;
  }
}

void Performance::play_voices() {
  bool first = true;
  for (const Voice& voice : tune_->voices) {
    if (voice.notes.empty()) continue;
    score::Part part;
    part.name = voice.name.empty() ? text_of(voice.id) : voice.name;
    part.role = role_of(voice, first);
    part.program = voice.program.value_or(0);
    NotePlayer player(part.notes);
    for (const Played& played : played_) {
      each_in(voice.notes, played, [&](const WrittenNote& note, Tick onset) {
        player.add(note, onset, played.tick(note.at + note.length));
      });
      each_in(voice.lyrics, played, [&](const WrittenLyric& lyric, Tick onset) {
        part.lyrics.push_back({onset, lyric.syllable, lyric.continues, lyric.verse});
      });
    }
    piece_.parts.push_back(std::move(part));
    first = false;
  }
}

void Performance::play_chords() {
  const auto chords = gathered(tune_->voices, &Voice::chords);
  struct Start {
    Tick at;
    std::optional<score::Chord> chord;
  };
  std::vector<Start> starts;
  for (const Played& played : played_) {
    each_in(chords, played, [&](const auto& chord, Tick at) {
      if (!starts.empty() && starts.back().at == at) {
        starts.back().chord = chord.value;
      } else {
        starts.push_back({at, chord.value});
      }
    });
  }
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const Tick end = i + 1 < starts.size() ? starts[i + 1].at : piece_.end;
    if (starts[i].chord && end > starts[i].at) {
      piece_.chords.push_back({starts[i].at, end - starts[i].at, *starts[i].chord});
    }
  }
}

void Performance::play_keys() {
  if (tune_->voices.empty()) return;
  const auto& keys = tune_->voices.front().keys;
  for (const Played& played : played_) {
    const auto* before = in_force(keys, played.from);
    if (played.jumped && before != nullptr) {
      piece_.keys.push_back({played.tick(played.from), before->value});
    }
    each_in(keys, played,
            [&](const auto& key, Tick at) { piece_.keys.push_back({at, key.value}); });
  }
}

void Performance::play_tempos() {
  const auto tempos = gathered(tune_->voices, &Voice::tempos);
  double now = 120.0;
  const auto set = [&](Tick at, double bpm) {
    if (bpm != now) piece_.tempo.set(at, bpm);
    now = bpm;
  };
  for (const Played& played : played_) {
    const auto* before = in_force(tempos, played.from);
    if (before != nullptr) set(played.tick(played.from), before->value);
    each_in(tempos, played, [&](const auto& tempo, Tick at) { set(at, tempo.value); });
  }
}

void Performance::play_bars() {
  const auto metres = gathered(tune_->voices, &Voice::metres);
  std::vector<PlayedBar> bars;
  Tick start;
  WrittenMetre metre = score::Metre{};
  const auto close = [&](Tick end) {
    if (end > start) bars.push_back({end - start, metre});
    start = end;
  };
  for (const Played& played : played_) {
    const Tick begin = played.tick(played.from);
    if (played.jumped) close(begin);
    if (const auto* now = in_force(metres, played.from); start == begin && now != nullptr) {
      metre = now->value;
    }
    const auto mark = std::ranges::lower_bound(marks_, played.to, {}, &BarMark::at);
    const bool line = mark != marks_.end() && mark->at == played.to && mark->line;
    if (line) close(played.tick(played.to));
  }
  close(piece_.end);
  piece_.metre = metre_map_of(bars, tune_->warnings);
}

Result<score::Piece> Performance::play() {
  piece_.title = tune_->title;
  piece_.composer = tune_->composer;
  const auto laid_out = lay_out();
  if (!laid_out) return tl::unexpected<Error>(laid_out.error());
  play_voices();
  play_chords();
  play_keys();
  play_tempos();
  play_bars();
  score::tidy(piece_);
  return std::move(piece_);
}

}  // namespace

Result<score::Piece> perform(Tune& tune) {
  return Performance(tune).play();
}

}  // namespace cantus::formats::abc
