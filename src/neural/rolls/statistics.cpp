#include "neural/rolls/statistics.h"

#include <algorithm>
#include <bitset>
#include <optional>

#include "base/random.h"
#include "music/theory/tonal_space.h"

namespace cantus::rolls {
namespace {

constexpr int kFirstUpc = kPlayers;
constexpr int kFirstQn = kFirstUpc + kPitched;
constexpr int kDp = kFirstQn + kPitched;
constexpr int kFirstTd = kDp + 1;
constexpr int kFirstNotes = kFirstTd + kPairs;
constexpr int kFirstPolyphony = kFirstNotes + kPlayers;
constexpr int kEighths = kFirstPolyphony + kPitched;
constexpr int kInChord = kEighths + 1;
constexpr int kInScale = kInChord + 1;
constexpr int kGroove = kInScale + 1;
static_assert(kFirstNotes == kMuseGanFigures && kGroove + 1 == kFigures);

constexpr unsigned kHomeScale = 0b101010110101;  // bit p: pitch class p
constexpr int kSixteenth = kStepsPerBeat / 4;
constexpr int kEighth = kStepsPerBeat / 2;
constexpr int kQualifiedSteps = 2;  // 3/96 of four beats are a step and a half
constexpr double kBesidePattern = 0.1;

using Chroma = std::array<double, 12>;

FigureNames make_names() {
  FigureNames names;
  auto next = names.begin();
  const auto of_players = [&](const std::string& what, bool with_drums) {
    for (const Player player : kAllPlayers) {
      if (player == Player::drums && !with_drums) continue;
      *next++ = what + " " + std::string(to_text(player));
    }
  };
  of_players("EB", true);
  of_players("UPC", false);
  of_players("QN", false);
  *next++ = "DP drums";
  for (int a = 1; a < kPlayers; ++a) {
    for (int b = a + 1; b < kPlayers; ++b) {
      *next++ = "TD " + std::string(to_text(static_cast<Player>(a))) + "-" +
                std::string(to_text(static_cast<Player>(b)));
    }
  }
  of_players("notes", true);
  of_players("polyphony", false);
  *next++ = "drums on eighths";
  *next++ = "in chord";
  *next++ = "in chord or scale";
  *next++ = "groove";
  return names;
}

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

/// One phrase, measured.
class Measuring {
 public:
  explicit Measuring(const Roll& roll) : roll_(roll) {}

  Ratios measure() {
    for (int player = 0; player < kPlayers; ++player)
      measure_bars(player);
    measure_drums();
    for (int player = 1; player < kPlayers; ++player) {
      measure_lengths(player);
      measure_sound(player);
    }
    measure_distances();
    measure_groove();
    return out_;
  }

 private:
  void add(int figure, double sum, double count) {
    out_[index(figure)].sum += sum;
    out_[index(figure)].count += count;
  }
  std::span<const RollNote> notes(int player) const { return roll_.players[index(player)]; }
  int end_of(const RollNote& note) const {
    return std::min(roll_.steps(), note.onset + note.length);
  }

  void measure_bars(int player) {
    std::array<std::bitset<12>, kBars> classes;
    std::array<int, kBars> struck{};
    for (const RollNote& note : notes(player)) {
      ++struck[index(note.onset / roll_.bar_steps())];
      const int last = (end_of(note) - 1) / roll_.bar_steps();
      for (int bar = note.onset / roll_.bar_steps(); bar <= last; ++bar)
        classes[index(bar)].set(note.key % 12U);
    }
    for (int bar = 0; bar < kBars; ++bar) {
      const bool is_empty = classes[index(bar)].none();
      add(player, is_empty ? 1.0 : 0.0, 1.0);
      if (is_empty) continue;
      if (player > 0)
        add(kFirstUpc + player - 1, static_cast<double>(classes[index(bar)].count()), 1.0);
      add(kFirstNotes + player, struck[index(bar)], 1.0);
    }
  }

  void measure_drums() {
    for (const RollNote& note : notes(0)) {
      add(kDp, note.onset % kSixteenth == 0 ? 1.0 : kBesidePattern, 1.0);
      add(kEighths, note.onset % kEighth == 0 ? 1.0 : 0.0, 1.0);
    }
  }

  void measure_lengths(int player) {
    for (const RollNote& note : notes(player))
      add(kFirstQn + player - 1, note.length >= kQualifiedSteps ? 1.0 : 0.0, 1.0);
  }

  void measure_sound(int player) {
    std::vector<int> sounding(index(roll_.steps()), 0);
    std::vector<Chroma>& chromas = chromas_[index(player)];
    chromas.assign(index(roll_.steps() / kStepsPerBeat), Chroma());
    for (const RollNote& note : notes(player)) {
      for (int step = note.onset; step < end_of(note); ++step) {
        ++sounding[index(step)];
        chromas[index(step / kStepsPerBeat)][note.key % 12U] += 1.0;
        const HalfBarChord& chord = roll_.chords[index(2 * step / roll_.bar_steps())];
        if (chord.tones == 0) continue;
        const bool in_chord = (chord.tones >> (note.key % 12) & 1) != 0;
        const bool in_scale = (kHomeScale >> (note.key % 12) & 1U) != 0;
        add(kInChord, in_chord ? 1.0 : 0.0, 1.0);
        add(kInScale, in_chord || in_scale ? 1.0 : 0.0, 1.0);
      }
    }
    for (const int keys : sounding) {
      if (keys > 0) add(kFirstPolyphony + player - 1, keys, 1.0);
    }
  }

