// SPDX-License-Identifier: Apache-2.0
// What rnetboot says of the nodes it was to boot (lib/xcat/README.md "Moving services by hand"). Like others of xCAT's
// commands it may end with 0 and say "Error:" of a node.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "run/command.hpp"

namespace hanfs::cluster {

constexpr std::chrono::minutes time_to_begin{1};  // one that fails sooner has begun to boot nobody

// Why not all nodes were booted; empty: nothing is wrong.
std::string failure_of_boot(const run::Outcome& outcome);

// Those that no boot was begun of, so that another one interrupts none: of which it says an error ("cn001: Error:
// ..."), or all where it names nobody and failed before it could have begun.
std::vector<std::string> not_begun(const run::Outcome& outcome, const std::vector<std::string>& nodes);

}  // namespace hanfs::cluster
