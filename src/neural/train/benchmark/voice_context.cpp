#include "neural/train/benchmark/voice_context.h"

#include <algorithm>
#include <utility>

namespace cantus::benchmark {
namespace {

constexpr std::size_t kRemembered = 12;            // notes of a voice
constexpr int kUsual[kVoices] = {71, 66, 60, 52};  // where a voice is when nothing is known

class Hash {
 public:
  explicit Hash(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}
  Hash& add(int value) {
    state_ = (state_ ^ static_cast<std::uint64_t>(value + 1000)) * 0xBF58476D1CE4E5B9U;
    state_ ^= state_ >> 29U;
    return *this;
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_;
};

int relative(int key, int home) {
  return key == kRest ? kRest : key - home;
}
int relative_class(int key, int home) {
  return key == kRest ? kRest : (key - home + 120) % 12;
}

/// One note of which contexts are made.
struct At {
  const Voices& voices;
  std::size_t t;
  std::size_t place;
  const VoiceOrder& order;
  std::size_t voice = order[place];
  int home = home_of(voices, t, voice);
  int beat = static_cast<int>(t % 4);

  const std::vector<VoiceNote>& past(std::size_t of) const { return voices.before[t][of]; }
  int held(std::size_t of, int most) const {
    return past(of).empty() ? 0 : std::min(past(of).front().length, most);
  }
};

/// The last `notes` of the voice itself, with their lengths.
std::uint64_t melody(const At& at, std::uint64_t seed, std::size_t notes) {
  Hash hash(seed);
  hash.add(static_cast<int>(at.voice)).add(at.beat);
  const auto& past = at.past(at.voice);
  for (std::size_t i = 0; i < std::min(notes, past.size()); ++i)
    hash.add(relative(past[i].key, at.home)).add(std::min(past[i].length, 16));
  return hash.value();
}

void add_chord(const At& at, std::size_t t, bool classes, Hash& hash) {
  for (const int key : at.voices.keys[t])
    hash.add(classes ? relative_class(key, at.home) : relative(key, at.home));
}

void add_decided(const At& at, bool classes, Hash& hash) {
  for (std::size_t i = 0; i < at.place; ++i) {
    const int key = at.voices.keys[at.t][at.order[i]];
    hash.add(classes ? relative_class(key, at.home) : relative(key, at.home));
  }
}

/// The chord before, what is decided now, and where in the beat.
std::uint64_t harmony(const At& at, std::uint64_t seed, bool classes, int metre, int held) {
  Hash hash(seed);
  hash.add(static_cast<int>(at.voice)).add(static_cast<int>(at.t) % metre);
  if (at.t > 0) add_chord(at, at.t - 1, classes, hash);
  add_decided(at, classes, hash);
  for (std::size_t voice = 0; voice < kVoices; ++voice)
    hash.add(at.held(voice, held));
  return hash.value();
}

/// The chords of the last `beats` beats as well.
std::uint64_t progression(const At& at, std::uint64_t seed, std::size_t beats) {
  Hash hash(seed);
  hash.add(static_cast<int>(at.voice)).add(at.beat);
  if (at.t > 0) add_chord(at, at.t - 1, false, hash);
  for (std::size_t i = 1; i <= beats; ++i) {
    const std::size_t back = i * 4 + static_cast<std::size_t>(at.beat) - 3;
    if (at.t >= back && back > 1) add_chord(at, at.t - back, false, hash);
  }
  add_decided(at, false, hash);
  return hash.value();
}

/// How the voices decided moved, and how this one came to where it is.
std::uint64_t motion(const At& at, std::uint64_t seed) {
  Hash hash(seed);
  hash.add(static_cast<int>(at.voice)).add(at.beat).add(at.held(at.voice, 8));
  for (std::size_t i = 0; i < at.place; ++i) {
    const std::size_t other = at.order[i];
    const int now = at.voices.keys[at.t][other];
    hash.add(relative_class(now, at.home)).add(at.t > 0 && now != at.voices.keys[at.t - 1][other]);
  }
  const auto& past = at.past(at.voice);
  if (past.size() > 1) hash.add(relative(past[1].key, at.home));
  return hash.value();
}

void add_to(Outcomes& outcomes, int move, int times) {
  const auto same = std::ranges::find(outcomes, move, &Outcome::move);
  if (same == outcomes.end())
    outcomes.push_back({move, times});
  else
    same->times += times;
}

}  // namespace

Voices voices_of(const Chorale& chorale) {
  Voices voices;
  std::array<std::vector<VoiceNote>, kVoices> past;
  for (const Sixteenth& sixteenth : chorale) {
    voices.before.push_back(past);
    std::array<int, kVoices> keys{};
    for (std::size_t v = 0; v < kVoices; ++v) {
      keys[v] = sixteenth[v].value_or(kRest);
      if (past[v].empty() || past[v].front().key != keys[v])
        past[v].insert(past[v].begin(), {keys[v], 0});
      ++past[v].front().length;
      if (past[v].size() > kRemembered) past[v].pop_back();
    }
    voices.keys.push_back(keys);
  }
  return voices;
}

int home_of(const Voices& voices, std::size_t t, std::size_t voice) {
  for (const VoiceNote& note : voices.before[t][voice]) {
    if (note.key != kRest) return note.key;
  }
  return kUsual[voice];
}

int move_of(const Voices& voices, std::size_t t, std::size_t voice) {
  return relative(voices.keys[t][voice], home_of(voices, t, voice));
}

std::array<std::uint64_t, kContexts> contexts_of(const Voices& voices,
                                                 std::size_t t,
                                                 std::size_t place,
                                                 const VoiceOrder& order) {
  const At at{voices, t, place, order};
  return {melody(at, 1, 2),
          melody(at, 2, 4),
          melody(at, 3, 7),
          harmony(at, 4, false, 4, 0),
          harmony(at, 5, false, 4, 8),
          harmony(at, 6, true, 4, 4),
          progression(at, 7, 1),
          progression(at, 8, 3),
          motion(at, 9),
          harmony(at, 10, true, 16, 1)};
}

void ContextMemory::add(std::uint64_t context, std::int32_t piece, int move) {
  auto& list = entries_[context];
  for (Entry& entry : list) {
    if (entry.piece != piece || entry.move != move) continue;
    ++entry.times;
    return;
  }
  list.push_back({piece, static_cast<std::int16_t>(move), 1});
}

Outcomes ContextMemory::outcomes(std::uint64_t context, std::int32_t own) const {
  Outcomes outcomes;
  const auto found = entries_.find(context);
  if (found == entries_.end()) return outcomes;
  for (const Entry& entry : found->second) {
    if (entry.piece != own) add_to(outcomes, entry.move, entry.times);
  }
  return outcomes;
}

ContextMemory remember(std::span<const Voices> chorales, const VoiceOrder& order) {
  ContextMemory memory;
  for (std::size_t i = 0; i < chorales.size(); ++i) {
    for (std::size_t t = 0; t < chorales[i].keys.size(); ++t) {
      for (std::size_t place = 0; place < kVoices; ++place) {
        const int move = move_of(chorales[i], t, order[place]);
        for (const std::uint64_t context : contexts_of(chorales[i], t, place, order))
          memory.add(context, static_cast<std::int32_t>(i), move);
      }
    }
  }
  return memory;
}

VoiceContext context_of(Voices voices,
                        const VoiceOrder& order,
                        const ContextMemory& memory,
                        std::int32_t own) {
  VoiceContext context{std::move(voices), order, {}};
  ContextMemory piece;
  context.memory.resize(context.voices.keys.size());
  for (std::size_t t = 0; t < context.voices.keys.size(); ++t) {
    for (std::size_t place = 0; place < kVoices; ++place) {
      const auto contexts = contexts_of(context.voices, t, place, order);
      NoteMemory& note = context.memory[t][place];
      for (std::size_t i = 0; i < kContexts; ++i) {
        note.training[i] = memory.outcomes(contexts[i], own);
        note.piece[i] = piece.outcomes(contexts[i], -1);
        piece.add(contexts[i], 0, move_of(context.voices, t, order[place]));
      }
    }
  }
  return context;
}

}  // namespace cantus::benchmark
