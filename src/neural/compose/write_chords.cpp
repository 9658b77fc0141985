#include "neural/compose/write_chords.h"

#include <algorithm>

#include "neural/compose/chord_writer.h"
#include "neural/compose/hearing.h"
#include "neural/compose/scribe.h"
#include "neural/infer/sampler.h"
#include "neural/tokens/announcements.h"
#include "neural/tokens/bar_words.h"

namespace cantus::compose {
namespace {

using score::Quality;
using score::Tick;
using tokens::Kind;
using tokens::Token;
using tokens::token;
/// Where nothing ends a tune leaves home more often than a model that follows itself; logits.
constexpr float kAway = 0.3F;
/// In the last bar: towards the tonic, and there towards nothing more; logits.
constexpr float kComesHome = 3.0F;
constexpr float kEnds = 2.0F;
using Choices = ChordChoices;

int tonic_of(score::Mode mode) {
  return score::Key{0, mode}.tonic().pitch_class().number();
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
        plain_(answers_ || plan.strict_melody),
        words_(piece),
        scribe_(model, 1, 1),
        random_(random),
        allowed_(tokens::kVocabularySize),
        mode_(score::key_at(piece, Tick())->mode),
        all_(answers_ ? chords_in_use(mode_) : every_chord()) {
    score::Piece bare = piece;
    if (!answers_) bare.parts.clear();
    tokens::Heading heading;
    heading.style = tokens::style_from_text(plan.style->chords).value_or(0);
    heading.chords_last = answers_;
    if (answers_) returning_ = returning_bars(piece, false);
    if (answers_) announced_ = tokens::announcements(words_, 0);
    scribe_.begin(tokens::BarWords(bare).header(heading));
  }

  void bar(int bar, bool given) {
    scribe_.mark_bar(0);
    scribe_.say(0, words_.opening(bar));
    auto from = given ? std::nullopt : source_of(bar);
    if (from && leads_home(bar) && !is_cadence(*from)) from.reset();
    if (answers_) announce(bar, from);
    if (answers_) scribe_.say(0, words_.notes(0, bar));
    if (from) {
      copy(*from, bar);
      given = true;
    }
    if (given) {
      scribe_.say(0, words_.chords(bar));
    } else {
      write(bar);
    }
  }

 private:
  /// What the bar is or is made from; a melody that returns over other chords does not return.
  void announce(int bar, std::optional<int> from) {
    const auto word = announced_[static_cast<std::size_t>(bar)];
    const bool returns = word && tokens::is(*word, Kind::again);
    if (from && bar - *from <= tokens::kFarthestReturn) {
      scribe_.say(0, token(Kind::again, bar - *from - 1));
    } else if (word && !returns) {
      scribe_.say(0, *word);
    }
  }

  bool is_last(int bar) const { return ends_ && bar + 1 == words_.bars(); }

  /// What answers a melody leads to its last chord.
  bool leads_home(int bar) const { return ends_ && answers_ && bar + 2 == words_.bars(); }

  /// Whether the chords of a bar can be the last but one.
  bool is_cadence(int bar) const {
    const Choices cadence = cadence_choices();
    return std::ranges::all_of(piece_.chords, [&](const score::ChordSpan& span) {
      if (span.onset < words_.start(bar) || span.onset >= words_.end(bar)) return true;
      const auto& qualities =
          cadence[static_cast<std::size_t>(span.chord.root.pitch_class().number())];
      return std::ranges::find(qualities, span.chord.quality) != qualities.end();
    });
  }

  /// Chords return with their section, but for an ending of its own.
  std::optional<int> source_of(int bar) const {
    if (is_last(bar)) return std::nullopt;
    if (answers_) return returning_[static_cast<std::size_t>(bar)];
    const int before = bars_before();
    const int whole = bar - before;
    for (const PlannedSection& section : plan_.sections) {
      const int inside = whole - section.first_bar;
      if (inside < 0 || inside >= section.bars || !section.same_as) continue;
      if (inside >= section.kept && !section.varied) return std::nullopt;
      return plan_.sections[*section.same_as].first_bar + inside + before;
    }
    if (whole < 0 || plan_.echoes.empty()) return std::nullopt;
    // A melody that comes back wants its chords back.
    const auto from = plan_.echoes[static_cast<std::size_t>(whole)].notes;
    return from ? std::optional(*from + before) : std::nullopt;
  }

  /// The upbeat, of which the plan's bars know nothing.
  int bars_before() const { return plan_.upbeat > score::TickLength() ? 1 : 0; }

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
    if (is_last(bar)) {
      Choices choices = plain_ ? Choices(12) : all_;
      const auto home = static_cast<std::size_t>(tonic);
      choices[home] = all_[home];
      return choices;
    }
    if (leads_home(bar)) return cadence_choices();
    if (!answers_) return all_;
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
    // What answers a melody should fit it; what a melody will answer may be anything people play.
    const infer::Sampling how =
        answers_ ? infer::Sampling{0.95, 0, 0.93, 0.0} : infer::Sampling{1.05, 0, 1.0, 0.005};
    return static_cast<Token>(sampler_.sample(leaning(), allowed_, how, random_));
  }

