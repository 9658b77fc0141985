#include "music/theory/key_finding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "music/theory/pitch_weights.h"

namespace cantus::theory {
namespace {

using score::Key;
using score::Mode;
using score::PitchClass;
using score::Tick;

// Albrecht and Shanahan, "The use of large corpora to train a new type of key-finding algorithm",
// Music Perception 31 (2013): shares of the sounding time by scale degree, tonic first.
constexpr PitchWeights kMajor = {0.238, 0.006, 0.111, 0.006, 0.137, 0.094,
                                 0.016, 0.214, 0.009, 0.080, 0.008, 0.081};
constexpr PitchWeights kMinor = {0.220, 0.006, 0.104, 0.123, 0.019, 0.103,
                                 0.012, 0.214, 0.062, 0.022, 0.061, 0.052};
// Ours for the folk modes: the sixth of minor raised, the seventh of major lowered.
constexpr PitchWeights kDorian = {0.220, 0.006, 0.104, 0.118, 0.010, 0.103,
                                  0.006, 0.200, 0.006, 0.080, 0.130, 0.017};
constexpr PitchWeights kMixolydian = {0.238, 0.004, 0.118, 0.008, 0.125, 0.090,
                                      0.008, 0.195, 0.004, 0.090, 0.100, 0.020};

struct Candidate {
  Mode mode;
  const PitchWeights* profile;
  double prior;
};
constexpr std::array<Candidate, 4> kCandidates = {{{Mode::major, &kMajor, 0.0},
                                                   {Mode::minor, &kMinor, 0.0},
                                                   {Mode::dorian, &kDorian, -0.04},
                                                   {Mode::mixolydian, &kMixolydian, -0.05}}};

struct Evidence {
  PitchWeights shares = {};
  std::optional<PitchClass> last_bass;
  std::optional<PitchClass> first_bass;
};

constexpr double kLastBassIsTonic = 0.05;
constexpr double kFirstBassIsTonic = 0.015;

/// Pitch class of the lowest pitched note that sounds in [from, to).
std::optional<PitchClass> lowest_in(const score::Piece& piece, Tick from, Tick to) {
  std::optional<score::Pitch> lowest;
  for (const score::Part& part : piece.parts) {
    if (part.is_drums()) continue;
    for (const score::Note& note : part.notes) {
      if (note.grace || note.onset >= to || note.end() <= from) continue;
      if (!lowest || note.pitch < *lowest) lowest = note.pitch;
    }
  }
  if (!lowest) return std::nullopt;
  return lowest->pitch_class();
}

/// First onset and last end of the pitched notes in [from, to).
std::pair<Tick, Tick> pitched_range(const score::Piece& piece, Tick from, Tick to) {
  Tick first = to;
  Tick last = from;
  for (const score::Part& part : piece.parts) {
    if (part.is_drums()) continue;
    for (const score::Note& note : part.notes) {
      if (note.grace || note.onset >= to || note.end() <= from) continue;
      first = std::min(first, std::max(note.onset, from));
      last = std::max(last, std::min(note.end(), to));
    }
  }
  return {first, last};
}

std::optional<Evidence> evidence_of(const score::Piece& piece, Tick from, Tick to) {
  Evidence evidence;
  evidence.shares = pitch_weights(piece, from, to);
  const double total = sum_of(evidence.shares);
  if (total <= 0.0) return std::nullopt;
  for (double& share : evidence.shares)
    share /= total;
  const auto [first, last] = pitched_range(piece, from, to);
  evidence.last_bass = lowest_in(piece, last - score::beats(1, 2), last);
  evidence.first_bass = lowest_in(piece, first, first + score::beats(1, 4));
  return evidence;
}

double distance(const PitchWeights& shares, const PitchWeights& profile, int tonic) {
  double sum = 0.0;
  for (int degree = 0; degree < 12; ++degree) {
    const auto pitch_class = static_cast<std::size_t>((tonic + degree) % 12);
    const double apart = shares[pitch_class] - profile[static_cast<std::size_t>(degree)];
    sum += apart * apart;
  }
  return std::sqrt(sum);
}

double likeness(const Evidence& evidence, const Candidate& candidate, int tonic) {
  double score = candidate.prior - distance(evidence.shares, *candidate.profile, tonic);
  const PitchClass home(tonic);
  if (evidence.last_bass == home) score += kLastBassIsTonic;
  if (evidence.first_bass == home) score += kFirstBassIsTonic;
  return score;
}

/// Sharps minus flats among the spelt notes: tells F# major from Gb major.
int sharpness(const score::Piece& piece) {
  int sharps = 0;
  for (const score::Part& part : piece.parts) {
    for (const score::Note& note : part.notes) {
      if (!note.spelling) continue;
      sharps += (note.spelling->alter() > 0) - (note.spelling->alter() < 0);
    }
  }
  return sharps;
}

Key spelt(PitchClass tonic, Mode mode, int sharps) {
  Key key = score::key_of(score::Spelling(7 * tonic.number() % 12), mode);
  while (key.fifths > 6)
    key.fifths -= 12;
  while (key.fifths < -5)
    key.fifths += 12;
  if (key.fifths >= 5 && sharps < 0) key.fifths -= 12;
  if (key.fifths == -5 && sharps > 0) key.fifths += 12;
  return key;
}

/// The sounding shares of each bar, in order; all zero where nothing sounds.
std::vector<PitchWeights> bar_weights(const score::Piece& piece) {
  const std::vector<Tick> bars = piece.metre.bar_starts(piece.end);
  std::vector<PitchWeights> weights(bars.size());
  for (const score::Part& part : piece.parts) {
    if (part.is_drums()) continue;
    for (const score::Note& note : part.notes) {
      const auto after = std::ranges::upper_bound(bars, note.onset);
      if (note.grace || after == bars.begin()) continue;
      // A note counts in the bar it starts in: what is held over proves no key.
      const auto bar = static_cast<std::size_t>(after - bars.begin()) - 1;
      weights[bar][static_cast<std::size_t>(note.pitch.pitch_class().number())] +=
          std::min(note.length.beats(), 4.0);
    }
  }
  for (PitchWeights& bar : weights) {
    const double total = sum_of(bar);
    for (double& weight : bar)
      weight /= total > 0.0 ? total : 1.0;
  }
  return weights;
}

constexpr double kBarEvidence = 5.0;     ///< Independent notes a bar is worth.
constexpr double kModulationCost = 6.0;  ///< Nats.
constexpr double kHomeBonus = 0.15;      ///< Nats a bar for the key of the whole piece.

double bar_fit(const PitchWeights& bar, int first_tonic, int state) {
  const PitchWeights& profile = state % 2 == 0 ? kMajor : kMinor;
  double sum = 0.0;
  for (int degree = 0; degree < 12; ++degree) {
    const auto pitch_class = static_cast<std::size_t>((first_tonic + state / 2 + degree) % 12);
    sum += bar[pitch_class] * std::log(12.0 * profile[static_cast<std::size_t>(degree)]);
  }
  return kBarEvidence * sum;
}

/// The likeliest state of each bar: 2 x semitones above the home tonic, plus 1 for minor.
std::vector<int> key_path(const std::vector<PitchWeights>& bars, Key home) {
  constexpr std::size_t kStates = 24;
  const int tonic = home.tonic().pitch_class().number();
  const std::size_t home_state = home.mode == Mode::minor ? 1 : 0;
  std::array<double, kStates> best = {};
  std::vector<std::array<int, kStates>> came_from(bars.size());
  const auto top = [&] { return std::ranges::max_element(best) - best.begin(); };
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const auto leader = static_cast<std::size_t>(top());
    const double changed = best[leader] - kModulationCost;
    for (std::size_t s = 0; s < kStates; ++s) {
      came_from[i][s] = static_cast<int>(changed > best[s] ? leader : s);
      best[s] = std::max(best[s], changed) + bar_fit(bars[i], tonic, static_cast<int>(s));
    }
    best[home_state] += kHomeBonus;
  }
  std::vector<int> path(bars.size());
  int state = static_cast<int>(top());
  for (std::size_t i = bars.size(); i-- > 0;) {
    path[i] = state;
    state = came_from[i][static_cast<std::size_t>(state)];
  }
  return path;
}

}  // namespace

