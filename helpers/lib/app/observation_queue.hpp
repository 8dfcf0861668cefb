// SPDX-License-Identifier: Apache-2.0
// Read-only commands that are asked side by side. An answer may queue new questions, which start while slower commands
// still run.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/context.hpp"
#include "run/command.hpp"
#include "run/lanes.hpp"

namespace hanfs::app {

using Argv = std::vector<std::string>;

// A command that gave no answer, and the reason.
Unobserved unobserved_command(const Argv& argv, const run::Outcome& outcome, const std::string& why);

class ObservationQueue {
 public:
  // Takes the output of a command that ended well. An Error says why that text is no answer.
  using Answer = std::function<Status(const std::string& text)>;
  using NoAnswer = std::function<void(Unobserved failure)>;

  struct Question {
    std::vector<Argv> forms;  // of one question; tried until one answers
    Answer answer;
    NoAnswer no_answer = nullptr;             // where none does; without it the failure goes to `unobserved`
    std::string lane = {};                    // what the command waits for: run/lanes.hpp
    bool is_needed = false;                   // the others cannot do without it, so it is waited for
    std::function<bool()> is_moot = nullptr;  // asked before it is started: has another answer told it meanwhile?
    std::function<void()> on_late = nullptr;  // patience with it is over; the answer may still come
  };

  // Both outlive the queue. What is in `unobserved` and silent is not asked again, unless it is asked once more.
  ObservationQueue(const Sources& sources, std::vector<Unobserved>& unobserved)
      : sources_(sources), unobserved_(unobserved) {}

  void ask(Question question);
  // An answer, or a newer failure, takes the place of an older failure of the same command.
  void note_unobserved(Unobserved failure);
  bool is_silent(const Argv& argv) const;
  // Would it be asked?
  bool asks(const Argv& argv) const { return sources_.time_once_more != nullptr || !is_silent(argv); }

  // Few questions of each lane at a time, until this is called with false.
  void go_slowly(bool slowly) { waiting_.go_slowly(slowly); }

  // Returns when every question is answered, has failed, or is late. What is late, and what was not asked because
  // others of its lane are, is silent in `unobserved`.
  void run();

 private:
  struct Asked {
    Question question;
    std::string first_failure;
    Argv argv;  // that is at work
    bool late = false;
  };

  run::Job start(Asked asked);
  void finish(Asked asked, const run::Outcome& outcome);
  void note_late_and_unasked();
  void forget(const std::string& words);

  const Sources& sources_;
  std::vector<Unobserved>& unobserved_;
  run::LaneQueue<Asked> waiting_;
  std::map<std::string, std::string> silent_in_;  // lane -> the words of a command that it keeps from answering
  std::map<std::size_t, Asked> running_;
  std::size_t count_ = 0;
  std::chrono::milliseconds slowest_{0};  // of those that have answered
};

}  // namespace hanfs::app
