#include "neural/train/band/settle.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

#include "neural/train/band/fit.h"
#include "neural/train/band/weights_file.h"

namespace cantus::train_band {
namespace {

using band::BeatGrid;
using band::Conditions;
using rolls::Player;

/// One phrase with what the generator says of it, told how busily each plays and not.
struct Asked {
  Conditions whole;
  std::vector<float> told, untold;
};

using OfPlayer = std::array<double, band::kPlayers>;

double notes_of(const BeatGrid& grid, Player player) {
  int count = 0;
  for (int beat = 0; beat < band::kBeats; ++beat) {
    for (const band::Stroke& stroke : grid.at(beat, player))
      count += std::popcount(stroke.keys);
  }
  return count;
}

/// Notes of the chord at their place, and all notes.
std::pair<double, double> chord_notes(const BeatGrid& grid, const Conditions& c, Player player) {
  std::pair<double, double> counts{0.0, 0.0};
  const int steps = grid.beats_of_bar * rolls::kStepsPerBeat;
  for (int beat = 0; beat < band::kBeats; ++beat) {
    if (beat % band::kBeatsOfBar >= grid.beats_of_bar) continue;
    for (int place = 0; place < band::kPlaces; ++place) {
      const auto& chord = c.chords[static_cast<std::size_t>(band::half_bar_of(beat, place, steps))];
      if (chord.tones == 0) continue;
      const auto keys = grid.at(beat, player)[static_cast<std::size_t>(place)].keys;
      for (std::uint64_t left = keys; left != 0; left &= left - 1) {
        counts.first += chord.tones >> std::countr_zero(left) % 12 & 1;
        counts.second += 1.0;
      }
    }
  }
  return counts;
}

/// Onsets that a bar shares with the bar before, and those that either has; of drums, drums.
std::pair<double, double> shared_onsets(const BeatGrid& grid, Player player) {
  std::pair<double, double> counts{0.0, 0.0};
  for (int bar = 1; bar < rolls::kBars; ++bar) {
    for (int inside = 0; inside < grid.beats_of_bar; ++inside) {
      for (std::size_t place = 0; place < band::kPlaces; ++place) {
        auto a = grid.at((bar - 1) * band::kBeatsOfBar + inside, player)[place].keys;
        auto b = grid.at(bar * band::kBeatsOfBar + inside, player)[place].keys;
        if (player != Player::drums) {
          a = a != 0 ? 1 : 0;
          b = b != 0 ? 1 : 0;
        }
        counts.first += std::popcount(a & b);
        counts.second += std::popcount(a | b);
      }
    }
  }
  return counts;
}

/// Pitch classes struck in a bar, over the bars in which any is.
std::pair<double, double> classes_of_bars(const BeatGrid& grid, Player player) {
  std::pair<double, double> counts{0.0, 0.0};
  for (int bar = 0; bar < rolls::kBars; ++bar) {
    unsigned classes = 0;
    for (int inside = 0; inside < grid.beats_of_bar; ++inside) {
      for (const band::Stroke& stroke : grid.at(bar * band::kBeatsOfBar + inside, player)) {
        for (std::uint64_t left = stroke.keys; left != 0; left &= left - 1)
          classes |= 1U << std::countr_zero(left) % 12;
      }
    }
    counts.first += std::popcount(classes);
    counts.second += classes != 0 ? 1.0 : 0.0;
  }
  return counts;
}

/// Semitones that a line moves, and its moves; the smaller the nearer, so below nought.
std::pair<double, double> moves(const BeatGrid& grid, Player player) {
  std::pair<double, double> counts{0.0, 0.0};
  int last = -1;
  for (int beat = 0; beat < band::kBeats; ++beat) {
    for (const band::Stroke& stroke : grid.at(beat, player)) {
      if (stroke.keys == 0) continue;
      const int key = std::countr_zero(stroke.keys);
      if (last >= 0) {
        counts.first -= std::abs(key - last);
        counts.second += 1.0;
      }
      last = key;
    }
  }
  return counts;
}

/// Steps in which the player sounds, and steps of the bars it strikes in.
std::pair<double, double> sounding(const rolls::Roll& roll, Player player) {
  const auto steps = static_cast<std::size_t>(roll.steps());
  std::vector<bool> sounds(steps, false);
  std::vector<bool> strikes(rolls::kBars, false);
  for (const rolls::RollNote& note : roll.of(player)) {
    strikes[static_cast<std::size_t>(note.onset / roll.bar_steps())] = true;
    const auto end = std::min(steps, static_cast<std::size_t>(note.onset + note.length));
    std::fill(sounds.begin() + note.onset, sounds.begin() + static_cast<std::ptrdiff_t>(end), true);
  }
  std::pair<double, double> counts{0.0, 0.0};
  for (std::size_t step = 0; step < steps; ++step) {
    if (!strikes[step / static_cast<std::size_t>(roll.bar_steps())]) continue;
    counts.first += sounds[step] ? 1.0 : 0.0;
    counts.second += 1.0;
  }
  return counts;
}

/// Bars of a drummer that are as one of the two before, and bars after the first.
std::pair<double, double> returning_bars(const BeatGrid& grid, Player player) {
  std::pair<double, double> counts{0.0, 0.0};
  const auto same = [&](int a, int b) {
    for (int inside = 0; inside < grid.beats_of_bar; ++inside) {
      for (std::size_t place = 0; place < band::kPlaces; ++place) {
        if (grid.at(a * band::kBeatsOfBar + inside, player)[place].keys !=
            grid.at(b * band::kBeatsOfBar + inside, player)[place].keys)
          return false;
      }
    }
    return true;
  };
  for (int bar = 1; bar < rolls::kBars; ++bar) {
    counts.first += same(bar, bar - 1) || (bar > 1 && same(bar, bar - 2)) ? 1.0 : 0.0;
    counts.second += 1.0;
  }
  return counts;
}

/// Doublings of a step that a stroke lasts, and strokes.
std::pair<double, double> doublings(const BeatGrid& grid, Player player) {
  std::pair<double, double> counts{0.0, 0.0};
  for (int beat = 0; beat < band::kBeats; ++beat) {
    for (const band::Stroke& stroke : grid.at(beat, player)) {
      if (stroke.keys == 0) continue;
      counts.first += std::log2(static_cast<double>(band::kLengthSteps[stroke.length]));
      counts.second += 1.0;
    }
  }
  return counts;
}

class Settler {
 public:
  Settler(const band::BandNet& net, const std::vector<const rolls::Phrase*>& phrases) {
    band::BandNet::Workspace work(net);
    for (std::size_t i = 0; i < phrases.size(); ++i) {
      Asked asked{conditions_of(*phrases[i]), {}, {}};
      const auto z =
          net.prior().noise_of(band::draw_latents(Random(11).fork("phrase " + std::to_string(i))));
      Conditions c = asked.whole;
      const auto size = static_cast<std::size_t>(c.tokens()) * band::kContentFeatures;
      asked.told.resize(size);
      net.generate(c, z, work, asked.told);
      c.manners = {};
      asked.untold.resize(size);
      net.generate(c, z, work, asked.untold);
      asked_.push_back(std::move(asked));
    }
  }

