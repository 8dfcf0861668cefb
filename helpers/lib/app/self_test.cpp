// SPDX-License-Identifier: Apache-2.0
#include "app/self_test.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <vector>

#include "app/report.hpp"
#include "report/verdict.hpp"
#include "run/command.hpp"
#include "sys/descriptor.hpp"
#include "sys/fds.hpp"
#include "sys/machine.hpp"

namespace hanfs::app {
namespace {

using End = run::Outcome::End;

struct NotesItsEnd {
  bool& ended;
  ~NotesItsEnd() { ended = true; }
};

// On AIX a binary with a static libstdc++ may abort here instead (lib/xcat/README.md "Programs built for AIX").
std::string wrong_with_exceptions() {
  bool unwound = false;
  try {
    const NotesItsEnd note{unwound};
    throw std::runtime_error("self-test");
  } catch (const std::exception& caught) {
    if (std::string(caught.what()) != "self-test") return "an exception comes as another one";
  }
  if (!unwound) return "an exception leaves out a destructor";
  try {
    (void)std::stoi("no number");
    return "the run-time library does not throw";
  } catch (const std::invalid_argument&) {
    return "";  // it was thrown by the run-time library and caught by us
  } catch (...) {
    return "an exception of the run-time library comes as another one";
  }
}

run::Command command_of(std::vector<std::string> argv) {
  run::Command command;
  command.argv = std::move(argv);
  command.deadline = std::chrono::milliseconds(5000);
  return command;
}

std::string how_it_ended(const run::Outcome& outcome) { return outcome.ok() ? "exit status 0" : run::failure(outcome); }

// What wait() says is a word whose bits lie otherwise on AIX (lib/run/README.md "Building for AIX").
std::string wrong_with_wait_status(const run::Outcome& exited, const run::Outcome& killed) {
  if (exited.end != End::exited || exited.status != 7)
    return "exit status 7 of a child comes as: " + how_it_ended(exited);
  if (killed.end != End::signaled || killed.signal != 9) return "signal 9 of a child comes as: " + how_it_ended(killed);
  return "";
}

// What a child that looked for its descriptors says.
std::string wrong_with_inheritance(const run::Outcome& outcome) {
  if (outcome.ok()) return "";
  if (outcome.end == End::exited && outcome.status == 3) return "a child does not inherit a descriptor";
  if (outcome.end == End::exited && outcome.status == 4) return "a child inherits a descriptor that is close-on-exec";
  return "a child's descriptors cannot be looked at: " + run::failure(outcome);
}

// Side by side: a postscript does this at each boot, within a time. The shell only stands for a program that ends in a
// known way; its words are fixed here.
std::vector<std::string> wrong_with_children(run::Runner& runner) {
  const sys::Descriptor ours(sys::open_cloexec("/dev/null", O_RDONLY));
  const sys::Descriptor inherited(::dup(ours.get()));
  // A child has what it is to inherit and nothing else; but a shell need not know numbers of two digits.
  const bool can_look = inherited && ours.get() <= 9 && inherited.get() <= 9;
  const std::string look = "(: <&" + std::to_string(inherited.get()) + ") || exit 3; (: <&" +
                           std::to_string(ours.get()) + ") && exit 4; exit 0";
  const std::vector<run::Outcome> outcomes = run::run_all(
      runner, {command_of({"/usr/bin/true"}), command_of({"/bin/sh", "-c", "exit 7"}),
               command_of({"/bin/sh", "-c", "kill -9 $$"}), command_of({"/bin/sh", "-c", can_look ? look : ":"})});
  if (const std::string failure = run::failure(outcomes[0]); !failure.empty())
    return {"cannot start a child: " + failure};
  return {wrong_with_wait_status(outcomes[1], outcomes[2]), sys::wrong_with_close_on_exec(),
          wrong_with_inheritance(outcomes[3])};
}

}  // namespace

int self_test(System& system, const std::string& tool, const std::function<std::string()>& of_program) {
  std::vector<std::string> problems{wrong_with_exceptions(), sys::wrong_with_byte_order(), sys::wrong_with_time(),
                                    sys::wrong_with_pipes()};
  for (std::string& problem : wrong_with_children(*system.make_runner({}))) problems.push_back(std::move(problem));
  if (of_program) problems.push_back(of_program());
  std::string all;
  for (const std::string& problem : problems)
    if (!problem.empty()) all += (all.empty() ? "" : "; ") + problem;
  const bool printed =
      print_output(system, tool, tool + " " HANFS_VERSION " self-test: " + (all.empty() ? "ok" : all) + "\n");
  return all.empty() && printed ? report::exit_ok : report::exit_not_as_wanted;
}

}  // namespace hanfs::app
