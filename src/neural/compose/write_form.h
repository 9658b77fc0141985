// Lets the model decide the form: names and lengths of sections that add up to the bars asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/random.h"
#include "neural/compose/plan.h"
#include "neural/infer/transformer.h"

namespace cantus::compose {

/// Sections of two to sixteen bars, most often four or eight; one of them returns where there is
/// room for it. The bars add up to plan.bars exactly.
std::vector<FormItem> write_form(const infer::Transformer& model,
                                 const Plan& plan,
                                 const Random& random);

}  // namespace cantus::compose
