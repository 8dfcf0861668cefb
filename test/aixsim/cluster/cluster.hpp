// SPDX-License-Identifier: Apache-2.0
// A cluster as its file describes it: machines, and the tables that the management node has about them.
#pragma once
#include "cluster/tables.hpp"

namespace aixsim {

struct Port {
  std::string name, address;  // address: without its prefix
  int prefix = 24;
};

struct Machine {
  enum class Kind { kManager, kServer, kNode, kDevice };  // a device has no folder: an HMC, a frame
  Kind kind = Kind::kNode;
  std::vector<Port> interfaces;                   // the first is the one that xCAT knows by the machine's name
  std::map<std::string, std::string> attributes;  // the words of its line
  const std::string& name() const { return interfaces[0].name; }
  std::string attribute(const std::string& key, const std::string& fallback = "") const;
};

struct Cluster {
  std::map<std::string, std::string> options;
  std::vector<Machine> machines;  // the management node first
  Tables tables;

  std::string option(const std::string& key, const std::string& fallback) const;
  // The address of a name, by the interfaces of all machines; empty when nobody has it.
  std::string address_of(const std::string& name) const;
};

// The text of a cluster file (README, "Cluster file"). On failure `why` says line and reason.
bool parse_cluster(const std::string& text, Cluster* cluster, std::string* why);
std::string hosts_file(const Cluster& cluster, bool with_nodes);

// A row of a table out of COLUMN=VALUE words; the first column is the key.
bool add_row(Table* table, const std::vector<std::pair<std::string, std::string>>& words, std::string* why);

// Breaks the cluster in one named way; `--defect` of the commands. False when the name is unknown.
bool apply_defect(const std::string& name, Cluster* cluster, std::string* why);
std::string defect_list();

// The words `aixsim cluster ...`.
int control_cluster(Strings args, const std::string& self);
// cluster generate: prints a cluster file.
int cluster_generate(const Strings& args);

}  // namespace aixsim
