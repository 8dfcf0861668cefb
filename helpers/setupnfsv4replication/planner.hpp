// SPDX-License-Identifier: Apache-2.0
// Facts and settings to a plan. Pure: no clock, no I/O, the same input gives the same plan.
#pragma once

#include <string>
#include <vector>

#include "node/observe.hpp"
#include "plan/journal.hpp"
#include "plan/plan.hpp"
#include "result.hpp"
#include "setupnfsv4replication/gateways.hpp"
#include "setupnfsv4replication/mounts.hpp"
#include "setupnfsv4replication/resolver.hpp"

namespace hanfs::node {

struct DesiredState {
  DesiredFilesystems filesystems;  // points into the facts it was made from
  DesiredRoutes routes;
};

// Error: the settings cannot be met on this node; nothing was touched.
Result<DesiredState> desired_state(const ObservedState& observed, const Settings& settings);

// Empty when the node is as wanted.
plan::Plan make_plan(const ObservedState& observed, const DesiredState& desired, const Settings& settings);

// In front of the lane of a step that takes something back.
constexpr const char* reset_prefix = "reset:";

// Back to where the node was: file systems to AIX's defaults; of routes, ODM, tunables and files only what the journal
// says hanfs did and what is still as hanfs left it.
plan::Plan make_reset_plan(const ObservedState& observed, const DesiredState& desired,
                           const plan::JournalContent& journal);

// What must be looked at again after these steps.
RefreshScope scope_of(const plan::Plan& plan);

}  // namespace hanfs::node
