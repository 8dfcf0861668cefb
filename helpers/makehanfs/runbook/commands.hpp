// SPDX-License-Identifier: Apache-2.0
// Lines for a shell on the management node.
#pragma once

#include <string>
#include <vector>

#include "makehanfs/model/settings.hpp"

namespace hanfs::cluster::outage {

// Words as a shell takes them: a noderange holds brackets.
std::string shell_line(const std::vector<std::string>& words);

// A command on other hosts over the engine that the settings name, else xdsh, no longer than `seconds` each; composed
// by the engine's command_line(). The remote command is one word for the local shell.
std::string on_hosts(const Settings& settings, const std::string& range, long seconds, const std::string& remote);

// makehanfs status over the same engine.
std::string status_line(const Settings& settings);

// Nodes as noderanges that can be pasted: one for names that fold well, several where it would be too long for a line.
std::vector<std::string> ranges_of(const std::vector<std::string>& nodes);

// The command on all of these nodes: a line for each of their ranges.
void add_on_nodes(const Settings& settings, const std::vector<std::string>& nodes, long seconds,
                  const std::string& remote, std::vector<std::string>& lines);

// For people: the noderange in a code span, shortened when it is long.
std::string range_text(const std::vector<std::string>& nodes);

}  // namespace hanfs::cluster::outage
