#include "neural/compose/lead_sheet.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <string>
#include <utility>

#include "neural/compose/habits.h"
#include "neural/compose/judgement.h"
#include "neural/compose/upbeat.h"
#include "neural/compose/write_chords.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {
namespace {

using score::Role;

/// Faults (judgement.h) that one of the critic's log-odds outweighs.
constexpr double kCriticsSay = 1.0;

/// Faults of chords written in minor that sound in another key.
constexpr double kOtherKey = 20.0;

/// So often a progression is drawn anew where it does not sound in its key.
constexpr int kMostDraws = 6;

/// Of melodies, and of chords written with them.
infer::Sampling sampling_of(const Plan& plan) {
  if (plan.strict_melody) return {0.88, 0, 0.93, 0.02};
  return habits_of(*plan.style).sampling;
}

/// Lead sheets rarely say their tempo and were learnt at 120; so the model hears them at 120.
score::Piece as_lead_sheet(score::Piece piece, std::string_view style) {
  piece.tempo = score::TempoMap(120.0);
  hear_sections_in(piece, style);
  return piece;
}

struct Heard {
  std::optional<Written> melody;
  double faults = 0.0;
};

class SheetWriter {
 public:
  SheetWriter(const Draft& draft, Random random)
      : draft_(draft),
        plan_(draft.plan),
        options_(draft.options),
        random_(std::move(random)),
        frame_(draft.frame) {}

  Result<LeadSheet> write() {
    if (plan_.chords.empty() && !draft_.writes_lead()) {
      if (auto chords = write_progressions(); !chords) return tl::unexpected<Error>(chords.error());
    }
    if (auto melody = write_melodies(); !melody) return tl::unexpected<Error>(melody.error());
    return std::move(sheet_);
  }

 private:
  /// Whether the critic's ear alone decides, and so also between progressions.
  bool critic_decides() const {
    return options_.critic != nullptr && !plan_.strict_melody && !draft_.by_band(Role::melody) &&
           draft_.has(Role::melody);
  }

  /// Three progressions, of which the melody's critic will keep one; or the best by rule.
  Result<void> write_progressions() {
    const score::Piece without = as_lead_sheet(frame_, plan_.style->chords);
    double fewest = 1e9;
    for (const char* name : {"first", "second", "third"}) {
      score::Piece with = without;
      auto chords = write_progression(with, random_.fork(name));
      if (!chords) return chords;
      const double faults = chord_faults_of(with);
      if (faults < fewest) frame_.chords = with.chords;
      fewest = std::min(fewest, faults);
      progressions_.push_back(std::move(with.chords));
    }
    if (!critic_decides()) progressions_ = {frame_.chords};
    return {};
  }

  /// In minor the model often thinks of the relative major, as the signatures of what it learnt
  /// from do; what is not minor is drawn anew.
  Result<void> write_progression(score::Piece& piece, const Random& random) const {
    const score::Piece without = piece;
    for (int draw = 0; draw < kMostDraws; ++draw) {
      piece = without;
      const Random own = draw == 0 ? random : random.fork(std::to_string(draw));
      auto chords = write_chords(draft_.planner, plan_, piece,
                                 {.first_bar = draft_.bars_before(), .stop = options_.stop}, own);
      if (!chords) return chords;
      if (plan_.key.mode != score::Mode::minor || chords_sound_in_key(piece)) break;
    }
    return {};
  }

  /// Over each progression; the best stays.
  Result<void> write_melodies() {
    if (progressions_.empty()) progressions_ = {frame_.chords};
    Heard best;
    for (std::size_t i = 0; i < progressions_.size(); ++i) {
      frame_.chords = progressions_[i];
      auto heard = write_melody(random_.fork("melody").fork(std::to_string(i)));
      if (!heard) return tl::unexpected<Error>(heard.error());
      if (!best.melody || heard->faults < best.faults) best = std::move(*heard);
      if (!best.melody) break;  // none was asked for
    }
    for (int draw = 1; best.melody && draw < kMostDraws && !sounds_in_key(best.melody->piece);
         ++draw) {
      auto heard = write_melody(random_.fork("melody again").fork(std::to_string(draw)));
      if (!heard) return tl::unexpected<Error>(heard.error());
      if (heard->faults < best.faults) best = std::move(*heard);
    }
    sheet_.chords = best.melody ? best.melody->piece.chords : frame_.chords;
    sheet_.melody = std::move(best.melody);
    sheet_.faults = best.faults;
    return {};
  }

