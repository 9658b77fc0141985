// From step to step of a critic's training, with a look at validation every so often.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "base/result.h"

namespace cantus::critic {

/// `learn(step)` gives the step's loss; `look(steps done, mean loss since the last look)` may fail.
/// Looks come evenly, at the end, and where the settings' `stop` says so.
template <class Settings, class Learn, class Look>
Result<void> take_steps(const Settings& settings, Learn learn, Look look) {
  const int every = std::max(settings.steps / std::max(settings.looks, 1), 1);
  double loss = 0.0;
  int since = 0;
  for (int step = 0; step < settings.steps; ++step) {
    loss += learn(step);
    ++since;
    const bool stopped = settings.stop != nullptr && *settings.stop;
    if ((step + 1) % every != 0 && step + 1 != settings.steps && !stopped) continue;
    if (auto done = look(step + 1, loss / since); !done) return done;
    if (stopped) break;
    loss = 0.0;
    since = 0;
  }
  return {};
}

}  // namespace cantus::critic
