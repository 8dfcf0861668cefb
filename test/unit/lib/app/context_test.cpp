// SPDX-License-Identifier: Apache-2.0
// How a run shares out its time, and what it keeps for the next one.
#include "app/context.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "lib/run/fake_runner.hpp"
#include "support/simulated_system.hpp"

namespace hanfs::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A run with a deadline, whose commands take 400 ms.
struct Place {
  explicit Place(long deadline) : limits{deadline, 10, 1} {}
  void pass(milliseconds time) { system.simulated_clock.sleep(time); }
  milliseconds for_command() const { return context.time_for(seconds(limits.command_deadline)); }
  void run_commands(int count, milliseconds takes) {
    command_takes = takes;
    for (int i = 0; i < count; ++i) {
      run::Command command;
      command.argv = {"/usr/bin/netstat", std::to_string(takes.count())};
      command.deadline = seconds(10);
      (void)run::run_one(context.runner(), command);
    }
  }

  milliseconds command_takes{400};
  test::SimulatedSystem system{
      [this](const std::vector<std::string>&) { return test::Answer{test::exited(0), command_takes}; }};
  RunModes modes;
  Limits limits;
  Context context{system, modes, limits, {{"/etc/hosts"}, {"/etc/none"}}};
};

}  // namespace

TEST_CASE("a command may take what the settings say, a quarter of the run at most, and nothing of the time to end") {
  const Place usual(60);
  CHECK(usual.for_command() == seconds(10));
  CHECK(usual.context.time_left() == milliseconds(57500));
  CHECK(Place(20).for_command() == seconds(5));
  // Of a short run a quarter is kept for its end.
  CHECK(Place(4).context.time_left() == seconds(3));
  CHECK(Place(4).for_command() == seconds(1));

  Place late(60);
  late.pass(seconds(50));
  CHECK(late.for_command() == milliseconds(7500));
  CHECK(late.context.may_continue());
  late.pass(milliseconds(7499));
  CHECK(late.for_command() == milliseconds(1));
  CHECK(late.context.may_continue());
  late.pass(milliseconds(1));
  CHECK(late.for_command() == milliseconds(0));
  CHECK_FALSE(late.context.may_continue());
  late.pass(seconds(20));
  CHECK(late.context.time_left() == milliseconds(0));
  CHECK(late.context.stop_reason() == "the deadline of the whole run has come (60 s)");
}

TEST_CASE("a run waits for what a killed one has left at work, a command's time at most") {
  struct Busy final : test::SimulatedSystem {
    using SimulatedSystem::SimulatedSystem;
    sys::Clock::TimePoint until{};
    std::string watched;
    bool has_orphaned_commands(const std::string& fifo) const override {
      CHECK(fifo == "/etc/hanfs/at-work");
      return simulated_clock.now() < until;
    }
    void watch_commands(const std::string& fifo) override { watched = fifo; }
  };
  const auto nobody = [](const std::vector<std::string>&) { return test::Answer{test::exited(0)}; };
  const std::string begun = R"({"event":"begin","run":"a","step":"set:/usr:timeo","argv":["x"]})"
                            "\n";
  const std::string ended = begun + R"({"event":"done","run":"a","step":"set:/usr:timeo"})"
                                    "\n";
  struct Row {
    const std::string& journal;
    milliseconds busy;
    bool signal;
    bool gone;
    milliseconds waits;
  };
  for (const Row& row : {Row{begun, milliseconds(0), false, true, milliseconds(0)},
                         Row{begun, milliseconds(120), false, true, milliseconds(150)},
                         Row{begun, milliseconds(9940), false, true, milliseconds(9950)},
                         Row{begun, milliseconds(60000), false, false, milliseconds(10000)},
                         Row{begun, milliseconds(60000), true, false, milliseconds(0)},
                         Row{ended, milliseconds(60000), false, true, milliseconds(0)}}) {
    INFO(row.busy.count());
    Busy system(nobody);
    system.simulated_files.content["/etc/hanfs/journal"] = row.journal;
    system.until = system.simulated_clock.now() + row.busy;
    system.signal_came = row.signal;
    const RunModes modes;
    const Limits limits{60, 10, 1};
    Context context{system, modes, limits, {}};
    CHECK(context.wait_for_orphaned_commands() == row.gone);
    CHECK(system.simulated_clock.elapsed() == row.waits);
    CHECK(system.watched == "/etc/hanfs/at-work");
  }
}

TEST_CASE("near the end no command is started for which commands take too long here") {
  Place slow(60);
  slow.run_commands(2, seconds(3));
  CHECK(slow.for_command() == seconds(10));
  slow.pass(seconds(60 - 6) - milliseconds(2500) - milliseconds(3000));
  CHECK(slow.for_command() == seconds(3));
  slow.pass(milliseconds(1));
  CHECK(slow.for_command() == milliseconds(0));
  CHECK_FALSE(slow.context.may_continue());
  // What wants less than a command takes has its time all the same.
  CHECK(slow.context.time_for(milliseconds(500)) == milliseconds(500));
  slow.run_commands(1, milliseconds(100));
  CHECK(slow.context.stop_reason() ==
        "the deadline of the whole run has come (60 s; longest: netstat 3000, 6.00 s in 2 calls)");

  Place two(60);
  two.run_commands(1, seconds(2));  // a delete and an add may take 2 x 2 x 2 seconds
  two.pass(milliseconds(57500 - 2000 - 8000));
  CHECK(two.context.has_time_for(2));
  two.pass(milliseconds(1));
  CHECK_FALSE(two.context.has_time_for(2));
  CHECK(two.context.has_time_for(1));
}

