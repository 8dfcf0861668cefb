// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/system.hpp"

namespace hanfs::check {

// The whole program; main() only gives it the real system. The exit status, which is the state of a monitoring plugin:
// report/plugin.hpp.
int run(app::System& system, int argc, const char* const* argv);

}  // namespace hanfs::check
