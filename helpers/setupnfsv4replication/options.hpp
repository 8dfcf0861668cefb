// SPDX-License-Identifier: Apache-2.0
// The command line, the environment and hanfs.conf: what is wanted, and what this run is to do about it.
#pragma once

#include <string>

#include "result.hpp"
#include "setupnfsv4replication/settings.hpp"

namespace hanfs::node {

struct Options : app::RunModes {
  Settings settings;
  bool reset = false;
};

using CommandLine = app::CommandLine<Options>;

constexpr const char* tool_name = "setupnfsv4replication";

// Error: one clear line for exit status 2; nothing was touched.
Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv);

// Would a node take a settings file with this text? Error "PLACE...: why not".
Status check_settings(const std::string& text, const std::string& place);

}  // namespace hanfs::node
