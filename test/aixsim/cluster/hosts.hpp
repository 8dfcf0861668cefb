// SPDX-License-Identifier: Apache-2.0
// The folders of a cluster: DIR/mn, and one for each server and node. What is not a table lies in DIR/mn/.aixsim/hosts.
#pragma once
#include "cluster/cluster.hpp"

namespace aixsim {

class Hosts {
 public:
  explicit Hosts(std::string dir) : dir_(std::move(dir)), manager_(dir_ + "/mn") {}
  // Of the management node whose folder this is.
  static Hosts of(const Node& manager);

  const std::string& dir() const { return dir_; }
  const Node& manager() const { return manager_; }
  bool there() const { return manager_.booted(); }
  void save(const std::vector<Machine>& machines) const;
  const std::vector<Machine>& all() const;
  // By any of its names or addresses; nullptr when nobody has it.
  const Machine* find(const std::string& name_or_address) const;
  Node folder(const Machine& machine) const;

 private:
  void read() const;
  std::string dir_;
  Node manager_;
  mutable std::vector<Machine> machines_;
  mutable std::map<std::string, size_t> index_;
};

// Boots a compute node from a server by its address. False: it did not come up, and `led` says where it hangs.
bool boot_cluster_node(const Hosts& hosts, Lookup* lookup, const Machine& node, const std::string& server,
                       const std::string& self, std::string* led);
// Address that a name of the tables means, by /etc/hosts of the management node; empty when it is unknown.
std::string table_address(const Hosts& hosts, const std::string& name);
// Whether a compute node hangs: the server of / or /usr is gone and no replica takes over.
bool node_hangs(const Node& node);
// The server that /usr of a compute node comes from now: its name, else its address, else empty.
std::string server_in_use(const Hosts& hosts, const Node& node);
std::string own_path();

}  // namespace aixsim