  /// The last bar comes home and stays there, more often than the model knows that it is the last.
  std::span<const float> leaning() {
    const auto logits = scribe_.logits(0);
    if (answers_ || comes_home_) return logits;
    leaning_.assign(logits.begin(), logits.end());
    float& home = leaning_[token(Kind::root, tonic_of(mode_))];
    home += in_last_bar_ ? kComesHome : -kAway;
    if (in_last_bar_) leaning_[token(Kind::end)] += kEnds;
    return leaning_;
  }

  bool ends_section(int bar) const {
    const int next = bar - bars_before() + 1;
    return std::ranges::any_of(plan_.sections, [next](const PlannedSection& section) {
      return next == section.first_bar + section.bars;
    });
  }

  void write(int bar) {
    in_last_bar_ = is_last(bar);
    comes_home_ = !in_last_bar_ && (plan_.style->chords != "folk" || ends_section(bar));
    const Choices choices = choices_for(bar);
    const bool limited = is_last(bar) || leads_home(bar);
    const auto open = [&](Tick from, Tick until, bool is_first) {
      return fitting(limited || is_first ? choices : all_, from, until);
    };
    const Token next = bar + 1 < words_.bars() ? words_.opening(bar + 1).front() : token(Kind::end);
    ChordWriter writer(piece_,
                       {.start = words_.start(bar),
                        .end = words_.end(bar),
                        .metre = piece_.metre.metre_at(words_.start(bar)),
                        .tonic = tonic_of(mode_),
                        .is_last = is_last(bar),
                        .is_plain = plain_,
                        .basses = !answers_,
                        .after = {next}},
                       open);
    while (true) {
      writer.allow(allowed_);
      const Token chosen = choose();
      if (writer.take(chosen)) return;
      scribe_.say(0, chosen);
    }
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

  const Plan& plan_;
  score::Piece& piece_;
  bool ends_;
  bool answers_;
  bool plain_;                                 ///< chords change on beats, and not in the last bar
  std::vector<std::optional<int>> returning_;  ///< where it answers a melody: bars to copy
  std::vector<std::optional<tokens::Token>> announced_;  ///< by bar, of the melody
  tokens::BarWords words_;
  Scribe scribe_;
  Random random_;
  infer::Sampler sampler_;
  std::vector<std::uint8_t> allowed_;
  std::vector<float> leaning_;
  bool in_last_bar_ = false;  ///< the bar being written
  bool comes_home_ = false;   ///< it does so by itself
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
  for (int bar = 0; bar < tokens::BarWords(piece).bars(); ++bar) {
    if (how.stop != nullptr && how.stop->load()) return fail(ErrorCode::interrupted, "interrupted");
    progression.bar(bar, bar < how.first_bar);
  }
  return {};
}

}  // namespace cantus::compose
