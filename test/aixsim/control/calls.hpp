// SPDX-License-Identifier: Apache-2.0
// The call log: two O_APPEND writes per simulated command (started, finished). A call without an end was killed or runs
// still.
#pragma once
#include "core/node.hpp"

namespace aixsim {

std::string log_start(const Node& node, const std::string& program, const std::string& name, const Strings& args);
void log_end(const Node& node, const std::string& id, const std::string& outcome, size_t out, size_t err);
int control_calls(Node& node, const Strings& args);

}  // namespace aixsim
