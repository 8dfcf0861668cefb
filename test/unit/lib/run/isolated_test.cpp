// SPDX-License-Identifier: Apache-2.0
#include "run/isolated.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

namespace hanfs::run {
namespace {

using std::chrono::milliseconds;
using End = IsolatedOutcome::End;

std::vector<IsolatedOutcome> outcomes_of(std::vector<IsolatedTask> tasks,
                                         const std::function<bool()>& interrupted = {}) {
  std::vector<IsolatedOutcome> outcomes(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i)
    tasks[i].then = [&outcomes, i](const IsolatedOutcome& outcome) {
      outcomes[i] = outcome;
      return std::vector<IsolatedTask>();
    };
  run_isolated(std::move(tasks), interrupted);
  return outcomes;
}

IsolatedTask task_of(const std::function<std::string()>& work, milliseconds deadline = milliseconds(20000)) {
  IsolatedTask task;
  task.work = [work](const IsolatedTask::Say& say) { say(work()); };
  task.deadline = deadline;
  return task;
}

std::string hang() {
  while (true) ::pause();
}

TEST_CASE("isolated: what the work returns comes back, whole") {
  const std::string large(300000, 'x');
  const auto outcomes = outcomes_of({task_of([] { return std::string("word"); }), task_of([&] { return large; }),
                                     task_of([] { return std::string(); })});
  CHECK(outcomes[0] == IsolatedOutcome{End::ended, 0, 0, "word"});
  CHECK(outcomes[1].text.size() == large.size());
  CHECK(outcomes[2] == IsolatedOutcome{End::ended, 0, 0, ""});
}

TEST_CASE("isolated: no more than a MiB is kept") {
  const auto outcomes = outcomes_of({task_of([] { return std::string(std::size_t{3} << 20, 'x'); })});
  CHECK(outcomes[0].text.size() == std::size_t{1} << 20);
}

TEST_CASE("isolated: a crash is the child's alone") {
  const auto outcomes =
      outcomes_of({task_of([]() -> std::string {
                     ::raise(SIGKILL);
                     return "";
                   }),
                   task_of([]() -> std::string { throw std::runtime_error("x"); }),
                   task_of([]() -> std::string { ::_exit(0); }), task_of([] { return std::string("y"); })});
  CHECK(outcomes[0] == IsolatedOutcome{End::crashed, SIGKILL, 0, ""});
  CHECK(outcomes[1] == IsolatedOutcome{End::crashed, 0, 0, ""});
  CHECK(outcomes[2] == IsolatedOutcome{End::ended, 0, 0, ""});
  CHECK(outcomes[3].text == "y");
}

TEST_CASE("isolated: what it said before it crashed or was killed is kept") {
  IsolatedTask crash;
  crash.deadline = milliseconds(20000);
  crash.work = [](const IsolatedTask::Say& say) {
    say("one\n");
    say("two\n");
    ::raise(SIGKILL);
  };
  IsolatedTask late;
  late.deadline = milliseconds(200);
  late.work = [](const IsolatedTask::Say& say) {
    say("begun");
    hang();
  };
  const auto outcomes = outcomes_of({crash, late});
  CHECK(outcomes[0] == IsolatedOutcome{End::crashed, SIGKILL, 0, "one\ntwo\n"});
  CHECK(outcomes[1] == IsolatedOutcome{End::timed_out, 0, 0, "begun"});
}

TEST_CASE("isolated: the deadline counts for each, and they run side by side") {
  const auto start = std::chrono::steady_clock::now();
  const auto outcomes = outcomes_of({task_of(hang, milliseconds(200)), task_of(hang, milliseconds(200)),
                                     task_of(
                                         []() -> std::string {
                                           ::signal(SIGTERM, SIG_IGN);
                                           return hang();
                                         },
                                         milliseconds(200))});
  for (const IsolatedOutcome& outcome : outcomes) CHECK(outcome.end == End::timed_out);
  CHECK(std::chrono::steady_clock::now() - start < milliseconds(1500));
}

TEST_CASE("isolated: what comes after, and later") {
  std::string order;
  IsolatedTask late = task_of([] { return std::string("late"); });
  late.wait = milliseconds(150);
  late.then = [&](const IsolatedOutcome& outcome) {
    order += outcome.text + " ";
    return std::vector<IsolatedTask>();
  };
  IsolatedTask first = task_of([] { return std::string("first"); });
  first.then = [&](const IsolatedOutcome& outcome) {
    order += outcome.text + " ";
    return std::vector<IsolatedTask>{late};
  };
  const auto start = std::chrono::steady_clock::now();
  run_isolated({first}, {});
  CHECK(order == "first late ");
  CHECK(std::chrono::steady_clock::now() - start >= milliseconds(150));
}

TEST_CASE("isolated: an interrupted run kills what works and begins nothing") {
  IsolatedTask later = task_of([] { return std::string("x"); });
  later.wait = milliseconds(10000);
  int asked = 0;
  const auto outcomes = outcomes_of({task_of(hang), later}, [&] { return ++asked > 1; });
  CHECK(outcomes[0].end == End::interrupted);
  CHECK(outcomes[1].end == End::interrupted);
}

}  // namespace
}  // namespace hanfs::run
