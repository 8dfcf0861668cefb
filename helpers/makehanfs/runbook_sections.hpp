// SPDX-License-Identifier: Apache-2.0
// The sections of a runbook, each from the case alone. Where a statement comes from stands beside it in the code;
// W-HASN and W-HANFS are the xCAT wiki pages of facts/aix-nfs.md.
#pragma once

#include "makehanfs/runbook.hpp"
#include "makehanfs/runbook_case.hpp"

namespace hanfs::mn::outage {

RunbookSection check_section(const Case& c);
RunbookSection automatic_section(const Case& c);
RunbookSection lost_section(const Case& c);
RunbookSection move_section(const Case& c);
RunbookSection recover_section(const Case& c);
RunbookSection home_section(const Case& c);
RunbookSection planned_section(const Case& c);

// Where the tools lie on their hosts (README): the helper beside its postscript, the prescript's folder.
constexpr const char* node_tool = "/xcatpost/setupnfsv4replication";
constexpr const char* server_tool = "/install/prescripts/hanfs/setuphanfs";
std::string server_command(const Case& c,
                           const char* mode);  // setuphanfs with everything that it takes for this domain

// Control points that are looked after by `from` to `to`: their old connections end where the old server still answers.
enum class Direction { away, away_alive, home };
void add_control_points(const Case& c, Direction direction, const std::string& id, RunbookSection& section);

// Monitoring starts anew for nodes whose monserver changed.
void append_monitoring(const Case& c, const Names& nodes, Names& commands);

}  // namespace hanfs::mn::outage
