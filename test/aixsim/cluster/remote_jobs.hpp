// SPDX-License-Identifier: Apache-2.0
// What xdsh and updatenode do on many nodes; other commands of the management node use it too.
#pragma once
#include "cluster/commands.hpp"
#include "cluster/host_exec.hpp"

namespace aixsim {

// Range to nodes; false after an error line.
bool range_of(Call& call, Lookup* lookup, const std::string& range, Strings* nodes);
// Range to machines; false after an error line.
bool machines_of(Call& call, const Hosts& hosts, Lookup* lookup, const std::string& range,
                 std::vector<const Machine*>* machines);
// The hosts that a call of xdsh or ssh reaches, and the command that each of them is given. None: another command, or
// one that it refuses.
struct Handed {
  Strings hosts;
  std::string command;
};
Handed handed_out(Lookup* lookup, const Strings& words);
// Prints at once; collects the text in the call when a fault will change the command's output.
void print(Call& call, bool error, const std::string& text);
// Runs postscripts on nodes as updatenode -P does (list: nullptr for those of the tables). True for each node that was
// reached. `booting`: as a diskless node does at every boot; what they say goes to the node's log only.
std::map<std::string, bool> run_postscripts(Call& call, const Hosts& hosts, Lookup* lookup,
                                            const std::vector<const Machine*>& machines, const std::string* list,
                                            bool booting = false);
// The postscripts of nodes that have just booted.
void boot_postscripts(const Hosts& hosts, Lookup* lookup, const std::vector<const Machine*>& machines);

}  // namespace aixsim
