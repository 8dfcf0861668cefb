// SPDX-License-Identifier: Apache-2.0
// The command line, the environment and hanfs.conf.
#pragma once

#include <string>

#include "app/options.hpp"
#include "result.hpp"
#include "setuphanfs/settings.hpp"

namespace hanfs::server {

struct Options : app::RunModes {
  bool discard = false;       // what earlier runs left down stays down
  bool reset = false;         // back to before the first run
  bool alone = false;         // no partner has to answer
  bool members_only = false;  // a server without a domain is no error
  long outage = 0;            // seconds; 0: none
  long lead = 0;              // seconds before it
  bool end_outage = false;    // that of another run, which is under way
  Settings settings;
};

using CommandLine = app::CommandLine<Options>;

constexpr const char* tool_name = "setuphanfs";

// Does --replica or a [domain NAME] say what is wanted? Only --status goes without.
bool names_replicas(const Settings& settings);

// Sections of hanfs.conf in which the addresses of the servers are missing, said so; empty: there is none.
std::string domains_without_replicas(const Settings& settings);

// Error: one clear line for exit status 2; nothing was touched.
Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv);

// Would a server take a settings file with this text? Error "PLACE...: why not".
Status check_settings(const std::string& text, const std::string& place);

}  // namespace hanfs::server
