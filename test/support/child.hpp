// SPDX-License-Identifier: Apache-2.0
// For what belongs to a whole process: signals, descriptors, locks.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace hanfs::test {

// The exit status of a child that is a copy of this process and ends with what `work` gives; minus the signal that
// killed it.
inline int status_of_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

inline bool holds_in_child(const std::function<bool()>& is_so) {
  return status_of_child([&] { return is_so() ? 0 : 1; }) == 0;
}

}  // namespace hanfs::test
