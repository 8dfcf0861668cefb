// SPDX-License-Identifier: Apache-2.0
// Where a run takes place: a live node, a simulated one (--sysroot) or a capture (--from), and how much time is left.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "plan/journal.hpp"
#include "report/log.hpp"
#include "run/capture.hpp"
#include "run/runner.hpp"
#include "setupnfsv4replication/observe.hpp"
#include "setupnfsv4replication/options.hpp"
#include "sys/host.hpp"
#include "sys/lock.hpp"

namespace hanfs::node {

class Context {
 public:
  explicit Context(const Options& options);

  const Options& options() const { return options_; }
  const Settings& settings() const { return options_.settings; }
  const std::string& node() const { return node_; }
  const report::Log& log() const { return log_; }

  run::Runner& runner() { return *runner_; }
  Sources sources();

  // With --save: the files that were read and the node's name, beside the commands that were recorded. After this
  // nothing is recorded any more, for what follows is verification. Returns what could not be written.
  std::vector<std::string> finish_saving();

  // How long something may take that wants `wanted`: no command may eat up the run, so at most a quarter of it, and
  // never the time that ending a hung one takes. 0: the deadline of the run has come.
  std::chrono::milliseconds time_for(std::chrono::milliseconds wanted) const;
  std::chrono::milliseconds time_for(const plan::Step& step) const;

  bool may_go_on() const;    // no signal came and there is time left
  std::string why_not() const;

  std::unique_ptr<sys::Lock> take_lock() const;
  std::string journal_path() const;
  Result<plan::JournalContent> read_journal() const;

 private:
  std::string state_folder() const;

  const Options& options_;
  sys::Deadline deadline_;
  report::Log log_;
  std::string node_;
  std::unique_ptr<run::Runner> runner_;
  std::unique_ptr<run::RecordingRunner> recorder_;
};

}  // namespace hanfs::node
