// SPDX-License-Identifier: Apache-2.0
// Runs a command line "on" a simulated host, as ssh would.
#pragma once
#include "cluster/hosts.hpp"

namespace aixsim {

// The command line for /bin/sh of this machine: absolute paths lie below `root`, and our own programs get --sysroot.
std::string localized(const std::string& command, const std::string& root);

struct Remote {
  std::string command;       // as the remote shell gets it
  Strings environment;       // further NAME=VALUE
  std::string folder;        // working directory below the root, empty: the root itself
  long connect_timeout = 0;  // seconds, 0: as long as the network takes
  std::string script;        // file of this machine that is first copied to /tmp of the host, and run as /tmp/NAME
};
// Returns when the host answers. Otherwise: down ends this process with ssh's message and 255, or blocks; a node
// whose / or /usr hangs blocks.
void reach(const Hosts& hosts, const Machine& machine, long connect_timeout);
// Becomes the command, in this process, once the host answers.
[[noreturn]] void become_remote(const Hosts& hosts, const Machine& machine, const Remote& remote);
// Name of a host that nobody knows: ssh's answer.
[[noreturn]] void unknown_host(const std::string& name);

int cluster_exec(const Hosts& hosts, const Strings& args);
int cluster_down(const Hosts& hosts, const Strings& args);
int cluster_up(const Hosts& hosts, const Strings& args);
int cluster_show(const Hosts& hosts, const Strings& args);
int cluster_harm(const Hosts& hosts, const Strings& args);
int cluster_boot(const Hosts& hosts, const Strings& args, const std::string& self);
// /opt/hanfs/bin of every host: links to our own programs in BIN.
void install_programs(const Hosts& hosts, const std::string& bin);

}  // namespace aixsim
