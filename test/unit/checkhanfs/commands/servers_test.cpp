// SPDX-License-Identifier: Apache-2.0
// Whole runs of checkhanfs servers: the servers are asked by children over the loopback interface, the time is
// simulated.
#include <doctest/doctest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "checkhanfs/run.hpp"
#include "lib/run/fake_runner.hpp"
#include "support/simulated_system.hpp"
#include "unit/checkhanfs/wire/loopback_server.hpp"

namespace hanfs::check {
namespace {

struct Monitor {
  std::vector<std::vector<std::string>> notified;
  run::Outcome of_notify = test::exited(0);
  test::SimulatedSystem system{[this](const std::vector<std::string>& argv) {
    notified.push_back(argv);
    return test::Answer{of_notify};
  }};

  int run(std::vector<std::string> words) {
    system.out.clear();
    system.err.clear();
    words.insert(words.begin(), {"checkhanfs", "servers"});
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    return check::run(system, static_cast<int>(argv.size()), argv.data());
  }
  bool says(const std::string& text) const { return system.out.find(text) != std::string::npos; }
  void at(int milliseconds, std::function<void()> event) {
    system.simulated_clock.at(sys::Clock::TimePoint{} + std::chrono::milliseconds(milliseconds), std::move(event));
  }
};

std::unique_ptr<LoopbackServer> serving(const std::string& address, const std::vector<std::string>& list) {
  return std::make_unique<LoopbackServer>(address, [list](const NfsCall& call) {
    return LoopbackServer::Reply{{nfs_answered(call, nfs_attributes(list))}};
  });
}

bool can_serve() { return can_be_asked(*serving(LoopbackServer::address(7), {})); }

const std::string& dead() {
  static const std::string address = LoopbackServer::address(8);
  return address;
}
const std::string& live() {
  static const std::string address = LoopbackServer::address(9);
  return address;
}

}  // namespace

TEST_CASE("checkhanfs servers: one round, its verdict and how long it may take") {
  if (!can_serve()) return;
  Monitor monitor;
  CHECK(monitor.run({dead(), "--path", "/install", "--timeout", "10", "--again", "7"}) == 2);
  CHECK(monitor.says("HANFS CRITICAL - /install: refused (" + dead() + "); 0 of 1 answer | 'rtt_" + dead() +
                     "'=U;;;0 'servers_answering'=0;;1:;0;1\n"));
  CHECK(monitor.says("CRITICAL: refused: " + dead() + ": nobody listens on port 2049 (Connection refused); cure: "));
  CHECK(monitor.says(" status=fail changed=0 failed=1 warnings=0\n"));
  // Two looks of 10 s with 7 s between them and a tenth more, 5 s for a command, 30 s of grace.
  CHECK(monitor.system.watchdog_seconds == 64);
  CHECK(monitor.system.last_words.find("HANFS UNKNOWN - stuck for longer than its time-outs\n") == 0);
  const auto server = serving(live(), {live(), "10.255.0.1"});
  CHECK(monitor.run({live(), "--path", "/install", "--again", "0", "--json"}) == 1);
  const auto answer = nlohmann::json::parse(monitor.system.out);
  CHECK(answer["servers"][0]["looks"].size() == 1);
  CHECK(answer["servers"][0]["looks"][0]["reached"] == "answered");
  CHECK(answer["result"]["state"] == "WARNING");
  REQUIRE(answer["findings"].size() == 1);
  CHECK(answer["findings"][0]["code"] == "not-asked");
  CHECK(monitor.system.err.find(" status=drift changed=0 failed=0 warnings=1\n") != std::string::npos);
  // What was not looked at counts as a warning, too.
  monitor.system.signal_came = true;
  CHECK(monitor.run({dead()}) == 3);
  CHECK(monitor.says(" status=fail changed=0 failed=0 warnings=1\n"));
}

TEST_CASE("checkhanfs servers: a bar on the terminal for many of them") {
  if (!can_look()) return;
  Monitor monitor;
  monitor.system.has_terminal = true;
  monitor.system.signal_came = true;  // none is asked, and all are done with
  std::vector<std::string> words;
  for (int i = 1; i <= 10; ++i) words.push_back("10.255.0." + std::to_string(i));
  CHECK(monitor.run(words) == 3);
  REQUIRE(monitor.system.shown.size() == 12);
  CHECK(monitor.system.shown[10] == "\rcheckhanfs [" + std::string(40, '#') + "] 10/10");
}

TEST_CASE("checkhanfs servers --watch: the first round whole, then what changes, each given to a command") {
  if (!can_serve()) return;
  Monitor monitor;
  monitor.system.simulated_files.content["/bin/page"] = "";
  std::unique_ptr<LoopbackServer> server;
  monitor.at(1500, [&] { server = serving(live(), {live(), "10.255.0.1"}); });
  monitor.at(2500, [&] {
    monitor.system.simulated_clock.time_of_day = "2026-11-28T00:00:03Z";
    monitor.of_notify = test::exited(3);
  });
  monitor.at(3500, [&] { server.reset(); });
  monitor.at(4500, [&] { monitor.system.signal_came = true; });
  CHECK(monitor.run({live(), "--path", "/install", "--again", "0", "--watch", "1", "--notify", "/bin/page", "us",
                     "--json", "", "a=b_c", "x y;"}) == 2);
  const std::string& out = monitor.system.out;
  CHECK(out.find("HANFS CRITICAL - /install: refused (" + live() + "); 0 of 1 answer |") == 0);
  const std::size_t changes = out.find("\n2026-11-28T00:00:00Z");
  REQUIRE(changes != std::string::npos);
  const std::string summary = "/install: not-asked (10.255.0.1); 1 of 1 answer\n";
  CHECK(out.substr(changes + 1)
            .find("2026-11-28T00:00:00Z WARNING - " + summary +
                  "2026-11-28T00:00:00Z + WARNING: not-asked: 10.255.0.1: ") == 0);
  CHECK(monitor.says("\n2026-11-28T00:00:00Z - refused: " + live() + "\n2026-11-28T00:00:03Z CRITICAL - "));
  CHECK(monitor.says("\n2026-11-28T00:00:03Z - not-asked: 10.255.0.1\nHANFS tool=checkhanfs "));
  CHECK(monitor.says(" status=fail changed=0 failed=1 warnings=0\n"));
  const std::string refused = "/install: refused (" + live() + "); 0 of 1 answer";
  REQUIRE(monitor.notified.size() == 3);
  const auto notified = [](const std::vector<std::string>& said) {
    std::vector<std::string> words{"/bin/page", "us", "--json", "", "a=b_c", "x y;"};
    words.insert(words.end(), said.begin(), said.end());
    return words;
  };
  CHECK(monitor.notified[0] == notified({"CRITICAL", "OK", refused}));
  CHECK(monitor.notified[1] == notified({"WARNING", "CRITICAL", "/install: not-asked (10.255.0.1); 1 of 1 answer"}));
  CHECK(monitor.notified[2] == notified({"CRITICAL", "WARNING", refused}));
  CHECK(monitor.system.lossy.find("checkhanfs: --notify /bin/page: ") == 0);
  CHECK(monitor.system.lossy.find('\n') == monitor.system.lossy.size() - 1);
  // 2 looks of 5 s and a tenth more, the pause of a second, 5 s for a command, 30 s of grace.
  CHECK(monitor.system.watchdog_seconds == 47);
}

TEST_CASE("checkhanfs servers --watch --json: an object for each change, the verdict on stderr") {
  if (!can_serve()) return;
  Monitor monitor;
  std::unique_ptr<LoopbackServer> server = serving(live(), {live(), "10.255.0.1"});
  monitor.at(1500, [&] { server.reset(); });
  monitor.at(2500, [&] { monitor.system.signal_came = true; });
  CHECK(monitor.run({live(), "--path", "/install", "--again", "0", "--watch", "1", "--json"}) == 2);
  const std::string out = monitor.system.out;
  const std::size_t second = out.find("\n{") + 1;
  const auto whole = nlohmann::json::parse(out.substr(0, second));
  CHECK(whole["time"] == "2026-11-28T00:00:00Z");
  CHECK(whole["state"] == "WARNING");
  CHECK(whole["servers"].size() == 1);
  const auto change = nlohmann::json::parse(out.substr(second));
  CHECK(change["state"] == "CRITICAL");
  CHECK(change["was"] == "WARNING");
  CHECK(change["gone"].size() == 1);
  CHECK(monitor.system.err.find(" status=fail changed=0 failed=1 warnings=0\n") != std::string::npos);
  CHECK(monitor.notified.empty());
}

TEST_CASE("checkhanfs servers --watch: a first round that is OK is no change") {
  if (!can_serve()) return;
  Monitor monitor;
  monitor.system.simulated_files.content["/bin/page"] = "";
  const std::string other = LoopbackServer::address(10);
  const auto one = serving(live(), {live(), other});
  const auto two = serving(other, {live(), other});
  monitor.at(100, [&] { monitor.system.signal_came = true; });
  CHECK(monitor.run({live(), other, "--path", "/install", "--again", "0", "--watch", "9", "--notify", "/bin/page"}) ==
        0);
  CHECK(monitor.system.out.find("HANFS OK - /install: 2 of 2 answer, and all name the same 2 replicas |") == 0);
  CHECK(monitor.notified.empty());
}

TEST_CASE("checkhanfs servers --watch: it ends when it cannot be read, or is stopped before it knows anything") {
  if (!can_look()) return;
  Monitor monitor;
  monitor.system.printable = 10;
  CHECK(monitor.run({dead(), "--again", "0", "--watch", "1"}) == 3);
  CHECK(monitor.system.out.size() == 10);
  CHECK(monitor.system.err == "checkhanfs: stdout cannot be written\n");
  CHECK(monitor.system.simulated_clock.elapsed() <= std::chrono::seconds(1));
  Monitor stopped;
  stopped.system.signal_came = true;
  CHECK(stopped.run({dead(), "--watch", "1"}) == 3);
  CHECK(stopped.says("HANFS UNKNOWN - stopped before the first round had ended\n"));
}

TEST_CASE("checkhanfs servers --notify: a command that is not there is refused before anything is asked") {
  if (!can_look()) return;
  Monitor monitor;
  CHECK(monitor.run({dead(), "--watch", "1", "--notify", "/bin/page"}) == 3);
  CHECK(monitor.says("--notify: there is no \"/bin/page\"; cure: the absolute path of a program"));
  CHECK(monitor.says(" status=refused "));
  CHECK(monitor.system.watchdog_seconds == 0);
}

}  // namespace hanfs::check
