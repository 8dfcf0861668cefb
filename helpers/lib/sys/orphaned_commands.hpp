// SPDX-License-Identifier: Apache-2.0
// Commands that outlive the run that started them. A run that is killed leaves its commands to themselves, and what
// they change shows later: the next run has to wait for them before it looks.
#pragma once

#include <string>
#include <utility>

namespace hanfs::sys {

// Each child inherits the read end of a FIFO, which the kernel closes when the child ends, however it ends. open() for
// writing, without blocking, fails with ENXIO while nobody has the FIFO open for reading (POSIX). A daemon that a
// command leaves behind holds it too, so whoever waits has to have a limit.
class OrphanedCommands {
 public:
  explicit OrphanedCommands(std::string fifo) : path_(std::move(fifo)) {}
  ~OrphanedCommands();
  OrphanedCommands(const OrphanedCommands&) = delete;
  OrphanedCommands& operator=(const OrphanedCommands&) = delete;

  // Does a child of an earlier run still work? To be asked before watch_ours(). False also where the FIFO cannot be
  // used.
  bool any() const;

  // Makes the FIFO where it is missing, and opens it. Where that cannot be done, fd() stays -1.
  void watch_ours();
  int fd() const { return fd_; }  // what each child is to inherit; -1: nothing

 private:
  std::string path_;
  int fd_ = -1;
};

}  // namespace hanfs::sys
