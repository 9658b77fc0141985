#include "neural/compose/compose.h"

#include <algorithm>
#include <array>
#include <future>

#include "neural/compose/band_parts.h"
#include "neural/compose/finishing.h"
#include "neural/compose/forms.h"
#include "neural/compose/habits.h"
#include "neural/compose/judgement.h"
#include "neural/compose/section_names.h"
#include "neural/compose/upbeat.h"
#include "neural/compose/write_chords.h"
#include "neural/compose/write_form.h"
#include "neural/compose/write_parts.h"
#include "neural/tokens/encode.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {
namespace {

using score::Note;
using score::Role;
using score::Tick;

int style_value(std::string_view name) {
  return tokens::style_from_text(name).value_or(0);
}

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

/// Adds the plan's parts of these roles, empty, in the order of roles; returns their plans.
std::vector<PlannedPart> add_parts(const Plan& plan,
                                   std::initializer_list<Role> roles,
                                   score::Piece& piece) {
  std::vector<PlannedPart> added;
  for (const Role role : roles) {
    const auto planned = std::ranges::find(plan.parts, role, &PlannedPart::role);
    if (planned == plan.parts.end()) continue;
    score::Part part;
    part.role = role;
    part.program = planned->program;
    piece.parts.push_back(part);
    added.push_back(*planned);
  }
  return added;
}

/// The composer at work: the piece stands in a key without sharps or flats until it is finished.
class Composer {
 public:
  Composer(const infer::Transformer& model, Plan plan, const ComposeOptions& options)
      : model_(model),
        planner_(options.planner != nullptr ? *options.planner : model),
        options_(options),
        random_(plan.seed) {
    out_.plan = std::move(plan);
    out_.plan.strict_melody = options.strict_melody;
  }

  Result<Composition> compose() {
    Plan& plan = out_.plan;
    form_is_free_ = plan.sections.empty() && plan.style->form != "pop" && learns_returns();
    if (plan.sections.empty()) choose_form();
    if (may_have_upbeat()) begin_with(choose_upbeat(planner_, plan, random_));
    shift_ = score::semitones_from_home(plan.key);
    frame_ = score::transposed(empty_piece(plan), -shift_);
    // The drums hear only themselves, so they are written while the rest is.
    auto drums = std::async(options_.threads > 1 ? std::launch::async : std::launch::deferred,
                            [this, frame = frame_]() -> Result<std::vector<Written>> {
                              if (by_band(Role::drums)) return std::vector<Written>{};
                              return write_drums(frame);
                            });
    auto pitched = write_pitched_parts();
    auto drummed = drums.get();
    if (!pitched) return tl::unexpected<Error>(pitched.error());
    if (!drummed) return tl::unexpected<Error>(drummed.error());
    for (const std::vector<Written>* stage : {&*pitched, &*drummed})
      take_band(*stage);
    if (form_is_free_) name_sections(out_.plan, piece_);
    if (auto played = add_band(); !played) return tl::unexpected<Error>(played.error());
    out_.piece = finished(std::move(piece_), out_.plan);
    return std::move(out_);
  }

 private:
  /// Whether the model says which bars of the melody return (write_parts.h).
  bool learns_returns() const {
    const Plan& plan = out_.plan;
    return !plan.strict_melody && !by_band(Role::melody) &&
           std::ranges::find(plan.parts, Role::melody, &PlannedPart::role) != plan.parts.end();
  }

  /// Whether chords and melody are written together, as people's lead sheets were learnt; a
  /// variation has its chords before it has notes.
  bool writes_lead() const {
    const Plan& plan = out_.plan;
    return learns_returns() && plan.chords.empty() && plan.style->chords == plan.style->melody &&
           std::ranges::none_of(plan.sections, &PlannedSection::varied);
  }

  void choose_form() {
    Plan& plan = out_.plan;
    auto form = usual_form(plan, random_);
    if (!form) form = write_form(planner_, plan, random_);
    if (plan.style->form != "pop") vary_endings(*plan.style, *form, random_);
    set_form(plan, *form);
  }

  /// A melody that the model writes may begin before all others, who come in with the bar.
  bool may_have_upbeat() const {
    const Plan& plan = out_.plan;
    constexpr int kFewestBars = 4;
    if (plan.style->form == "pop" || !plan.chords.empty() || plan.strict_melody) return false;
    return plan.bars >= kFewestBars && !by_band(Role::melody) &&
           std::ranges::find(plan.parts, Role::melody, &PlannedPart::role) != plan.parts.end();
  }

