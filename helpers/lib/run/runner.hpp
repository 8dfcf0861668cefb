// SPDX-License-Identifier: Apache-2.0
// The seam between thinking and doing: everything that starts a process goes through a Runner.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "run/command.hpp"

namespace hanfs::run {

enum class Channel { out, err };

struct Job {
  std::size_t id = 0;  // the caller's; comes back with the outcome
  Command command;

  // Where it is set: called on the same thread with the bytes of both streams as they come, all of them (also those
  // that Command::max_output leaves out), before the job's `Finished`. For long work that shows progress. A runner that
  // starts nothing need not call it: the outcome says the same.
  std::function<void(Channel, std::string_view bytes)> on_output = nullptr;

  // How long others wait for it. After that it is late: it takes no place any more among those that run side by side,
  // `on_late` is called, and `next` is asked again. A day is as good as for ever.
  std::chrono::milliseconds patience{86400000};
  std::function<void()> on_late = nullptr;

  // Where it is set, run() does not wait for this job once it is late. When run() has returned before its end, the
  // outcome comes here instead of to `Finished`: in a later run(), or in wait_for_late().
  std::function<void(const Job&, Outcome)> after_return = nullptr;
};

class Runner {
 public:
  virtual ~Runner() = default;

  // What to start next. nullopt: nothing now (it is asked again after every `done`).
  using Next = std::function<std::optional<Job>()>;
  // Called on the same thread, once for each job, in the order in which they end.
  using Finished = std::function<void(const Job&, Outcome)>;

  // Starts what `next` gives, side by side up to the runner's limit, and returns when nothing runs any more and
  // `next` has nothing to give. Never blocks longer than the deadlines of the commands allow.
  virtual void run(const Next& next, const Finished& finished) = 0;

  // Until no late job is at work any more. A runner for which every job ends within its run() has nothing to do here.
  virtual void wait_for_late() {}
};

// Gives outcomes that are known already, each once, and runs everything else through `inner`.
class CachedRunner : public Runner {
 public:
  explicit CachedRunner(Runner& inner) : inner_(inner) {}
  void know(const Command& command, Outcome outcome);
  void forget() { known_.clear(); }
  void forget(const std::vector<std::string>& argv) { known_.erase(argv); }
  void run(const Next& next, const Finished& finished) override;
  void wait_for_late() override { inner_.wait_for_late(); }

 private:
  Runner& inner_;
  std::map<std::vector<std::string>, Outcome> known_;  // by argv
};

// Runs everything through `inner`, which it owns, and adds up what each command took.
class TimingRunner : public Runner {
 public:
  explicit TimingRunner(std::unique_ptr<Runner> inner) : inner_(std::move(inner)) {}
  void run(const Next& next, const Finished& finished) override;
  void wait_for_late() override { inner_->wait_for_late(); }
  // "netstat -rn, 4.8 s in 4 calls": the command that took most in all. Empty: none has ended yet.
  std::string longest() const;
  // What a command took that ended by itself.
  std::chrono::milliseconds mean() const { return ended_ == 0 ? std::chrono::milliseconds(0) : elapsed_ / ended_; }

 private:
  struct Cost {
    std::size_t calls = 0;
    std::chrono::milliseconds elapsed{0};
  };

  void add(const Job& job, const Outcome& outcome);

  std::unique_ptr<Runner> inner_;
  std::map<std::vector<std::string>, Cost> cost_of_;  // by argv
  int ended_ = 0;
  std::chrono::milliseconds elapsed_{0};  // of these, together
};

// Runs all of them side by side; outcomes in the order of the commands.
std::vector<Outcome> run_all(Runner& runner, const std::vector<Command>& commands);
Outcome run_one(Runner& runner, const Command& command);

}  // namespace hanfs::run
