#include "neural/train/benchmark/voice_features.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cantus::benchmark {
namespace {

constexpr int kWidest = 24;    // keys asked about up and down
constexpr int kInterval = 26;  // an interval seen, up and down; one more is "further", one a rest
constexpr int kIntervals = 2 * kInterval + 3;
constexpr int kMetres[] = {4, 8, 12, 16, 24, 32, 64};
constexpr int kMetreSizes = 160;  // their sum
constexpr int kLags[] = {1, 2, 4, 6, 8, 12, 16, 32, 64};
constexpr std::size_t kOwnNotes = 8;
constexpr std::uint32_t kOtherNotes = 4;
constexpr int kHeld = 14;
constexpr int kRhythm = 32;  // sixteenths back of which it is known who moved
constexpr int kChances = 9;
constexpr int kAmounts = 6;
constexpr std::uint32_t kVoiceCount = kVoices;

struct Layout {
  FeatureBlocks blocks;
  // of the note
  std::uint32_t bias = blocks.take(1);
  std::uint32_t voice = blocks.take(kVoices);
  std::uint32_t metre = blocks.take(kMetreSizes);
  std::uint32_t voice_metre = blocks.take(kVoices * 16);
  std::uint32_t held_metre = blocks.take(kVoices * kHeld * 16);
  std::uint32_t held = blocks.take(kVoices * kVoices * kHeld);
  std::uint32_t moved = blocks.take(kVoices * 27);
  std::uint32_t own_rhythm = blocks.take(kRhythm);
  std::uint32_t rhythm = blocks.take(kVoices * kRhythm);
  std::uint32_t all_rhythm = blocks.take(5 * kRhythm);
  std::uint32_t age = blocks.take(12);
  std::uint32_t holding = blocks.take(2 * static_cast<int>(kContexts) * kAmounts * kChances);
  // of the key asked about
  std::uint32_t move = blocks.take(kVoices * kIntervals);
  std::uint32_t key = blocks.take(kVoices * 128);
  std::uint32_t lags[std::size(kLags)];
  std::uint32_t last = blocks.take(static_cast<int>(kVoices * kVoices) * kIntervals);
  std::uint32_t now = blocks.take(static_cast<int>(kVoices * kVoices) * kIntervals);
  std::uint32_t own_notes = blocks.take(static_cast<int>(kOwnNotes) * kIntervals);
  std::uint32_t own_lengths = blocks.take(static_cast<int>(kOwnNotes) * kHeld);
  std::uint32_t other_notes = blocks.take(static_cast<int>(kVoices * kOtherNotes) * kIntervals);
  std::uint32_t motion = blocks.take(144 + 1);
  std::uint32_t now_classes = blocks.take(12);
  std::uint32_t classes = blocks.take(24);
  std::uint32_t first = blocks.take(24);
  std::uint32_t counts = blocks.take(2 * static_cast<int>(kContexts) * kAmounts * kChances);
  std::uint32_t logits = blocks.take(2 * static_cast<int>(kContexts));

  Layout() {
    for (std::uint32_t& lag : lags)
      lag = blocks.take(kVoices * kIntervals);
  }
};

const Layout& layout() {
  static const Layout kLayout;
  return kLayout;
}

std::uint32_t bucket(int length) {
  constexpr int kEdges[] = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16, 24};
  return static_cast<std::uint32_t>(std::ranges::lower_bound(kEdges, length) - std::begin(kEdges));
}

/// How far `other` lies from `key`; rests have a place of their own.
std::uint32_t interval(int other, int key) {
  if (other == kRest) return kIntervals - 1;
  if (key == kRest) return kIntervals - 2;
  return static_cast<std::uint32_t>(std::clamp(other - key, -kInterval, kInterval) + kInterval);
}

std::uint32_t class_of(int other, int key) {
  return static_cast<std::uint32_t>((other - key + 240) % 12);
}

std::uint32_t amount(int times) {
  return static_cast<std::uint32_t>(
      std::min(static_cast<int>(std::bit_width(static_cast<unsigned>(times))), kAmounts) - 1);
}

/// The share of the outcomes left that the one asked about has.
struct Chance {
  int yes = 0;
  int left = 0;
};

std::uint32_t chance_bucket(const Chance& chance) {
  if (chance.yes == 0) return 0;
  if (chance.yes == chance.left) return kChances - 1;
  const double share = static_cast<double>(chance.yes) / chance.left;
  return 1 + static_cast<std::uint32_t>(share * (kChances - 2));
}

std::vector<int> moves() {
  std::vector<int> list{0, kRest};
  for (int distance = 1; distance <= kWidest; ++distance) {
    list.push_back(-distance);
    list.push_back(distance);
  }
  return list;
}

