// SPDX-License-Identifier: Apache-2.0
// What was observed on the service node. Plain data: the same state gives the same plan.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "aix/exports.hpp"
#include "aix/ifconfig.hpp"
#include "aix/mount.hpp"
#include "aix/nfs_server.hpp"
#include "aix/resolver.hpp"
#include "aix/src.hpp"
#include "app/context.hpp"
#include "plan/plan.hpp"

namespace hanfs::server {

// Another server of the set, as far as it can be seen from here.
struct Partner {
  std::string address;
  std::string problem;               // why it did not answer; empty: it did
  bool nfs_is_dead = false;          // rpc.mountd answers, and nfsd does not
  std::vector<std::string> exports;  // for NFSv2 and 3: showmount does not show the others
};

// A line of /etc/exports that could not be read.
struct UnreadLine {
  std::string problem;    // "line 7: seen ..., expected ..."
  std::string directory;  // its first word
};

struct ObservedState {
  std::string node;
  std::vector<aix::Mount> mounts;
  std::vector<std::string> file_systems;  // mount points in /etc/filesystems, mounted or not
  aix::Interfaces interfaces;
  std::vector<aix::Export> exported;                 // in the kernel now: exportfs
  std::optional<std::string> exports_text;           // /etc/exports; nullopt: there is none
  std::vector<aix::Export> listed;                   // what it says
  std::vector<UnreadLine> unread_lines;              // of it
  std::optional<std::vector<aix::Export>> lsnfsexp;  // what AIX reads in it; nullopt: no answer
  aix::ReplicationMode mode = aix::ReplicationMode::unknown;
  std::string mode_text;  // what nfsd -getreplicas printed
  aix::Subsystems daemons;
  std::optional<std::string> domain;
  std::optional<aix::Hosts> hosts;
  std::vector<Partner> partners;
  bool backup_stands = false;  // exports_backup holds the file as it was before an earlier run that did not end well
  // The process of an nfsrgyd that a killed run has not restarted after it had changed the NFSv4 domain.
  std::string nfsrgyd_to_restart;

  // Edits of /etc/exports that runs have begun, the oldest first: this state lies before them.
  std::vector<plan::TextEdit> edits;

  std::vector<app::Unobserved> unobserved;  // without these nothing can be judged
  std::vector<std::string> info;            // could not be seen or read, and does not decide anything
};

// `what`: the name of a command, or a file, without which a part of the state is not known.
inline bool is_unobserved(const ObservedState& observed, const std::string& what) {
  return std::any_of(observed.unobserved.begin(), observed.unobserved.end(),
                     [&](const app::Unobserved& item) { return item.command == what; });
}

constexpr const char* exports_file = "/etc/exports";
// The file as it was before the first run since the last one that ended well.
constexpr const char* exports_backup = "/etc/exports.before-hanfs";

// The daemons that an NFSv4 export needs here: nfsrgyd translates names (lib/aix/README.md "NFS domain and nfsrgyd").
constexpr const char* needed_daemons[] = {"nfsd", "rpc.mountd", "nfsrgyd"};

}  // namespace hanfs::server
