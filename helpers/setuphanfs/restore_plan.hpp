// SPDX-License-Identifier: Apache-2.0
// Back to what a server was like before. Pure.
#pragma once

#include <string>

#include "plan/plan.hpp"
#include "setuphanfs/planner.hpp"

namespace hanfs::server {

// From what is there now back to what was there before, in the reverse order of the plan but for /etc/exports, which
// comes first: the new line needs the mode that goes, and exportfs reads the old one. `explicit_options`: exports with
// their options instead of by what /etc/exports says, and as the present mode takes them, where that has failed.
// The mode stays on where other exports are up for NFSv4: it does them no harm, and to switch it off would interrupt
// them once more.
// What is unobserved (daemons, exports) is taken for gone, and what brings it back has no expectation.
plan::Plan make_restore_plan(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                             bool explicit_options = false);

// What the change took along though it is none of our business: exports elsewhere and daemons that were up before. What
// is unobserved is left alone.
plan::Plan make_restore_others_plan(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                                    bool explicit_options = false);

// All that earlier runs took away and left down, or a part of it: daemons and what others use, or what the nodes use,
// while nothing of that is exported in another form.
enum class Owed { to_others, to_nodes, all };
// `before` as as_before() gives it. Of all, the daemons come first, as exports need them, and then what the nodes use.
// Neither the replication mode nor /etc/exports is touched: what AIX refuses as they are now comes back as they allow.
plan::Plan make_owed_plan(const ObservedState& before, const ObservedState& now, const DesiredState& desired, Owed owed,
                          bool explicit_options = false);

// The state of the verdict: "replicated", "as-before", "unsettled", or "unknown" where it could not be seen.
std::string final_state(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                        const Settings& settings);

}  // namespace hanfs::server
