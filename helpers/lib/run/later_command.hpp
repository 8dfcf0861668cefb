// SPDX-License-Identifier: Apache-2.0
// A command that is started at a time to come, whatever becomes of this process: the promise behind a change that must
// be taken back.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "sys/descriptor.hpp"

namespace hanfs::run {

class LaterCommand {
 public:
  LaterCommand() = default;
  LaterCommand(const LaterCommand&) = delete;
  LaterCommand& operator=(const LaterCommand&) = delete;

  // A process of its own, in a session of its own, without terminal and without our descriptors, starts the command
  // when `time` is over and this process is gone, or `grace` later where it is still there and has not called cancel();
  // and once more every 10 s, ten times at most, until it ends with 0. It outlives this process and SIGHUP. `argv`: the
  // first word with the sysroot in front. Error: errno; then nothing will be started.
  int start(const std::vector<std::string>& argv, std::chrono::seconds time, std::chrono::seconds grace);

  // What was to be done later has been done.
  void cancel();

 private:
  pid_t pid_ = -1;
  sys::Descriptor alive_;  // the end of a pipe that nobody else has: the kernel closes it when this process ends
};

}  // namespace hanfs::run
