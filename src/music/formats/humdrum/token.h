// One **kern data token: the notes of a chord, or a rest, and how long it lasts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "music/formats/humdrum/clock.h"
#include "music/score/pitch.h"

namespace cantus::formats::humdrum {

constexpr std::size_t kMostNotesInAChord = 256;

struct TokenNote {
  score::Pitch pitch;
  score::Spelling spelling;
  Moment length;
  bool tied_on = false;    ///< [ or _: a continuation should follow.
  bool tied_from = false;  ///< ] or _: it continues a note.
  int accent = 0;          ///< Added to the velocity.
};

struct Token {
  std::vector<TokenNote> notes;  ///< Empty for a rest.
  bool grace = false;
  std::optional<Moment> length;  ///< Of the token on the clock; none for a grace note.
  bool doubtful = false;         ///< Something in it could not be read and was left out.
};

/// Reads a token that is not "." alone. Signs for print (beams, stems, slurs) are passed over.
Token read_token(std::string_view text);

/// "4", "8.", "0" (a breve), "3%2": the length in ticks; none where there are no digits or they
/// make no length. `text` may hold other signs around them.
std::optional<Moment> length_of(std::string_view text);

}  // namespace cantus::formats::humdrum
