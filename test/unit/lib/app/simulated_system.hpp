// SPDX-License-Identifier: Apache-2.0
// A system without processes, files and waiting: time passes only when a command ends or somebody sleeps. The same
// machine gives the same run to the byte.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/system.hpp"
#include "run/command.hpp"

namespace hanfs::test {

class SimulatedClock final : public sys::Clock {
 public:
  TimePoint now() const override { return now_; }
  std::string utc() const override { return "2026-11-28T00:00:00Z"; }
  void sleep(std::chrono::milliseconds time) override { now_ += time; }
  void advance_to(TimePoint time) { now_ = std::max(now_, time); }
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - TimePoint{});
  }

 private:
  TimePoint now_{};
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
};
using Machine = std::function<Answer(const std::vector<std::string>& argv)>;
constexpr std::chrono::milliseconds never = std::chrono::hours(1000);

// What a command changes is there when it starts; what it prints comes when it ends.
class SimulatedRunner final : public run::Runner {
 public:
  SimulatedRunner(SimulatedClock& clock, Machine machine, std::size_t jobs)
      : clock_(clock), machine_(std::move(machine)), jobs_(jobs) {}

  void run(const Next& next, const Finished& finished) override { loop(next, finished, false); }
  void wait_for_late() override {
    loop([] { return std::nullopt; }, [](const run::Job&, const run::Outcome&) {}, true);
  }

 private:
  struct Running {
    run::Job job;
    run::Outcome outcome;
    sys::Clock::TimePoint ends;
    sys::Clock::TimePoint late_at;
    bool late = false;
    bool outlived_its_run = false;

    sys::Clock::TimePoint next_event() const { return late ? ends : std::min(ends, late_at); }
  };

  void loop(const Next& next, const Finished& finished, bool wait_for_late) {
    const auto is_busy = [](const Running& each) { return !each.late; };
    const auto is_waited_for = [](const Running& each) { return !each.late || !each.job.after_return; };
    for (;;) {
      while (static_cast<std::size_t>(std::count_if(running_.begin(), running_.end(), is_busy)) < jobs_) {
        std::optional<run::Job> job = next();
        if (!job) break;
        running_.push_back(start(std::move(*job)));
      }
      if (running_.empty()) return;
      if (!wait_for_late && std::none_of(running_.begin(), running_.end(), is_waited_for)) {
        for (Running& each : running_) each.outlived_its_run = true;
        return;
      }
      const auto first = std::min_element(running_.begin(), running_.end(), [](const Running& a, const Running& b) {
        return a.next_event() < b.next_event();
      });
      clock_.advance_to(first->next_event());
      if (clock_.now() < first->ends) {
        first->late = true;
        if (first->job.on_late) first->job.on_late();
        continue;
      }
      Running ended = std::move(*first);
      running_.erase(first);
      if (ended.outlived_its_run) {
        ended.job.after_return(ended.job, std::move(ended.outcome));
      } else {
        finished(ended.job, std::move(ended.outcome));
      }
    }
  }

  Running start(run::Job job) const {
    if (job.command.deadline.count() <= 0) {
      run::Outcome not_run;
      not_run.end = run::Outcome::End::interrupted;
      return {std::move(job), std::move(not_run), clock_.now(), clock_.now()};
    }
    Answer answer = machine_(job.command.argv);
    if (answer.takes > job.command.deadline) {
      answer.outcome = run::Outcome{};
      answer.outcome.end = job.command.never_kill ? run::Outcome::End::abandoned : run::Outcome::End::timed_out;
      answer.takes = job.command.deadline;
    }
    answer.outcome.elapsed = answer.takes;
    const auto patience = job.patience;
    return {std::move(job), std::move(answer.outcome), clock_.now() + answer.takes, clock_.now() + patience};
  }

  SimulatedClock& clock_;
  Machine machine_;
  std::size_t jobs_;
  std::vector<Running> running_;
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
  long watchdog_seconds = 0;  // as it was armed first
  std::string last_words;
  std::vector<std::string> owed;
  std::size_t printable = std::string::npos;  // bytes that stdout takes
  bool locked_while_printing = false;
  std::size_t logged_before_printing = 0;

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
  void arm_watchdog(long seconds) override {
    if (watchdog_seconds == 0) watchdog_seconds = seconds;
  }
  long watchdog_time_left() const override { return watchdog_seconds; }
  void set_last_resort(const std::string& words, int, const std::vector<std::string>& command) override {
    last_words = words;
    owed = command;
  }
  bool print(std::string_view text) override {
    locked_while_printing = locked_while_printing || simulated_files.locked;
    logged_before_printing = logged.size();
    out += text.substr(0, printable - std::min(printable, out.size()));
    return out.size() < printable;
  }
  bool print_error(std::string_view text) override {
    err += text;
    return true;
  }
  bool errors_go_to_terminal() const override { return false; }
  void show_progress(std::string_view) override {}
  void log(report::Log::Level, const std::string& message) override { logged.push_back(message); }

 private:
  Machine machine_;
};

}  // namespace hanfs::test
