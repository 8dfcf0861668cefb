// SPDX-License-Identifier: Apache-2.0
// What a program needs from outside itself, as one value: time, files, child processes, output, signals. Each program
// is a function of a System and its command line, so that a whole run can take place in one process, in simulated
// time (test/unit/setupnfsv4replication/run_test.cpp).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/log.hpp"
#include "result.hpp"
#include "run/later_command.hpp"
#include "run/runner.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"
#include "sys/orphaned_commands.hpp"

namespace hanfs::app {

struct RunnerOptions {
  std::string sysroot;                        // in front of each command; empty: the real machine
  unsigned jobs = 1;                          // commands side by side
  std::vector<std::string> more_environment;  // "NAME=value", besides what every command gets
  bool interruptible = true;                  // a signal that ends the run ends its commands too
  std::function<void()> while_waiting = {};   // called several times a second while commands run; must not block
};

class System {
 public:
  virtual ~System() = default;

  virtual sys::Clock& clock() = 0;
  virtual sys::Files& files() = 0;

  // The runner must not outlive the system.
  virtual std::unique_ptr<run::Runner> make_runner(const RunnerOptions& options) = 0;
  // Does a command of an earlier run still work? Such commands are known by `fifo` (sys/orphaned_commands.hpp).
  virtual bool has_orphaned_commands(const std::string& fifo) const = 0;
  // From here on a later run will see the commands that this one starts.
  virtual void watch_commands(const std::string& fifo) = 0;

  // $NODE where xCAT set it, else the host name without its domain. Never asks a name server.
  virtual std::string node_name() const = 0;
  // Empty where it is not set, because xCAT exports absent values as empty.
  virtual std::string environment(const std::string& name) const = 0;
  // All variables whose names begin so, with their values.
  virtual std::map<std::string, std::string> environment_of(const std::string& prefix) const = 0;
  virtual long process_id() const = 0;

  // Before the first command is started, and once: signals are taken, inherited descriptors kept from commands.
  virtual void prepare() = 0;
  virtual bool interrupted() const = 0;  // a signal has asked the run to end
  // So many seconds from now the run ends as set_last_resort() says, wherever it is stuck.
  virtual void arm_watchdog(long seconds) = 0;
  virtual long watchdog_time_left() const = 0;
  // Its last words on stdout (empty: none), and its exit status. `owed`: a command that must not be left out, with
  // the sysroot in front; it is started then.
  virtual void set_last_resort(const std::string& words, int status, const std::vector<std::string>& owed) = 0;
  // So many seconds from now the command is started where this run has ended, however it did, and `grace` seconds later
  // where it has not, unless it is cancelled. `argv`: with the sysroot in front. Error: it will not be. Only one at a
  // time.
  virtual Status start_later(const std::vector<std::string>& argv, long seconds, long grace) {
    return Error{argv.front() + " cannot be started " + std::to_string(seconds + grace) + " s from now here"};
  }
  virtual void cancel_later() {}

  // These wait for whoever reads. False: not all of it could be written, or a signal came.
  virtual bool print(std::string_view text) = 0;
  virtual bool print_error(std::string_view text) = 0;
  virtual bool errors_go_to_terminal() const = 0;
  // On the terminal behind stderr, as much as it takes without waiting.
  virtual void show_progress(std::string_view text) = 0;
  // A line that may be lost: it never waits for whoever reads stdout (or stderr).
  virtual void print_unless_blocked(std::string_view, bool /*as_error*/) {}
  // May block: not while something is half done.
  virtual void log(report::Log::Level level, const std::string& message) = 0;
};

// This process and the machine it runs on. To be made first of all in main(): it opens standard descriptors that are
// closed.
class RealSystem : public System {
 public:
  RealSystem();

  sys::Clock& clock() override { return clock_; }
  sys::Files& files() override { return files_; }
  std::unique_ptr<run::Runner> make_runner(const RunnerOptions& options) override;
  bool has_orphaned_commands(const std::string& fifo) const override;
  void watch_commands(const std::string& fifo) override;
  std::string node_name() const override;
  std::string environment(const std::string& name) const override;
  std::map<std::string, std::string> environment_of(const std::string& prefix) const override;
  long process_id() const override;
  void prepare() override;
  bool interrupted() const override;
  void arm_watchdog(long seconds) override;
  long watchdog_time_left() const override;
  void set_last_resort(const std::string& words, int status, const std::vector<std::string>& owed) override;
  Status start_later(const std::vector<std::string>& argv, long seconds, long grace) override;
  void cancel_later() override;
  bool print(std::string_view text) override;
  bool print_error(std::string_view text) override;
  bool errors_go_to_terminal() const override;
  void show_progress(std::string_view text) override;
  void print_unless_blocked(std::string_view line, bool as_error) override;
  void log(report::Log::Level level, const std::string& message) override;

 private:
  sys::RealClock clock_;
  sys::RealFiles files_;
  std::optional<sys::OrphanedCommands> commands_;
  std::optional<int> terminal_;  // -1: there is none
  run::LaterCommand later_;

  // The signal handler reads what set_last_resort() was told last; the other one is overwritten.
  struct LastResort {
    std::string words;
    std::vector<std::string> owed;
    std::vector<char*> argv;
  };
  LastResort last_resorts_[2];
  std::size_t last_resort_ = 0;
};

}  // namespace hanfs::app
