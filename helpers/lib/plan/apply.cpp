// SPDX-License-Identifier: Apache-2.0
#include "plan/apply.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "sys/file.hpp"

namespace hanfs::plan {
namespace {

using State = StepResult::State;

// A command that failed has seldom done its work, and looks that fail will hardly show it: its effect is waited for,
// but not as long.
constexpr std::chrono::milliseconds wait_after_failure{5000};

// One lane on its way through its steps. It waits for the outcomes of what it asked for, then goes on.
struct Lane {
  enum class Waits { for_need, for_action, for_effect, for_undo, for_last_look };

  std::vector<std::size_t> steps;
  bool guarded = false;
  std::size_t at = 0;               // place in `steps`
  std::vector<std::size_t> walked;  // guarded steps that are done, in order
  Waits waits = Waits::for_action;
  Look asked;                                      // outcomes are filled in as they come
  std::size_t missing = 0;                         // outcomes that have not come yet
  std::chrono::steady_clock::time_point patience;  // until then the effect may come
  std::chrono::steady_clock::time_point sight;     // since then no look has told anything
  std::string problem;                             // of the command whose effect is being looked at
  bool still_running = false;                        // that command
};

std::string what_of(const Step& step) { return step.file ? "write " + step.file->path : run::words(step.argv); }

struct Ask {
  Lane* lane = nullptr;
  std::size_t place = 0;  // in lane->asked
};

class Walk {
 public:
  Walk(const Plan& plan, run::Runner& runner, Journal& journal, const ApplyOptions& options)
      : plan_(plan), runner_(runner), journal_(journal), options_(options), results_(plan.steps.size()) {}

  std::vector<StepResult> run() {
    sort_into_lanes();
    for (Lane& lane : lanes_)
      if (!lane.guarded) waiting_.push_back(&lane);
    start_next_guarded();
    runner_.run([this] { return next_job(); },
                [this](const run::Job& job, run::Outcome outcome) { take(job.id, std::move(outcome)); });
    for (Lane& lane : lanes_) report_interrupted(lane);
    return std::move(results_);
  }

 private:
  const Step& step(std::size_t index) const { return plan_.steps[index]; }
  const Step& current(const Lane& lane) const { return step(lane.steps[lane.at]); }

  void sort_into_lanes() {
    std::map<std::string, std::size_t> place_of;
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const auto [place, is_new] = place_of.try_emplace(step(i).lane, lanes_.size());
      if (is_new) {
        lanes_.emplace_back();
        lanes_.back().guarded = step(i).guarded;
      }
      lanes_[place->second].steps.push_back(i);
    }
  }

  // ---- what is started ----

  std::optional<run::Job> next_job() {
    while (true) {
      if (asks_.empty()) {
        if (!start_waiting_lane()) return std::nullopt;
        continue;
      }
      const Ask ask = asks_.front();
      asks_.pop_front();
      running_.emplace(++count_, ask);
      return run::Job{count_, ask.lane->asked.commands[ask.place]};
    }
  }

  // A lane that is not guarded enters its first step only when there is room for it: its time must not run while it
  // waits.
  bool start_waiting_lane() {
    if (waiting_.empty()) return false;
    Lane* lane = waiting_.front();
    waiting_.pop_front();
    enter_step(*lane);
    return true;
  }

  // Guarded lanes go first: they are the longest way, since they do one thing after the other.
  void ask(Lane& lane, Lane::Waits waits, std::vector<run::Command> commands) {
    lane.waits = waits;
    lane.missing = commands.size();
    lane.asked.outcomes.assign(commands.size(), run::Outcome{});
    lane.asked.commands = std::move(commands);
    for (std::size_t i = 0; i < lane.missing; ++i) {
      if (lane.guarded) {
        asks_.push_front(Ask{&lane, i});
      } else {
        asks_.push_back(Ask{&lane, i});
      }
    }
    if (lane.missing == 0) answered(lane);
  }

  run::Command command(const Step& step, const Argv& argv) const {
    run::Command command;
    command.argv = argv;
    command.deadline = options_.time_for(step);
    command.never_kill = step.never_kill;
    command.after_signal = options_.after_signal;
    command.max_output = std::size_t{64} << 10;
    return command;
  }

  void take(std::size_t id, run::Outcome outcome) {
    const Ask ask = running_.extract(id).mapped();
    ask.lane->asked.outcomes[ask.place] = std::move(outcome);
    if (--ask.lane->missing == 0) answered(*ask.lane);
  }

  // ---- a lane's way ----

  void start_next_guarded() {
    const auto next =
        std::find_if(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.guarded && lane.at == 0; });
    if (next != lanes_.end()) enter_step(*next);
  }

