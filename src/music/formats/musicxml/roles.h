// What the parts of a file are for, where the file says or it is plain.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "music/formats/musicxml/written_score.h"
#include "music/score/piece.h"

namespace cantus::formats::musicxml {

/// The miscellaneous field that keeps a part's role: "cantus-role-P1".
std::string role_field(std::string_view part_id);

/// Roles kept in the file first. Else percussion is drums; the only pitched part beside chord
/// symbols is the melody, and so is the only part with words.
void set_roles(const WrittenScore& score, score::Piece& piece);

}  // namespace cantus::formats::musicxml
