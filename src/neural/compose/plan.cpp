#include "neural/compose/plan.h"

#include <algorithm>
#include <cmath>

#include "neural/compose/forms.h"
#include "neural/compose/wording.h"

namespace cantus::compose {
namespace {

using score::Role;
using score::Tick;

/// Of valence, against arousal's 0.4: tempo is the second cue of a bright piece, after the mode
/// (theory/mood.h).
constexpr double kBrighterIsFaster = 0.3;

/// How far a form that people use may be from the length asked for, and from the minute that a
/// piece has where none is.
constexpr double kNearInTime = 1.1;
constexpr double kNearMinute = 1.3;

double unit(const Random& random, const char* what) {
  return random.fork(what).uniform();
}

int style_program(const Style& style, Role role) {
  switch (role) {
    case Role::melody:
      return style.melody_program;
    case Role::counter:
      return style.counter_program;
    case Role::chords:
      return style.chords_program;
    case Role::pad:
      return style.pad_program;
    case Role::bass:
      return style.bass_program;
    default:
      return 0;
  }
}

std::vector<Role> usual_parts(const Plan& plan) {
  if (!plan.style->has_drums) return {Role::melody, Role::chords, Role::pad, Role::bass};
  if (plan.mood && plan.mood->arousal < -0.5) {
    return {Role::melody, Role::chords, Role::pad, Role::bass};
  }
  return {Role::melody, Role::chords, Role::bass, Role::drums};
}

/// The usual parts, and those whose instrument or range was named: an instrument asked for plays.
std::vector<Role> parts_of(const Brief& brief, const Plan& plan) {
  if (!brief.parts.empty()) return brief.parts;
  std::vector<Role> roles = usual_parts(plan);
  const auto add = [&](Role role) {
    if (std::ranges::find(roles, role) == roles.end()) roles.push_back(role);
  };
  for (const auto& [role, program] : brief.programs)
    add(role);
  for (const auto& [role, range] : brief.ranges)
    add(role);
  return roles;
}

/// A dark melody leaves the top of its range alone, a bright one the bottom; height is the third
/// cue.
KeyRange leaning_range(KeyRange range, double valence) {
  const auto by = static_cast<int>(std::lround(0.2 * valence * (range.highest - range.lowest)));
  return {range.lowest + std::max(0, by), range.highest + std::min(0, by)};
}

void choose_parts(const Brief& brief, Plan& plan) {
  for (const Role role : parts_of(brief, plan)) {
    const auto program = brief.programs.find(role);
    PlannedPart part{
        role,
        program != brief.programs.end() ? program->second : style_program(*plan.style, role),
        {}};
    const auto range = brief.ranges.find(role);
    part.range = range != brief.ranges.end() ? range->second : usual_range(role, part.program);
    if (range == brief.ranges.end() && role == Role::melody && plan.mood) {
      part.range = leaning_range(part.range, plan.mood->valence);
    }
    plan.parts.push_back(part);
  }
}

score::Mode usual_mode(const Plan& plan) {
  if (!plan.mood) return plan.style->mode;
  return plan.mood->valence < 0 || plan.mood->name == "epic" ? score::Mode::minor
                                                             : score::Mode::major;
}

void choose_key(const Brief& brief, const Random& random, Plan& plan) {
  if (brief.key) {
    plan.key = *brief.key;
    return;
  }
  if (!brief.chords.empty()) {  // the chords tell: their first root, minor where it is minor
    const score::Chord& first = brief.chords.front().front();
    const auto intervals = first.intervals();
    const bool minor = std::ranges::find(intervals, 3) != intervals.end();
    plan.key = score::key_of(first.root, minor ? score::Mode::minor : score::Mode::major);
    return;
  }
  constexpr int kUsual[] = {0, 1, -1, 2, -2, 3, -3};
  const auto draw = static_cast<std::size_t>(unit(random, "key") * 7);
  plan.key = {kUsual[std::min<std::size_t>(draw, 6)], usual_mode(plan)};
}

/// The word's, the numbers given in its place; their nearest word where none was said.
std::optional<Mood> mood_of(const Brief& brief) {
  if (!brief.mood && !brief.valence && !brief.arousal) return std::nullopt;
  Mood mood;
  if (brief.mood) mood = *find_mood(*brief.mood);
  mood.valence = brief.valence.value_or(mood.valence);
  mood.arousal = brief.arousal.value_or(mood.arousal);
  if (!brief.mood) mood.name = nearest_mood(mood.valence, mood.arousal).name;
  return mood;
}

/// Anywhere in the style's range; near where the mood points to, if there is one.
double usual_tempo(const Plan& plan, const Random& random) {
  const double arousal = arousal_of(plan);
  const double valence = valence_of(plan);
  const double spread = plan.mood ? 0.2 : 0.8;
  const double place = std::clamp(
      0.5 + 0.4 * arousal + kBrighterIsFaster * valence + spread * (unit(random, "tempo") - 0.5),
      0.0, 1.0);
  const double bpm =
      plan.style->slowest_bpm + place * (plan.style->fastest_bpm - plan.style->slowest_bpm);
  return std::round(bpm * (1.0 + 0.08 * arousal));
}

/// Sections of eight bars where that is near enough, else phrases of four, but as many bars as
/// there is time for where that is less. Tunes and songs that have forms of strains (forms.h) have
/// whole ones, and their tempo yields.
/// `near`: how far a usual length may be from it, as a factor.
int whole_phrases(const Style& style, double bars, double near) {
  if (const auto usual = usual_bars(style, bars, near)) return std::min(*usual, kMostBars);
  const double eights = 8.0 * std::round(bars / 8.0);
  if (bars > 20.0 && std::abs(eights - bars) < 0.12 * bars) {
    return std::min(static_cast<int>(eights), kMostBars);
  }
  if (bars < 3.0) return std::max(1, static_cast<int>(std::lround(bars)));
  const int fours = std::max(1, static_cast<int>(std::lround(bars / 4.0)));
  return std::min(4 * fours, kMostBars);
}

/// Bars, tempo and end from whichever of them the brief fixes.
Result<void> choose_length(const Brief& brief, const Random& random, Plan& plan) {
  const double beats = plan.metre.bar_length().beats();
  plan.bpm = brief.tempo.value_or(usual_tempo(plan, random));
  int bars = brief.bars.value_or(0);
  for (const FormItem& item : brief.form)
    bars += brief.bars ? 0 : item.bars;
  const double wanted = brief.seconds.value_or(60.0) * plan.bpm / 60.0 / beats;
  // Where the seconds are given the tempo has to yield, and yields little.
  const double near = brief.seconds ? kNearInTime : kNearMinute;
  if (bars == 0 && !(brief.tempo && brief.seconds)) bars = whole_phrases(*plan.style, wanted, near);
  // A length at a given tempo: whole bars, the last chord held until the time is over.
  if (bars == 0) bars = std::clamp(static_cast<int>(std::floor(wanted + 1e-9)), 1, kMostBars);
  if (brief.seconds && brief.tempo && wanted > kMostBars + 1) {
    return fail(ErrorCode::invalid_input,
                "length: more than " + std::to_string(kMostBars) + " bars at that tempo");
  }
  plan.bars = bars;
  plan.end = plan.bar_start(bars);
  if (!brief.seconds) return {};
  if (!brief.tempo) plan.bpm = bars * beats * 60.0 / *brief.seconds;
  if (plan.bpm < 20 || plan.bpm > 400) {
    return fail(ErrorCode::invalid_input,
                std::to_string(bars) + " bars in that length would need a tempo of " +
                    std::to_string(std::lround(plan.bpm)) + "; change one of them");
  }
  const double ticks = *brief.seconds * plan.bpm / 60.0 * score::kTicksPerBeat;
  plan.end = brief.tempo ? Tick(std::llround(ticks)) : plan.end;
  return {};
}

}  // namespace

std::string title_of(const Plan& plan) {
  std::string title = plan.text;
  if (title.empty() && plan.mood) title = std::string(plan.mood->name) + " ";
  if (plan.text.empty()) title += std::string(plan.style->name) + " in " + score::to_text(plan.key);
  if (title.size() > 80) title = title.substr(0, title.rfind(' ', 80));
  if (title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

KeyRange usual_range(Role role, int program) {
  switch (role) {
    case Role::bass:
      return {28, 52};
    case Role::chords:
      return {48, 72};
    case Role::pad:
      return {48, 72};
    case Role::counter:
      return {52, 76};
    default:
      break;
  }
  if (program == 42 || program == 60 || program == 57) return {45, 69};  // cello, horn, trombone
  if (program == 66 || program == 52 || program == 54) return {53, 77};  // tenor saxophone, voices
  return {60, 84};
}

Result<Plan> make_plan(Brief brief) {
  read_wording(brief);
  if (auto checked = check(brief); !checked) return tl::unexpected<Error>(checked.error());
  Plan plan;
  plan.seed = brief.seed;
  plan.text = brief.text;
  plan.exact_seconds = brief.seconds;
  plan.style = find_style(brief.style.value_or("song"));
  plan.mood = mood_of(brief);
  plan.density = brief.density;
  plan.metre = brief.metre.value_or(plan.style->metre);
  const Random random(brief.seed);
  choose_key(brief, random, plan);
  choose_parts(brief, plan);
  if (auto chosen = choose_length(brief, random, plan); !chosen) {
    return tl::unexpected<Error>(chosen.error());
  }
  plan.chords = brief.chords;
  if (!brief.form.empty()) set_form(plan, brief.form);
  return plan;
}

void set_form(Plan& plan, const std::vector<FormItem>& form) {
  plan.form = form;
  plan.sections.clear();
  int bar = 0;
  for (const FormItem& item : form) {
    PlannedSection section{item.name, bar, item.bars, std::nullopt, 0};
    for (std::size_t i = 0; i < plan.sections.size(); ++i) {
      const PlannedSection& earlier = plan.sections[i];
      if (earlier.name == item.name && earlier.bars == item.bars && !earlier.same_as) {
        section.same_as = i;
        section.varied = item.varied;
        section.kept = item.varied ? (item.bars + 1) / 2 : item.bars - item.new_ending;
        break;
      }
    }
    plan.sections.push_back(section);
    bar += item.bars;
  }
  plan.echoes = echoes_of(plan);
}

std::optional<int> repeats_bar(const Plan& plan, int bar) {
  if (bar >= plan.bars - 1) return std::nullopt;
  for (const PlannedSection& section : plan.sections) {
    if (bar < section.first_bar || bar >= section.first_bar + section.bars) continue;
    const int inside = bar - section.first_bar;
    if (!section.same_as || inside >= section.kept) return std::nullopt;
    return plan.sections[*section.same_as].first_bar + inside;
  }
  return std::nullopt;
}

score::Piece empty_piece(const Plan& plan) {
  score::Piece piece;
  piece.tempo = score::TempoMap(plan.bpm);
  piece.metre = score::MetreMap(plan.metre);
  piece.keys = {{Tick(), plan.key}};
  piece.metre.set_pickup(plan.upbeat);
  piece.end = plan.last_bar_end();
  for (const PlannedSection& section : plan.sections) {
    const Tick from = section.first_bar > 0 ? plan.bar_start(section.first_bar) : Tick();
    const Tick to = std::min(plan.bar_start(section.first_bar + section.bars), piece.end);
    piece.sections.push_back({from, to - from, section.name});
  }
  for (int bar = 0; bar < plan.bars && !plan.chords.empty(); ++bar) {
    const auto& chords = plan.chords[static_cast<std::size_t>(bar) % plan.chords.size()];
    const auto count = static_cast<std::int64_t>(chords.size());
    const std::int64_t length = plan.metre.bar_length().count();
    // Shares of a bar begin on whole steps of a twenty-fourth of a beat.
    constexpr std::int64_t kStep = score::kTicksPerBeat / 24;
    const auto place = [&](std::int64_t i) { return length * i / count / kStep * kStep; };
    for (std::int64_t i = 0; i < count; ++i) {
      const Tick at = plan.bar_start(bar) + score::TickLength(place(i));
      piece.chords.push_back(
          {at, score::TickLength(place(i + 1) - place(i)), chords[static_cast<std::size_t>(i)]});
    }
  }
  return piece;
}

}  // namespace cantus::compose