TEST_CASE("a step always has a moment; one that must not be killed has all that is left, five minutes at most") {
  plan::Step step;
  Place place(60);
  CHECK(place.context.time_for(step) == seconds(10));
  step.never_kill = true;
  CHECK(place.context.time_for(step) == milliseconds(57500));
  CHECK(Place(3600).context.time_for(step) == seconds(300));
  place.pass(seconds(60));
  CHECK(place.context.time_for(step) == milliseconds(100));
  step.never_kill = false;
  CHECK(place.context.time_for(step) == milliseconds(100));
  CHECK(place.context.time_after_signal() == seconds(10));
}

TEST_CASE("who did not answer is asked once more, within one second together, and only once in a run") {
  Place place(60);
  const Sources first = place.context.sources();
  CHECK_FALSE(first.time_once_more);
  CHECK(first.patience == seconds(1));
  CHECK(first.keep_late);
  const Sources last = place.context.sources_of_last_look();
  CHECK_FALSE(last.keep_late);
  REQUIRE(last.time_once_more);
  CHECK(last.time_once_more() == seconds(1));
  place.pass(milliseconds(700));
  CHECK(last.time_once_more() == milliseconds(300));
  place.pass(seconds(2));
  CHECK(last.time_once_more() == milliseconds(0));
  CHECK_FALSE(place.context.sources_of_last_look().time_once_more);
}

TEST_CASE("a capture holds the files that were read, as they were, and whose it is") {
  test::SimulatedSystem system{[](const std::vector<std::string>&) { return test::Answer{test::exited(0)}; }};
  system.simulated_files.content = {{"/etc/hosts", "10.0.0.1 sn1\n"},
                                    {"/etc/environment", "NSORDER=local\nROOTPW=x\n"}};
  RunModes modes;
  modes.save = "/tmp/capture";
  const Limits limits;
  Context saving(system, modes, limits,
                 {{"/etc/hosts"},
                  {"/etc/environment", [](std::string_view text) { return std::string(text.substr(0, 14)); }},
                  {"/etc/none"}});
  CHECK_FALSE(saving.sources().keep_late);  // a capture is to be whole
  CHECK(saving.finish_saving().empty());
  const auto& files = system.simulated_files.content;
  CHECK(files.at("/tmp/capture/files/etc/hosts") == "10.0.0.1 sn1\n");
  CHECK(files.at("/tmp/capture/files/etc/environment") == "NSORDER=local\n");
  CHECK(files.count("/tmp/capture/files/etc/none") == 0);
  CHECK(files.at("/tmp/capture/hostname.out") == "cn017\n");
  CHECK(saving.sources().keep_late);

  RunModes replaying;
  replaying.from = "/tmp/capture";
  system.simulated_files.content["/tmp/capture/hostname.out"] = "cn042.cluster.example.com\n";
  Context replay(system, replaying, limits, {});
  CHECK(replay.node() == "cn042");
  CHECK(replay.sources().is_capture);
  CHECK(replay.sources().file("/etc/hosts")->value_or("") == "10.0.0.1 sn1\n");
  system.simulated_files.content["/tmp/capture/hostname.out"] = "";
  CHECK(Context(system, replaying, limits, {}).node() == "cn017");
}

TEST_CASE("only a run that changes a real machine writes the real log, and only when it is asked to") {
  test::SimulatedSystem system{[](const std::vector<std::string>&) { return test::Answer{test::exited(0)}; }};
  const auto logged_by = [&](const RunModes& modes) {
    system.logged.clear();
    const Limits limits;
    Context context(system, modes, limits, {});
    context.log().write(report::Log::Level::info, "one");
    CHECK(system.logged.empty());
    context.send_log();
    context.send_log();
    return system.logged.size();
  };
  RunModes modes;
  CHECK(logged_by(modes) == 1);
  modes.dry_run = true;
  CHECK(logged_by(modes) == 0);
  modes = RunModes{};
  modes.sysroot = "/tmp/simulated";
  CHECK(logged_by(modes) == 0);
}

TEST_CASE("the lock and the journal lie below /etc/hanfs; a journal of others is not read") {
  Place place(60);
  CHECK(place.context.journal_path() == "/etc/hanfs/journal");
  CHECK(place.context.take_lock().state == sys::Lock::State::held);
  CHECK(place.context.take_lock().state == sys::Lock::State::busy);
  place.context.release_lock();
  const auto none = place.context.read_journal();
  REQUIRE(none);
  CHECK(none->entries.empty());
  CHECK(place.context.run_name() == "2026-11-28T00:00:00Z.4711.0");
  CHECK(place.context.was_before_boot("2026-11-28T00:00:00Z.4711.1"));
  for (const char* run : {"2026-11-28T00:00:00Z.4711.0", "2026-11-28T00:00:00Z.4711.1.forget", "", "x"})
    CHECK_FALSE(place.context.was_before_boot(run));
}

}  // namespace hanfs::app
