// SPDX-License-Identifier: Apache-2.0
// Read-only commands that are asked side by side. An answer may queue new questions, which start while slower commands
// still run.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "app/context.hpp"
#include "run/command.hpp"

namespace hanfs::app {

using Argv = std::vector<std::string>;

// A command that gave no answer, and the reason.
Unobserved unobserved_command(const Argv& argv, const run::Outcome& outcome, const std::string& why);

class ObservationQueue {
 public:
  // Takes the output of a command that ended well. An Error says why that text is no answer.
  using Answer = std::function<Status(const std::string& text)>;
  using NoAnswer = std::function<void(Unobserved failure)>;

  // Both outlive the queue. What is in `unobserved` and hung is not asked again.
  ObservationQueue(const Sources& sources, std::vector<Unobserved>& unobserved)
      : sources_(sources), unobserved_(unobserved) {}

  // `forms` of one question are tried until one answers. Where none does, the last one goes to `unobserved` with the
  // first reason; or `no_answer` decides.
  void ask(std::vector<Argv> forms, Answer answer, NoAnswer no_answer = nullptr);
  // An answer, or a newer failure, takes the place of an older failure of the same command.
  void note_unobserved(Unobserved failure);

  // Returns when every question is answered or has failed.
  void run();

 private:
  struct Question {
    std::vector<Argv> forms;  // the next one last
    Answer answer;
    NoAnswer no_answer;
    std::string first_failure;
  };

  void finish(const Argv& argv, Question question, const run::Outcome& outcome);
  void forget(const std::string& words);

  const Sources& sources_;
  std::vector<Unobserved>& unobserved_;
  std::deque<Question> questions_;
};

}  // namespace hanfs::app
