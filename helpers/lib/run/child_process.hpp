// SPDX-License-Identifier: Apache-2.0
// One child process: its start, its output, its exit. It knows no deadline: the loop in real_runner.cpp does.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "run/bounded_output.hpp"
#include "run/command.hpp"
#include "run/runner.hpp"

namespace hanfs::run {

// Where a child leaves the errno of its execve. Shared memory instead of Boost's error pipe, because the parent waits
// on that pipe until the exec is through, and the exec of a program on a dead server's file system never is. (vfork
// and posix_spawn wait the same way.) It also saves five system calls for each child.
class ExecErrors {
 public:
  ExecErrors();
  ~ExecErrors();
  ExecErrors(const ExecErrors&) = delete;
  ExecErrors& operator=(const ExecErrors&) = delete;

  // nullptr when there is none left. A slot that is never given back is one that an abandoned child may still write.
  volatile int* take();
  void give_back(const volatile int* slot) { free_.push_back(static_cast<std::size_t>(slot - slots_)); }

 private:
  int* slots_ = nullptr;
  std::vector<std::size_t> free_;
};

// The read end of a pipe and what came through it.
struct Stream {
  // Bytes. What a pipe holds on Linux; AIX holds half.
  static constexpr std::size_t block_size = 65536;

  explicit Stream(std::size_t limit) : output(limit) {}
  ~Stream() { close(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  bool open() const { return fd != -1; }
  void close();

  // After poll() said that something is there. Whatever it said, only read() tells what: AIX may not report POLLHUP.
  // `buffer` has block_size bytes. Throws what `on_output` of the job throws.
  void read(char* buffer, bool hung_up, const Job& job, Channel channel);

  int fd = -1;
  BoundedOutput output;
};

// What all children of a runner are started with.
struct ChildSetup {
  std::string sysroot;
  std::vector<char*> environment;  // a null pointer at its end
  std::vector<int> signals;        // to be put back to their defaults
  int null_fd = -1;
};

struct ChildProcess {
  explicit ChildProcess(std::size_t max_output) : out(max_output), err(max_output) {}

  // errno, or 0 when it runs. `kept_fd` is inherited besides 0 to 2; -1: nothing is. Boost may throw bad_alloc before
  // the fork. `exec_error` is taken from `errors` and has to be given back, also after a failure.
  int start(const Command& command, const ChildSetup& setup, int kept_fd, ExecErrors& errors);

  // While nobody waits for it, its number is given to nobody else.
  bool has_exited() const;
  // True when it is reaped, or somebody else has done that (`status_lost`).
  bool reap();
  // To it and its descendants.
  void signal_group(int number) const;

  bool silent() const { return !out.open() && !err.open(); }

  Stream out;
  Stream err;
  pid_t pid = -1;
  volatile int* exec_error = nullptr;
  int wait_status = 0;
  bool status_lost = false;
};

// Numbers of those that this process ignores or handles.
std::vector<int> signals_not_default();

// An ignored SIGCHLD makes the kernel reap for us and the exit status is lost.
void keep_exit_statuses();

// Where functions are bound at their first call (a dynamic program, as linkers make it by default), every child would
// look these up again after its fork: 14 page faults and 30 of 180 us on top of a bare posix_spawn, as measured. So
// they are called once here, with arguments that change nothing.
void bind_what_children_call(int null_fd);

}  // namespace hanfs::run
