// The head of a picture: title, key and tempo, and which colour is which part.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "music/picture/paint_row.h"

namespace cantus::picture {

double heading_height(const score::Piece& piece);
void paint_heading(const Sheet& sheet, double top);

}  // namespace cantus::picture