  /// The last bar is shorter by the upbeat as often as people's, in 680 of 890 tunes and hymns and
  /// 11 of 59 songs of the training split; an exact length is kept so.
  void begin_with(score::TickLength upbeat) {
    Plan& plan = out_.plan;
    plan.upbeat = upbeat;
    const double share = plan.style->chords == "song" ? 0.19 : 0.76;
    const bool early = plan.exact_seconds || random_.fork("ending").uniform() < share;
    const bool whole = upbeat == plan.metre.bar_length();
    plan.ends_early = early && !whole ? upbeat : score::TickLength();
    if (!early || whole) plan.end = plan.last_bar_end();
  }

  /// Bars of a piece before the first whole one.
  int bars_before() const { return out_.plan.upbeat > score::TickLength() ? 1 : 0; }

  /// The whole bar that is bar `bar` of a piece, counted from its start; -1 is the upbeat.
  int whole_bar(int bar) const { return bar - bars_before(); }

  /// The whole bar that a whole bar of this piece repeats; the last but one only if it leads to the
  /// same end.
  std::optional<int> returning(const tokens::BarWords& words, int bar) const {
    const auto from = form_is_free_ ? returned(bar) : repeats_bar(out_.plan, bar);
    const bool near_end = bar + 2 >= out_.plan.bars;
    return from && near_end && !same_chords(words, *from, bar) ? std::nullopt : from;
  }

  /// The whole bar whose chords and melody the model took over, a phrase before or earlier.
  std::optional<int> returned(int bar) const {
    constexpr int kPhrase = 4;
    const auto at = static_cast<std::size_t>(bar + bars_before());
    if (bar < 0 || at >= returns_.size() || !returns_[at]) return std::nullopt;
    const int from = whole_bar(*returns_[at]);
    return bar - from >= kPhrase ? std::optional(from) : std::nullopt;
  }

  bool same_chords(const tokens::BarWords& words, int one, int other) const {
    return words.chords(one + bars_before()) == words.chords(other + bars_before());
  }

  bool by_band(Role role) const { return band_writes(options_, role, out_.plan.metre); }

  /// What the band plays, hearing the chords and all that is written.
  Result<void> add_band() {
    BandScene scene{.plan = out_.plan, .piece = piece_};
    for (const PlannedPart& part : out_.plan.parts) {
      if (!by_band(part.role)) continue;
      scene.planned.push_back(part);
      scene.ranges.push_back(rules_for(out_.plan, part, shift_).range);
      if (part.role != Role::melody && part.role != Role::drums) leave_room(scene.ranges.back());
      out_.by_band.push_back(part.role);
    }
    if (scene.planned.empty()) return {};
    scene.repeats = [this, words = tokens::BarWords(frame_)](int bar) {
      return returning(words, bar);
    };
    scene.rests = [this](Role role, int bar) {
      if (role == Role::melody) return in_intro(bar);
      return role == Role::drums && in_intro(bar) && 2 * bar < out_.plan.sections.front().bars;
    };
    const auto parts = play_band(options_, scene, random_.fork("players"));
    if (!parts) return tl::unexpected<Error>(parts.error());
    piece_.parts.insert(piece_.parts.end(), parts->begin(), parts->end());
    return {};
  }

  /// Chords, then the melody over them, then what accompanies it.
  Result<std::vector<Written>> write_pitched_parts() {
    if (out_.plan.chords.empty() && !writes_lead()) {
      if (auto chords = write_progressions(); !chords) return tl::unexpected<Error>(chords.error());
    }
    piece_ = frame_;
    if (auto melody = write_melodies(); !melody) return tl::unexpected<Error>(melody.error());
    return write_band();
  }

  /// What the model is told of the piece besides its notes.
  tokens::Heading heading(std::string_view style) const {
    tokens::Heading heading{.style = style_value(style)};
    if (const auto& mood = out_.plan.mood) {
      heading.valence = tokens::mood_band(kMoodDeviations * mood->valence);
      heading.arousal = tokens::mood_band(kMoodDeviations * mood->arousal);
    }
    return heading;
  }

  Writing writing(std::string_view style, const score::Piece& piece) const {
    Writing writing;
    writing.heading = heading(style);
    writing.guidance = !out_.plan.mood ? 1.0F : options_.guidance;
    writing.repeats = [this, words = tokens::BarWords(piece)](int bar) {
      return in_piece(returning(words, whole_bar(bar)));
    };
    writing.stop = options_.stop;
    return writing;
  }

