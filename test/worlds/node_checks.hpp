// SPDX-License-Identifier: Apache-2.0
// What must hold after a run on a compute node.
#pragma once

#include <set>
#include <string>

#include "verdict_check.hpp"

namespace hanfs::worlds {

void check_node_run(const RunFacts& facts, const Say& say);
// Every field of --json against the state of the simulator.
void check_node_json(const aixsim::Node& node, const RunResult& result, const Say& say);
// Gateways by which traffic leaves, or would without one of them, that are dead and nobody holds for dead.
std::set<std::string> dead_gateways_in_use(const aixsim::Node& node, const std::string& without = "");
// `goal`: what was there before the first run. `events`: what others did since. `said`: by the reset.
void check_reset(const aixsim::Node& node, const Truth& goal, const std::vector<Event>& events, const std::string& said,
                 const Say& say);

}  // namespace hanfs::worlds
