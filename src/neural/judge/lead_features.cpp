#include "neural/judge/lead_features.h"

namespace cantus::judge {

Sheet lead_features(const LeadLine& line, const Habits* habits) {
  Sheet sheet;
  add_moves(line, sheet);
  add_pitches(line, sheet);
  add_rhythm(line, sheet);
  add_phrases(line, sheet);
  add_returns(line, sheet);
  add_chords(line, sheet);
  add_agreement(line, sheet);
  if (habits != nullptr) habits->add_surprise(line, sheet);
  return sheet;
}

}  // namespace cantus::judge
