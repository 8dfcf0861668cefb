// SPDX-License-Identifier: Apache-2.0
// Back to where the node was before hanfs. Pure.
#pragma once

#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/journal.hpp"
#include "plan/plan.hpp"
#include "setupnfsv4replication/planner.hpp"

namespace hanfs::node {

struct ResetPlan {
  plan::Plan plan;
  std::vector<std::string> warnings;  // what of the journal was passed by
  std::vector<std::string> errors;    // what stays as hanfs made it, and why
};

// Takes back only what the journal says hanfs did on this `node`, with the values that it recorded, and what is still
// as hanfs left it. What lives in the kernel counts for the boot in which it was made. Whatever else stands in the
// journal is passed by: commands are made from its values, never taken from it.
ResetPlan make_reset_plan(const ObservedState& observed, const DesiredState& desired,
                          const plan::JournalContent& journal, const std::string& node);

// Is `name`, with or without its domain, the one that this run goes by, or one that /etc/hosts has for an address of
// this node? xCAT gives a postscript the node's name in the tables (NODE), and by hand it is that of the host.
bool is_own_name(const ObservedState& observed, const std::string& node, const std::string& name);

// Default gateways that hanfs set on this boot and did not take back, preferred one first.
std::vector<DesiredGateway> gateways_of_journal(const ObservedState& observed, const plan::JournalContent& journal,
                                                const std::string& node);

// Names the boot of the node: when its root was mounted, to the minute, as `mount` prints it. Empty: not known.
std::string boot_of(const ObservedState& observed);

}  // namespace hanfs::node
