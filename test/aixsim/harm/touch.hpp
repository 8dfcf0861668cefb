// SPDX-License-Identifier: Apache-2.0
// A host that nobody is to touch: there each command that can change something is a harm, whatever comes of it.
#pragma once
#include "core/node.hpp"

namespace aixsim {

// Until the next `harm begin`.
void forbid_touch(const Node& node);
void judge_touch(const Node& node, const std::string& name, const Strings& args);

}  // namespace aixsim
