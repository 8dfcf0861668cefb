// SPDX-License-Identifier: Apache-2.0
// A system without processes, files and waiting: time passes only when a command ends or somebody sleeps. The same
// machine gives the same run to the byte.
#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/system.hpp"
#include "run/command.hpp"

namespace hanfs::test {

// Events happen as time passes by their moment, the earliest first.
class SimulatedClock final : public sys::Clock {
 public:
  using Event = std::function<void()>;

  std::string time_of_day = "2026-11-28T00:00:00Z";  // it does not move by itself

  TimePoint now() const override { return now_; }
  std::string utc() const override { return time_of_day; }
  void sleep(std::chrono::milliseconds time) override { advance_to(now_ + time); }
  void advance_to(TimePoint time) {
    while (!events_.empty() && events_.begin()->first <= time) {
      const Event event = std::move(events_.begin()->second);
      now_ = std::max(now_, events_.begin()->first);
      events_.erase(events_.begin());
      event();
    }
    now_ = std::max(now_, time);
  }
  void at(TimePoint time, Event event) { events_.emplace(time, std::move(event)); }
  TimePoint next_event() const { return events_.empty() ? TimePoint::max() : events_.begin()->first; }
  void forget_events() { events_.clear(); }
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - TimePoint{});
  }

 private:
  TimePoint now_{};
  std::multimap<TimePoint, Event> events_;
};

class SimulatedFiles final : public sys::Files {
 public:
  std::map<std::string, std::string> content;
  bool locked = false;

  Result<std::optional<std::string>> read(const std::string& path, std::size_t) override {
    const auto found = content.find(path);
    return found == content.end() ? std::optional<std::string>{} : found->second;
  }
  Status write(const std::string& path, std::string_view text, const std::string&) override {
    content[path] = text;
    return Done{};
  }
  Status remove(const std::string& path) override {
    content.erase(path);
    return Done{};
  }
  Status make_folders(const std::string&) override { return Done{}; }
  Result<std::string> behind_links(const std::string& path) override { return path; }
  Status check_trusted(const std::string&) override { return Done{}; }
  Result<std::unique_ptr<sys::AppendFile>> open_for_append(const std::string& path, std::size_t) override {
    struct Append final : sys::AppendFile {
      explicit Append(std::string& whole) : text(whole) {}
      Status append(std::string_view more, bool) override {
        text += more;
        return Done{};
      }
      std::string& text;
    };
    return std::unique_ptr<sys::AppendFile>(std::make_unique<Append>(content[path]));
  }
  std::unique_ptr<sys::Lock> lock(const std::string&) override {
    struct Held final : sys::Lock {
      explicit Held(bool& flag) : locked(flag) { state = std::exchange(locked, true) ? State::busy : State::held; }
      ~Held() override {
        if (state == State::held) locked = false;
      }
      bool& locked;
    };
    return std::make_unique<Held>(locked);
  }
};

// How a simulated command answers, and after what time.
struct Answer {
  run::Outcome outcome;
  std::chrono::milliseconds takes{100};
  // Where it is set: asked when the time is over, and gives the outcome. nullopt: the command goes on for ever.
  std::function<std::optional<run::Outcome>()> at_end = nullptr;
};
using Machine = std::function<Answer(const std::vector<std::string>& argv)>;
constexpr std::chrono::milliseconds never = std::chrono::hours(1000);

// What a command prints comes when it ends; with Answer::at_end it is also then that it works.
class SimulatedRunner final : public run::Runner {
 public:
  // `interrupted`: nothing more is started then, and what runs is ended, but for what must not be killed.
  SimulatedRunner(
      SimulatedClock& clock, Machine machine, std::size_t jobs,
      std::function<bool()> interrupted = [] { return false; })
      : clock_(clock), machine_(std::move(machine)), jobs_(jobs), interrupted_(std::move(interrupted)) {}

