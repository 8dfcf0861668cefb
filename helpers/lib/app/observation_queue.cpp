// SPDX-License-Identifier: Apache-2.0
#include "app/observation_queue.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

namespace hanfs::app {

using End = run::Outcome::End;

Unobserved unobserved_command(const Argv& argv, const run::Outcome& outcome, const std::string& why) {
  const std::string words = run::command_text(argv);
  return {argv.front().substr(argv.front().rfind('/') + 1), words, words + ": " + why,
          outcome.end == End::not_started && outcome.start_errno == ENOENT,
          outcome.end == End::timed_out || outcome.end == End::abandoned};
}

void ObservationQueue::ask(std::vector<Argv> forms, Answer answer, NoAnswer no_answer) {
  const std::string words = run::command_text(forms.front());
  if (std::any_of(unobserved_.begin(), unobserved_.end(),
                  [&](const Unobserved& item) { return item.hung && item.words == words; }))
    return;
  std::reverse(forms.begin(), forms.end());
  questions_.push_back({std::move(forms), std::move(answer), std::move(no_answer), ""});
}

void ObservationQueue::run() {
  std::map<std::size_t, Question> running;
  std::size_t count = 0;
  const auto next = [&]() -> std::optional<run::Job> {
    if (questions_.empty()) return std::nullopt;
    Question question = std::move(questions_.front());
    questions_.pop_front();
    run::Command command;
    command.argv = question.forms.back();
    command.deadline = sources_.time_for_command();
    question.forms.pop_back();
    running.emplace(++count, std::move(question));
    return run::Job{count, std::move(command)};
  };
  sources_.runner.run(next, [&](const run::Job& job, const run::Outcome& outcome) {
    finish(job.command.argv, std::move(running.extract(job.id).mapped()), outcome);
  });
}

void ObservationQueue::finish(const Argv& argv, Question question, const run::Outcome& outcome) {
  std::string why = run::failure(outcome);
  if (why.empty() && outcome.out_dropped != 0) why = "more output than can be read";
  if (why.empty()) {
    const Status status = question.answer(outcome.out);
    if (status) return forget(run::command_text(argv));
    why = status.error().what;
  }
  Unobserved failure = unobserved_command(argv, outcome, why);
  if (question.first_failure.empty()) question.first_failure = failure.what;
  const bool ended = outcome.end == End::exited || outcome.end == End::not_started;
  if (ended && !question.forms.empty()) {
    questions_.push_back(std::move(question));
    return;
  }
  failure.what = question.first_failure;
  if (question.no_answer) return question.no_answer(std::move(failure));
  note_unobserved(std::move(failure));
}

void ObservationQueue::note_unobserved(Unobserved failure) {
  forget(failure.words);
  unobserved_.push_back(std::move(failure));
}

void ObservationQueue::forget(const std::string& words) {
  unobserved_.erase(std::remove_if(unobserved_.begin(), unobserved_.end(),
                                   [&](const Unobserved& item) { return item.words == words; }),
                    unobserved_.end());
}

}  // namespace hanfs::app