  band::Leanings settled() {
    band::Leanings lean;
    const auto share = [](auto counts_of) {
      return [counts_of](const BeatGrid& grid, const Conditions& c, Player player) {
        return counts_of(grid, c, player);
      };
    };
    halve(lean, lean.chord_lift, -1.0F, 8.0F, true, share(&chord_notes));
    halve(lean, lean.steadiness, 0.0F, 1.0F, true,
          [](const BeatGrid& grid, const Conditions&, Player player) {
            return player == Player::drums ? returning_bars(grid, player)
                                           : shared_onsets(grid, player);
          });
    halve(
        lean, lean.nearness, 0.0F, 1.0F, true,
        [](const BeatGrid& grid, const Conditions&, Player player) { return moves(grid, player); });
    // Beyond 3 a line would hardly ever strike a key again; people do.
    halve(lean, lean.variety, -2.0F, 3.0F, true,
          [](const BeatGrid& grid, const Conditions&, Player player) {
            return classes_of_bars(grid, player);
          });
    halve(lean, lean.chord_lift, -1.0F, 8.0F, true, share(&chord_notes));
    halve(lean, lean.thresholds, 4.0F, -8.0F, false,
          [](const BeatGrid& grid, const Conditions&, Player player) {
            return std::pair(notes_of(grid, player), 1.0);
          });
    halve(lean, lean.length_lift, -2.0F, 4.0F, true,
          [](const BeatGrid& grid, const Conditions&, Player player) {
            return doublings(grid, player);
          });
    join_gaps(lean);
    // Drums have neither chords nor lengths; only lines have a key struck last.
    lean.chord_lift[0] = lean.length_lift[0] = 0.0F;
    for (const Player player : rolls::kAllPlayers) {
      const auto p = static_cast<std::size_t>(player);
      if (!band::is_line(player)) lean.variety[p] = lean.nearness[p] = 0.0F;
    }
    return lean;
  }