  std::optional<int> in_piece(std::optional<int> whole_bar) const {
    return whole_bar ? std::optional(*whole_bar + bars_before()) : std::nullopt;
  }

  bool in_intro(int bar) const {
    const auto& sections = out_.plan.sections;
    return sections.size() > 1 && sections.front().name == "intro" && bar < sections.front().bars;
  }

  /// Lead sheets rarely say their tempo and were learnt at 120; so the model hears them at 120.
  static score::Piece as_lead_sheet(score::Piece piece, std::string_view style) {
    piece.tempo = score::TempoMap(120.0);
    hear_sections_in(piece, style);
    return piece;
  }

  /// Whether the critic's ear alone decides, and so also between progressions.
  bool critic_decides() const {
    return options_.critic != nullptr && !out_.plan.strict_melody && !by_band(Role::melody) &&
           std::ranges::find(out_.plan.parts, Role::melody, &PlannedPart::role) !=
               out_.plan.parts.end();
  }

  /// Three progressions, of which the melody's critic will keep one; or the best by rule.
  Result<void> write_progressions() {
    const score::Piece without = as_lead_sheet(frame_, out_.plan.style->chords);
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
  Result<void> write_progression(score::Piece& piece, const Random& random) {
    const score::Piece without = piece;
    for (int draw = 0; draw < kMostDraws; ++draw) {
      piece = without;
      const Random own = draw == 0 ? random : random.fork(std::to_string(draw));
      auto chords = write_chords(planner_, out_.plan, piece,
                                 {.first_bar = bars_before(), .stop = options_.stop}, own);
      if (!chords) return chords;
      if (out_.plan.key.mode != score::Mode::minor || chords_sound_in_key(piece)) break;
    }
    return {};
  }

  void count(const Written& written) {
    out_.log_likelihood += written.log_likelihood;
    out_.choices += written.choices;
  }

  /// Over each progression; the best stays.
  Result<void> write_melodies() {
    if (progressions_.empty()) progressions_ = {frame_.chords};
    std::optional<Heard> best;
    for (std::size_t i = 0; i < progressions_.size(); ++i) {
      frame_.chords = progressions_[i];
      auto heard = write_melody(random_.fork("melody").fork(std::to_string(i)));
      if (!heard) return tl::unexpected<Error>(heard.error());
      if (!best || heard->faults < best->faults) best = std::move(*heard);
      if (!best->melody) return {};  // none was asked for
    }
    for (int draw = 1; draw < kMostDraws && !sounds_in_key(best->melody->piece); ++draw) {
      auto heard = write_melody(random_.fork("melody again").fork(std::to_string(draw)));
      if (!heard) return tl::unexpected<Error>(heard.error());
      if (heard->faults < best->faults) best = std::move(*heard);
    }
    frame_.chords = best->melody->piece.chords;
    piece_.chords = frame_.chords;
    piece_.parts = best->melody->piece.parts;
    const auto melody = std::ranges::find(out_.plan.parts, Role::melody, &PlannedPart::role);
    piece_.parts.front().program = melody->program;
    returns_ = best->melody->returns;
    out_.melody_faults = best->faults;
    count(*best->melody);
    return {};
  }

  /// Where a form was asked for, another letter is other music: but for its last quarter, a shared
  /// ending, a section takes over only bars of its own.
  bool may_take_over(int bar, int from) const {
    for (const PlannedSection& section : out_.plan.sections) {
      const int inside = bar - section.first_bar;
      if (inside < 0 || inside >= section.bars) continue;
      return from >= section.first_bar || 4 * inside >= 3 * section.bars;
    }
    return true;
  }

  Echo echo_of(int bar) const {
    return bar < 0 ? Echo{} : out_.plan.echoes[static_cast<std::size_t>(bar)];
  }

  struct Heard {
    std::optional<Written> melody;
    double faults = 0.0;
  };

  Result<Heard> write_melody(const Random& random) {
    score::Piece lead = as_lead_sheet(frame_, out_.plan.style->melody);
    const auto planned = by_band(Role::melody) ? std::vector<PlannedPart>{}
                                               : add_parts(out_.plan, {Role::melody}, lead);
    if (planned.empty()) return Heard{};
    lead.parts.front().program = lead_program(out_.plan.style->melody);
    Writing how = writing(out_.plan.style->melody, lead);
    if (out_.plan.density) how.heading.density = tokens::density_band(*out_.plan.density);
    if (out_.plan.density) how.guidance = options_.guidance;
    const auto height = wanted_height(planned[0]);
    if (height) how.heading.height = tokens::height_band(*height);
    how.sampling = sampling_of(out_.plan);
    how.chord_sampling = habits_of(*out_.plan.style).chord_sampling;
    how.leanings = leanings_of(*out_.plan.style);
    how.candidates = options_.critic != nullptr ? options_.heard_candidates : options_.candidates;
    how.candidates = std::max(1, how.candidates / static_cast<int>(progressions_.size()));
    if (how.guidance != 1.0F && options_.critic != nullptr)  // each is heard twice
      how.candidates = std::max(1, how.candidates / 2);
    if (options_.critic != nullptr && !out_.plan.strict_melody) {
      how.liking = [this](const score::Piece& so_far) {
        return options_.critic->rank_end(so_far).value_or(0.0) -
               (sounds_in_key(so_far) ? 0.0 : kOtherKey);
      };
    }
    how.sections = frame_.sections;
    const bool alone = out_.plan.parts.size() == 1;
    how.parts = {{0, rules_for(out_.plan, planned[0], shift_),
                  [this, alone](int bar) { return !alone && in_intro(whole_bar(bar)); }}};
    how.may_return = learns_returns();
    how.writes_chords = writes_lead();
    if (!form_is_free_) {
      how.may_take_over = [this](int bar, int from) {
        return may_take_over(whole_bar(bar), whole_bar(from));
      };
    }
    how.near_returns = habits_of(*out_.plan.style).near_returns;
    how.far_returns = habits_of(*out_.plan.style).far_returns;
    how.farther_returns = habits_of(*out_.plan.style).farther_returns;
    how.motifs = habits_of(*out_.plan.style).motifs;
    how.repeats = {};
    if (!form_is_free_)
      how.repeats = [this, words = tokens::BarWords(lead)](int bar_of_piece) {
        const int bar = whole_bar(bar_of_piece);
        if (const auto from = returning(words, bar)) return in_piece(from);
        if (learns_returns()) return std::optional<int>();
        const auto echo = echo_of(bar).notes;
        const bool fits = echo && same_chords(words, *echo, bar);
        return fits ? in_piece(echo) : std::nullopt;
      };
    if (!learns_returns())
      how.rhythm_of = [this](int bar) { return in_piece(echo_of(whole_bar(bar)).rhythm); };
    auto melodies = write_parts(model_, lead, how, random);
    if (!melodies) return tl::unexpected<Error>(melodies.error());
    const double usual_density = 1.1 + 0.4 * arousal_of(out_.plan) + 0.2 * valence_of(out_.plan);
    const Wanted wanted = {out_.plan.density.value_or(usual_density),
                           habits_of(*out_.plan.style).compression, height};
    // Rules of thumb have a say where the critic has none, where harmony is to be strict, and
    // where a mood or a density was asked for: the critic hears neither.
    const bool thumb = options_.critic == nullptr || out_.plan.strict_melody || out_.plan.mood ||
                       out_.plan.density;
    Heard best{std::nullopt, 1e9};
    for (Written& melody : *melodies) {
      const double likelihood = melody.log_likelihood / std::max(1, melody.choices);
      const double faults = (thumb ? faults_of(melody.piece, 0, wanted) - 0.3 * likelihood : 0.0) -
                            kCriticsSay * liking(melody.piece);
      const double total = faults + (sounds_in_key(melody.piece) ? 0.0 : kOtherKey);
      if (total < best.faults) best = {std::move(melody), total};
    }
    out_.candidates += static_cast<int>(melodies->size());
    return best;
  }

  /// Where a melody of the plan's mood lies on the average, in the key the model writes in: a
  /// little under the middle of its range, the darker the lower.
  std::optional<double> wanted_height(const PlannedPart& part) const {
    if (!out_.plan.mood) return std::nullopt;
    const double middle = 0.5 * (part.range.lowest + part.range.highest);
    const double room = part.range.highest - part.range.lowest;
    return middle + room * (0.2 * valence_of(out_.plan) - 0.1) - shift_;
  }

  /// In minor the model often thinks of the relative major; a progression given is as it is.
  bool sounds_in_key(const score::Piece& lead) const {
    return !writes_lead() || out_.plan.key.mode != score::Mode::minor || lead.chords.empty() ||
           chords_sound_in_key(lead);
  }

  /// The critic's log-odds, of a melody over its chords.
  double liking(const score::Piece& lead) const {
    return options_.critic == nullptr ? 0.0 : options_.critic->rank(lead).value_or(0.0);
  }

  void take_band(const std::vector<Written>& written) {
    if (written.empty()) return;
    count(written.front());
    for (const score::Part& part : written.front().piece.parts) {
      if (part.role != Role::melody) piece_.parts.push_back(part);
    }
  }

  /// The pitched parts under the melody.
  Result<std::vector<Written>> write_band() {
    score::Piece band = piece_;
    const std::size_t given = band.parts.size();
    std::vector<PlannedPart> planned;
    for (const Role role : {Role::counter, Role::chords, Role::pad, Role::bass}) {
      if (by_band(role)) continue;
      const auto added = add_parts(out_.plan, {role}, band);
      planned.insert(planned.end(), added.begin(), added.end());
    }
    if (planned.empty()) return std::vector<Written>{};
    Writing how = writing(out_.plan.style->band, band);
    how.sampling = {0.95, 0, 0.93, 0.02};
    for (std::size_t i = 0; i < planned.size(); ++i) {
      how.parts.push_back({given + i, rules_for(out_.plan, planned[i], shift_),
                           [this](int bar) { return whole_bar(bar) < 0; }});
      if (planned[i].role != Role::counter) leave_room(how.parts.back().rules.range);
    }
    return write_parts(model_, band, how, random_.fork("band"));
  }

  /// What accompanies stays below where the melody mostly lies, if an octave and a half is left.
  void leave_room(KeyRange& range) const {
    const auto melody = std::ranges::find(piece_.parts, Role::melody, &score::Part::role);
    if (melody == piece_.parts.end() || melody->notes.empty()) return;
    std::vector<int> keys;
    for (const Note& note : melody->notes)
      keys.push_back(note.pitch.key());
    const auto low = keys.begin() + static_cast<std::ptrdiff_t>(keys.size() / 3);
    std::ranges::nth_element(keys, low);
    range.highest = std::min(range.highest, std::max(*low - 1, range.lowest + 17));
  }

  Result<std::vector<Written>> write_drums(score::Piece drums) const {
    drums.keys.clear();
    drums.chords.clear();
    const auto planned = add_parts(out_.plan, {Role::drums}, drums);
    if (planned.empty()) return std::vector<Written>{};
    Writing how = writing(out_.plan.style->drums, drums);
    how.sampling = {0.85, 0, 0.92, 0.03};
    how.candidates = 2 * options_.candidates;  // they are short: two bars and a fill a section
    how.repeats = [this](int bar) { return in_piece(groove_from(whole_bar(bar))); };
    how.parts = {{0, rules_for(out_.plan, planned[0], 0), [this](int bar_of_piece) {
                    const int bar = whole_bar(bar_of_piece);
                    const bool waits = in_intro(bar) && 2 * bar < out_.plan.sections.front().bars;
                    return bar < 0 || waits;
                  }}};
    auto grooves = write_parts(model_, drums, how, random_.fork("drums"));
    if (!grooves) return grooves;
    const auto best = std::ranges::min_element(*grooves, {}, [](const Written& groove) {
      return drum_faults_of(groove.piece, 0) -
             0.3 * groove.log_likelihood / std::max(1, groove.choices);
    });
    return std::vector<Written>{*best};
  }

  /// A drummer keeps a groove of two bars through a section and fills in its last.
  std::optional<int> groove_from(int bar) const {
    if (const auto from = repeats_bar(out_.plan, bar)) return from;
    for (const PlannedSection& section : out_.plan.sections) {
      const int inside = bar - section.first_bar;
      if (inside < 0 || inside >= section.bars || bar + 1 >= out_.plan.bars) continue;
      const bool rests_first = in_intro(bar);
      const bool fill = inside + 1 == section.bars && section.bars > 2;
      if (inside >= 2 && !fill && !rests_first) return section.first_bar + inside % 2;
    }
    return std::nullopt;
  }

  const infer::Transformer& model_;
  const infer::Transformer& planner_;
  ComposeOptions options_;
  Random random_;
  Composition out_;
  int shift_ = 0;
  score::Piece frame_;  // tempo, metre, key, sections, chords; no parts
  score::Piece piece_;
  std::vector<std::vector<score::ChordSpan>> progressions_;  ///< the melody is tried over each
  bool form_is_free_ = false;                                ///< what returns is the model's choice
  std::vector<std::optional<int>> returns_;  ///< by bar of the piece, what the melody took over
};

}  // namespace

Result<Composition> compose(const infer::Transformer& model,
                            const Brief& brief,
                            const ComposeOptions& options) {
  auto plan = make_plan(brief);
  if (!plan) return tl::unexpected<Error>(plan.error());
  return Composer(model, std::move(*plan), options).compose();
}

}  // namespace cantus::compose
