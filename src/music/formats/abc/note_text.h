// Notes and lengths as ABC spells them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "music/formats/abc/fields.h"

namespace cantus::formats::abc {

/// Writes pitches with the accidentals that are needed, whichever way a reader carries them on
/// through the bar: in one octave or in all.
class Speller {
 public:
  void set_key(std::optional<score::Key> key);
  void start_bar();
  /// What was written in this bar may count no more: notes on those letters get signs.
  void forget();
  std::string spelt(const score::Note& note);

 private:
  struct Written {
    int octave = 0;
    int alter = 0;
  };
  static constexpr Written kUnknown = {-1, 99};
  bool needs_sign(std::size_t letter, Written note) const;

  score::Key key_;
  Accidentals signature_{};
  std::array<std::vector<Written>, 7> in_bar_;  // [letter] signs written in this bar
};

/// A length in unit notes (eighths): `numerator` / `denominator`, played in `time` / `tuplet` of
/// it.
struct LengthText {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  int tuplet = 1;  ///< odd
  int time = 1;    ///< the power of two below it
};
LengthText length_text(score::TickLength length);
/// The same without tuplets: "2/3".
std::string fraction_text(score::TickLength length);
/// "", "2", "3/2", "/2".
std::string to_text(const LengthText& length);

/// What stands behind K:, "none" for no key: "F#m", "Bbmix".
std::string key_text(std::optional<score::Key> key);

/// The nearest tick on a grid that ABC writes well: 1/96, 1/40, 1/56 or 1/36 of a beat, else 1/32.
score::Tick on_grid(score::Tick tick);

}  // namespace cantus::formats::abc
