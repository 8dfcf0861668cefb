// SPDX-License-Identifier: Apache-2.0
#include "run/command.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/run/fake_runner.hpp"
#include "run/bounded_output.hpp"
#include "run/runner.hpp"

namespace {

namespace run = hanfs::run;
using End = run::Outcome::End;
using std::chrono::milliseconds;

run::Outcome ended(End end, int status = 0) {
  run::Outcome outcome;
  outcome.end = end;
  outcome.status = status;
  outcome.elapsed = milliseconds{20};
  return outcome;
}

}  // namespace

TEST_CASE("words: a command as a person would type it") {
  CHECK(run::command_text({"/usr/sbin/nfs4cl", "setfsoptions", "/usr", "timeo=1"}) ==
        "nfs4cl setfsoptions /usr timeo=1");
  CHECK(run::command_text({"/usr/bin/mount"}) == "mount");
  CHECK(run::command_text({}).empty());
  CHECK(run::exact_command_text({"/usr/bin/x", "two words", "it's"}) == run::command_text({"x", "two words", "it's"}));
  CHECK(run::exact_command_text({"x", "/M\xe4rz/", "a\n%'b"}) ==
        "x \"$(printf '/M\\344rz/')\" \"$(printf 'a\\012\\045\\047b')\"");
  // What looks like an option of printf is none.
  CHECK(run::exact_command_text({"x", "--a=\xff"}) == "x \"$(printf '\\055-a=\\377')\"");
  CHECK(run::command_text({"/usr/bin/x", ""}) == "x ''");
  CHECK(run::command_text({"/usr/bin/x", "two words", "a;b", "$(x)", "it's"}) ==
        "x 'two words' 'a;b' '$(x)' 'it'\\''s'");
  CHECK(run::command_text({"/usr/bin/x", "a\nb\x1b[31m"}) == "x 'a\\x0Ab\\x1B[31m'");
  CHECK(run::command_text({"/usr/bin/x", "caf\xC3\xA9"}) == "x 'caf\xC3\xA9'");
  CHECK(run::command_text({"/usr/bin/x", "\xFF\xC2\x85"}) ==
        "x '\\xFF\\xC2\\x85'");                                              // not UTF-8; a C1 control character
  CHECK(run::command_text({"/usr/bin/x", "\xE2\x80"}) == "x '\\xE2\\x80'");  // cut in the middle
}

TEST_CASE("failure: empty when it ended well, otherwise one line") {
  CHECK(run::failure(ended(End::exited)).empty());

  run::Outcome outcome = ended(End::exited, 1);
  CHECK(run::failure(outcome) == "exit status 1 after 0.02 s");
  outcome.err = "usage: x\nnfs4cl: 1831-187 no such mount\n\n";
  CHECK(run::failure(outcome) == "exit status 1 after 0.02 s: usage: x / nfs4cl: 1831-187 no such mount");
  outcome.err = "1\n2\n3\n4\n5\n";
  CHECK(run::failure(outcome) == "exit status 1 after 0.02 s: 3 / 4 / 5");
  outcome.err = "\x1b[2Jbad\x07\r\n";
  CHECK(run::failure(outcome) == "exit status 1 after 0.02 s: \\x1B[2Jbad\\x07");
  outcome.err = std::string(100000, 'x');
  CHECK(run::failure(outcome).size() < 500);

  outcome = ended(End::signaled);
  outcome.signal = 11;
  CHECK(run::failure(outcome) == "killed by signal 11 after 0.02 s");
  CHECK(run::failure(ended(End::timed_out)) == "no end within its time, killed after 0.02 s");
  outcome = ended(End::abandoned);
  outcome.pid = 4711;
  CHECK(run::failure(outcome) == "no end within its time, left alone as process 4711 after 0.02 s");
  outcome = ended(End::not_started);
  outcome.start_errno = ENOENT;
  CHECK(run::failure(outcome) == "could not be started: No such file or directory");
  CHECK(run::failure(ended(End::interrupted)) == "not run: the run was ended, or no time was left");
}

TEST_CASE("bounded output keeps all that fits, else head and tail") {
  for (const std::size_t limit : {0U, 1U, 2U, 3U, 7U, 10U, 64U}) {
    for (const std::size_t step : {1U, 2U, 3U, 5U, 11U, 100U}) {
      for (const std::size_t size : {0U, 1U, 7U, 10U, 11U, 63U, 64U, 65U, 500U}) {
        std::string all;
        for (std::size_t i = 0; i < size; ++i) all += static_cast<char>('a' + i % 26);
        run::BoundedOutput output(limit);
        for (std::size_t i = 0; i < size; i += step) output.append(std::string_view(all).substr(i, step));
        const std::string wanted =
            size <= limit ? all : all.substr(0, limit / 2) + all.substr(size - (limit - limit / 2));
        CAPTURE(limit);
        CAPTURE(step);
        CAPTURE(size);
        CHECK(output.dropped() == size - wanted.size());
        CHECK(output.take() == wanted);
      }
    }
  }
}

namespace {

// Ends them in the wrong order, and not all of them.
class Backwards : public run::Runner {
 public:
  void run(const Next& next, const Finished& finished) override {
    std::vector<run::Job> jobs;
    while (std::optional<run::Job> job = next()) jobs.push_back(*job);
    for (std::size_t i = jobs.size(); i-- > 1;) {
      run::Outcome outcome = ended(End::exited);
      outcome.out = jobs[i].command.argv.front();
      finished(jobs[i], outcome);
    }
  }
};

}  // namespace

TEST_CASE("run_all: outcomes in the order of the commands; what was not reached is interrupted") {
  std::vector<run::Command> commands(3);
  for (std::size_t i = 0; i < 3; ++i) commands[i].argv = {"/" + std::to_string(i)};
  Backwards runner;
  const std::vector<run::Outcome> outcomes = run::run_all(runner, commands);
  REQUIRE(outcomes.size() == 3);
  CHECK(outcomes[0].end == End::interrupted);
  CHECK(outcomes[1].out == "/1");
  CHECK(outcomes[2].out == "/2");
  CHECK(run::run_all(runner, {}).empty());
}

TEST_CASE("TimingRunner: names the command that took most in all") {
  run::TimingRunner runner(std::make_unique<hanfs::test::FakeRunner>([](const std::string& words) {
    run::Outcome outcome = ended(End::exited);
    outcome.elapsed = milliseconds{words == "mount" ? 900 : 500};
    return outcome;
  }));
  CHECK(runner.longest().empty());
  run::Command mount;
  mount.argv = {"/usr/bin/mount"};
  run::Command no;
  no.argv = {"/usr/sbin/no", "-x"};
  CHECK(run::run_one(runner, mount).elapsed == milliseconds{900});
  CHECK(runner.longest() == "mount, 0.90 s in 1 call");
  (void)run::run_all(runner, {no, no});
  CHECK(runner.longest() == "no -x, 1.00 s in 2 calls");
}
