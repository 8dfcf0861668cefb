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

struct Invocation {
  Options options;
  std::string print;  // --help and --version: print this and leave with 0
};

constexpr const char* tool_name = "setuphanfs";

// Error: one clear line for exit status 2; nothing was touched.
Result<Invocation> read_options(int argc, const char* const* argv);

}  // namespace hanfs::server
