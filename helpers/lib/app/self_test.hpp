// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/system.hpp"

namespace hanfs::app {

// Does this program work on this machine? Prints one line; exit status 0 or 1. The postscript asks before it trusts the
// program, and tunes in plain sh where the answer is no.
int self_test(System& system, const std::string& tool);

}  // namespace hanfs::app
