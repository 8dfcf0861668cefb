// SPDX-License-Identifier: Apache-2.0
// Who uses a server's exports, and every moment when they could not.
#pragma once
#include <set>

#include "core/node.hpp"

namespace aixsim {

struct Client {
  std::string node, dir, version;
  bool state = false;  // holds v4 state: an open file, a lock, a delegation
};
std::vector<Client> clients(const Node& node);
void save_clients(const Node& node, const std::vector<Client>& all);
// Whether a path is the directory or lies below it.
bool at_or_below(const std::string& path, const std::string& dir);
// Nodes that use the directory or something below it in one of these versions.
Strings clients_of(const Node& node, const std::string& dir, const std::set<std::string>& versions, bool with_state);
void add_client(const Node& node, const Client& client);       // once; it may come to hold state
void release_state(const Node& node, const std::string& dir);  // empty: all

// kind: withdrawn, exported, changed (a directory); down, up (a daemon, or "server").
struct Event {
  std::string kind, what;
  std::set<std::string> versions;
  std::string options;
  Strings clients;
};
void note_event(const Node& node, const Event& event);

}  // namespace aixsim
