// SPDX-License-Identifier: Apache-2.0
// What the verbs share that reach hosts.
#pragma once

#include <chrono>

#include "makehanfs/commands/commands.hpp"
#include "makehanfs/engine/engine.hpp"

namespace hanfs::cluster {

// The engine of the settings, or what is installed below the sysroot.
Result<Engine> engine_of(const CommandContext& command);

// How long a call of the engine that starts now may take: it ends by itself when its hosts are done.
std::chrono::milliseconds rest_of_run(const CommandContext& command);

// Findings of level error: nodes and servers that nothing is done for. An error of the report for each.
void report_skipped(CommandContext& command);

}  // namespace hanfs::cluster
