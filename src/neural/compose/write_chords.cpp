#include "neural/compose/write_chords.h"

#include <algorithm>

#include "neural/compose/hearing.h"
#include "neural/compose/scribe.h"
#include "neural/infer/sampler.h"
#include "neural/tokens/bar_words.h"

namespace cantus::compose {
namespace {

using score::Quality;
using score::Tick;
using tokens::Kind;
using tokens::Token;
using tokens::token;
using Choices = std::vector<std::vector<Quality>>;  // [root pitch class]

int tonic_of(score::Mode mode) {
  return score::Key{0, mode}.tonic().pitch_class().number();
}

/// Some roots of `all` only.
Choices only(const Choices& all, std::initializer_list<int> roots) {
  Choices some(12);
  for (const int root : roots) {
    const auto r = static_cast<std::size_t>((root + 24) % 12);
    some[r] = all[r];
  }
  return some;
}

Choices triads(Choices choices) {
  for (auto& qualities : choices) {
    std::erase_if(qualities, [](Quality q) {
      return q != Quality::major && q != Quality::minor && q != Quality::diminished;
    });
  }
  return choices;
}

class Progression {
 public:
  Progression(const infer::Transformer& model,
              const Plan& plan,
              score::Piece& piece,
              const ChordWriting& how,
              Random random)
      : plan_(plan),
        piece_(piece),
        ends_(how.ends),
        answers_(how.answers_melody && !piece.parts.empty()),
        words_(piece),
        scribe_(model, 1, 1),
        random_(random),
        allowed_(tokens::kVocabularySize),
        mode_(score::key_at(piece, Tick())->mode),
        all_(chords_in_use(mode_)) {
    score::Piece bare = piece;
    if (!answers_) bare.parts.clear();
    tokens::Heading heading;
    heading.style = tokens::style_from_text(plan.style->chords).value_or(0);
    heading.chords_last = answers_;
    if (answers_) returning_ = returning_bars(piece, false);
    if (ends_) find_cadences();
    scribe_.begin(tokens::BarWords(bare).header(heading));
  }

  void bar(int bar, bool given) {
    scribe_.mark_bar(0);
    scribe_.say(0, words_.opening(bar));
    if (answers_) scribe_.say(0, words_.notes(0, bar));
    if (!given) {
      const auto from = source_of(bar);
      if (from && (!ends_ || bar < plan_.bars - 2 || is_cadence(*from))) {
        copy(*from, bar);
        given = true;
      }
    }
    if (given) {
      scribe_.say(0, words_.chords(bar));
    } else {
      write(bar);
    }
  }

 private:
  /// What the last bar but one repeats leads to a tonic too, so that it can be repeated.
  void find_cadences() {
    cadences_.assign(static_cast<std::size_t>(plan_.bars), false);
    std::optional<int> bar = plan_.bars - 2;
    for (; bar && *bar >= 0; bar = source_of(*bar))
      cadences_[static_cast<std::size_t>(*bar)] = true;
  }

  bool leads_home(int bar) const { return ends_ && cadences_[static_cast<std::size_t>(bar)]; }

  /// Whether the chords of a bar, which may have been given, can be the last but one.
  bool is_cadence(int bar) const {
    const Choices cadence = cadence_choices();
    return std::ranges::all_of(piece_.chords, [&](const score::ChordSpan& span) {
      if (span.onset < words_.start(bar) || span.onset >= words_.end(bar)) return true;
      const auto& qualities =
          cadence[static_cast<std::size_t>(span.chord.root.pitch_class().number())];
      return std::ranges::find(qualities, span.chord.quality) != qualities.end();
    });
  }

  /// Chords return with their section even where its melody is varied.
  std::optional<int> source_of(int bar) const {
    if (ends_ && bar >= plan_.bars - 1) return std::nullopt;
    if (answers_) return returning_[static_cast<std::size_t>(bar)];
    for (const PlannedSection& section : plan_.sections) {
      const int inside = bar - section.first_bar;
      if (inside < 0 || inside >= section.bars || !section.same_as) continue;
      return plan_.sections[*section.same_as].first_bar + inside;
    }
    // A melody that comes back wants its chords back.
    return plan_.echoes.empty() ? std::nullopt : plan_.echoes[static_cast<std::size_t>(bar)].notes;
  }

