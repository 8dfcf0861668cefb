// SPDX-License-Identifier: Apache-2.0
#include "run/runner.hpp"

#include <algorithm>
#include <utility>

#include "text/words.hpp"

namespace hanfs::run {

std::vector<Outcome> run_all(Runner& runner, const std::vector<Command>& commands) {
  // What a stopped run never came to is not a program that is missing: it must not read as "not_started".
  Outcome never_reached;
  never_reached.end = Outcome::End::interrupted;
  std::vector<Outcome> outcomes(commands.size(), never_reached);
  std::size_t started = 0;
  runner.run(
      [&]() -> std::optional<Job> {
        if (started == commands.size()) return std::nullopt;
        Job job{started, commands[started]};
        ++started;
        return job;
      },
      [&](const Job& job, Outcome outcome) { outcomes[job.id] = std::move(outcome); });
  return outcomes;
}

Outcome run_one(Runner& runner, const Command& command) { return std::move(run_all(runner, {command}).front()); }

void CachedRunner::know(const Command& command, Outcome outcome) {
  known_.insert_or_assign(command.argv, std::move(outcome));
}

void CachedRunner::run(const Next& next, const Finished& finished) {
  inner_.run(
      [&]() -> std::optional<Job> {
        while (std::optional<Job> job = next()) {
          auto known = known_.extract(job->command.argv);
          if (known.empty()) return job;
          finished(*job, std::move(known.mapped()));
        }
        return std::nullopt;
      },
      finished);
}

void TimingRunner::run(const Next& next, const Finished& finished) {
  const auto counting = [&]() -> std::optional<Job> {
    std::optional<Job> job = next();
    if (job && job->after_return)
      job->after_return = [this, tell = std::move(job->after_return)](const Job& late, Outcome outcome) {
        add(late, outcome);
        tell(late, std::move(outcome));
      };
    return job;
  };
  inner_->run(counting, [&](const Job& job, Outcome outcome) {
    add(job, outcome);
    finished(job, std::move(outcome));
  });
}

void TimingRunner::add(const Job& job, const Outcome& outcome) {
  Cost& cost = cost_of_[job.command.argv];
  ++cost.calls;
  cost.elapsed += outcome.elapsed;
  if (outcome.end != Outcome::End::exited) return;
  ++ended_;
  elapsed_ += outcome.elapsed;
}

std::string TimingRunner::longest() const {
  const auto most = std::max_element(cost_of_.begin(), cost_of_.end(),
                                     [](const auto& a, const auto& b) { return a.second.elapsed < b.second.elapsed; });
  if (most == cost_of_.end()) return "";
  const auto& [argv, cost] = *most;
  return command_text(argv) + ", " + seconds(cost.elapsed) + " in " + text::counted(cost.calls, "call");
}

}  // namespace hanfs::run
