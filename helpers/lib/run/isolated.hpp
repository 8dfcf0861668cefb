// SPDX-License-Identifier: Apache-2.0
// A piece of our own work in a child process, because it may crash or hang: a library that decodes what strangers
// send, or getaddrinfo(). What it says comes back as text over a pipe, also what it said before it crashed or was
// killed. No program is started: the child is a copy of this process, which must have one thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hanfs::run {

struct IsolatedOutcome {
  enum class End {
    ended,        // the work was done
    crashed,      // `signal` ended it, or it left before its end (signal 0)
    timed_out,    // the deadline passed; it was killed
    not_started,  // no process, no pipe: `start_errno`
    interrupted,  // the whole run was told to stop
  };
  End end = End::not_started;
  int signal = 0;
  int start_errno = 0;
  std::string text;  // of what it said the first MiB

  bool operator==(const IsolatedOutcome& other) const {
    return end == other.end && signal == other.signal && start_errno == other.start_errno && text == other.text;
  }
};

struct IsolatedTask {
  using Say = std::function<void(std::string_view)>;
  std::function<void(const Say&)> work;  // in the child
  std::chrono::milliseconds deadline{};  // from its start, then it is killed
  std::chrono::milliseconds wait{};      // before its start
  std::size_t memory_limit = 0;          // bytes of address space; 0: none
  // In this process; what it returns is done too.
  std::function<std::vector<IsolatedTask>(const IsolatedOutcome&)> then;
};

// All of them side by side; returns when the last one has ended. `interrupted` is asked several times a second: once it
// says yes, what runs is killed and what waits is not begun. A child that cannot be killed (it hangs in the kernel) is
// left after a second.
void run_isolated(std::vector<IsolatedTask> tasks, const std::function<bool()>& interrupted);

}  // namespace hanfs::run
