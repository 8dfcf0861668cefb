// SPDX-License-Identifier: Apache-2.0
// The part of a plan that apply runs, and what of it is left to do.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "makehanfs/plan/plan.hpp"
#include "result.hpp"

namespace hanfs::cluster {

// A host and the command that it got. The same host with the same words is the same work.
using DoneWork = std::set<std::pair<std::string, std::vector<std::string>>>;

// The stages that apply runs. `check_only`: of each action its check alone.
std::vector<Stage> stages_of(const ClusterPlan& plan, bool check_only);

// Error: words or a host that are not plain, a host twice in one stage, two servers of one domain in one stage.
Status check_stages(const std::vector<Stage>& stages);

// The stage with these hosts only.
Stage part_of(const Stage& stage, const std::function<bool(const Action& action, const std::string& host)>& takes);

// The stage without the hosts that have done their work, and without looks at them.
Stage left_of(const Stage& stage, const DoneWork& done);

// Hosts that have results.
std::size_t count_hosts(const Stage& stage);

}  // namespace hanfs::cluster
