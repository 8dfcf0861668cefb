// SPDX-License-Identifier: Apache-2.0
// One function for each subcommand; the exit status is the state of a monitoring plugin.
#pragma once

#include "app/system.hpp"
#include "checkhanfs/commands/options.hpp"

namespace hanfs::check {

int do_node(app::System& system, const Options& options);
int do_servers(app::System& system, const Options& options);
int do_tree(app::System& system, const Options& options);
int do_watch(app::System& system, const Options& options);

}  // namespace hanfs::check