/// One note's questions being written.
class Note {
 public:
  Note(const VoiceContext& context, std::size_t t, std::size_t place, int shift, Decisions& to)
      : context_(context),
        t_(t),
        place_(place),
        shift_(shift),
        voice_(context.order[place]),
        home_(home_of(context.voices, t, voice_)),
        to_(to),
        l_(layout()) {
    const NoteMemory& memory = context.memory[t][place];
    for (std::size_t i = 0; i < kContexts; ++i) {
      outcomes_[i] = &memory.training[i];
      outcomes_[kContexts + i] = &memory.piece[i];
    }
    for (std::size_t i = 0; i < left_.size(); ++i) {
      for (const Outcome& outcome : *outcomes_[i])
        left_[i] += outcome.times;
    }
    tally();
    add_moment();
  }

  void add_row(int move, bool answer) {
    const int key = move == kRest ? kRest : home_ + move;
    row(l_.move + at_voice() * kIntervals + interval(move == kRest ? kRest : move, 0));
    if (key != kRest)
      row(l_.key + at_voice() * 128 + static_cast<std::uint32_t>(std::clamp(key + shift_, 0, 127)));
    add_past(key);
    add_decided(key);
    if (key != kRest) add_tonality(key);
    add_counts(move);
    to_.close_row(answer, 1.0F);
  }

 private:
  using Keys = std::array<int, kVoices>;

  void moment(std::uint32_t index) { to_.moments.add(index); }
  void row(std::uint32_t index, float value = 1.0F) { to_.rows.add(index, value); }
  std::uint32_t at_voice() const { return static_cast<std::uint32_t>(voice_); }
  const Keys& keys(std::size_t t) const { return context_.voices.keys[t]; }
  const std::vector<VoiceNote>& past(std::size_t voice) const {
    return context_.voices.before[t_][voice];
  }
  bool changed(std::size_t t, std::size_t voice) const {
    return t == 0 || keys(t)[voice] != keys(t - 1)[voice];
  }
  Chance chance_of(std::size_t i, int move) const {
    Chance chance{0, left_[i]};
    for (const Outcome& outcome : *outcomes_[i]) {
      if (outcome.move == move) chance.yes = outcome.times;
    }
    return chance;
  }

  void tally() {
    const std::size_t from = t_ > 64 ? t_ - 64 : 0;
    for (std::size_t t = 0; t < t_; ++t) {
      for (const int key : keys(t)) {
        if (key == kRest) continue;
        classes_[static_cast<std::size_t>(key % 12)] += 1.0F;
        if (t >= from) lately_[static_cast<std::size_t>(key % 12)] += 1.0F;
      }
    }
    all_ = 1e-3F + static_cast<float>(t_ * kVoices);
    all_lately_ = 1e-3F + static_cast<float>((t_ - from) * kVoices);
  }