  void copy(int from, int to) {
    const auto by = words_.start(to) - words_.start(from);
    const std::vector<score::ChordSpan> before = piece_.chords;
    for (score::ChordSpan span : before) {
      if (span.onset < words_.start(from) || span.onset >= words_.end(from)) continue;
      span.onset += by;
      piece_.chords.push_back(span);
    }
  }

  Choices cadence_choices() const {
    const int tonic = tonic_of(mode_);
    Choices cadence = only(all_, {tonic + 7, tonic + 5, tonic + 2});
    auto& dominant = cadence[static_cast<std::size_t>((tonic + 7) % 12)];
    if (dominant.front() == Quality::major) std::erase(dominant, Quality::minor);
    return cadence;
  }

  Choices choices_for(int bar) const {
    const int tonic = tonic_of(mode_);
    if (ends_ && bar == plan_.bars - 1) return triads(only(all_, {tonic}));
    if (leads_home(bar)) return cadence_choices();
    if (bar == 0) return only(all_, {tonic, tonic + 5, tonic + 9, tonic + 8});
    for (const PlannedSection& section : plan_.sections) {
      if (bar == section.first_bar + section.bars - 1) {
        return only(all_, {tonic, tonic + 7, tonic + 5, tonic + 9, tonic + 8, tonic + 10});
      }
    }
    Choices choices = all_;
    const std::size_t n = piece_.chords.size();
    if (n >= 2 && piece_.chords[n - 1].chord == piece_.chords[n - 2].chord) {
      choices[static_cast<std::size_t>(piece_.chords[n - 1].chord.root.pitch_class().number())]
          .clear();
    }
    return choices;
  }

  Token choose() {
    constexpr int kOnly[] = {0};
    scribe_.listen(kOnly);
    const infer::Sampling how{0.95, 0, 0.93, 0.0};
    const auto chosen =
        static_cast<Token>(sampler_.sample(scribe_.logits(0), allowed_, how, random_));
    std::ranges::fill(allowed_, std::uint8_t{0});
    return chosen;
  }

  void write(int bar) {
    const Choices choices = choices_for(bar);
    const Tick start = words_.start(bar);
    const auto half = middle(bar);
    const Tick turn = half ? start + tokens::kStep * *half : words_.end(bar);
    const auto first = chord(fitting(choices, start, turn), -1);
    const Token next = bar + 1 < words_.bars() ? words_.opening(bar + 1).front() : token(Kind::end);
    const bool may_change = half && !(ends_ && bar == plan_.bars - 1);
    std::optional<score::ChordSpan> second;
    if (may_change) {
      allowed_[token(Kind::position, *half)] = 1;
      allowed_[next] = 1;
      const Token chosen = choose();
      if (chosen != next) {
        scribe_.say(0, chosen);
        const int root = first.root.pitch_class().number();
        const Choices after = leads_home(bar) ? choices : all_;
        const Tick end = words_.end(bar);
        second = score::ChordSpan{turn, end - turn, chord(fitting(after, turn, end), root)};
      }
    }
    piece_.chords.push_back({start, (second ? second->onset : words_.end(bar)) - start, first});
    if (second) piece_.chords.push_back(*second);
  }

  /// Where a second chord may start: the middle of an even bar, the third beat of a bar of three.
  std::optional<int> middle(int bar) const {
    const score::Metre metre = piece_.metre.metre_at(words_.start(bar));
    const int beat = 96 / metre.denominator;  // steps of the metre's own beat
    if (metre.numerator == 3) return 2 * beat;
    if (metre.numerator % 2 == 0) return metre.numerator / 2 * beat;
    return std::nullopt;
  }