  static bool is_silent(const Chroma& chroma) {
    return std::ranges::all_of(chroma, [](double weight) { return weight == 0.0; });
  }

  void measure_distances() {
    const std::size_t beats = index(roll_.steps() / kStepsPerBeat);
    for (std::size_t beat = 0; beat < beats; ++beat) {
      std::array<std::optional<theory::TonalCentroid>, kPlayers> points;
      for (std::size_t player = 1; player < kPlayers; ++player) {
        const Chroma& chroma = chromas_[player][beat];
        if (!is_silent(chroma)) points[player] = theory::tonal_centroid(chroma);
      }
      int pair = kFirstTd;
      for (std::size_t a = 1; a < kPlayers; ++a) {
        for (std::size_t b = a + 1; b < kPlayers; ++b, ++pair) {
          if (points[a] && points[b]) add(pair, theory::distance(*points[a], *points[b]), 1.0);
        }
      }
    }
  }

  void measure_groove() {
    std::array<std::bitset<kMostSteps>, kBars> struck;
    for (const auto& player : roll_.players) {
      for (const RollNote& note : player)
        struck[index(note.onset / roll_.bar_steps())].set(index(note.onset % roll_.bar_steps()));
    }
    for (std::size_t bar = 0; bar + 1 < struck.size(); ++bar) {
      const auto apart = static_cast<double>((struck[bar] ^ struck[bar + 1]).count());
      add(kGroove, 1.0 - apart / roll_.bar_steps(), 1.0);
    }
  }

  const Roll& roll_;
  Ratios out_{};
  std::array<std::vector<Chroma>, kPlayers> chromas_;  // [player][beat]
};

void add_to(Ratios& sum, const Ratios& ratios) {
  for (std::size_t i = 0; i < sum.size(); ++i) {
    sum[i].sum += ratios[i].sum;
    sum[i].count += ratios[i].count;
  }
}

void shuffle(auto& things, Random& random) {
  for (std::size_t i = things.size(); i > 1; --i)
    std::swap(things[i - 1], things[random.below(i)]);
}

/// A player's notes with its bars in the order given.
std::vector<RollNote> in_order(const Roll& roll,
                               Player player,
                               const std::array<int, kBars>& order) {
  std::vector<RollNote> notes;
  for (RollNote note : roll.of(player)) {
    const int bar = note.onset / roll.bar_steps();
    const int inside = note.onset % roll.bar_steps();
    note.onset = static_cast<std::int16_t>(order[index(bar)] * roll.bar_steps() + inside);
    notes.push_back(note);
  }
  return notes;
}

}  // namespace

const FigureNames& figure_names() {
  static const FigureNames names = make_names();
  return names;
}

Ratios ratios_of(const Roll& roll) {
  return Measuring(roll).measure();
}

void Statistics::add(const Roll& roll, std::uint32_t piece) {
  add_to(pieces_[piece], ratios_of(roll));
  ++phrases_;
}

Figures Statistics::figures(std::uint64_t seed) const {
  constexpr std::size_t kResamplings = 1000;
  std::vector<const Ratios*> pieces;
  Ratios whole{};
  for (const auto& [piece, ratios] : pieces_) {
    pieces.push_back(&ratios);
    add_to(whole, ratios);
  }
  std::array<std::vector<double>, kFigures> resampled;
  Random random(seed);
  for (std::size_t i = 0; i < kResamplings && !pieces.empty(); ++i) {
    Ratios drawn{};
    for (std::size_t n = 0; n < pieces.size(); ++n)
      add_to(drawn, *pieces[random.below(pieces.size())]);
    for (std::size_t f = 0; f < drawn.size(); ++f) {
      if (drawn[f].count > 0.0) resampled[f].push_back(drawn[f].sum / drawn[f].count);
    }
  }
  Figures out{};
  for (std::size_t f = 0; f < out.size(); ++f) {
    if (whole[f].count == 0.0) continue;
    std::ranges::sort(resampled[f]);
    const std::size_t outside = resampled[f].size() / 40;
    out[f] = {whole[f].sum / whole[f].count, resampled[f][outside],
              resampled[f][resampled[f].size() - 1 - outside], true};
  }
  return out;
}

Figures figures_of(std::span<const Roll> rolls) {
  Statistics statistics;
  for (std::size_t i = 0; i < rolls.size(); ++i)
    statistics.add(rolls[i], static_cast<std::uint32_t>(i));
  return statistics.figures();
}

std::vector<Roll> shuffled(std::span<const Roll> rolls, std::uint64_t seed) {
  Random random(seed);
  std::vector<Roll> out(rolls.begin(), rolls.end());
  for (const Player player : kAllPlayers) {
    std::map<std::pair<int, int>, std::vector<std::size_t>> playing;  // by metre
    for (std::size_t i = 0; i < rolls.size(); ++i) {
      if (rolls[i].of(player).empty()) continue;
      playing[{rolls[i].metre.numerator, rolls[i].metre.denominator}].push_back(i);
    }
    for (const auto& [metre, same] : playing) {
      std::vector<std::size_t> from = same;
      shuffle(from, random);
      for (std::size_t i = 0; i < same.size(); ++i) {
        std::array<int, kBars> order = {0, 1, 2, 3};
        shuffle(order, random);
        out[same[i]].of(player) = in_order(rolls[from[i]], player, order);
      }
    }
  }
  for (Roll& roll : out)
    tidy(roll);
  return out;
}

}  // namespace cantus::rolls
