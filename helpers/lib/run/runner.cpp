// SPDX-License-Identifier: Apache-2.0
#include "run/runner.hpp"

#include <utility>

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

void AnsweredRunner::know(const Command& command, Outcome outcome) {
  known_.insert_or_assign(command.argv, std::move(outcome));
}

void AnsweredRunner::run(const Next& next, const Finished& finished) {
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

}  // namespace hanfs::run