  void run(const Next& next, const Finished& finished) override {
    std::vector<Running> running;
    for (;;) {
      while (running.size() < jobs_ && !interrupted_()) {
        std::optional<run::Job> job = next();
        if (!job) break;
        running.push_back(start(std::move(*job)));
      }
      if (interrupted_()) end_killable(running, finished);
      if (running.empty()) return;
      const auto first = std::min_element(running.begin(), running.end(),
                                          [](const Running& a, const Running& b) { return a.ends < b.ends; });
      const bool was_interrupted = interrupted_();
      while (clock_.now() < first->ends && interrupted_() == was_interrupted)
        clock_.advance_to(std::min(first->ends, clock_.next_event()));
      if (clock_.now() < first->ends) continue;
      if (first->at_end) {
        std::optional<run::Outcome> outcome = std::exchange(first->at_end, nullptr)();
        if (!outcome) {
          first->ends = std::max(first->killed, clock_.now());
          continue;
        }
        first->outcome = std::move(*outcome);
      }
      Running ended = std::move(*first);
      running.erase(first);
      ended.outcome.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - ended.started);
      finished(ended.job, std::move(ended.outcome));
    }
  }

 private:
  struct Running {
    run::Job job;
    run::Outcome outcome;  // for at_end: where it does not end in time
    std::function<std::optional<run::Outcome>()> at_end;
    sys::Clock::TimePoint started, killed, ends;
  };

  Running start(run::Job job) const {
    Answer answer = machine_(job.command.argv);
    const bool late = answer.takes > job.command.deadline;
    if (late || answer.at_end) {
      answer.outcome = run::Outcome{};
      answer.outcome.end = job.command.never_kill ? run::Outcome::End::abandoned : run::Outcome::End::timed_out;
    }
    if (late) {
      answer.takes = job.command.deadline;
      answer.at_end = nullptr;
    }
    const auto killed = clock_.now() + job.command.deadline;
    return {std::move(job), std::move(answer.outcome),  std::move(answer.at_end), clock_.now(),
            killed,         clock_.now() + answer.takes};
  }

  static void end_killable(std::vector<Running>& running, const Finished& finished) {
    const auto killable = std::stable_partition(running.begin(), running.end(),
                                                [](const Running& one) { return one.job.command.never_kill; });
    std::vector<Running> ended(std::make_move_iterator(killable), std::make_move_iterator(running.end()));
    running.erase(killable, running.end());
    for (Running& one : ended) {
      one.outcome = run::Outcome{};
      one.outcome.end = run::Outcome::End::interrupted;
      finished(one.job, std::move(one.outcome));
    }
  }

  SimulatedClock& clock_;
  Machine machine_;
  std::size_t jobs_;
  std::function<bool()> interrupted_;
};

class SimulatedSystem final : public app::System {
 public:
  explicit SimulatedSystem(Machine machine) : machine_(std::move(machine)) {}

  SimulatedClock simulated_clock;
  SimulatedFiles simulated_files;
  std::map<std::string, std::string> variables;
  std::string out;
  std::string err;
  std::vector<std::string> logged;
  long watchdog_seconds = 0;

  sys::Clock& clock() override { return simulated_clock; }
  sys::Files& files() override { return simulated_files; }
  std::unique_ptr<run::Runner> make_runner(const app::RunnerOptions& options) override {
    return std::make_unique<SimulatedRunner>(simulated_clock, machine_, options.jobs);
  }
  bool has_orphaned_commands(const std::string&) const override { return false; }
  void watch_commands(const std::string&) override {}
  std::string node_name() const override { return "cn017"; }
  std::string environment(const std::string& name) const override {
    const auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
  }
  long process_id() const override { return 4711; }
  void prepare() override {}
  bool interrupted() const override { return false; }
  void arm_watchdog(long seconds, const std::string&, int) override { watchdog_seconds = seconds; }
  void print(std::string_view text) override { out += text; }
  void print_error(std::string_view text) override { err += text; }
  bool errors_go_to_terminal() const override { return false; }
  void log(report::Log::Level, const std::string& message) override { logged.push_back(message); }

 private:
  Machine machine_;
};

}  // namespace hanfs::test
