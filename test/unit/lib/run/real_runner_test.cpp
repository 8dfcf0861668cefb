// SPDX-License-Identifier: Apache-2.0
// What a run of real children looks like to its caller. How the children themselves are treated is looked at from
// inside of them in test/children.
#include "run/real_runner.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <stdexcept>

#include "support/place.hpp"

namespace hanfs::run {
namespace {

using std::chrono::milliseconds;
using test::comes;
using test::Place;
using RunEnd = Outcome::End;

Job job_of(std::vector<std::string> argv, milliseconds deadline = milliseconds(20000)) {
  Job job;
  job.command.argv = std::move(argv);
  job.command.deadline = deadline;
  return job;
}

struct Ended {
  std::vector<std::size_t> ids;  // in the order in which they ended
  std::map<std::size_t, Outcome> outcomes;
};

Ended run_all(RealRunner& runner, std::vector<Job> jobs) {
  Ended ended;
  std::size_t at = 0;
  runner.run(
      [&]() -> std::optional<Job> {
        if (at == jobs.size()) return std::nullopt;
        jobs[at].id = at;
        return std::move(jobs[at++]);
      },
      [&](const Job& job, Outcome outcome) {
        ended.ids.push_back(job.id);
        ended.outcomes[job.id] = std::move(outcome);
      });
  return ended;
}

Outcome outcome_of(const Job& job, RealRunner::Options options = {}) {
  RealRunner runner(std::move(options));
  return run_all(runner, {job}).outcomes.at(0);
}

TEST_CASE("real runner: how a command ended") {
  Outcome outcome = outcome_of(job_of({"/bin/sh", "-c", "echo out; echo err >&2; exit 7"}));
  CHECK(outcome.end == RunEnd::exited);
  CHECK(outcome.status == 7);
  CHECK(outcome.out == "out\n");
  CHECK(outcome.err == "err\n");
  CHECK(outcome.pid > 0);
  CHECK_FALSE(outcome.ok());
  outcome = outcome_of(job_of({"/bin/sh", "-c", "kill -9 $$"}));
  CHECK(outcome.end == RunEnd::signaled);
  CHECK(outcome.signal == 9);
  outcome = outcome_of(job_of({"/no/such/program"}));
  CHECK(outcome.end == RunEnd::not_started);
  CHECK(outcome.start_errno == ENOENT);
  outcome = outcome_of(job_of({"/etc/passwd"}));
  CHECK(outcome.end == RunEnd::not_started);
  CHECK(outcome.start_errno == EACCES);
}

TEST_CASE("real runner: without time a command is not started") {
  for (const milliseconds none : {milliseconds(0), milliseconds(-1)}) {
    const Outcome outcome = outcome_of(job_of({"/bin/true"}, none));
    CHECK(outcome.end == RunEnd::interrupted);
    CHECK(outcome.pid == 0);
  }
}

TEST_CASE("real runner: a command is ended after its deadline, one that does not listen a second later") {
  Outcome outcome = outcome_of(job_of({"/bin/sleep", "30"}, milliseconds(50)));
  CHECK(outcome.end == RunEnd::timed_out);
  CHECK(outcome.signal == SIGTERM);
  CHECK(outcome.elapsed >= milliseconds(50));
  CHECK(outcome.elapsed < milliseconds(20000));
  outcome = outcome_of(job_of({"/bin/sh", "-c", "trap '' TERM; exec sleep 30"}, milliseconds(1500)));
  CHECK(outcome.end == RunEnd::timed_out);
  CHECK(outcome.signal == SIGKILL);
  CHECK(outcome.elapsed >= milliseconds(2500));
}

TEST_CASE("real runner: what must not be killed is left alone, and taken along when it has ended") {
  RealRunner runner({});
  Job job = job_of({"/bin/sleep", "1.5"}, milliseconds(50));
  job.command.never_kill = true;
  const Outcome outcome = run_all(runner, {job}).outcomes.at(0);
  CHECK(outcome.end == RunEnd::abandoned);
  CHECK(::kill(static_cast<pid_t>(outcome.pid), 0) == 0);
  const auto is_gone = [&] { return ::kill(static_cast<pid_t>(outcome.pid), 0) != 0; };
  CHECK(comes([&] {
    (void)run_all(runner, {job_of({"/bin/true"})});
    return is_gone();
  }));
}

TEST_CASE("real runner: a signal to the run ends what may be killed, and starts nothing more") {
  bool stop = false;
  RealRunner::Options options;
  options.interrupted = [&] { return stop; };
  options.jobs = 2;
  RealRunner runner(options);
  Job killable = job_of({"/bin/sh", "-c", "echo; exec sleep 30"});
  killable.on_output = [&](Channel, std::string_view) { stop = true; };
  Job kept = job_of({"/bin/sleep", "1"});
  kept.command.never_kill = true;
  const Ended ended = run_all(runner, {kept, killable, job_of({"/bin/true"})});
  CHECK(ended.ids == std::vector<std::size_t>{1, 0});
  CHECK(ended.outcomes.at(0).ok());
  CHECK(ended.outcomes.at(1).end == RunEnd::interrupted);
  CHECK(ended.outcomes.at(1).pid > 0);

  kept.command.argv = {"/bin/sleep", "5"};
  kept.command.after_signal = milliseconds(50);
  stop = false;
  const Ended again = run_all(runner, {kept, killable});
  CHECK(again.outcomes.at(0).end == RunEnd::abandoned);
  CHECK(again.outcomes.at(0).elapsed < milliseconds(4500));
}

TEST_CASE("real runner: a command may say what ends it early when a signal comes, and nobody hears of that") {
  const Place end;
  bool stop = false;
  RealRunner::Options options;
  options.interrupted = [&] { return stop; };
  RealRunner runner(options);
  Job work = job_of({"/bin/sh", "-c", "echo; until test -e " + end.path + "; do sleep 0.02; done; exit 3"});
  work.on_output = [&](Channel, std::string_view) { stop = true; };
  work.command.never_kill = true;
  work.command.on_signal = {"/usr/bin/touch", end.path};
  const Ended ended = run_all(runner, {work});
  CHECK(ended.ids.size() == 1);
  CHECK(ended.outcomes.at(0).end == RunEnd::exited);
  CHECK(ended.outcomes.at(0).status == 3);
  CHECK(ended.outcomes.at(0).elapsed < milliseconds(5000));
}

TEST_CASE("real runner: one that is late gives its place away; whoever asked for it hears of it later") {
  RealRunner::Options options;
  options.jobs = 1;
  RealRunner runner(options);
  int late = 0;
  Job slow = job_of({"/bin/sleep", "0.7"});
  slow.patience = milliseconds(20);
  slow.on_late = [&] { ++late; };
  CHECK(run_all(runner, {slow, job_of({"/bin/true"})}).ids == std::vector<std::size_t>{1, 0});
  CHECK(late == 1);

  std::vector<Outcome> after;
  slow.after_return = [&](const Job& job, Outcome outcome) {
    CHECK(job.command.argv.front() == "/bin/sleep");
    after.push_back(std::move(outcome));
  };
  CHECK(run_all(runner, {slow}).ids.empty());
  CHECK(after.empty());
  runner.wait_for_late();
  REQUIRE(after.size() == 1);
  CHECK(after.front().ok());
  CHECK(late == 2);
  runner.wait_for_late();
  CHECK(after.size() == 1);
}

TEST_CASE("real runner: as many side by side as are allowed") {
  for (const unsigned jobs : {1U, 2U}) {
    const Place first;
    const Place second;
    RealRunner::Options options;
    options.jobs = jobs;
    RealRunner runner(options);
    // Each waits until the other is there.
    const milliseconds time(jobs == 1 ? 1000 : 20000);
    const auto meets = [&](const std::string& mine, const std::string& other) {
      return job_of({"/bin/sh", "-c", ": > " + mine + "; until test -e " + other + "; do sleep 0.01; done"}, time);
    };
    const Ended ended = run_all(runner, {meets(first.path, second.path), meets(second.path, first.path)});
    CHECK((ended.outcomes.at(0).end == RunEnd::exited) == (jobs == 2));
    CHECK(ended.outcomes.at(1).end == RunEnd::exited);
  }
}

TEST_CASE("real runner: what cannot be started at all does not wait for those that run") {
  RealRunner runner(RealRunner::Options{});
  const Ended ended = run_all(runner, {job_of({"/bin/sleep", "1"}), job_of({"/no/such/program"})});
  CHECK(ended.ids == std::vector<std::size_t>{1, 0});
  CHECK(ended.outcomes.at(1).start_errno == ENOENT);
}

TEST_CASE("real runner: a callback that throws ends the run, and the exception goes no further") {
  RealRunner runner({});
  Job job = job_of({"/bin/sh", "-c", "echo; exec sleep 30"});
  job.on_output = [](Channel, std::string_view) { throw std::runtime_error("no"); };
  CHECK(run_all(runner, {job}).outcomes.at(0).end == RunEnd::interrupted);

  RealRunner::Options options;
  options.jobs = 1;
  RealRunner one(options);
  int asked = 0;
  one.run(
      [&]() -> std::optional<Job> {
        ++asked;
        return job_of({"/bin/true"});
      },
      [](const Job&, const Outcome&) { throw std::runtime_error("no"); });
  CHECK(asked == 1);
  one.run([&]() -> std::optional<Job> { throw std::runtime_error("no"); }, [](const Job&, const Outcome&) {});
}

TEST_CASE("real runner: bytes as they come, no more kept than allowed, and the environment") {
  std::string out;
  std::string err;
  Job job = job_of({"/bin/sh", "-c", "echo \"$NAME $LC_ALL\"; printf '%0999d' 0 >&2"});
  job.on_output = [&](Channel channel, std::string_view bytes) { (channel == Channel::out ? out : err) += bytes; };
  job.command.max_output = 100;
  RealRunner::Options options;
  options.more_environment = {"NAME=a b"};
  int waited = 0;
  options.while_waiting = [&] { ++waited; };
  const Outcome outcome = outcome_of(job, options);
  CHECK(outcome.out == "a b C\n");
  CHECK(out == outcome.out);
  CHECK(err.size() == 999);
  CHECK(outcome.err_dropped == 899);
  CHECK(outcome.truncated());
  CHECK(waited > 0);
}

TEST_CASE("real runner: a sysroot is put in front") {
  RealRunner::Options options;
  options.sysroot = "/usr";
  CHECK(outcome_of(job_of({"/bin/env"}), options).ok());
}

}  // namespace
}  // namespace hanfs::run