  /// Those of the chords whose triads have most of what the melody sounds meanwhile.
  Choices fitting(const Choices& choices, Tick from, Tick to) const {
    if (!answers_) return choices;
    constexpr double kNearlyAsGood = 0.7;
    double most = 0.0;
    for (int root = 0; root < 12; ++root) {
      for (const Quality quality : choices[static_cast<std::size_t>(root)])
        most = std::max(most, melody_inside(root, quality, from, to));
    }
    Choices kept = choices;
    for (int root = 0; root < 12; ++root) {
      std::erase_if(kept[static_cast<std::size_t>(root)], [&](Quality quality) {
        return melody_inside(root, quality, from, to) < kNearlyAsGood * most;
      });
    }
    return kept;
  }

  /// How long the melody sounds on the root, third and fifth of a chord.
  double melody_inside(int root, Quality quality, Tick from, Tick to) const {
    const score::Chord chord{score::Key{}.spell(score::PitchClass(root)), quality, std::nullopt};
    double inside = 0.0;
    for (const score::Note& note : piece_.parts.front().notes) {
      const Tick start = std::max(note.onset, from);
      const Tick end = std::min(note.end(), to);
      const int above = (note.pitch.key() - root + 120) % 12;
      const bool in_triad = above != 2 && above <= 8 && chord.contains(note.pitch.pitch_class());
      if (end > start && in_triad) inside += static_cast<double>((end - start).count());
    }
    return inside;
  }

  /// A chord on some root other than `not_root`.
  score::Chord chord(const Choices& choices, int not_root) {
    for (int root = 0; root < 12; ++root) {
      const bool some = !choices[static_cast<std::size_t>(root)].empty() && root != not_root;
      allowed_[token(Kind::root, root)] = some;
    }
    if (std::ranges::count(allowed_, 1) == 0) {
      allowed_[token(Kind::root, not_root < 0 ? tonic_of(mode_) : not_root)] = 1;
    }
    const Token root = choose();
    scribe_.say(0, root);
    const int number = tokens::word(root).value;
    const auto& qualities = choices[static_cast<std::size_t>(number)];
    for (const Quality quality : qualities) {
      allowed_[token(Kind::quality, static_cast<int>(quality))] = 1;
    }
    if (qualities.empty()) allowed_[token(Kind::quality, 0)] = 1;
    const Token quality = choose();
    scribe_.say(0, quality);
    return {score::Key{}.spell(score::PitchClass(number)),
            static_cast<Quality>(tokens::word(quality).value), std::nullopt};
  }

  const Plan& plan_;
  score::Piece& piece_;
  bool ends_;
  bool answers_;
  std::vector<std::optional<int>> returning_;  ///< where it answers a melody: bars to copy
  std::vector<bool> cadences_;                 ///< by bar: it leads to the tonic
  tokens::BarWords words_;
  Scribe scribe_;
  Random random_;
  infer::Sampler sampler_;
  std::vector<std::uint8_t> allowed_;
  score::Mode mode_;
  Choices all_;
};

}  // namespace

std::vector<std::vector<Quality>> chords_in_use(score::Mode mode) {
  using enum Quality;
  Choices use(12);
  use[0] = {major, major_seventh, major_sixth, added_ninth};
  use[2] = {minor, minor_seventh, dominant_seventh};
  use[4] = {minor, minor_seventh};
  use[5] = {major, major_seventh, major_sixth};
  use[7] = {major, dominant_seventh, suspended_fourth};
  use[9] = {minor, minor_seventh};
  use[11] = {half_diminished};
  switch (mode) {
    case score::Mode::minor:
      use[4] = {major, dominant_seventh, minor};
      use[2] = {minor, minor_seventh};
      use[10] = {major};
      break;
    case score::Mode::major:
      use[4].push_back(dominant_seventh);
      use[9].push_back(dominant_seventh);
      use[10] = {major};
      break;
    default:
      use[2] = {minor, minor_seventh};
      break;
  }
  return use;
}

Result<void> write_chords(const infer::Transformer& model,
                          const Plan& plan,
                          score::Piece& piece,
                          const ChordWriting& how,
                          const Random& random) {
  Progression progression(model, plan, piece, how, random.fork("chords"));
  for (int bar = 0; bar < plan.bars; ++bar) {
    if (how.stop != nullptr && how.stop->load()) return fail(ErrorCode::interrupted, "interrupted");
    progression.bar(bar, bar < how.first_bar);
  }
  return {};
}

}  // namespace cantus::compose
