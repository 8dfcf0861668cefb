// SPDX-License-Identifier: Apache-2.0
// Back to where the node was before hanfs. Pure.
#pragma once

#include "node/observed_state.hpp"
#include "plan/journal.hpp"
#include "plan/plan.hpp"
#include "setupnfsv4replication/planner.hpp"

namespace hanfs::node {

// File systems go to AIX's defaults; of routes, ODM, tunables and files only what the journal says hanfs did and what
// is still as hanfs left it.
plan::Plan make_reset_plan(const ObservedState& observed, const DesiredState& desired,
                           const plan::JournalContent& journal);

}  // namespace hanfs::node
