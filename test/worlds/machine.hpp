// SPDX-License-Identifier: Apache-2.0
// One simulated machine in memory, and runs of a program on it in simulated time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/node.hpp"
#include "core/outside.hpp"
#include "support/simulated_system.hpp"
#include "world.hpp"

namespace hanfs::worlds {

// How a run ended, and what it said.
struct RunResult {
  enum class End { returned, killed, stuck, endless };
  End end = End::returned;
  int status = 0;
  std::string out;
  std::string err;
  std::vector<Words> calls;  // of this run, in the order in which they began
  std::string journal;       // as it is on the disk when the run has ended
  std::chrono::milliseconds took{0};
  bool interrupted = false;
  long deadline = 0;  // seconds until the watchdog
};

// What stands between the program and the simulator in a test of the worlds themselves: changes the words of a command.
using Misdirect = std::function<std::vector<std::string>(const std::vector<std::string>& argv)>;

class Machine {
 public:
  explicit Machine(const World& world, Misdirect misdirect = nullptr);
  ~Machine();

  aixsim::Node node() const { return aixsim::Node(root_); }
  const aixsim::Memory& memory() const { return memory_; }
  const std::string& root() const { return root_; }

  void do_deed(const Deed& deed);
  void control(Words words);  // aixsim itself
  RunResult run(const Words& options, const std::vector<Event>& events);
  void pass(std::chrono::seconds time);

 private:
  class System;
  class Files;
  friend class System;

  void set_clock();
  std::string path_of(const std::string& path) const;
  [[noreturn]] void wait_for_ever();
  test::Answer begin_command(const std::vector<std::string>& argv, RunResult& result);
  void happened(long call);

  bool is_logged_;
  Program program_;
  std::string root_;
  aixsim::Memory memory_;
  aixsim::InMemory in_memory_;
  test::SimulatedClock clock_;
  Misdirect misdirect_;
  bool disk_full_ = false;
  bool dead_ = false;  // the run was killed: nothing that it does reaches the machine any more
  bool interrupted_ = false;
  bool running_ = false;
  bool log_blocks_ = false;
  bool print_blocks_ = false;
  long runs_ = 0;
  long ended_calls_ = 0;
  std::vector<Event> by_call_;
};

}  // namespace hanfs::worlds
