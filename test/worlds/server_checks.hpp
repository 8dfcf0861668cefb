// SPDX-License-Identifier: Apache-2.0
// What must hold after a run on a service node.
#pragma once

#include "verdict_check.hpp"

namespace hanfs::worlds {

void check_server_run(const RunFacts& facts, const Say& say);

}  // namespace hanfs::worlds