  /// Side by side; the best.
  Result<Heard> write_melody(const Random& random) {
    score::Piece lead = as_lead_sheet(frame_, plan_.style->melody);
    const auto planned = draft_.by_band(Role::melody) ? std::vector<PlannedPart>{}
                                                      : draft_.add_parts({Role::melody}, lead);
    if (planned.empty()) return Heard{};
    lead.parts.front().program = lead_program(plan_.style->melody);
    auto melodies = write_side_by_side(lead, how_to_write(lead, planned[0]), random);
    if (!melodies) return tl::unexpected<Error>(melodies.error());
    sheet_.candidates += static_cast<int>(melodies->size());
    return best_of(*melodies, wanted_height(planned[0]));
  }

  /// Where the critic chooses, two groups of candidates, each of which keeps its own best.
  Result<std::vector<Written>> write_side_by_side(const score::Piece& lead,
                                                  const Writing& how,
                                                  const Random& random) const {
    if (!how.liking) return write_parts(draft_.model, lead, how, random);
    auto others =
        std::async(options_.threads > 1 ? std::launch::async : std::launch::deferred,
                   [&] { return write_parts(draft_.model, lead, how, random.fork("others")); });
    auto melodies = write_parts(draft_.model, lead, how, random);
    auto more = others.get();
    if (!melodies || !more) return !melodies ? melodies : more;
    std::ranges::move(*more, std::back_inserter(*melodies));
    return melodies;
  }

  Writing how_to_write(const score::Piece& lead, const PlannedPart& planned) const {
    const Habits& habits = habits_of(*plan_.style);
    Writing how = draft_.writing(plan_.style->melody, lead);
    if (plan_.density) how.heading.density = tokens::density_band(*plan_.density);
    if (plan_.density) how.guidance = options_.guidance;
    const auto height = wanted_height(planned);
    if (height) how.heading.height = tokens::height_band(*height);
    how.sampling = sampling_of(plan_);
    how.chord_sampling = habits.chord_sampling;
    how.leanings = leanings_of(*plan_.style);
    how.candidates = candidates(how.guidance);
    if (options_.critic != nullptr && !plan_.strict_melody) {
      how.liking = [this](const score::Piece& so_far) {
        return options_.critic->rank_end(so_far).value_or(0.0) -
               (sounds_in_key(so_far) ? 0.0 : kOtherKey);
      };
    }
    how.sections = frame_.sections;
    const bool alone = plan_.parts.size() == 1;
    how.parts = {{0, rules_for(plan_, planned, draft_.shift), [this, alone](int bar) {
                    return !alone && draft_.in_intro(draft_.whole_bar(bar));
                  }}};
    how.may_return = draft_.learns_returns();
    how.writes_chords = draft_.writes_lead();
    how.near_returns = habits.near_returns;
    how.far_returns = habits.far_returns;
    how.farther_returns = habits.farther_returns;
    how.motifs = habits.motifs;
    how.chords = habits.chords;
    say_what_returns(lead, how);
    return how;
  }

  int candidates(float guidance) const {
    int count = options_.critic != nullptr ? options_.heard_candidates : options_.candidates;
    count = std::max(1, count / static_cast<int>(progressions_.size()));
    const bool heard_twice = guidance != 1.0F && options_.critic != nullptr;
    return heard_twice ? std::max(1, count / 2) : count;
  }

