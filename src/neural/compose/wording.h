// Understands a sentence: "a calm waltz in D minor for flute and piano, one minute".
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neural/compose/brief.h"

namespace cantus::compose {

/// Fills the empty fields of the brief from the words of brief.text. Fields already set win. Words
/// it does not know are left alone; the same sentence always means the same.
void read_wording(Brief& brief);

}  // namespace cantus::compose
