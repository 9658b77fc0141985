// Tandem interpretations: metre, key, tempo, instrument, staff, section labels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "music/formats/humdrum/written.h"

namespace cantus::formats::humdrum {

/// "*M3/4", "*M2+3/8", "*M2/1", "*M3/0" (of breves); none for "*MM120", "*met(c)" or nonsense.
std::optional<score::Metre> read_metre(std::string_view field);

/// "*MM103.5": beats a minute.
std::optional<double> read_tempo(std::string_view field);

/// "[quarter-dot] = 60" somewhere in a tempo text (!!!OMD): beats a minute.
std::optional<double> tempo_in_text(std::string_view text);

/// "*k[f#c#]": sharps less flats, held to -7 to 7.
std::optional<int> read_signature(std::string_view field);

/// "*C:", "*d:dor", "*B-:mix".
std::optional<score::Key> read_key(std::string_view field);

/// "*>[A,A,B]": the names; none for "*>norep[A,B]" and the like.
std::optional<std::vector<std::string>> read_expansion(std::string_view field);

/// "*>A": the label; none for lists.
std::optional<std::string_view> read_label(std::string_view field);

/// Notes what the field says of the spine itself: *staff1 *part1 *Ivioln *I"Violino.
void describe(Spine& spine, std::string_view field);

}  // namespace cantus::formats::humdrum
