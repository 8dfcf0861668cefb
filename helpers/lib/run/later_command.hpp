// SPDX-License-Identifier: Apache-2.0
// A command that is started at a time to come, whatever becomes of this process: the promise behind a change that must
// be taken back.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace hanfs::run {

class LaterCommand {
 public:
  LaterCommand() = default;
  LaterCommand(const LaterCommand&) = delete;
  LaterCommand& operator=(const LaterCommand&) = delete;

  // A process of its own, in a session of its own, without terminal and without our descriptors, starts the command
  // when `time` is over, unless cancel() was called before, and once more every 10 s, ten times at most, until it ends
  // with 0. It outlives this process and SIGHUP. `argv`: the first word with the sysroot in front. Error: errno; then
  // nothing will be started.
  int start(const std::vector<std::string>& argv, std::chrono::seconds time);

  // What was to be done later has been done.
  void cancel();

 private:
  pid_t pid_ = -1;
};

}  // namespace hanfs::run
