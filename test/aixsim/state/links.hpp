// SPDX-License-Identifier: Apache-2.0
// A simulated node that mounts from simulated servers: the replicas it learns at mount time, and which server can serve
// a mount.
#pragma once
#include "state/mounts.hpp"

namespace aixsim {

std::string server_at(const Node& node,
                      const std::string& host);  // folder of a linked server, or empty
// Records that node and servers know each other. The replicas of the mounts stay as they are.
void add_links(const Node& node, const std::vector<Node>& servers);
Strings linked_nodes(const Node& server);  // folders of the nodes that know this server
// A client that is down has lost its v4 state: it let go of it, or its lease is over.
bool is_up(const Node& server, const std::string& client);
bool server_down(const Node& server);
// Takes the replicas of every mount from what the server it was mounted from exports now, as a mount would.
void learn_replicas(const Node& node);
// Whether a server serves this file system now. As a replica it must also hold the same list and options.
bool serves(const Node& node, const Filesystem& fs, const std::string& host, bool as_replica);
// The replicas of a directory and the options that all of them must have; the same text on two servers: a client may go
// from one to the other. Empty: it is not exported with replicas.
std::string replica_terms(const Node& server, const std::string& dir);

}  // namespace aixsim
