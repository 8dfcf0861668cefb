// SPDX-License-Identifier: Apache-2.0
#include "plan/apply.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "plan/step_text.hpp"
#include "run/lanes.hpp"

namespace hanfs::plan {
namespace {

using State = StepResult::State;

// After a failed command or probe, wait at most this long for its effect.
constexpr std::chrono::milliseconds wait_after_failure{5000};

// Steps that run one after the other. A sequence waits for the outcomes of the commands it asked for, then goes on.
struct Sequence {
  enum class Waits { for_need, for_action, for_effect, for_undo_need, for_undo, for_undo_effect, for_last_probe };

  std::vector<std::size_t> steps;
  bool verified = false;
  bool has_place = false;               // in its lane, for the command that it starts with
  bool next_is_begun = false;           // the journal names the step after this one already
  std::size_t at = 0;                   // index in `steps`
  std::vector<std::size_t> completed;   // verified steps that are done, in order
  std::optional<std::size_t> unjudged;  // the step before, which is to be judged together with this one
  Waits waits = Waits::for_action;
  Probe asked;                                  // outcomes are filled in as they come
  std::size_t missing = 0;                      // outcomes that have not come yet
  sys::Clock::TimePoint effect_deadline;        // until then the effect may come
  sys::Clock::TimePoint last_successful_probe;  // every probe since then has failed
  std::string problem;                          // of the command whose effect is being probed
  std::string no_effect;                        // why that effect is not there, or is not seen
  bool still_running = false;                   // that command
  bool hung = false;                            // that command, or an undo of it
};

struct Ask {
  Sequence* sequence = nullptr;
  std::size_t index = 0;  // in sequence->asked
  bool late = false;
};

// Where the file lies, or what its link leads to.
Result<std::string> place_of(const FileChange& change, const ApplyOptions& options) {
  std::string path = options.sysroot + change.path;
  if (change.follow_link) return options.files.behind_links(path);
  return path;
}

class Executor {
 public:
  Executor(const Plan& plan, run::Runner& runner, Journal& journal, const ApplyOptions& options)
      : plan_(plan), runner_(runner), journal_(journal), options_(options), results_(plan.steps.size()) {}

  std::vector<StepResult> run() {
    sort_into_sequences();
    for (Sequence& sequence : sequences_)
      if (!sequence.verified) waiting_.push(lane_of(sequence), &sequence);
    start_next_verified();
    runner_.run([this] { return next_job(); },
                [this](const run::Job& job, run::Outcome outcome) { take(job, std::move(outcome)); });
    owe_nothing();
    for (Sequence* sequence : waiting_.take_rest()) report_kept_back(*sequence);
    for (Sequence& sequence : sequences_) report_interrupted(sequence);
    return std::move(results_);
  }

 private:
  const Step& step(std::size_t index) const { return plan_.steps[index]; }
  const Step& current(const Sequence& sequence) const { return step(sequence.steps[sequence.at]); }
  const std::string& lane_of(const Sequence& sequence) const { return step(sequence.steps.front()).lane; }

  void sort_into_sequences() {
    std::map<Resource, std::size_t> index_of;
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const Resource key = plan_.one_sequence ? Resource{} : step(i).resource;
      const auto [index, is_new] = index_of.try_emplace(key, sequences_.size());
      if (is_new) {
        sequences_.emplace_back();
        sequences_.back().verified = step(i).verified;
      }
      sequences_[index->second].steps.push_back(i);
    }
  }

  // ---- what is started ----

  std::optional<run::Job> next_job() {
    while (true) {
      if (owes_ && (asks_.empty() || !asks_.front().sequence->verified)) return std::nullopt;
      if (asks_.empty()) {
        if (!start_waiting_sequence()) return std::nullopt;
        continue;
      }
      const Ask ask = asks_.front();
      asks_.pop_front();
      return start(ask);
    }
  }

  run::Job start(const Ask& ask) {
    const std::size_t id = ++count_;
    running_.emplace(id, ask);
    run::Job job{id, ask.sequence->asked.commands[ask.index]};
    if (ask.sequence->verified) {
      if (ask.sequence->waits == Sequence::Waits::for_action) let_be_late(job, *ask.sequence);
      return job;
    }
    if (!std::exchange(ask.sequence->has_place, false)) waiting_.started(lane_of(*ask.sequence));
    job.patience = options_.patience;
    job.on_late = [this, id] {
      Ask& late = running_.at(id);
      late.late = true;
      waiting_.late(lane_of(*late.sequence));
    };
    return job;
  }

