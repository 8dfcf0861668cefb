// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/system.hpp"

namespace hanfs::server {

// The whole program; main() only gives it the real system. The exit status.
int run(app::System& system, int argc, const char* const* argv);

}  // namespace hanfs::server
