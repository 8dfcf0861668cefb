// SPDX-License-Identifier: Apache-2.0
#include "plan/apply.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>

#include "sys/file.hpp"

namespace hanfs::plan {
namespace {

using State = StepResult::State;

class Walk {
 public:
  Walk(const Plan& plan, run::Runner& runner, Journal& journal, const ApplyOptions& options)
      : plan_(plan), runner_(runner), journal_(journal), options_(options), results_(plan.steps.size()) {}

  std::vector<StepResult> run() {
    std::vector<std::vector<std::size_t>> free_lanes;
    std::vector<std::vector<std::size_t>> guarded_lanes;
    sort_into_lanes(free_lanes, guarded_lanes);
    side_by_side(free_lanes);
    for (const auto& lane : guarded_lanes) walk_guarded(lane);
    return std::move(results_);
  }

 private:
  const Step& step(std::size_t index) const { return plan_.steps[index]; }

  void sort_into_lanes(std::vector<std::vector<std::size_t>>& free_lanes,
                       std::vector<std::vector<std::size_t>>& guarded_lanes) const {
    std::map<std::string, std::pair<bool, std::size_t>> known;  // lane -> (guarded, place)
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      auto& lanes = step(i).guarded ? guarded_lanes : free_lanes;
      const auto [place, is_new] = known.try_emplace(step(i).lane, step(i).guarded, lanes.size());
      if (is_new) lanes.emplace_back();
      (place->second.first ? guarded_lanes : free_lanes)[place->second.second].push_back(i);
    }
  }

  void tell(std::size_t index, State state, std::string problem) {
    results_[index] = StepResult{state, std::move(problem)};
    if (options_.told) options_.told(step(index), results_[index]);
  }

  run::Command command(const Step& step, const Argv& argv) const {
    run::Command command;
    command.argv = argv;
    command.deadline = options_.time_for(step);
    command.never_kill = step.never_kill;
    command.max_output = std::size_t{64} << 10;
    return command;
  }

  Status write_file(const FileChange& change) const {
    const std::string path = options_.sysroot + change.path;
    return change.content ? sys::write_atomically(path, *change.content) : sys::remove_file(path);
  }

  // Settles a step whose action has ended; true when it went well.
  bool settle(std::size_t index, std::string problem) {
    const bool well = problem.empty();
    journal_.end(step(index), well ? JournalEntry::State::done : JournalEntry::State::failed);
    tell(index, well ? State::done : State::failed, std::move(problem));
    return well;
  }

  std::string write_step_file(const Step& step) const {
    if (step.undo_file && step.undo_file->content) {
      const FileChange backup{step.undo_file->path + ".before-hanfs", step.undo_file->content};
      if (const Status saved = write_file(backup); !saved) return saved.error().what;
    }
    const Status written = write_file(*step.file);
    return written ? std::string() : written.error().what;
  }

  void side_by_side(std::vector<std::vector<std::size_t>>& lanes) {
    std::deque<std::deque<std::size_t>> ready;
    for (const auto& lane : lanes) ready.emplace_back(lane.begin(), lane.end());
    std::map<std::size_t, std::deque<std::size_t>> running;  // step -> what follows in its lane

    const auto after = [&](std::deque<std::size_t> rest, bool well, const Step& ended) {
      if (!well && ended.stop_lane) {
        for (const std::size_t index : rest) tell(index, State::skipped, "because " + ended.id + " failed");
      } else if (!rest.empty()) {
        ready.push_back(std::move(rest));
      }
    };
    const auto next = [&]() -> std::optional<run::Job> {
      while (!ready.empty()) {
        std::deque<std::size_t> lane = std::move(ready.front());
        ready.pop_front();
        const std::size_t index = lane.front();
        if (!options_.go_on()) {
          for (const std::size_t left : lane) tell(left, State::skipped, options_.stopped());
          continue;
        }
        lane.pop_front();
        journal_.begin(step(index));
        if (step(index).file) {
          const bool well = settle(index, write_step_file(step(index)));
          after(std::move(lane), well, step(index));
          continue;
        }
        running.emplace(index, std::move(lane));
        return run::Job{index, command(step(index), step(index).argv)};
      }
      return std::nullopt;
    };
    const auto finished = [&](const run::Job& job, const run::Outcome& outcome) {
      const bool well = settle(job.id, run::failure(outcome));
      auto rest = running.extract(job.id);
      after(std::move(rest.mapped()), well, step(job.id));
    };
    runner_.run(next, finished);
  }

  void walk_guarded(const std::vector<std::size_t>& lane) {
    std::vector<std::size_t> walked;
    std::string stop;  // why nothing more is done in this lane
    for (const std::size_t index : lane) {
      const Step& current = step(index);
      if (stop.empty() && !options_.go_on()) stop = options_.stopped();
      if (!stop.empty()) {
        tell(index, State::skipped, stop);
        continue;
      }
      if (current.needs && !options_.holds(*current.needs)) {
        tell(index, State::skipped, "not safe now: needs " + current.needs->kind + " " + current.needs->subject);
        stop = "because " + current.id + " was skipped";
        continue;
      }
      journal_.begin(current);
      const std::string problem = run::failure(run_one(runner_, command(current, current.argv)));
      if (!current.expect || options_.holds(*current.expect)) {
        settle(index, "");
        walked.push_back(index);
        continue;
      }
      settle(index, problem.empty() ? "its command said success, but the change is not there" : problem);
      if (current.stop_lane) {
        stop = "because " + current.id + " failed";
        take_back(walked, index);
      }
    }
  }

  // The failed step first (it may have done half of its work), then what its lane did before.
  void take_back(const std::vector<std::size_t>& walked, std::size_t failed) {
    std::vector<std::size_t> order{failed};
    order.insert(order.end(), walked.rbegin(), walked.rend());
    for (const std::size_t index : order) {
      bool well = true;
      for (const Argv& argv : step(index).undo) well = run_one(runner_, command(step(index), argv)).ok() && well;
      if (index != failed) {
        journal_.end(step(index), JournalEntry::State::undone);
        tell(index, State::failed, well ? "taken back" : "could not be taken back");
      }
    }
  }

  const Plan& plan_;
  run::Runner& runner_;
  Journal& journal_;
  const ApplyOptions& options_;
  std::vector<StepResult> results_;
};

}  // namespace

std::vector<StepResult> apply(const Plan& plan, run::Runner& runner, Journal& journal, const ApplyOptions& options) {
  return Walk(plan, runner, journal, options).run();
}

}  // namespace hanfs::plan