  void enter_step(Lane& lane) {
    if (lane.at == lane.steps.size()) return leave(lane);
    if (!options_.go_on()) return skip_rest(lane, "not started: " + options_.stopped());
    const Step& now = current(lane);
    if (!lane.guarded || !now.needs) return act(lane);
    std::vector<run::Command> commands = options_.look(*now.needs);
    // Nothing was done since the last look: it still tells.
    if (last_look_ && same_commands(commands, last_look_->commands)) return judge_need(lane, *last_look_);
    ask(lane, Lane::Waits::for_need, std::move(commands));
  }

  static bool same_commands(const std::vector<run::Command>& a, const std::vector<run::Command>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const run::Command& x, const run::Command& y) { return x.argv == y.argv; });
  }

  void judge_need(Lane& lane, const Look& look) {
    const Expectation& need = *current(lane).needs;
    if (options_.holds(need, look)) return act(lane);
    set_result(lane, State::skipped, "not safe now: needs " + need.kind + " " + need.subject);
    ++lane.at;
    skip_rest(lane, "because " + what_of(step(lane.steps[lane.at - 1])) + " was skipped");
  }

  void act(Lane& lane) {
    const Step& now = current(lane);
    journal_.begin(now);
    if (lane.guarded) last_look_.reset();
    lane.still_running = false;
    if (now.file) return acted(lane, write_file_of(now));
    ask(lane, Lane::Waits::for_action, {command(now, now.argv)});
  }

  void answered(Lane& lane) {
    switch (lane.waits) {
      case Lane::Waits::for_need:
        last_look_ = lane.asked;
        return judge_need(lane, lane.asked);
      case Lane::Waits::for_action:
        lane.still_running = lane.asked.outcomes.front().end == run::Outcome::End::abandoned;
        return acted(lane, run::failure(lane.asked.outcomes.front()));
      case Lane::Waits::for_effect:
        last_look_ = lane.asked;
        return judge_effect(lane);
      case Lane::Waits::for_undo:
        return took_back(lane);
      case Lane::Waits::for_last_look:
        if (options_.looked) options_.looked(lane.asked);
        return;
    }
  }

  void acted(Lane& lane, std::string problem) {
    const Step& now = current(lane);
    if (lane.guarded && now.expect) {
      lane.problem = std::move(problem);
      const auto wait = lane.problem.empty() ? now.wait : std::min(now.wait, wait_after_failure);
      lane.sight = std::chrono::steady_clock::now();
      lane.patience = lane.sight + wait;
      return ask(lane, Lane::Waits::for_effect, options_.look(*now.expect));
    }
    const bool well = problem.empty();
    end_step(lane, well, std::move(problem));
  }

  // How a look failed; empty: at least one of its commands told something.
  static std::string why_unobserved(const Look& look) {
    std::string why;
    for (std::size_t i = 0; i < look.commands.size(); ++i) {
      const std::string failure = run::failure(look.outcomes[i]);
      if (failure.empty()) return "";
      why = run::words(look.commands[i].argv) + ": " + failure;
    }
    return why;
  }

  void judge_effect(Lane& lane) {
    if (options_.holds(*current(lane).expect, lane.asked)) return end_step(lane, true, "");
    const auto now = std::chrono::steady_clock::now();
    const std::string unobserved = why_unobserved(lane.asked);
    if (unobserved.empty()) lane.sight = now;
    const auto patience = unobserved.empty() ? lane.patience : std::min(lane.patience, lane.sight + wait_after_failure);
    if (options_.pause && options_.go_on() && now < patience) {
      options_.pause();
      return ask(lane, Lane::Waits::for_effect, options_.look(*current(lane).expect));
    }
    if (lane.problem.empty()) {
      lane.problem = "its command said success, but ";
      lane.problem += !unobserved.empty()     ? "what it did cannot be seen: " + unobserved
                      : options_.go_on() ? "the change is not there"
                                         : "the change was not there when " + options_.stopped();
    }
    end_step(lane, false, lane.problem);
  }

  void end_step(Lane& lane, bool well, std::string problem) {
    const std::size_t index = lane.steps[lane.at];
    const bool still_running = !well && lane.still_running;  // then it has no end yet, and the next run waits for it
    if (!still_running) journal_.end(step(index), well ? JournalEntry::State::done : JournalEntry::State::failed);
    set_result(lane, well ? State::done : State::failed, std::move(problem));
    results_[index].still_running = still_running;
    ++lane.at;
    if (well) {
      if (lane.guarded) lane.walked.push_back(index);
      return enter_step(lane);
    }
    if (!step(index).stop_lane) return enter_step(lane);
    const std::string because = "because " + what_of(step(index)) + " failed";
    if (!lane.guarded) return skip_rest(lane, because);
    // The failed step first (it may have done half of its work), then what its lane did before.
    lane.walked.push_back(index);
    report_not_run(lane, because);
    if (!options_.take_back) return leave(lane);
    take_back(lane);
  }

  // The runner is through. A lane that is not has asked for something that was not started any more.
  void report_interrupted(Lane& lane) {
    const std::string why = options_.go_on() ? "the run was broken off" : options_.stopped();
    if (lane.at == lane.steps.size()) return report_interrupted_undo(lane, why);
    const std::size_t index = lane.steps[lane.at];
    if (lane.waits == Lane::Waits::for_effect) {
      StepResult result{State::failed, lane.problem.empty() ? "its command said success, but " + why +
                                                                  " before anybody looked at what it did"
                                                            : lane.problem};
      result.still_running = lane.still_running;
      result.not_looked_at = true;
      report_result(index, std::move(result));
      ++lane.at;
    } else if (lane.waits == Lane::Waits::for_action && lane.missing != 0) {
      journal_.end(step(index), JournalEntry::State::failed);  // it stands there as begun
    }
    report_not_run(lane, "not started: " + why);
  }

  void report_interrupted_undo(Lane& lane, const std::string& why) {
    if (lane.waits != Lane::Waits::for_undo || lane.missing == 0) return;
    const auto is_undo = [&](const Ask& ask) { return ask.lane == &lane; };
    const auto not_started = static_cast<std::size_t>(std::count_if(asks_.begin(), asks_.end(), is_undo));
    const std::size_t index = lane.walked.back();
    if (not_started == lane.asked.commands.size() || results_[index].state != State::done) return;
    report_result(index, {State::failed, "taken back in part: " + why});
  }

  void set_result(Lane& lane, State state, std::string problem) {
    report_result(lane.steps[lane.at], StepResult{state, std::move(problem)});
  }

  void report_result(std::size_t index, StepResult result) {
    results_[index] = std::move(result);
    if (options_.reported) options_.reported(step(index), results_[index]);
  }

  void report_not_run(Lane& lane, const std::string& why) {
    for (; lane.at < lane.steps.size(); ++lane.at) set_result(lane, State::skipped, why);
  }

  void skip_rest(Lane& lane, const std::string& why) {
    report_not_run(lane, why);
    leave(lane);
  }

  void take_back(Lane& lane) {
    if (lane.walked.empty()) return leave(lane);
    std::vector<run::Command> commands;
    const Step& last = step(lane.walked.back());
    for (const Argv& argv : last.undo) commands.push_back(command(last, argv));
    last_look_.reset();
    ask(lane, Lane::Waits::for_undo, std::move(commands));
  }

  void took_back(Lane& lane) {
    const std::size_t index = lane.walked.back();
    lane.walked.pop_back();
    if (results_[index].state == State::done) {
      const auto& outcomes = lane.asked.outcomes;
      const bool well = std::all_of(outcomes.begin(), outcomes.end(), [](const run::Outcome& o) { return o.ok(); });
      journal_.end(step(index), JournalEntry::State::undone);
      report_result(index, StepResult{State::failed, well ? "taken back" : "could not be taken back"});
    }
    take_back(lane);
  }

  void leave(Lane& lane) {
    lane.at = lane.steps.size();
    if (lane.guarded) return start_next_guarded();
    const Step& last = step(lane.steps.back());
    const bool ran = results_[lane.steps.back()].state != State::skipped;
    if (ran && options_.look_after && options_.go_on())
      ask(lane, Lane::Waits::for_last_look, options_.look_after(last));
  }

  std::string write_file_of(const Step& step) const {
    const auto write = [&](const FileChange& change) -> std::string {
      const std::string there = options_.sysroot + change.path;
      const Result<std::string> path = change.follow_link ? sys::behind_links(there) : there;
      if (!path) return path.error().what;
      const Status done = !change.content ? sys::remove_file(*path)
                          : change.like.empty()
                              ? sys::write_atomically(*path, *change.content)
                              : sys::write_atomically_like(options_.sysroot + change.like, *path, *change.content);
      return done ? "" : done.error().what;
    };
    if (step.undo_file && step.undo_file->content) {
      const FileChange backup{step.undo_file->path + ".before-hanfs", step.undo_file->content, "", false};
      std::string problem = write(backup);
      if (!problem.empty()) return problem;
    }
    return write(*step.file);
  }

  const Plan& plan_;
  run::Runner& runner_;
  Journal& journal_;
  const ApplyOptions& options_;
  std::vector<StepResult> results_;
  std::deque<Lane> lanes_;     // a deque: Ask and waiting_ point into it
  std::deque<Lane*> waiting_;  // lanes that may enter their first step
  std::deque<Ask> asks_;       // commands that may start
  std::map<std::size_t, Ask> running_;
  std::size_t count_ = 0;
  std::optional<Look> last_look_;  // of the guarded lanes; gone as soon as one of them does something
};

}  // namespace

std::vector<StepResult> apply(const Plan& plan, run::Runner& runner, Journal& journal, const ApplyOptions& options) {
  return Walk(plan, runner, journal, options).run();
}

}  // namespace hanfs::plan
