// SPDX-License-Identifier: Apache-2.0
// Servers that no node was seen on: where one of them is dead, nobody notices until the night when it is needed.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "makehanfs/engine/engine.hpp"
#include "makehanfs/engine/output_reader.hpp"
#include "makehanfs/model/cluster.hpp"
#include "makehanfs/status/status.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

// What a spare server said when it was asked for its NFS daemons.
struct SpareServer {
  enum class State {
    serves,
    dead,     // it gives no answer, or says that its nfsd does not run
    unknown,  // it could not be asked: the engine failed, or its remote shell refused
  };
  std::size_t server = no_index;  // of Cluster::servers
  State state = State::unknown;
  std::string why;  // of dead and unknown
};

// Servers of sound domains that the answers of nodes say nothing about: no node runs on them now, and none of their own
// runs elsewhere, which is said of the nodes.
std::vector<std::size_t> unseen_servers(const Cluster& cluster, const ClusterStatus& status);

// `said`: what it printed. `failure`: FanoutResult::failure of the question.
SpareServer judge_spare(std::size_t server, const HostAnswer& answer, const std::string& said,
                        const std::string& failure);

// Asks them, in one call of the engine.
std::vector<SpareServer> ask_spares(run::Runner& runner, const Engine& engine, const Cluster& cluster,
                                    const std::vector<std::size_t>& servers,
                                    const std::function<std::chrono::milliseconds()>& time_left);

// Lines with their cures: what is not as wanted, and what is not known.
std::vector<std::string> errors_of(const Cluster& cluster, const std::vector<SpareServer>& spares);
std::vector<std::string> warnings_of(const Cluster& cluster, const std::vector<SpareServer>& spares);

}  // namespace hanfs::cluster