  /// Where a form was asked for its repeats hold; else what returns is the model's choice.
  void say_what_returns(const score::Piece& lead, Writing& how) const {
    how.repeats = {};
    if (!draft_.form_is_free) {
      how.may_take_over = [this](int bar, int from) {
        return may_take_over(draft_.whole_bar(bar), draft_.whole_bar(from));
      };
      how.repeats = [this, words = tokens::BarWords(lead)](int bar_of_piece) {
        const int bar = draft_.whole_bar(bar_of_piece);
        if (const auto from = draft_.returning(words, bar)) return draft_.in_piece(from);
        if (draft_.learns_returns()) return std::optional<int>();
        const auto echo = echo_of(bar).notes;
        const bool fits = echo && draft_.same_chords(words, *echo, bar);
        return fits ? draft_.in_piece(echo) : std::nullopt;
      };
    }
    if (!draft_.learns_returns())
      how.rhythm_of = [this](int bar) {
        return draft_.in_piece(echo_of(draft_.whole_bar(bar)).rhythm);
      };
  }

  /// Where a form was asked for, another letter is other music: but for its last quarter, a shared
  /// ending, a section takes over only bars of its own.
  bool may_take_over(int bar, int from) const {
    for (const PlannedSection& section : plan_.sections) {
      const int inside = bar - section.first_bar;
      if (inside < 0 || inside >= section.bars) continue;
      return from >= section.first_bar || 4 * inside >= 3 * section.bars;
    }
    return true;
  }

  Echo echo_of(int bar) const {
    return bar < 0 ? Echo{} : plan_.echoes[static_cast<std::size_t>(bar)];
  }

  Heard best_of(std::vector<Written>& melodies, std::optional<double> height) const {
    const double usual_density = 1.1 + 0.4 * arousal_of(plan_) + 0.2 * valence_of(plan_);
    const Wanted wanted = {plan_.density.value_or(usual_density),
                           habits_of(*plan_.style).compression, height};
    // Rules of thumb have a say where the critic has none, where harmony is to be strict, and
    // where a mood or a density was asked for: the critic hears neither.
    const bool thumb =
        options_.critic == nullptr || plan_.strict_melody || plan_.mood || plan_.density;
    Heard best{std::nullopt, 1e9};
    for (Written& melody : melodies) {
      const double likelihood = melody.log_likelihood / std::max(1, melody.choices);
      const double faults = (thumb ? faults_of(melody.piece, 0, wanted) - 0.3 * likelihood : 0.0) -
                            kCriticsSay * liking(melody.piece);
      const double total = faults + (sounds_in_key(melody.piece) ? 0.0 : kOtherKey);
      if (total < best.faults) best = {std::move(melody), total};
    }
    return best;
  }

  /// Where a melody of the plan's mood lies on the average, in the key the model writes in: a
  /// little under the middle of its range, the darker the lower.
  std::optional<double> wanted_height(const PlannedPart& part) const {
    if (!plan_.mood) return std::nullopt;
    const double middle = 0.5 * (part.range.lowest + part.range.highest);
    const double room = part.range.highest - part.range.lowest;
    return middle + room * (0.2 * valence_of(plan_) - 0.1) - draft_.shift;
  }

  /// In minor the model often thinks of the relative major; a progression given is as it is.
  bool sounds_in_key(const score::Piece& lead) const {
    return !draft_.writes_lead() || plan_.key.mode != score::Mode::minor || lead.chords.empty() ||
           chords_sound_in_key(lead);
  }

  /// The critic's log-odds, of a melody over its chords.
  double liking(const score::Piece& lead) const {
    return options_.critic == nullptr ? 0.0 : options_.critic->rank(lead).value_or(0.0);
  }

  const Draft& draft_;
  const Plan& plan_;
  const ComposeOptions& options_;
  Random random_;
  score::Piece frame_;
  std::vector<std::vector<score::ChordSpan>> progressions_;  ///< the melody is tried over each
  LeadSheet sheet_;
};

}  // namespace

Result<LeadSheet> write_lead_sheet(const Draft& draft, const Random& random) {
  return SheetWriter(draft, random).write();
}

}  // namespace cantus::compose