std::optional<Key> find_key(const score::Piece& piece, Tick from, Tick to, KeyModes modes) {
  const auto evidence = evidence_of(piece, from, to);
  if (!evidence) return std::nullopt;
  const std::size_t count = modes == KeyModes::folk ? kCandidates.size() : 2;
  double best = -std::numeric_limits<double>::infinity();
  PitchClass tonic;
  Mode mode = Mode::major;
  for (int home = 0; home < 12; ++home) {
    for (const Candidate& candidate : std::span(kCandidates).first(count)) {
      const double score = likeness(*evidence, candidate, home);
      if (score <= best) continue;
      best = score;
      tonic = PitchClass(home);
      mode = candidate.mode;
    }
  }
  return spelt(tonic, mode, sharpness(piece));
}

std::optional<Key> find_key(const score::Piece& piece, KeyModes modes) {
  constexpr Tick kLast(std::numeric_limits<std::int64_t>::max());
  return find_key(piece, Tick(), kLast, modes);
}

std::vector<score::KeyChange> find_keys(const score::Piece& piece) {
  const std::optional<Key> home = find_key(piece);
  if (!home) return {};
  const std::vector<int> states = key_path(bar_weights(piece), *home);
  const std::vector<Tick> bars = piece.metre.bar_starts(piece.end);
  const int sharps = sharpness(piece);
  std::vector<score::KeyChange> keys;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (i > 0 && states[i] == states[i - 1]) continue;
    const PitchClass tonic = home->tonic().pitch_class() + states[i] / 2;
    const Mode mode = states[i] % 2 == 0 ? Mode::major : Mode::minor;
    keys.push_back({i == 0 ? Tick() : bars[i], spelt(tonic, mode, sharps)});
  }
  return keys;
}

}  // namespace cantus::theory
