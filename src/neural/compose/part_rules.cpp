#include "neural/compose/part_rules.h"

#include <algorithm>

namespace cantus::compose {
namespace {

constexpr int kEighth = 12;  // steps
constexpr int kSixteenth = 6;

/// Calm music and dances in eighths move in eighths; stirring music may run in sixteenths.
int smallest_value(const Plan& plan) {
  const double arousal = arousal_of(plan);
  if (plan.metre.denominator >= 16) return kSixteenth;
  if (plan.style->swings || plan.metre.denominator == 8) return kEighth;
  return arousal > -0.2 && plan.bpm < 126 ? kSixteenth : kEighth;
}

PartRules melody_rules(const Plan& plan) {
  PartRules rules;
  rules.grid = rules.shortest = smallest_value(plan);
  if (plan.strict_melody) return rules;
  rules.harmony = Harmony::learnt;
  rules.most_repeats = 12;
  rules.longest = 192;
  const bool calm = plan.mood && arousal_of(plan) <= -0.2;
  if (plan.style->swings || calm) return rules;
  rules.grid = kFine;
  rules.shortest = 4;
  return rules;
}

PartRules chord_rules(const Plan& plan, bool pad) {
  PartRules rules;
  rules.harmony = Harmony::chordal;
  rules.one_at_a_time = false;
  rules.most_together = 4;
  rules.fewest_at_start = 3;
  rules.grid = pad ? 24 : kEighth;
  rules.shortest = pad ? 48 : kSixteenth;
  rules.longest = 192;
  rules.must_start = pad ? 0 : kEighth;
  if (plan.metre.denominator >= 8) rules.grid = pad ? 12 : 12;
  return rules;
}

PartRules bass_rules(const Plan& plan) {
  PartRules rules;
  rules.harmony = Harmony::rooted;
  rules.grid = rules.shortest = plan.style->bass_steps;
  if (plan.metre.denominator >= 8) rules.grid = rules.shortest = std::min(rules.grid, kEighth);
  if (plan.metre.denominator >= 16) rules.grid = rules.shortest = kSixteenth;
  rules.must_start = 0;
  // Roots in eighths drive a beat; in quarters they plod.
  rules.most_repeats = rules.grid >= 24 ? 2 : 16;
  return rules;
}

PartRules drum_rules(const Plan& plan) {
  PartRules rules;
  rules.harmony = Harmony::none;
  rules.one_at_a_time = false;
  rules.most_together = 4;
  rules.grid = plan.style->swings ? 4 : kSixteenth;  // eighth triplets stand at 8 and 16
  rules.touches = true;
  return rules;
}

}  // namespace

PartRules rules_for(const Plan& plan, const PlannedPart& part, int shift) {
  PartRules rules;
  switch (part.role) {
    case score::Role::chords:
      rules = chord_rules(plan, false);
      break;
    case score::Role::pad:
      rules = chord_rules(plan, true);
      break;
    case score::Role::bass:
      rules = bass_rules(plan);
      break;
    case score::Role::drums:
      return drum_rules(plan);
    default:
      rules = melody_rules(plan);
      if (part.role == score::Role::counter) {
        rules.harmony = Harmony::melodic;
        rules.grid = rules.shortest = kEighth;
      }
  }
  rules.range = {std::max(0, part.range.lowest - shift), std::min(127, part.range.highest - shift)};
  return rules;
}

}  // namespace cantus::compose
