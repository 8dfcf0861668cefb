// SPDX-License-Identifier: Apache-2.0
// The sections of a runbook, each from the case alone. Where a statement comes from stands beside it in the code;
// W-HASN and W-HANFS are pages of xCAT's wiki: lib/aix/README.md "Sources".
#pragma once

#include "makehanfs/runbook/outage_impact.hpp"
#include "makehanfs/runbook/runbook.hpp"

namespace hanfs::cluster::outage {

RunbookSection check_section(const OutageImpact& c);
RunbookSection automatic_section(const OutageImpact& c);
RunbookSection lost_section(const OutageImpact& c);
RunbookSection move_section(const OutageImpact& c);
RunbookSection recover_section(const OutageImpact& c);
RunbookSection home_section(const OutageImpact& c);
RunbookSection planned_section(const OutageImpact& c);

std::string server_command(const OutageImpact& c,
                           const char* mode);  // setuphanfs with everything that it takes for this domain

// Control points that are looked after by `from` to `to`: their old connections end where the old server still answers.
enum class Direction { away, away_alive, home };
void add_control_points(const OutageImpact& c, Direction direction, const std::string& id, RunbookSection& section);

// Nodes with exactly two servers are moved by snmove. With more it warns (lib/xcat/README.md "snmove") and what it
// leaves in servicenode is not known, so the tables are set word by word.
bool takes_snmove(const std::vector<std::size_t>& servers);
// The name that nodes have for a server: noderes.xcatmaster takes a name or an address. Empty: the tables do not tell.
const std::string& node_facing_name_of(const Server& server);
// "asn02,asn03,asn01": the list with this server first, the others in their order.
std::string list_from(const OutageImpact& c, const std::vector<std::size_t>& servers, std::size_t first);
// Sets servicenode and xcatmaster of nodes by nodech, and makes the nodes run the postscripts that snmove runs.
void append_table_move(const Names& nodes, const std::string& list, const std::string& master, bool nodes_answer,
                       RunbookStep& step);

// Some nodes at a time, the first alone; `expect` is about each of them.
void add_reboots(const OutageImpact& c, const Names& nodes, const std::string& id, const std::string& first_why,
                 const std::string& expect, RunbookSection& section);

// Monitoring starts anew for nodes whose monserver changed.
void append_monitoring(const OutageImpact& c, const Names& nodes, Names& commands);

}  // namespace hanfs::cluster::outage
