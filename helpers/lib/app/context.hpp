// SPDX-License-Identifier: Apache-2.0
// Where a run takes place: a live machine, a simulated one (--sysroot) or a capture (--from), and how much time is
// left.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/options.hpp"
#include "app/system.hpp"
#include "plan/journal.hpp"
#include "report/log.hpp"
#include "report/progress.hpp"
#include "result.hpp"
#include "run/capture.hpp"
#include "run/runner.hpp"
#include "sys/clock.hpp"
#include "sys/lock.hpp"

namespace hanfs::app {

// Where facts come from.
struct Sources {
  run::Runner& runner;
  // The content of a file named as AIX knows it, nullopt where it does not exist.
  std::function<Result<std::optional<std::string>>(const std::string& path)> file;
  // How long a command that starts now may take.
  std::function<std::chrono::milliseconds()> time_for_command;
  bool is_capture = false;  // made by hand perhaps: an editor may have taken a last newline away
  // Where it is set, a command is not waited for longer than `patience`, and what came of it after that is kept here.
  std::function<void(const run::Command&, run::Outcome)> keep_late = nullptr;
  std::chrono::milliseconds patience{0};
  // Where it is set, those who did not answer are asked once more, for so long.
  std::function<std::chrono::milliseconds()> time_once_more = nullptr;

  Sources with(run::Runner& another) const {
    return {another, file, time_for_command, is_capture, keep_late, patience, time_once_more};
  }
  // For what has a time of its own, and waits for each command.
  Sources with(run::Runner& another, std::function<std::chrono::milliseconds()> time) const {
    return {another, file, std::move(time), is_capture};
  }
};

// Something that could not be observed; `command` is its name without folder and arguments ("netstat").
struct Unobserved {
  std::string command;
  std::string words;     // the whole command: "netstat -rn -f inet"
  std::string what;      // for people, with the command and the reason
  bool missing = false;  // the command is not installed
  bool hung = false;     // it did not answer in time, or what it waits for does not answer others
  // It was not started: what it waits for does not answer others, or no time was left. What is known of it still holds.
  bool not_asked = false;
  // It is late, and its answer may still come before the end of the run.
  bool pending = false;
};

// A file that the program reads and --save keeps.
struct KeptFile {
  std::string path;
  std::string (*part)(std::string_view text) = nullptr;  // what of it is kept; nullptr: all
};

class Context {
 public:
  // All three outlive the context. `files` are those the program reads: --save keeps them. `more_environment`:
  // "NAME=value", what its commands need besides the fixed environment.
  Context(System& system, const RunModes& modes, const Limits& limits, std::vector<KeptFile> files,
          std::vector<std::string> more_environment = {});

  Context(const Context&) = delete;  // runners point into it
  Context& operator=(const Context&) = delete;

  System& system() const { return system_; }
  const RunModes& modes() const { return modes_; }
  const Limits& limits() const { return limits_; }
  const std::string& node() const { return node_; }
  const report::Log& log() const { return log_; }  // kept until send_log(), since syslog may block
  void send_log();
  report::Progress progress(const std::string& title, std::size_t total) const;  // silent without a terminal

  run::Runner& runner() { return late_; }
  // For taking back and for the last look: a signal that ended the run's work must not end these too.
  std::unique_ptr<run::Runner> calm_runner();
  Sources sources();  // nobody who answers waits there for somebody who does not
  // At the end of a run: waits for what is late. Who did not answer is asked once more, for a second at most, and only
  // the first time that this is called.
  Sources sources_of_last_look();
  // From here on a line every few seconds while commands run, as long as the context lives: `xdsh -t` ends what is
  // silent.
  void tell_that_it_works();

  // With --save: the files that were read and the node's name, beside the commands that were recorded. After this
  // nothing is recorded any more, for what follows is verification. Returns what could not be written.
  std::vector<std::string> finish_saving();

  // How long something may take that wants `wanted`: no command may eat up the run, so at most a quarter of it, and
  // never the time that ending a hung one takes. 0: the deadline of the run has come, or there is less time than
  // commands take on this machine, so that one would only be started to be ended.
  std::chrono::milliseconds time_for(std::chrono::milliseconds wanted) const;
  std::chrono::milliseconds time_for(const plan::Step& step) const;

  // How long a command that must not be killed is waited for once a signal has come.
  std::chrono::milliseconds time_after_signal() const { return std::chrono::seconds(limits_.command_deadline); }

  std::chrono::milliseconds time_left() const;  // of the run, without what its end needs

  bool may_continue() const;  // no signal came and there is time left
  // For so many commands, one after the other, if they take twice what commands took so far.
  bool has_time_for(int commands) const;
  std::string stop_reason() const;

  // Held until release_lock(), or the end.
  const sys::Lock& take_lock();
  void release_lock() { lock_.reset(); }
  // With the lock, before anything is looked at: waits for commands that a killed run has left at work, no longer than
  // for a command of our own. False: they still work.
  bool wait_for_orphaned_commands();
  std::string state_folder() const;  // of the journal, and of what else a run leaves on this machine
  std::string journal_path() const;
  std::string run_name() const;  // what the journal calls this run
  // A run of that name is from before the machine was booted last. False also where nobody knows.
  bool was_before_boot(const std::string& run) const;
  Result<plan::JournalContent> read_journal() const;

 private:
  bool last_run_was_killed() const;
  std::unique_ptr<run::Runner> make_runner(bool can_be_interrupted);
  void tell_when_due();

  System& system_;
  const RunModes& modes_;
  const Limits& limits_;
  std::vector<KeptFile> files_;
  std::vector<std::string> more_environment_;
  sys::Deadline deadline_;
  std::vector<std::pair<report::Log::Level, std::string>> logged_;
  report::Log log_;
  std::unique_ptr<sys::Lock> lock_;
  std::string node_;
  std::optional<sys::Clock::TimePoint> told_since_;
  sys::Clock::TimePoint told_last_{};
  std::unique_ptr<run::TimingRunner> runner_;
  run::CachedRunner late_;  // knows what came of those that were late
  bool looked_once_more_ = false;
  std::unique_ptr<run::RecordingRunner> recorder_;
};

}  // namespace hanfs::app
