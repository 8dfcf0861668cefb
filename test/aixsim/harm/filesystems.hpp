// SPDX-License-Identifier: Apache-2.0
// Harm to the options of a file system.
#pragma once
#include "state/mounts.hpp"

namespace aixsim {

void judge_filesystem(const Node& node, const Filesystem& before, const Filesystem& after);

}  // namespace aixsim
