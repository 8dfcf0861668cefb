// SPDX-License-Identifier: Apache-2.0
// A runner that starts nothing: a table of answers, and a list of what was asked.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "run/runner.hpp"

namespace hanfs::test {

class FakeRunner : public run::Runner {
 public:
  // From the words of a command to its outcome.
  explicit FakeRunner(std::function<run::Outcome(const std::string& words)> answer) : answer_(std::move(answer)) {}

  void run(const Next& next, const Finished& finished) override {
    while (auto job = next()) {
      calls.push_back(run::command_text(job->command.argv));
      finished(*job, answer_(calls.back()));
    }
  }

  std::vector<std::string> calls;

 private:
  std::function<run::Outcome(const std::string& words)> answer_;
};

inline run::Outcome exited(int status, std::string out = "", std::string err = "") {
  run::Outcome outcome;
  outcome.end = run::Outcome::End::exited;
  outcome.status = status;
  outcome.out = std::move(out);
  outcome.err = std::move(err);
  return outcome;
}

}  // namespace hanfs::test
