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
#include <set>
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
      const Event event = std::move(events_.begin()->second.event);
      now_ = std::max(now_, events_.begin()->first);
      events_.erase(events_.begin());
      event();
    }
    now_ = std::max(now_, time);
  }
  void at(TimePoint time, Event event) { events_.emplace(time, Planned{std::move(event), false}); }
  // Of a command that its runner has abandoned.
  void at_end_of_abandoned(TimePoint time, Event event) { events_.emplace(time, Planned{std::move(event), true}); }
  void forget_abandoned() { forget(true); }
  bool has_abandoned() const {
    return std::any_of(events_.begin(), events_.end(), [](const auto& event) { return event.second.survives; });
  }
  TimePoint next_event() const { return events_.empty() ? TimePoint::max() : events_.begin()->first; }
  // All but what abandoned commands do when they end.
  void forget_events() { forget(false); }
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - TimePoint{});
  }

 private:
  struct Planned {
    Event event;
    bool survives;  // the run that has begun it
  };

  void forget(bool surviving) {
    for (auto event = events_.begin(); event != events_.end();)
      event = event->second.survives == surviving ? events_.erase(event) : std::next(event);
  }

  TimePoint now_{};
  std::multimap<TimePoint, Planned> events_;
};

class SimulatedFiles final : public sys::Files {
 public:
  std::map<std::string, std::string> content;
  std::set<std::string> unwritable;  // try_write() says so
  bool locked = false;

  Result<std::optional<std::string>> read(const std::string& path, std::size_t) override {
    const auto found = content.find(path);
    return found == content.end() ? std::optional<std::string>{} : found->second;
  }
  Status write(const std::string& path, std::string_view text, const std::string&) override {
    content[path] = text;
    return Done{};
  }
  Status try_write(const std::string& path, std::string_view) override {
    return unwritable.count(path) != 0 ? Status(Error{path + ": cannot write: No space left on device"}) : Done{};
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

  void run(const Next& next, const Finished& finished) override { loop(next, finished, false); }
  void wait_for_late() override {
    loop([] { return std::nullopt; }, [](const run::Job&, const run::Outcome&) {}, true);
  }

 private:
  struct Running {
    run::Job job;
    run::Outcome outcome;  // for at_end: where it does not end in time
    std::function<std::optional<run::Outcome>()> at_end;
    sys::Clock::TimePoint started, killed, ends, late_at;
    bool late = false;
    bool outlived_its_run = false;

    sys::Clock::TimePoint next_event() const { return late ? ends : std::min(ends, late_at); }
  };

  void loop(const Next& next, const Finished& finished, bool wait_for_late) {
    const auto is_busy = [](const Running& each) { return !each.late; };
    const auto is_waited_for = [](const Running& each) { return !each.late || !each.job.after_return; };
    for (;;) {
      while (!interrupted_() &&
             static_cast<std::size_t>(std::count_if(running_.begin(), running_.end(), is_busy)) < jobs_) {
        std::optional<run::Job> job = next();
        if (!job) break;
        running_.push_back(start(std::move(*job)));
      }
      if (interrupted_()) end_killable(finished);
      if (running_.empty()) return;
      if (!wait_for_late && std::none_of(running_.begin(), running_.end(), is_waited_for)) {
        for (Running& each : running_) each.outlived_its_run = true;
        return;
      }
      const auto first = std::min_element(running_.begin(), running_.end(), [](const Running& a, const Running& b) {
        return a.next_event() < b.next_event();
      });
      const auto until = first->next_event();
      const bool was_interrupted = interrupted_();
      while (clock_.now() < until && interrupted_() == was_interrupted)
        clock_.advance_to(std::min(until, clock_.next_event()));
      if (clock_.now() < until) continue;
      if (clock_.now() < first->ends) {
        first->late = true;
        if (first->job.on_late) first->job.on_late();
        continue;
      }
      if (first->at_end) {
        std::optional<run::Outcome> outcome = std::exchange(first->at_end, nullptr)();
        if (!outcome) {
          if (first->job.command.never_kill) clock_.at_end_of_abandoned(clock_.now() + never, [] {});
          first->ends = std::max(first->killed, clock_.now());
          continue;
        }
        first->outcome = std::move(*outcome);
      }
      Running ended = std::move(*first);
      running_.erase(first);
      ended.outcome.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - ended.started);
      tell(std::move(ended), finished);
    }
  }