  void add_moment() {
    moment(l_.bias);
    moment(l_.voice + at_voice());
    std::uint32_t at = l_.metre;
    for (const int metre : kMetres) {
      moment(at + static_cast<std::uint32_t>(t_ % static_cast<std::size_t>(metre)));
      at += static_cast<std::uint32_t>(metre);
    }
    const auto sixteenth = static_cast<std::uint32_t>(t_ % 16);
    moment(l_.voice_metre + at_voice() * 16 + sixteenth);
    const std::uint32_t held = past(voice_).empty() ? 0 : bucket(past(voice_).front().length);
    moment(l_.held_metre + (at_voice() * kHeld + held) * 16 + sixteenth);
    for (std::uint32_t u = 0; u < kVoices; ++u) {
      const std::uint32_t length = past(u).empty() ? 0 : bucket(past(u).front().length);
      moment(l_.held + (at_voice() * kVoiceCount + u) * kHeld + length);
    }
    moment(l_.age + static_cast<std::uint32_t>(std::min<std::size_t>(std::bit_width(t_), 11)));
    add_moved();
    add_rhythm();
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (left_[i] > 0) moment(l_.holding + count_at(i, chance_of(i, 0)));
    }
    to_.moments.close();
  }

  /// Of each of the other voices: not decided, held, moved.
  void add_moved() {
    std::uint32_t pattern = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      pattern *= 3;
      if (i < place_) pattern += t_ > 0 && changed(t_, context_.order[i]) ? 2 : 1;
    }
    moment(l_.moved + at_voice() * 27 + pattern);
  }

  void add_rhythm() {
    for (std::size_t back = 1; back <= std::min<std::size_t>(t_, kRhythm); ++back) {
      const auto b = static_cast<std::uint32_t>(back - 1);
      std::uint32_t count = 0;
      for (std::uint32_t u = 0; u < kVoices; ++u) {
        if (!changed(t_ - back, u)) continue;
        ++count;
        moment(l_.rhythm + u * kRhythm + b);
        if (u == voice_) moment(l_.own_rhythm + b);
      }
      moment(l_.all_rhythm + b * 5 + count);
    }
  }

  void add_past(int key) {
    for (std::size_t i = 0; i < std::size(kLags); ++i) {
      const auto back = static_cast<std::size_t>(kLags[i]);
      if (t_ < back) continue;
      for (std::uint32_t u = 0; u < kVoices; ++u)
        row(l_.lags[i] + u * kIntervals + interval(keys(t_ - back)[u], key));
    }
    for (std::uint32_t u = 0; u < kVoices; ++u) {
      if (t_ > 0)
        row(l_.last + (at_voice() * kVoiceCount + u) * kIntervals + interval(keys(t_ - 1)[u], key));
      for (std::uint32_t i = 0; i < std::min<std::size_t>(kOtherNotes, past(u).size()); ++i) {
        if (u != voice_)
          row(l_.other_notes + (u * kOtherNotes + i) * kIntervals + interval(past(u)[i].key, key));
      }
    }
    for (std::uint32_t i = 0; i < std::min(kOwnNotes, past(voice_).size()); ++i) {
      const VoiceNote& note = past(voice_)[i];
      row(l_.own_notes + i * kIntervals + interval(note.key, key));
      row(l_.own_lengths + i * kHeld + bucket(note.length));
    }
  }

  void add_decided(int key) {
    std::uint32_t seen = 0;
    for (std::size_t i = 0; i < place_; ++i) {
      const auto u = static_cast<std::uint32_t>(context_.order[i]);
      const int other = keys(t_)[u];
      row(l_.now + (at_voice() * kVoiceCount + u) * kIntervals + interval(other, key));
      if (other == kRest || key == kRest) continue;
      seen |= 1U << class_of(other, key);
      if (t_ == 0 || keys(t_ - 1)[u] == kRest) continue;
      const bool both = keys(t_ - 1)[u] != other && key != home_;
      row(l_.motion + (both ? class_of(keys(t_ - 1)[u], home_) * 12 + class_of(other, key) : 144));
    }
    for (std::uint32_t step = 0; step < 12; ++step) {
      if (((seen >> step) & 1U) != 0) row(l_.now_classes + step);
    }
  }

  void add_tonality(int key) {
    for (std::uint32_t step = 0; step < 12; ++step) {
      const auto of = (static_cast<std::size_t>(key) + step) % 12;
      row(l_.classes + step, classes_[of] / all_ * 4.0F);
      row(l_.classes + 12 + step, lately_[of] / all_lately_ * 4.0F);
    }
    if (t_ == 0) return;
    for (const int other : keys(0)) {
      if (other != kRest) row(l_.first + class_of(other, key));
    }
    if (keys(0)[kVoices - 1] != kRest) row(l_.first + 12 + class_of(keys(0)[kVoices - 1], key));
  }

  static std::uint32_t count_at(std::size_t i, const Chance& chance) {
    return (static_cast<std::uint32_t>(i) * kAmounts + amount(chance.left)) * kChances +
           chance_bucket(chance);
  }

  void add_counts(int move) {
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (left_[i] <= 0) continue;
      const Chance chance = chance_of(i, move);
      row(l_.counts + count_at(i, chance));
      const auto yes = static_cast<float>(chance.yes);
      const float logit = std::log((yes + 0.1F) / (static_cast<float>(chance.left) - yes + 0.1F));
      row(l_.logits + static_cast<std::uint32_t>(i), logit / 3.0F);
      left_[i] -= chance.yes;
    }
  }

  const VoiceContext& context_;
  std::size_t t_;
  std::size_t place_;
  int shift_;
  std::size_t voice_;
  int home_;
  Decisions& to_;
  const Layout& l_;
  std::array<const Outcomes*, 2 * kContexts> outcomes_{};
  std::array<int, 2 * kContexts> left_{};
  std::array<float, 12> classes_{};
  std::array<float, 12> lately_{};
  float all_ = 0.0F;
  float all_lately_ = 0.0F;
};

}  // namespace

std::uint32_t voice_feature_count() {
  return layout().blocks.used();
}

const std::vector<int>& moves_asked() {
  static const std::vector<int> kMoves = moves();
  return kMoves;
}

double loss_beyond(int home) {
  int asked = 0;
  for (const int move : moves_asked())
    asked += move != kRest && home + move >= 0 && home + move < 128 ? 1 : 0;
  return std::log(128.0 - asked);
}

void add_note(
    const VoiceContext& context, std::size_t t, std::size_t place, int shift, Decisions& to) {
  Note note(context, t, place, shift, to);
  const int truth = move_of(context.voices, t, context.order[place]);
  for (const int move : moves_asked()) {
    note.add_row(move, move == truth);
    if (move == truth) return;
  }
}

}  // namespace cantus::benchmark
