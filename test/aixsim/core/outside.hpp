// SPDX-License-Identifier: Apache-2.0
// What lies outside of the simulator: disk, clock, output, waiting. Usually the machine that it runs on. A thread that
// holds a Memory has all of that there instead: whole runs in one process, without a file, a process or a wait, each
// giving the same bytes again. One that lies `on_disk` leaves the files where they are.
#pragma once
#include <set>
#include <string>
#include <unordered_map>

namespace aixsim {

// In memory, instead of waiting for ever, and instead of dying.
struct NeverEnds {};
struct KilledBySignal {
  int signal = 0;
};

struct Memory {
  bool on_disk = false;
  std::unordered_map<std::string, std::string> files;  // by absolute path
  std::set<std::string> folders;
  std::string out, err;   // what was said since somebody took it
  long long now_us = 0;   // since 1970
  long next_process = 1;  // numbers of the call log
};

// Of this thread; nullptr: the machine itself.
Memory* memory();
// The one that holds this thread's files; nullptr: they lie on the disk.
Memory* memory_of_files();

// The thread works in `memory` as long as this lives.
class InMemory {
 public:
  explicit InMemory(Memory& memory);
  ~InMemory();
  InMemory(const InMemory&) = delete;
  InMemory& operator=(const InMemory&) = delete;

 private:
  Memory* before_;
};

long long now_us();               // since 1970
void wait_ms(long milliseconds);  // nothing in memory: who calls lets its own time pass

// Never returns, like a command that waits for a dead server. An alarm ends the process after `seconds`.
[[noreturn]] void hang(bool ignore_term, long seconds);
// This process dies of the signal.
[[noreturn]] void die_of(int signal, long seconds);

}  // namespace aixsim
