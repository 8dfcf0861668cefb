// SPDX-License-Identifier: Apache-2.0
// A child that tries something again and again and tells when each try began and how it ended: for what may hang for
// ever, such as a read from a dead server's file system. The parent never waits for it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "sys/clock.hpp"

namespace hanfs::run {

struct ProbeReport {
  bool ended = false;  // else it has begun
  sys::Clock::TimePoint at;
  int error = 0;  // of a try that has ended: errno, or 0

  bool operator==(const ProbeReport& o) const { return ended == o.ended && at == o.at && error == o.error; }
};

class ProbeChild {
 public:
  // Runs in the child: errno, or 0. It may never return.
  using Try = std::function<int()>;

  ProbeChild() = default;
  // Kills it, without waiting: one that hangs in the kernel dies when its server answers.
  ~ProbeChild();
  ProbeChild(const ProbeChild&) = delete;
  ProbeChild& operator=(const ProbeChild&) = delete;

  // errno, or 0. `pause`: between the end of a try and the next one. The child ends when the parent does.
  int start(const Try& attempt, std::chrono::milliseconds pause);

  // What it has told since the last call, in order. Never blocks.
  std::vector<ProbeReport> take();

  // It was started and is no more: it was killed, or `attempt` ended it.
  bool has_ended();

  int fd() const { return fd_; }

 private:
  int fd_ = -1;
  pid_t pid_ = -1;
  std::string pending_;  // the beginning of a report whose end has not come yet
};

// Until one of them has told something, a signal has come, or so long.
void wait_for_probes(const std::vector<const ProbeChild*>& children, std::chrono::milliseconds time);

}  // namespace hanfs::run