 private:
  using Counts =
      std::function<std::pair<double, double>(const BeatGrid&, const Conditions&, Player)>;

  OfPlayer measured(const Counts& counts, const std::function<BeatGrid(const Asked&)>& grid_of) {
    OfPlayer sums{};
    OfPlayer all{};
    for (const Asked& asked : asked_) {
      const BeatGrid grid = grid_of(asked);
      for (const Player player : rolls::kAllPlayers) {
        const auto [part, whole] = counts(grid, asked.whole, player);
        sums[static_cast<std::size_t>(player)] += part;
        all[static_cast<std::size_t>(player)] += whole;
      }
    }
    for (std::size_t p = 0; p < sums.size(); ++p)
      sums[p] /= std::max(1.0, all[p]);
    return sums;
  }

  /// The figure grows from `low` to `high`.
  void halve(band::Leanings& lean,
             std::array<float, band::kPlayers>& field,
             float from,
             float to,
             bool told,
             const Counts& counts) {
    const OfPlayer wanted = measured(counts, [](const Asked& asked) { return asked.whole.grid; });
    std::array<float, band::kPlayers> low;
    std::array<float, band::kPlayers> high;
    low.fill(from);
    high.fill(to);
    for (int round = 0; round < 8; ++round) {
      for (std::size_t p = 0; p < field.size(); ++p)
        field[p] = 0.5F * (low[p] + high[p]);
      const OfPlayer now = measured(counts, [&](const Asked& asked) {
        Conditions c = asked.whole;
        if (!told) c.manners = {};
        return band::decide(told ? asked.told : asked.untold, c, lean, {.strict = false});
      });
      for (std::size_t p = 0; p < field.size(); ++p)
        (now[p] < wanted[p] ? low : high)[p] = field[p];
    }
  }

  /// By how much a player sounds in its bars.
  void join_gaps(band::Leanings& lean) {
    const auto share = [&](auto roll_of) {
      OfPlayer sums{};
      OfPlayer all{};
      for (const Asked& asked : asked_) {
        const rolls::Roll roll = roll_of(asked);
        for (const Player player : rolls::kAllPlayers) {
          const auto [part, whole] = sounding(roll, player);
          sums[static_cast<std::size_t>(player)] += part;
          all[static_cast<std::size_t>(player)] += whole;
        }
      }
      for (std::size_t p = 0; p < sums.size(); ++p)
        sums[p] /= std::max(1.0, all[p]);
      return sums;
    };
    const OfPlayer wanted = share([](const Asked& asked) {
      return band::roll_of(asked.whole.grid, asked.whole.metre, asked.whole.chords);
    });
    std::array<float, band::kPlayers> low{};
    std::array<float, band::kPlayers> high;
    high.fill(48.0F);
    for (int round = 0; round < 6; ++round) {
      for (std::size_t p = 0; p < low.size(); ++p)
        lean.legato[p] = 0.5F * (low[p] + high[p]);
      const OfPlayer now = share([&](const Asked& asked) {
        return band::decided_roll(asked.told, asked.whole, lean, {.strict = false});
      });
      for (std::size_t p = 0; p < low.size(); ++p)
        (now[p] < wanted[p] ? low : high)[p] = lean.legato[p];
    }
    lean.legato[0] = 0.0F;
  }

  std::vector<Asked> asked_;
};

}  // namespace

band::Leanings settled(const band::BandNet& net, const std::vector<const rolls::Phrase*>& phrases) {
  return Settler(net, phrases).settled();
}

Result<void> write_settled(const std::filesystem::path& from,
                           const band::Leanings& leanings,
                           const std::string& preferred,
                           const std::filesystem::path& to) {
  std::vector<float> lean;
  for (const auto* field :
       {&leanings.thresholds, &leanings.chord_lift, &leanings.steadiness, &leanings.length_lift,
        &leanings.variety, &leanings.nearness, &leanings.legato})
    lean.insert(lean.end(), field->begin(), field->end());
  const std::array<infer::NamedTensor, 1> changed = {
      infer::NamedTensor("leanings", infer::Shape{band::kLeanings, band::kPlayers}, lean)};
  return write_changed(from, changed, {{"preferred", preferred}}, to);
}

}  // namespace cantus::train_band
