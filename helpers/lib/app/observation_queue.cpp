// SPDX-License-Identifier: Apache-2.0
#include "app/observation_queue.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hanfs::app {

using End = run::Outcome::End;

namespace {

// On a slow machine the others take long too.
constexpr int times_the_slowest = 4;

bool was_not_run(const run::Outcome& outcome) { return outcome.end == End::interrupted && outcome.pid == 0; }

}  // namespace

Unobserved unobserved_command(const Argv& argv, const run::Outcome& outcome, const std::string& why) {
  const std::string words = run::command_text(argv);
  return {argv.front().substr(argv.front().rfind('/') + 1), words, words + ": " + why,
          outcome.end == End::not_started && outcome.start_errno == ENOENT, run::hung(outcome)};
}

bool ObservationQueue::is_silent(const Argv& argv) const {
  const std::string words = run::command_text(argv);
  return std::any_of(unobserved_.begin(), unobserved_.end(),
                     [&](const Unobserved& item) { return item.hung && item.words == words; });
}

void ObservationQueue::ask(Question question) {
  if (!asks(question.forms.front())) return;
  std::reverse(question.forms.begin(), question.forms.end());  // the next one last
  const std::string lane = question.lane;
  waiting_.push(lane, {std::move(question), "", {}, false});
}

run::Job ObservationQueue::start(Asked asked) {
  const std::size_t id = ++count_;
  asked.argv = std::move(asked.question.forms.back());
  asked.question.forms.pop_back();
  run::Job job{id, {}};
  job.command.argv = asked.argv;
  // Where another one of its lane has answered by now, its server is only slow.
  const bool is_silent_still = is_silent(asked.argv) && !waiting_.has_answered(asked.question.lane);
  job.command.deadline = is_silent_still ? sources_.time_once_more() : sources_.time_for_command();
  if (sources_.keep_late && !asked.question.is_needed) {
    job.patience = std::max(sources_.patience, times_the_slowest * slowest_);
    job.on_late = [this, id] {
      Asked& late = running_.at(id);
      late.late = true;
      waiting_.late(late.question.lane);
      silent_in_.emplace(late.question.lane, run::command_text(late.argv));
      if (late.question.on_late) late.question.on_late();
    };
    job.after_return = [keep = sources_.keep_late](const run::Job& ended, run::Outcome outcome) {
      keep(ended.command, std::move(outcome));
    };
  }
  running_.emplace(id, std::move(asked));
  return job;
}

void ObservationQueue::run() {
  sources_.runner.run(
      [&]() -> std::optional<run::Job> {
        while (std::optional<Asked> next = waiting_.take()) {
          if (!next->question.is_moot || !next->question.is_moot()) return start(std::move(*next));
          waiting_.ended(next->question.lane, false, run::Outcome{});
        }
        return std::nullopt;
      },
      [&](const run::Job& job, const run::Outcome& outcome) {
        Asked asked = std::move(running_.extract(job.id).mapped());
        waiting_.ended(asked.question.lane, asked.late, outcome);
        if (run::hung(outcome)) silent_in_.emplace(asked.question.lane, run::command_text(asked.argv));
        finish(std::move(asked), outcome);
      });
  note_late_and_unasked();
}

void ObservationQueue::finish(Asked asked, const run::Outcome& outcome) {
  std::string why = run::failure(outcome);
  if (why.empty() && outcome.out_dropped != 0) why = "more output than can be read";
  if (why.empty()) {
    slowest_ = std::max(slowest_, outcome.elapsed);
    const Status status = asked.question.answer(outcome.out);
    if (status) return forget(run::command_text(asked.argv));
    why = status.error().what;
  }
  Unobserved failure = unobserved_command(asked.argv, outcome, why);
  failure.not_asked = was_not_run(outcome);
  if (asked.first_failure.empty()) asked.first_failure = failure.what;
  const bool ended = outcome.end == End::exited || outcome.end == End::not_started;
  if (ended && !asked.question.forms.empty()) {
    const std::string lane = asked.question.lane;
    return waiting_.push(lane, std::move(asked));
  }
  failure.what = asked.first_failure;
  if (asked.question.no_answer) return asked.question.no_answer(std::move(failure));
  note_unobserved(std::move(failure));
}

void ObservationQueue::note_late_and_unasked() {
  const auto name = [](const Argv& argv) { return argv.front().substr(argv.front().rfind('/') + 1); };
  for (const auto& [id, asked] : running_) {
    const std::string words = run::command_text(asked.argv);
    if (asked.late) note_unobserved({name(asked.argv), words, words + ": no answer yet", false, true, false, true});
  }
  for (const Asked& asked : waiting_.take_rest()) {
    const Argv& argv = asked.question.forms.back();
    const std::string words = run::command_text(argv);
    const auto silent = silent_in_.find(asked.question.lane);
    const bool is_kept_back = !asked.question.lane.empty() && silent != silent_in_.end();
    const std::string what = is_kept_back
                                 ? "not asked, since " + asked.question.lane + " does not answer: see " + silent->second
                                 : "not asked: the run was ended before";
    Unobserved failure{name(argv), words, words + ": " + what, false, is_kept_back};
    failure.not_asked = true;
    note_unobserved(std::move(failure));
  }
  running_.clear();
}

void ObservationQueue::note_unobserved(Unobserved failure) {
  const auto older = std::find_if(unobserved_.begin(), unobserved_.end(),
                                  [&](const Unobserved& item) { return item.words == failure.words; });
  if (older == unobserved_.end()) {
    unobserved_.push_back(std::move(failure));
  } else if (!failure.not_asked) {
    if (sources_.time_once_more && older->hung && failure.hung && !older->not_asked)
      failure.what = older->what + ", nor when it was asked once more";
    *older = std::move(failure);
  }
}

void ObservationQueue::forget(const std::string& words) {
  unobserved_.erase(std::remove_if(unobserved_.begin(), unobserved_.end(),
                                   [&](const Unobserved& item) { return item.words == words; }),
                    unobserved_.end());
}

}  // namespace hanfs::app