  void let_be_late(run::Job& job, const Sequence& sequence) {
    if (!options_.whole_time) return;
    const Step& late = current(sequence);
    const auto whole = options_.whole_time(late);
    if (whole <= job.command.deadline) return;
    job.patience = std::exchange(job.command.deadline, whole);
    job.on_late = [this, id = job.id, patience = job.patience] { leave_at_work(id, patience); };
    job.after_return = [ended = options_.ended_late, late](const run::Job&, const run::Outcome& outcome) {
      ended(late, outcome);
    };
  }

  void leave_at_work(std::size_t id, std::chrono::milliseconds patience) {
    Sequence& sequence = *running_.extract(id).mapped().sequence;
    sequence.missing = 0;
    sequence.still_running = true;
    acted(sequence, "no end within " + run::seconds(patience) + ", left at work");
  }

  // A sequence that is not verified enters its first step only when there is room for it: its time must not run while
  // it waits.
  bool start_waiting_sequence() {
    const std::optional<Sequence*> sequence = waiting_.take();
    if (!sequence) return false;
    (*sequence)->has_place = true;
    enter_step(**sequence);
    return true;
  }

  // Verified sequences go first: they take longest, since they run one after the other.
  void ask(Sequence& sequence, Sequence::Waits waits, std::vector<run::Command> commands) {
    sequence.waits = waits;
    sequence.missing = commands.size();
    sequence.asked.outcomes.assign(commands.size(), run::Outcome{});
    sequence.asked.commands = std::move(commands);
    for (std::size_t i = 0; i < sequence.missing; ++i) {
      if (sequence.verified) {
        asks_.push_front(Ask{&sequence, i});
      } else {
        asks_.push_back(Ask{&sequence, i});
      }
    }
    if (sequence.missing == 0) answered(sequence);
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

  void take(const run::Job& job, run::Outcome outcome) {
    const auto running = running_.find(job.id);
    if (running == running_.end()) return job.after_return(job, std::move(outcome));  // nobody waits for it any more
    const Ask ask = running->second;
    running_.erase(running);
    if (!ask.sequence->verified) waiting_.ended(lane_of(*ask.sequence), ask.late, outcome);
    ask.sequence->asked.outcomes[ask.index] = std::move(outcome);
    if (--ask.sequence->missing == 0) answered(*ask.sequence);
  }

  // ---- the journal, which may lie on what blocks: nothing is written while a gateway is owed ----

  void record(std::function<void()> entry) {
    if (owes_) {
      held_back_.push_back(std::move(entry));
    } else {
      entry();
    }
  }

  void record_end(std::size_t index, JournalEntry::State state) {
    record([this, index, state] { journal_.end(step(index), state); });
  }

  void owe_nothing() {
    owes_ = false;
    for (const auto& entry : std::exchange(held_back_, {})) entry();
  }

  // ---- the course of a sequence ----

  void start_next_verified() {
    const auto next = std::find_if(sequences_.begin(), sequences_.end(), is_verified_and_not_begun);
    if (next != sequences_.end()) enter_step(*next);
  }

  static bool is_verified_and_not_begun(const Sequence& sequence) { return sequence.verified && sequence.at == 0; }

  void enter_step(Sequence& sequence) {
    if (sequence.at == sequence.steps.size()) return leave(sequence);
    if (!options_.go_on()) return skip_rest(sequence, "not started: " + options_.stopped());
    const Step& now = current(sequence);
    if (now.verified_with_next && options_.has_time_for_two && !options_.has_time_for_two())
      return skip_rest(sequence, "not started: too little time is left to take it away and make it anew");
    if (!sequence.verified || !now.needs) return act(sequence);
    std::vector<run::Command> commands = options_.probe(*now.needs);
    // Nothing was done since the last probe, so it is still true.
    if (last_probe_ && std::all_of(commands.begin(), commands.end(), [&](const run::Command& command) {
          return is_among(command, last_probe_->commands);
        }))
      return check_precondition(sequence, *last_probe_);
    ask(sequence, Sequence::Waits::for_need, std::move(commands));
  }

  static bool is_among(const run::Command& command, const std::vector<run::Command>& commands) {
    return std::any_of(commands.begin(), commands.end(),
                       [&](const run::Command& other) { return other.argv == command.argv; });
  }

  // What shows the effect of the present step, and in the same breath what the verified step after it needs. A step
  // whose effect is waited for is looked at again and again, and for its own sake alone.
  std::vector<run::Command> probe_of_effect(const Sequence& sequence) const {
    const Step& now = current(sequence);
    std::vector<run::Command> commands = options_.probe(*now.expect);
    const Step* const next = step_after(sequence);
    if (now.wait.count() != 0 || next == nullptr || !next->needs) return commands;
    for (run::Command& command : options_.probe(*next->needs))
      if (!is_among(command, commands)) commands.push_back(std::move(command));
    return commands;
  }

  // nullptr: no verified step comes after the present one.
  const Step* step_after(const Sequence& sequence) const {
    if (sequence.at + 1 < sequence.steps.size()) return &step(sequence.steps[sequence.at + 1]);
    const auto next = std::find_if(sequences_.begin(), sequences_.end(), [&](const Sequence& other) {
      return &other != &sequence && is_verified_and_not_begun(other);
    });
    return next == sequences_.end() ? nullptr : &step(next->steps.front());
  }

  void check_precondition(Sequence& sequence, const Probe& probe) {
    const Expectation& need = *current(sequence).needs;
    if (options_.is_satisfied(need, probe)) return act(sequence);
    set_result(sequence, State::skipped, "not safe now: " + why_unsatisfied(need));
    results_[sequence.steps[sequence.at]].unsafe = true;
    ++sequence.at;
    skip_rest(sequence, "because " + text_of(step(sequence.steps[sequence.at - 1])) + " was skipped");
  }

  std::string why_unsatisfied(const Expectation& need) const {
    return options_.why_unsatisfied ? options_.why_unsatisfied(need) : "needs " + text_of(need);
  }

  void act(Sequence& sequence) {
    const Step& now = current(sequence);
    if (!std::exchange(sequence.next_is_begun, false)) record([this, &now] { journal_.begin(now); });
    // Between the two nothing is written: what the journal lies on may block.
    if (now.verified_with_next) {
      const Step& next = step(sequence.steps[sequence.at + 1]);
      sequence.next_is_begun = true;
      record([this, &next] { journal_.begin(next); });
      owes_ = true;
      if (options_.owed) options_.owed(next.argv);
    }
    if (sequence.verified) last_probe_.reset();
    sequence.still_running = false;
    if (now.file) return acted(sequence, write_file_of(now));
    ask(sequence, Sequence::Waits::for_action, {command(now, now.argv)});
  }

  void answered(Sequence& sequence) {
    switch (sequence.waits) {
      case Sequence::Waits::for_need:
        last_probe_ = sequence.asked;
        return check_precondition(sequence, sequence.asked);
      case Sequence::Waits::for_action:
        sequence.still_running = is_left_at_work(current(sequence), sequence.asked.outcomes.front());
        sequence.hung = !sequence.verified && run::hung(sequence.asked.outcomes.front());
        return acted(sequence, run::failure(sequence.asked.outcomes.front()));
      case Sequence::Waits::for_effect:
        last_probe_ = sequence.asked;
        return check_effect(sequence);
      case Sequence::Waits::for_undo_need:
        return check_undo(sequence);
      case Sequence::Waits::for_undo:
        return undone(sequence);
      case Sequence::Waits::for_undo_effect:
        last_probe_ = sequence.asked;
        return rolled_back(sequence, options_.is_satisfied(*step(sequence.completed.back()).was, sequence.asked));
      case Sequence::Waits::for_last_probe:
        if (options_.probed) options_.probed(sequence.asked);
        return;
    }
  }

  // What must not be killed goes on when the run is over, too.
  static bool is_left_at_work(const Step& step, const run::Outcome& outcome) {
    return outcome.end == run::Outcome::End::abandoned ||
           (step.never_kill && outcome.end == run::Outcome::End::interrupted && outcome.pid > 0);
  }

  void acted(Sequence& sequence, std::string problem) {
    const Step& now = current(sequence);
    if (sequence.verified && now.expect) {
      if (now.verified_with_next && problem.empty() && options_.go_on()) {
        sequence.unjudged = sequence.steps[sequence.at++];
        return act(sequence);
      }
      owe_nothing();
      sequence.problem = std::move(problem);
      const auto wait = sequence.problem.empty() ? now.wait : std::min(now.wait, wait_after_failure);
      sequence.last_successful_probe = options_.clock.now();
      sequence.effect_deadline = sequence.last_successful_probe + wait;
      return ask(sequence, Sequence::Waits::for_effect, probe_of_effect(sequence));
    }
    const bool well = problem.empty();
    end_step(sequence, well, std::move(problem));
  }

  static bool are_all_ok(const std::vector<run::Outcome>& outcomes) {
    return std::all_of(outcomes.begin(), outcomes.end(), [](const run::Outcome& outcome) { return outcome.ok(); });
  }

  // How a probe failed; empty: at least one of its commands has answered.
  static std::string why_unobserved(const Probe& probe) {
    std::string why;
    for (std::size_t i = 0; i < probe.commands.size(); ++i) {
      const std::string failure = run::failure(probe.outcomes[i]);
      if (failure.empty()) return "";
      why = run::command_text(probe.commands[i].argv) + ": " + failure;
    }
    return why;
  }

  void check_effect(Sequence& sequence) {
    // Of what is still at work nothing is taken for granted that could not be seen.
    const bool is_seen = !sequence.still_running || are_all_ok(sequence.asked.outcomes);
    if (is_seen && options_.is_satisfied(*current(sequence).expect, sequence.asked))
      return end_step(sequence, true, "");
    const auto now = options_.clock.now();
    const std::string unobserved = why_unobserved(sequence.asked);
    if (unobserved.empty()) sequence.last_successful_probe = now;
    const auto effect_deadline =
        unobserved.empty() ? sequence.effect_deadline
                           : std::min(sequence.effect_deadline, sequence.last_successful_probe + wait_after_failure);
    if (options_.pause && options_.go_on() && now < effect_deadline) {
      options_.pause();
      return ask(sequence, Sequence::Waits::for_effect, options_.probe(*current(sequence).expect));
    }
    sequence.no_effect = "its command said success, but ";
    sequence.no_effect += !unobserved.empty() ? "what it did cannot be seen: " + unobserved
                          : options_.go_on()  ? "the change is not there"
                                              : "the change was not there when " + options_.stopped();
    if (sequence.problem.empty()) sequence.problem = sequence.no_effect;
    end_step(sequence, false, sequence.problem);
  }

  // Where the step after it has worked, so has the one before; else it is judged by the same probe. If that saw nothing
  // it stays begun in the journal: it may well have been done.
  void judge_previous(Sequence& sequence, bool well) {
    const std::size_t index = *sequence.unjudged;
    sequence.unjudged.reset();
    well = well || options_.is_satisfied(*step(index).expect, sequence.asked);
    if (well || why_unobserved(sequence.asked).empty())
      record_end(index, well ? JournalEntry::State::done : JournalEntry::State::failed);
    report_result(index, {well ? State::done : State::failed, well ? "" : sequence.no_effect});
    sequence.completed.push_back(index);
  }

  void end_step(Sequence& sequence, bool well, std::string problem) {
    if (sequence.unjudged) judge_previous(sequence, well);
    const std::size_t index = sequence.steps[sequence.at];
    const bool still_running =
        !well && sequence.still_running;  // then it has no end yet, and the next run waits for it
    if (!still_running) record_end(index, well ? JournalEntry::State::done : JournalEntry::State::failed);
    set_result(sequence, well ? State::done : State::failed, std::move(problem));
    results_[index].still_running = still_running;
    results_[index].hung = sequence.hung;
    ++sequence.at;
    if (well) {
      if (sequence.verified) sequence.completed.push_back(index);
      return enter_step(sequence);
    }
    if (sequence.hung) return skip_rest(sequence, "because " + text_of(step(index)) + " did not end");
    if (!step(index).abort_sequence) return enter_step(sequence);
    const std::string because = "because " + text_of(step(index)) + " failed";
    if (!sequence.verified) return skip_rest(sequence, because);
    // The failed step first (it may have done half of its work), then the steps before it. Beside a command that is
    // still at work nothing is started that takes back what it does, unless it replaces what was taken away before.
    if (!still_running || !sequence.completed.empty()) sequence.completed.push_back(index);
    report_not_run(sequence, because);
    if (!options_.roll_back) return leave(sequence);
    roll_back(sequence);
  }

  void report_unverified(std::size_t index, const Sequence& sequence, const std::string& problem,
                         const std::string& why) {
    StepResult result{
        State::failed,
        problem.empty() ? "its command said success, but " + why + " before anybody looked at what it did" : problem};
    result.still_running = sequence.still_running;
    result.unverified = true;
    report_result(index, std::move(result));
  }

  // Its lane was never open for it, or the run was stopped.
  void report_kept_back(Sequence& sequence) {
    sequence.hung = options_.go_on();
    report_not_run(sequence, sequence.hung ? "not started, since " + lane_of(sequence) + " does not answer"
                                           : "not started: " + options_.stopped());
  }

  // The runner has ended. A sequence that has not ended asked for something that was not started any more.
  void report_interrupted(Sequence& sequence) {
    const std::string why = options_.go_on() ? "the run was broken off" : options_.stopped();
    if (sequence.at == sequence.steps.size()) return report_interrupted_undo(sequence, why);
    const std::size_t index = sequence.steps[sequence.at];
    if (sequence.unjudged) report_unverified(*sequence.unjudged, sequence, "", why);
    if (sequence.waits == Sequence::Waits::for_effect) {
      report_unverified(index, sequence, sequence.problem, why);
      ++sequence.at;
    } else if (sequence.waits == Sequence::Waits::for_action && sequence.missing != 0) {
      record_end(index, JournalEntry::State::failed);  // it stands there as begun
    }
    report_not_run(sequence, "not started: " + why);
  }

  void report_interrupted_undo(Sequence& sequence, const std::string& why) {
    if (sequence.waits == Sequence::Waits::for_undo_effect && sequence.missing != 0)
      return report_result(sequence.completed.back(),
                           {State::failed, "taken back, but " + why + " before that was seen"});
    if (sequence.waits != Sequence::Waits::for_undo || sequence.missing == 0) return;
    const auto is_undo = [&](const Ask& ask) { return ask.sequence == &sequence; };
    const auto not_started = static_cast<std::size_t>(std::count_if(asks_.begin(), asks_.end(), is_undo));
    const std::size_t index = sequence.completed.back();
    if (not_started == sequence.asked.commands.size() || results_[index].state != State::done) return;
    report_result(index, {State::failed, "taken back in part: " + why});
  }

  void set_result(Sequence& sequence, State state, std::string problem) {
    report_result(sequence.steps[sequence.at], StepResult{state, std::move(problem)});
  }

  void report_result(std::size_t index, StepResult result) {
    results_[index] = std::move(result);
    if (options_.reported) options_.reported(step(index), results_[index]);
  }

  void report_not_run(Sequence& sequence, const std::string& why) {
    if (std::exchange(sequence.next_is_begun, false) && sequence.at < sequence.steps.size())
      record_end(sequence.steps[sequence.at], JournalEntry::State::undone);
    for (; sequence.at < sequence.steps.size(); ++sequence.at) {
      StepResult result{State::skipped, why};
      result.hung = sequence.hung;
      report_result(sequence.steps[sequence.at], std::move(result));
    }
  }

  void skip_rest(Sequence& sequence, const std::string& why) {
    report_not_run(sequence, why);
    leave(sequence);
  }

  void roll_back(Sequence& sequence) {
    if (sequence.completed.empty()) return leave(sequence);
    const Step& last = step(sequence.completed.back());
    if (!last.undo_needs) return undo(sequence, last);
    ask(sequence, Sequence::Waits::for_undo_need, options_.probe(*last.undo_needs));
  }

  void check_undo(Sequence& sequence) {
    const std::size_t index = sequence.completed.back();
    const Step& last = step(index);
    if (options_.is_satisfied(*last.undo_needs, sequence.asked)) return undo(sequence, last);
    sequence.completed.pop_back();
    StepResult result = results_[index];
    result.state = State::failed;
    result.problem += (result.problem.empty() ? "" : "; ") +
                      ("not taken back, which is not safe now: " + why_unsatisfied(*last.undo_needs));
    report_result(index, std::move(result));
    roll_back(sequence);
  }

  void undo(Sequence& sequence, const Step& step) {
    std::vector<run::Command> commands;
    for (const Argv& argv : step.undo) commands.push_back(command(step, argv));
    last_probe_.reset();
    ask(sequence, Sequence::Waits::for_undo, std::move(commands));
  }

  // Of what was there before it is seen whether it is there again.
  void undone(Sequence& sequence) {
    const Step& last = step(sequence.completed.back());
    if (results_[sequence.completed.back()].state == State::done && last.was)
      return ask(sequence, Sequence::Waits::for_undo_effect, options_.probe(*last.was));
    rolled_back(sequence, are_all_ok(sequence.asked.outcomes));
  }

  void rolled_back(Sequence& sequence, bool well) {
    const std::size_t index = sequence.completed.back();
    sequence.completed.pop_back();
    if (results_[index].state == State::done) {
      if (well) record_end(index, JournalEntry::State::undone);
      StepResult result{State::failed, well ? "taken back" : "could not be taken back"};
      result.rolled_back = well;
      report_result(index, std::move(result));
    }
    roll_back(sequence);
  }

  void leave(Sequence& sequence) {
    sequence.at = sequence.steps.size();
    if (sequence.verified) {
      if (options_.owed) options_.owed({});
      return start_next_verified();
    }
    const Step& last = step(sequence.steps.back());
    const bool ran = results_[sequence.steps.back()].state != State::skipped;
    if (ran && !sequence.hung && options_.probe_after && options_.go_on())
      ask(sequence, Sequence::Waits::for_last_probe, options_.probe_after(last));
  }

  // Read right before the write; where somebody writes at that very moment it is read once more.
  std::string edit_file(const std::string& path, const TextEdit& edit) const {
    std::string problem;
    for (int attempt = 0; attempt < 5; ++attempt) {
      const Result<std::optional<std::string>> there = options_.files.read(path, sys::Files::usual_limit);
      if (!there) return there.error().what;
      const Result<std::optional<std::string>> wanted = options_.edited(edit, *there);
      if (!wanted) return wanted.error().what;
      if (*wanted == *there) return "";
      const Status done = options_.files.replace(path, *there, *wanted);
      if (done) return "";
      problem = done.error().what;
      const Result<std::optional<std::string>> now = options_.files.read(path, sys::Files::usual_limit);
      if (!now || *now == *there) break;
    }
    return problem;
  }

  std::string write_file_of(const Step& step) const {
    const auto write = [&](const FileChange& change) -> std::string {
      const Result<std::string> path = place_of(change, options_);
      if (!path) return path.error().what;
      if (change.edit) return edit_file(*path, *change.edit);
      const std::string like = change.like.empty() ? "" : options_.sysroot + change.like;
      const Status done =
          change.content ? options_.files.write(*path, *change.content, like) : options_.files.remove(*path);
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
  std::deque<Sequence> sequences_;     // a deque: Ask and waiting_ point into it
  run::LaneQueue<Sequence*> waiting_;  // may enter their first step
  std::deque<Ask> asks_;               // commands that may start
  std::map<std::size_t, Ask> running_;
  std::size_t count_ = 0;
  bool owes_ = false;  // a gateway is taken away, and comes back with the next command of its sequence
  std::vector<std::function<void()>> held_back_;  // for the journal
  std::optional<Probe> last_probe_;  // of the verified sequences; gone as soon as one of them changes something
};

}  // namespace

Status try_files(const Plan& plan, const ApplyOptions& options) {
  std::string all;  // those before it take their room too
  for (const Step& step : plan.steps) {
    if (!step.file) continue;
    const Result<std::string> path = place_of(*step.file, options);
    if (!path) return path.error();
    std::optional<std::string> content = step.file->content;
    if (step.file->edit) {
      const Result<std::optional<std::string>> now = options.files.read(*path, sys::Files::usual_limit);
      if (!now) return now.error();
      Result<std::optional<std::string>> edited = options.edited(*step.file->edit, *now);
      if (!edited) return edited.error();
      content = *edited;
    }
    if (!content) continue;
    all += *content;
    if (const Status written = options.files.try_write(*path, all); !written) return written;
  }
  return Done{};
}

std::vector<StepResult> apply(const Plan& plan, run::Runner& runner, Journal& journal, const ApplyOptions& options) {
  return Executor(plan, runner, journal, options).run();
}

}  // namespace hanfs::plan