  Running start(run::Job job) {
    if (job.command.deadline.count() <= 0) {
      run::Outcome not_run;
      not_run.end = run::Outcome::End::interrupted;
      const auto now = clock_.now();
      return {std::move(job), std::move(not_run), nullptr, now, now, now, now};
    }
    Answer answer = machine_(job.command.argv);
    const bool late = answer.takes > job.command.deadline;
    if (late || answer.at_end) {
      answer.outcome = run::Outcome{};
      answer.outcome.end = job.command.never_kill ? run::Outcome::End::abandoned : run::Outcome::End::timed_out;
    }
    if (late) {
      if (job.command.never_kill)
        clock_.at_end_of_abandoned(clock_.now() + answer.takes, [at_end = answer.at_end] {
          if (at_end) (void)at_end();
        });
      answer.takes = job.command.deadline;
      answer.at_end = nullptr;
    }
    const auto now = clock_.now();
    const auto killed = now + job.command.deadline;
    const auto late_at = now + job.patience;
    return {std::move(job), std::move(answer.outcome), std::move(answer.at_end), now, killed, now + answer.takes,
            late_at};
  }

  void end_killable(const Finished& finished) {
    const auto killable = std::stable_partition(running_.begin(), running_.end(),
                                                [](const Running& one) { return one.job.command.never_kill; });
    std::vector<Running> ended(std::make_move_iterator(killable), std::make_move_iterator(running_.end()));
    running_.erase(killable, running_.end());
    for (Running& one : ended) {
      one.outcome = run::Outcome{};
      one.outcome.end = run::Outcome::End::interrupted;
      one.outcome.pid = 1;  // it ran
      tell(std::move(one), finished);
    }
  }

  static void tell(Running ended, const Finished& finished) {
    if (ended.outlived_its_run) {
      ended.job.after_return(ended.job, std::move(ended.outcome));
    } else {
      finished(ended.job, std::move(ended.outcome));
    }
  }

  SimulatedClock& clock_;
  Machine machine_;
  std::size_t jobs_;
  std::function<bool()> interrupted_;
  std::vector<Running> running_;
};

class SimulatedSystem : public app::System {
 public:
  explicit SimulatedSystem(Machine machine) : machine_(std::move(machine)) {}

  SimulatedClock simulated_clock;
  SimulatedFiles simulated_files;
  std::map<std::string, std::string> variables;
  std::string out;
  std::string err;
  bool signal_came = false;
  std::vector<std::string> logged;
  long watchdog_seconds = 0;  // as it was armed first
  std::string last_words;
  std::vector<std::string> owed;
  std::vector<std::string> later;             // start_later()
  std::size_t printable = std::string::npos;  // bytes that stdout takes
  bool locked_while_printing = false;
  std::size_t logged_before_printing = 0;
  sys::Clock* other_clock = nullptr;  // of a test that has children, whose time is the machine's own
  bool has_terminal = false;
  std::vector<std::string> shown;  // on the terminal
  std::string lossy;               // print_unless_blocked(), stdout and stderr

  sys::Clock& clock() override {
    if (other_clock != nullptr) return *other_clock;
    return simulated_clock;
  }
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
  std::map<std::string, std::string> environment_of(const std::string& prefix) const override {
    std::map<std::string, std::string> found;
    for (const auto& [name, value] : variables)
      if (name.compare(0, prefix.size(), prefix) == 0) found.emplace(name, value);
    return found;
  }
  long process_id() const override { return 4711; }
  void prepare() override {}
  bool interrupted() const override { return signal_came; }
  void arm_watchdog(long seconds) override {
    if (watchdog_seconds == 0) watchdog_seconds = seconds;
  }
  long watchdog_time_left() const override { return watchdog_seconds; }
  Status start_later(const std::vector<std::string>& argv, long, long) override {
    later = argv;
    return Done{};
  }
  void cancel_later() override { later.clear(); }
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
  bool errors_go_to_terminal() const override { return has_terminal; }
  void show_progress(std::string_view text) override {
    if (has_terminal) shown.emplace_back(text);
  }
  void print_unless_blocked(std::string_view line, bool) override { lossy += line; }
  void log(report::Log::Level, const std::string& message) override { logged.push_back(message); }

 private:
  Machine machine_;
};

}  // namespace hanfs::test
