// SPDX-License-Identifier: Apache-2.0
// One question to some hosts, whose tool answers with a verdict.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "makehanfs/apply/host_result.hpp"
#include "makehanfs/engine/engine.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

// The results beside `hosts`. `time_left`: of the run, asked before the engine is started.
std::vector<HostResult> ask_hosts(run::Runner& runner, const Engine& engine, const std::vector<std::string>& hosts,
                                  const std::vector<std::string>& argv,
                                  const std::function<std::chrono::milliseconds()>& time_left);

}  // namespace hanfs::cluster
