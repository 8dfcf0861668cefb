// SPDX-License-Identifier: Apache-2.0
// The command line, the environment and hanfs.conf.
#pragma once

#include <string>

#include "result.hpp"
#include "setuphanfs/settings.hpp"
#include "tool/options.hpp"

namespace hanfs::server {

struct Options : tool::Modes {
  Settings settings;
};

using Invocation = tool::Invocation<Options>;

constexpr const char* tool_name = "setuphanfs";

// Error: one clear line for exit status 2; nothing was touched.
Result<Invocation> read_options(int argc, const char* const* argv);

}  // namespace hanfs::server
