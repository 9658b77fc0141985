// Lets the model decide the form: names and lengths of sections that add up to the bars asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "base/random.h"
#include "neural/compose/plan.h"
#include "neural/infer/transformer.h"

namespace cantus::compose {

/// What is wrong with a form, in points as in judgement.h: one section nearly all the time or three
/// times running, too little that returns, something new just before the end.
double form_faults_of(std::span<const FormItem> form);

/// For styles whose forms are those of pop, and lengths for which forms.h has none: the best of
/// eight, as pop has them (of other music no annotated forms were learnt). Sections of two to
/// sixteen bars, most often four or eight; one of them returns where there is room for it. The bars
/// add up to plan.bars exactly.
std::vector<FormItem> write_form(const infer::Transformer& model,
                                 const Plan& plan,
                                 const Random& random);

}  // namespace cantus::compose
