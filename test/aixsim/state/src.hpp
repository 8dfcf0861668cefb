// SPDX-License-Identifier: Apache-2.0
// The System Resource Controller: which daemons run. A stopped daemon is gone only some time later.
#pragma once
#include "core/node.hpp"

namespace aixsim {

struct Daemon {
  std::string name, group;
  std::string state;  // active, inoperative, stopping, starting
  long pid = 0;
  long looks = 0;       // status queries until the state changes
  long long until = 0;  // or the moment when it does, milliseconds since 1970
  std::string then;     // what it becomes: active or inoperative
};

class Src {
 public:
  explicit Src(const Node& node) : node_(node) {}
  std::string lock() const { return node_.lock_path("src"); }

  // State now. `counts`: this is a status query, which daemons that are starting or stopping count down.
  std::vector<Daemon> look(bool counts) const;
  bool active(const std::string& name) const;

  // What startsrc and stopsrc would do to one subsystem; the message, and whether it is a success.
  std::string start(const std::string& name, bool* fine) const;
  std::string stop(const std::string& name, bool* fine) const;
  // By a command that waits (chnfs -B): down and up again.
  void restart(const std::string& name) const;

  void reset(const std::vector<Daemon>& daemons) const;
  long new_pid() const;

 private:
  void save(const std::vector<Daemon>& daemons) const;
  void started(Daemon* daemon) const;
  const Node& node_;
};

// In the orders of lssrc -g nfs and of startsrc -g nfs (both SEEN).
const Strings& nfs_daemons_listed();
const Strings& nfs_daemons_started();

}  // namespace aixsim
