// The commands of the program, one file each: each adds itself to the command line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "apps/cli/console.h"

namespace CLI {
class App;
}

namespace cantus::cli {

/// Each sets `status` to the exit code when its command has run.
void add_compose(CLI::App& app, const Console& console, int& status);
void add_rewrite(CLI::App& app, const Console& console, int& status);
void add_harmonize(CLI::App& app, const Console& console, int& status);
void add_accompany(CLI::App& app, const Console& console, int& status);
void add_band(CLI::App& app, const Console& console, int& status);
void add_morph(CLI::App& app, const Console& console, int& status);
void add_continue(CLI::App& app, const Console& console, int& status);
void add_render(CLI::App& app, const Console& console, int& status);
void add_convert(CLI::App& app, const Console& console, int& status);
void add_show(CLI::App& app, const Console& console, int& status);
void add_analyze(CLI::App& app, const Console& console, int& status);
void add_critique(CLI::App& app, const Console& console, int& status);
void add_corpus(CLI::App& app, const Console& console, int& status);
/// Below `corpus`.
void add_phrases(CLI::App& corpus, const Console& console, int& status);

}  // namespace cantus::cli
