// SPDX-License-Identifier: Apache-2.0
// One question to some hosts.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "makehanfs/apply/guards.hpp"
#include "makehanfs/apply/host_result.hpp"
#include "makehanfs/engine/engine.hpp"
#include "makehanfs/engine/fanout.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

// What a host printed, as the text of its reply.
std::vector<HostReply> replies_of(PrintedAnswer answer);

// The tool answers with a verdict. The results beside `hosts`. `time_left`: of the run, asked before the engine is
// started.
std::vector<HostResult> ask_hosts(run::Runner& runner, const Engine& engine, const std::vector<std::string>& hosts,
                                  const std::vector<std::string>& argv,
                                  const std::function<std::chrono::milliseconds()>& time_left);

// Those of these nodes that run from one of these servers, which is not theirs (Action::Judge::guests).
Guests ask_guests(run::Runner& runner, const Engine& engine, const std::vector<std::string>& nodes,
                  const std::vector<ServerNames>& servers, const std::function<std::chrono::milliseconds()>& time_left);

}  // namespace hanfs::cluster
