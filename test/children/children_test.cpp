// SPDX-License-Identifier: Apache-2.0
// The 27 scenarios of lib/run/README.md "The scenarios" and what else the runner promises. Each scenario runs in a
// process of its own ("children_test --scenario NAME REPORT FOLDER") under a watchdog, because what a program inherits,
// its signals and its children are matters of a process. Linux only, as all of test/ may be.
#define DOCTEST_CONFIG_IMPLEMENT
#include <dirent.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "run/capture.hpp"
#include "run/real_runner.hpp"
#include "sys/fds.hpp"
#include "sys/signals.hpp"

namespace {

namespace fs = boost::filesystem;
namespace run = hanfs::run;
using std::filesystem::copy_file;  // that of Boost 1.74 cannot from one file system to another
using Clock = std::chrono::steady_clock;
using End = run::Outcome::End;
using std::chrono::milliseconds;

constexpr int cannot_run = 77;
// The sheet's budget for a mere start (500 ms) is for a quiet machine.
constexpr milliseconds start_budget{4000};
constexpr milliseconds hang_budget{3800};
// With deadline 2000: an exit is seen within 3500 although a grandchild holds the pipes.
constexpr milliseconds grandchild_budget{3500};

const char* name_of(End end) {
  switch (end) {
    case End::exited:
      return "exited";
    case End::signaled:
      return "signaled";
    case End::timed_out:
      return "timed_out";
    case End::abandoned:
      return "abandoned";
    case End::not_started:
      return "not_started";
    case End::interrupted:
      return "interrupted";
  }
  return "?";
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// In a scenario's process: collects what is wrong.
class Scenario {
 public:
  explicit Scenario(std::string temporary_folder) : folder(std::move(temporary_folder)) {}

  void expect(bool truth, const std::string& what) {
    if (!truth) problems += "  " + what + "\n";
  }
  void expect_end(const run::Outcome& outcome, End end) {
    expect(outcome.end == end, std::string("end is ") + name_of(outcome.end) + ", not " + name_of(end) + " (" +
                                   run::failure(outcome) + ")");
  }
  void expect_exit(const run::Outcome& outcome, int status) {
    expect_end(outcome, End::exited);
    expect(outcome.status == status, "status is " + std::to_string(outcome.status));
  }
  void skip(const std::string& why) { skipped = why; }

  run::RealRunner& runner() {
    if (!runner_) runner_ = std::make_unique<run::RealRunner>(options);
    return *runner_;
  }

  // Runs `misbehaving_child words...` and checks the time, and that its process is reaped.
  run::Outcome play(std::vector<std::string> words, milliseconds deadline, milliseconds budget) {
    run::Command command;
    command.argv = {MISBEHAVING_CHILD};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.deadline = deadline;
    return play(command, budget);
  }
  run::Outcome play(const run::Command& command, milliseconds budget) {
    const auto start = Clock::now();
    run::Outcome outcome = run::run_one(runner(), command);
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
    expect(took <= budget, "took " + std::to_string(took.count()) + " ms of " + std::to_string(budget.count()));
    if (outcome.end != End::abandoned && outcome.pid > 0) {
      errno = 0;
      expect(::waitpid(static_cast<pid_t>(outcome.pid), nullptr, WNOHANG) == -1 && errno == ECHILD, "not reaped");
    }
    return outcome;
  }

  void destroy_runner() { runner_.reset(); }

  std::string folder;
  run::RealRunner::Options options;
  std::string problems;
  std::string skipped;
  std::size_t expected_survivors = 0;  // grandchildren that rightly live on

 private:
  std::unique_ptr<run::RealRunner> runner_;
};

std::vector<int> open_descriptors() {
  std::vector<int> result;
  for (int fd = 0; fd < 4096; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1) result.push_back(fd);
  }
  return result;
}

// We are the subreaper: every orphan becomes our child.
std::vector<pid_t> own_children() {
  std::vector<pid_t> result;
  std::istringstream list(
      read_file("/proc/" + std::to_string(::getpid()) + "/task/" + std::to_string(::getpid()) + "/children"));
  for (pid_t pid = 0; list >> pid;) result.push_back(pid);
  return result;
}

// Processes that have died by now or do so within a second do not count: init would have reaped them.
std::vector<pid_t> living_orphans() {
  const auto end = Clock::now() + milliseconds{1000};
  std::vector<pid_t> alive;
  do {
    alive.clear();
    for (const pid_t pid : own_children()) {
      if (::waitpid(pid, nullptr, WNOHANG) == 0) alive.push_back(pid);
    }
    if (alive.empty()) break;
    ::usleep(20000);
  } while (Clock::now() < end);
  return alive;
}

run::Command misbehaving_child(std::vector<std::string> words, milliseconds deadline = milliseconds{5000}) {
  run::Command command;
  command.argv = {MISBEHAVING_CHILD};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.deadline = deadline;
  return command;
}

bool wait_for(const std::function<bool()>& condition, milliseconds longest) {
  const auto end = Clock::now() + longest;
  while (!condition()) {
    if (Clock::now() > end) return false;
    ::usleep(10000);
  }
  return true;
}

void send_sigterm_in(milliseconds delay) {
  struct sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGTERM;
  timer_t timer{};
  struct itimerspec spec{};
  spec.it_value.tv_nsec = delay.count() * 1000000;
  ::timer_create(CLOCK_MONOTONIC, &event, &timer);
  ::timer_settime(timer, 0, &spec, nullptr);
}

using Body = void (*)(Scenario&);

void times_out(Scenario& s, const char* mode) {
  const run::Outcome outcome = s.play({mode}, milliseconds{1000}, hang_budget);
  s.expect_end(outcome, End::timed_out);
  s.expect(outcome.elapsed >= milliseconds{1000}, "ended before its deadline");
}

void fills(Scenario& s, const char* mode, bool out, bool err) {
  constexpr std::size_t size = 10U << 20U;
  run::Command command = misbehaving_child({mode, std::to_string(size)}, milliseconds{6000});
  command.max_output = std::size_t{1} << 20U;
  const run::Outcome outcome = s.play(command, milliseconds{6000});
  s.expect_exit(outcome, 0);
  s.expect(outcome.out.size() + outcome.out_dropped == (out ? size : 0), "bytes of stdout");
  s.expect(outcome.err.size() + outcome.err_dropped == (err ? size : 0), "bytes of stderr");
  s.expect(!out || outcome.out.size() == command.max_output, "cap of stdout");
  s.expect(!err || outcome.err.size() == command.max_output, "cap of stderr");
}

void says_hello(Scenario& s) {
  const run::Outcome outcome = s.play({"hello"}, milliseconds{4000}, start_budget);
  s.expect_exit(outcome, 0);
  s.expect(outcome.out == "hello out\n", "stdout is '" + outcome.out + "'");
  s.expect(outcome.err == "hello err\n", "stderr is '" + outcome.err + "'");
}

void exits_seven(Scenario& s) { s.expect_exit(s.play({"exit", "7"}, milliseconds{4000}, start_budget), 7); }

const std::map<std::string, Body>& scenarios() {
  static const std::map<std::string, Body> all = {
      {"true", [](Scenario& s) { s.expect_exit(s.play({"exit", "0"}, milliseconds{4000}, start_budget), 0); }},
      {"exit-7", exits_seven},
      {"hello", says_hello},
      {"sleep-300ms",
       [](Scenario& s) {
         const run::Outcome outcome = s.play({"sleep", "300"}, milliseconds{4000}, start_budget);
         s.expect_exit(outcome, 0);
         s.expect(outcome.elapsed >= milliseconds{290}, "elapsed");
       }},
      {"segv",
       [](Scenario& s) {
         const run::Outcome outcome = s.play({"segv"}, milliseconds{4000}, start_budget);
         s.expect_end(outcome, End::signaled);
         s.expect(outcome.signal == SIGSEGV, "signal is " + std::to_string(outcome.signal));
       }},
      {"no-such-exe",
       [](Scenario& s) {
         for (int i = 0; i < 10; ++i) {
           run::Command command;
           command.argv = {"/no/such/program"};
           const run::Outcome outcome = s.play(command, start_budget);
           s.expect_end(outcome, End::not_started);
           s.expect(outcome.start_errno == ENOENT, "errno is " + std::to_string(outcome.start_errno));
         }
       }},
      {"not-executable",
       [](Scenario& s) {
         std::ofstream(s.folder + "/plain") << "text";
         run::Command command;
         command.argv = {s.folder + "/plain"};
         const run::Outcome outcome = s.play(command, start_budget);
         s.expect_end(outcome, End::not_started);
         s.expect(outcome.start_errno == EACCES, "errno is " + std::to_string(outcome.start_errno));
       }},
      {"read-stdin", [](Scenario& s) { s.expect_exit(s.play({"read-stdin"}, milliseconds{4000}, start_budget), 0); }},
      {"hang", [](Scenario& s) { times_out(s, "hang"); }},
      {"ignore-term", [](Scenario& s) { times_out(s, "ignore-term"); }},
      {"stopped", [](Scenario& s) { times_out(s, "stopped"); }},
      {"close-hang", [](Scenario& s) { times_out(s, "close-hang"); }},
      {"spam-forever",
       [](Scenario& s) {
         times_out(s, "spam");
         struct rusage usage{};
         ::getrusage(RUSAGE_SELF, &usage);
         s.expect(usage.ru_maxrss < 120 * 1024, "memory is not bounded");
       }},
      {"close-late", [](Scenario& s) { s.expect_exit(s.play({"close-late"}, milliseconds{4000}, start_budget), 7); }},
      {"grandchild-pipe",
       [](Scenario& s) {
         s.expected_survivors = 1;
         const run::Outcome outcome = s.play({"grandchild-pipe"}, milliseconds{2000}, grandchild_budget);
         s.expect_exit(outcome, 0);
         s.expect(outcome.drain_cut, "drain_cut");
       }},
      {"grandchild-setsid",
       [](Scenario& s) {
         s.expected_survivors = 1;
         const run::Outcome outcome = s.play({"grandchild-setsid"}, milliseconds{2000}, grandchild_budget);
         s.expect_exit(outcome, 0);
         s.expect(outcome.drain_cut, "drain_cut");
       }},
      {"grandchild-hang", [](Scenario& s) { times_out(s, "grandchild-hang"); }},
      {"stderr-10MB", [](Scenario& s) { fills(s, "err", false, true); }},
      {"stdout-10MB", [](Scenario& s) { fills(s, "out", true, false); }},
      {"both-20MB", [](Scenario& s) { fills(s, "both", true, true); }},
      {"sigchld-ignored", exits_seven},
      {"sigchld-blocked", exits_seven},
      {"stdin-closed", says_hello},
      {"stderr-closed", says_hello},
      {"012-closed", says_hello},
      {"unkillable",
       [](Scenario& s) {
         const run::Outcome outcome = s.play({"unkillable", "6000"}, milliseconds{1000}, hang_budget);
         if (outcome.end == End::exited && outcome.status == cannot_run) return s.skip("ptrace is not permitted here");
         s.expect_end(outcome, End::abandoned);
         s.expect(outcome.elapsed >= milliseconds{3000}, "abandoned before the deadline + 2 s");
         s.expect(::kill(static_cast<pid_t>(outcome.pid), 0) == 0, "it is not there any more");
         // When it is gone at last, the runner takes its remains along.
         const auto gone = [&] {
           siginfo_t info{};
           return ::waitid(P_PID, static_cast<id_t>(outcome.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                  info.si_pid != 0;
         };
         s.expect(wait_for(gone, milliseconds{9000}), "it never went");
         s.play({"exit", "0"}, milliseconds{4000}, start_budget);
         s.expect(::waitpid(static_cast<pid_t>(outcome.pid), nullptr, WNOHANG) == -1, "abandoned and never reaped");
       }},
      {"inherit",
       [](Scenario& s) {
         const run::Outcome outcome = s.play({"state"}, milliseconds{4000}, start_budget);
         s.expect_exit(outcome, 0);
         const std::string wanted =
             "fds 0 1 2\nenvironment LC_ALL=C LANG=C NSORDER=local PATH=/usr/bin:/usr/sbin:/etc "
             "ODMDIR=/etc/objrepos\nignored\nblocked\nleader yes\n";
         s.expect(outcome.out == wanted, "state is\n" + outcome.out);
       }},

      // What makehanfs adds for xdsh and ssh.
      {"more-environment",
       [](Scenario& s) {
         s.options.more_environment = {"HOME=/home/a b", "XCATHOST=mn:3001"};
         const run::Outcome outcome = s.play({"state"}, milliseconds{4000}, start_budget);
         s.expect_exit(outcome, 0);
         s.expect(outcome.out.find("ODMDIR=/etc/objrepos HOME=/home/a b XCATHOST=mn:3001\n") != std::string::npos,
                  "state is\n" + outcome.out);
       }},

      // Beyond the sheet.
      {"without-install-signals-and-wake",  // a Runner without any help from sys/: falls back to naps
       [](Scenario& s) {
         s.options.wake_fd = -1;
         ::signal(SIGCHLD, SIG_IGN);
         exits_seven(s);
         says_hello(s);
         s.expect_exit(s.play({"close-late"}, milliseconds{4000}, start_budget), 7);
         times_out(s, "ignore-term");
       }},
      {"exec-hangs",  // the program itself is on a dead server: here its file is under a lease that is not released
       [](Scenario& s) {
         const std::string copy = s.folder + "/leased";
         copy_file(MISBEHAVING_CHILD, copy);
         const int fd = ::open(copy.c_str(), O_RDONLY | O_CLOEXEC);
         ::signal(SIGIO, SIG_IGN);
         if (::fcntl(fd, F_SETLEASE, F_WRLCK) == -1) {
           ::close(fd);
           return s.skip(std::string("no lease: ") + std::strerror(errno));
         }
         run::Command command;
         command.argv = {copy, "exit", "0"};
         command.deadline = milliseconds{1000};
         s.options.jobs = 2;
         const auto start = Clock::now();
         const auto outcomes = run::run_all(s.runner(), {command, misbehaving_child({"hello"})});
         s.expect(Clock::now() - start <= hang_budget, "the hung exec held the runner");
         s.expect_end(outcomes[0], End::timed_out);
         s.expect(outcomes[1].ok() && outcomes[1].elapsed < milliseconds{900}, "the hung exec held another command");
         ::close(fd);
       }},
      {"bye-on-term",
       [](Scenario& s) {
         const run::Outcome outcome = s.play({"bye-on-term"}, milliseconds{500}, milliseconds{2500});
         s.expect_end(outcome, End::timed_out);
         s.expect(outcome.status == 3 && outcome.out == "bye", "its last words are lost");
       }},
      {"grandchild-outlives-term", [](Scenario& s) { times_out(s, "grandchild-outlives-term"); }},
      {"grandchild-silent", [](Scenario& s) { times_out(s, "grandchild-silent"); }},
      {"side-by-side-order",
       [](Scenario& s) {
         s.options.jobs = 3;
         std::vector<run::Command> commands;
         for (int i = 0; i < 9; ++i) commands.push_back(misbehaving_child({"exit", std::to_string(i)}));
         commands[0] = misbehaving_child({"sleep", "400"});
         commands[4].argv = {"/no/such/program"};
         const auto outcomes = run::run_all(s.runner(), commands);
         for (int i = 0; i < 9; ++i) {
           const auto& outcome = outcomes[static_cast<std::size_t>(i)];
           if (i == 4) {
             s.expect_end(outcome, End::not_started);
           } else {
             s.expect_exit(outcome, i);
           }
         }
       }},
      {"jobs-limit",
       [](Scenario& s) {
         s.options.jobs = 3;
         const std::string log = s.folder + "/log";
         const std::vector<run::Command> commands(12, misbehaving_child({"log", "60", log}));
         for (const auto& outcome : run::run_all(s.runner(), commands)) s.expect_exit(outcome, 0);
         int now = 0;
         int most = 0;
         for (const char mark : read_file(log)) most = std::max(most, now += mark == '+' ? 1 : -1);
         s.expect(most == 3, "at most " + std::to_string(most) + " ran side by side");
         s.expect(now == 0, "some did not end");
       }},
      {"one-hangs",
       [](Scenario& s) {
         s.options.jobs = 2;
         std::vector<run::Command> commands(9, misbehaving_child({"sleep", "30"}));
         commands[0] = misbehaving_child({"ignore-term"}, milliseconds{1000});
         std::size_t next = 0;
         std::vector<std::size_t> order;
         s.runner().run(
             [&]() -> std::optional<run::Job> {
               if (next == commands.size()) return std::nullopt;
               run::Job job{next, commands[next]};
               ++next;
               return job;
             },
             [&](const run::Job& job, run::Outcome) { order.push_back(job.id); });
         s.expect(order.size() == 9 && order.back() == 0, "the hung one delayed the others");
       }},
      {"next-depends-on-done",  // `next` has nothing until something is done
       [](Scenario& s) {
         std::vector<std::size_t> done;
         std::size_t given = 0;
         s.runner().run(
             [&]() -> std::optional<run::Job> {
               if (given == 5 || given > done.size()) return std::nullopt;
               return run::Job{given++, misbehaving_child({"exit", "0"})};
             },
             [&](const run::Job& job, run::Outcome) { done.push_back(job.id); });
         s.expect(done == std::vector<std::size_t>{0, 1, 2, 3, 4}, "order");
       }},
      {"interrupted",
       [](Scenario& s) {
         s.options.jobs = 3;
         run::Command kept = misbehaving_child({"sleep", "700"});
         kept.never_kill = true;
         send_sigterm_in(milliseconds{300});
         const auto start = Clock::now();
         const auto outcomes = run::run_all(s.runner(), {misbehaving_child({"hang"}, milliseconds{20000}),
                                                         misbehaving_child({"ignore-term"}, milliseconds{20000}), kept,
                                                         misbehaving_child({"exit", "0"})});
         s.expect(Clock::now() - start <= hang_budget, "too late");
         s.expect_end(outcomes[0], End::interrupted);
         s.expect_end(outcomes[1], End::interrupted);
         s.expect_exit(outcomes[2], 0);
         s.expect_end(outcomes[3], End::interrupted);
         s.expect(outcomes[3].pid == 0, "it was started after the interruption");
       }},
      {"interrupted-never-kill",  // waited for as long as it allows, then left alone
       [](Scenario& s) {
         const std::string mark = s.folder + "/mark";
         run::Command command = misbehaving_child({"late", "2500", mark}, milliseconds{60000});
         command.never_kill = true;
         command.after_signal = milliseconds{300};
         send_sigterm_in(milliseconds{300});
         const run::Outcome outcome = s.play(command, hang_budget);
         s.expect_end(outcome, End::abandoned);
         s.destroy_runner();
         s.expect(wait_for([&] { return !read_file(mark).empty(); }, milliseconds{8000}), "it was killed after all");
       }},
      {"never-kill",
       [](Scenario& s) {
         const std::string mark = s.folder + "/mark";
         run::Command command = misbehaving_child({"late", "1500", mark}, milliseconds{300});
         command.never_kill = true;
         const run::Outcome outcome = s.play(command, milliseconds{1400});
         s.expect_end(outcome, End::abandoned);
         s.destroy_runner();  // as if our program were over: its pipes are gone
         s.expect(wait_for([&] { return !read_file(mark).empty(); }, milliseconds{8000}), "it was killed after all");
       }},
      {"callback-throws",
       [](Scenario& s) {
         bool given = false;
         s.runner().run(
             [&]() -> std::optional<run::Job> {
               if (given) throw std::runtime_error("next");
               given = true;
               return run::Job{0, misbehaving_child({"hang"}, milliseconds{20000})};
             },
             [&](const run::Job&, run::Outcome outcome) {
               s.expect_end(outcome, End::interrupted);
               throw std::runtime_error("finished");
             });
       }},
      {"heard",  // all bytes of both streams, more than are kept, and while it runs
       [](Scenario& s) {
         std::size_t out = 0;
         std::size_t err = 0;
         bool over = false;
         bool given = false;
         run::Outcome ended;
         s.runner().run(
             [&]() -> std::optional<run::Job> {
               if (given) return std::nullopt;
               given = true;
               run::Job job{0, misbehaving_child({"both", "10000000"}, milliseconds{20000})};
               job.command.max_output = 1000;
               job.on_output = [&](run::Channel channel, std::string_view bytes) {
                 s.expect(!over, "heard after its end");
                 (channel == run::Channel::out ? out : err) += bytes.size();
               };
               return job;
             },
             [&](const run::Job&, run::Outcome outcome) {
               over = true;
               ended = std::move(outcome);
             });
         s.expect_exit(ended, 0);
         s.expect(out == ended.out.size() + ended.out_dropped, "bytes of stdout are lost: " + std::to_string(out));
         s.expect(err == ended.err.size() + ended.err_dropped, "bytes of stderr are lost: " + std::to_string(err));
         s.expect(out > 1000000 && err > 1000000, "hardly anything was heard");
       }},
      {"late",  // the run goes on without it, and hears of it later; it takes no place of others
       [](Scenario& s) {
         s.options.jobs = 1;
         run::RealRunner& runner = s.runner();
         std::size_t given = 0;
         std::vector<std::size_t> finished;
         std::vector<std::size_t> after;
         std::size_t late = 0;
         const auto next = [&]() -> std::optional<run::Job> {
           if (given == 2) return std::nullopt;
           run::Job job{given, misbehaving_child(given == 0 ? std::vector<std::string>{"sleep", "1500"}
                                                            : std::vector<std::string>{"exit", "0"},
                                                 milliseconds{20000})};
           ++given;
           job.patience = milliseconds{300};
           job.on_late = [&] { ++late; };
           job.after_return = [&](const run::Job& ended, const run::Outcome& outcome) {
             s.expect_exit(outcome, 0);
             after.push_back(ended.id);
           };
           return job;
         };
         runner.run(next, [&](const run::Job& job, const run::Outcome& outcome) {
           s.expect_exit(outcome, 0);
           finished.push_back(job.id);
         });
         s.expect(late == 1 && finished == std::vector<std::size_t>{1} && after.empty(), "it was waited for");
         runner.wait_for_late();
         s.expect(after == std::vector<std::size_t>{0}, "it was not heard of");
       }},
      {"no-time",
       [](Scenario& s) {
         const run::Outcome outcome = s.play({"exit", "0"}, milliseconds{0}, start_budget);
         s.expect_end(outcome, End::interrupted);
         s.expect(outcome.pid == 0, "it was started");
       }},
      {"heard-throws",
       [](Scenario& s) {
         bool given = false;
         s.runner().run(
             [&]() -> std::optional<run::Job> {
               if (given) return std::nullopt;
               given = true;
               run::Job job{0, misbehaving_child({"spam"}, milliseconds{20000})};
               job.on_output = [](run::Channel, std::string_view) { throw std::runtime_error("heard"); };
               return job;
             },
             [&](const run::Job&, run::Outcome outcome) { s.expect_end(outcome, End::interrupted); });
       }},
      {"sysroot",
       [](Scenario& s) {
         fs::create_directories(s.folder + "/usr/bin");
         copy_file(MISBEHAVING_CHILD, s.folder + "/usr/bin/mount");
         s.options.sysroot = s.folder;
         run::Command command;
         command.argv = {"/usr/bin/mount", "words"};
         const run::Outcome outcome = s.play(command, start_budget);
         s.expect_exit(outcome, 0);
         const std::string wanted = s.folder + "/usr/bin/mount";
         s.expect(outcome.out.substr(0, wanted.size() + 1) == wanted + '\0', "argv[0]");
       }},
      {"words-arrive",
       [](Scenario& s) {
         const std::vector<std::string> words = {
             "words",     "",        "two words", "\"quoted\"",           "it's", "a\nb",
             "$(rm -rf)", ";|&<>*?", "\\",        "caf\xC3\xA9 \xFF\x01", "\t ",  "-x"};
         const run::Outcome outcome = s.play(words, milliseconds{4000}, start_budget);
         std::string wanted = std::string(MISBEHAVING_CHILD) + '\0';
         for (const std::string& word : words) wanted += word + '\0';
         s.expect(outcome.out == wanted, "words are changed on the way");
         run::Command cut;
         cut.argv = {MISBEHAVING_CHILD, std::string("exit\0", 5)};
         const run::Outcome refused = s.play(cut, start_budget);
         s.expect(refused.end == End::not_started && refused.start_errno == EINVAL, "a NUL would cut a word");
       }},
      {"head-and-tail",
       [](Scenario& s) {
         run::Command command = misbehaving_child({"head-tail", "5000000"});
         command.max_output = 2000;
         const run::Outcome outcome = s.play(command, start_budget);
         s.expect(outcome.out == std::string(1000, 'H') + std::string(1000, 'T'), "head and tail");
         s.expect(outcome.out_dropped == 5000000, "dropped " + std::to_string(outcome.out_dropped));
         command.max_output = 0;
         const run::Outcome nothing = s.play(command, start_budget);
         s.expect(nothing.out.empty() && nothing.out_dropped == 5002000, "max_output 0");
       }},
      {"many",
       [](Scenario& s) {
         s.options.jobs = 8;
         const std::vector<run::Command> commands(400, misbehaving_child({"hello"}));
         for (const auto& outcome : run::run_all(s.runner(), commands)) {
           s.expect(outcome.ok() && outcome.out == "hello out\n", run::failure(outcome));
         }
       }},
      {"no-descriptors-left",
       [](Scenario& s) {
         s.runner();
         struct rlimit limit{};
         ::getrlimit(RLIMIT_NOFILE, &limit);
         const int lowest_free = ::dup(0);
         ::close(lowest_free);
         const rlimit tight{static_cast<rlim_t>(lowest_free) + 3, limit.rlim_max};  // enough for one pipe, not for two
         ::setrlimit(RLIMIT_NOFILE, &tight);
         const run::Outcome outcome = s.play({"hello"}, milliseconds{4000}, start_budget);
         ::setrlimit(RLIMIT_NOFILE, &limit);
         s.expect(outcome.end == End::not_started && outcome.start_errno == EMFILE,
                  std::string("end is ") + name_of(outcome.end));
       }},
      {"bad-locale",
       [](Scenario& s) {
         says_hello(s);
         run::RecordingRunner recording(s.runner(), s.folder + "/captures");
         run::run_one(recording, misbehaving_child({"exit", "3"}));
         s.expect(recording.errors().empty(), "recording failed");
         s.expect(read_file(s.folder + "/captures/misbehaving%5Fchild_exit_3.rc") == "3\n", "recording");
       }},
  };
  return all;
}

// What the ancestor left behind, between fork and exec of the scenario.
void prepare(const std::string& name) {
  if (name == "sigchld-ignored") ::signal(SIGCHLD, SIG_IGN);
  if (name == "sigchld-blocked") {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
  }
  if (name == "stdin-closed" || name == "012-closed") ::close(0);
  if (name == "stderr-closed" || name == "012-closed") ::close(2);
  if (name == "012-closed") ::close(1);
  if (name == "bad-locale") {
    ::setenv("LANG", "xx_YY.broken", 1);
    ::setenv("LC_ALL", "xx_YY.broken", 1);
  }
  if (name == "inherit") {
    for (const int number : {SIGUSR1, SIGQUIT, SIGINT, SIGHUP, SIGTERM, SIGCHLD, SIGPIPE}) ::signal(number, SIG_IGN);
    sigset_t some;
    ::sigemptyset(&some);
    ::sigaddset(&some, SIGUSR2);
    ::sigaddset(&some, SIGTERM);
    ::sigprocmask(SIG_SETMASK, &some, nullptr);
    ::setenv("ROOTPW", "secret", 1);
    const int fd = ::open("/dev/null", O_RDWR);
    for (const int copy : {3, 7, 9, 100, 900}) {
      if (copy != fd) ::dup2(fd, copy);
    }
  }
}

int scenario_main(const std::string& name, const std::string& report, const std::string& folder) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  hanfs::sys::fill_standard_descriptors();
  hanfs::sys::close_inherited_on_exec();
  hanfs::sys::install_signals();
  const std::vector<int> before = open_descriptors();
  Scenario s(folder);
  s.options.interrupted = [] { return hanfs::sys::interrupted(); };
  s.options.wake_fd = hanfs::sys::wake_fd();
  scenarios().at(name)(s);
  s.destroy_runner();
  s.expect(open_descriptors() == before, "descriptors are leaked");
  const std::vector<pid_t> orphans = living_orphans();
  s.expect(orphans.size() == s.expected_survivors, std::to_string(orphans.size()) + " orphans");
  for (const pid_t pid : orphans) ::kill(pid, SIGKILL);
  std::ofstream(report) << (s.skipped.empty() ? s.problems : s.skipped);
  return !s.problems.empty() ? 1 : s.skipped.empty() ? 0 : cannot_run;
}

struct Verdict {
  int status = 0;
  std::string text;
};

Verdict in_own_process(const std::string& name) {
  const fs::path folder = fs::temp_directory_path() / fs::unique_path("children-%%%%%%%%");
  fs::create_directories(folder);
  const std::string report = (folder / "report").string();
  const std::string folder_name = folder.string();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setpgid(0, 0);
    prepare(name);
    ::execl("/proc/self/exe", "children_test", "--scenario", name.c_str(), report.c_str(), folder_name.c_str(),
            static_cast<char*>(nullptr));
    ::_exit(126);
  }
  int status = 0;
  Verdict verdict;
  const bool ended = wait_for([&] { return ::waitpid(pid, &status, WNOHANG) == pid; }, milliseconds{30000});
  if (!ended) {
    ::killpg(pid, SIGKILL);
    ::waitpid(pid, &status, 0);
    verdict = {-1, "the scenario itself hangs"};
  } else if (!WIFEXITED(status)) {
    verdict = {-1, "the scenario's process was killed by signal " + std::to_string(WTERMSIG(status))};
  } else {
    verdict = {WEXITSTATUS(status), read_file(report)};
  }
  boost::system::error_code ignored;
  fs::remove_all(folder, ignored);
  return verdict;
}

}  // namespace

TEST_CASE("children that misbehave") {
  for (const auto& scenario : scenarios()) {
    const std::string& name = scenario.first;
    SUBCASE(name.c_str()) {
      const Verdict verdict = in_own_process(name);
      if (verdict.status == cannot_run) {
        std::fprintf(stderr, "\n*** NOT TESTED: scenario '%s': %s ***\n\n", name.c_str(), verdict.text.c_str());
        MESSAGE("NOT TESTED: " << name << ": " << verdict.text);
        return;
      }
      INFO(name << ":\n" << verdict.text);
      CHECK(verdict.status == 0);
    }
  }
}

int main(int argc, char** argv) {
  if (argc == 5 && std::string(argv[1]) == "--scenario") return scenario_main(argv[2], argv[3], argv[4]);
  return doctest::Context(argc, argv).run();
}
