// SPDX-License-Identifier: Apache-2.0
// Whole runs of checkhanfs watch: children read a folder of this machine, and hours pass when the test wants it.
#include <doctest/doctest.h>

#include <algorithm>

#include "lib/aix/print.hpp"
#include "unit/checkhanfs/example_trees.hpp"

namespace hanfs::check {
namespace {

// The machine's own, as the children's is, but for what a test adds to it.
class JumpingClock final : public sys::Clock {
 public:
  std::function<void()> on_look = [] {};
  std::chrono::milliseconds ahead{};

  TimePoint now() const override {
    on_look();
    return sys::RealClock().now() + ahead;
  }
  std::string utc() const override { return "2026-11-28T00:00:00Z"; }
  void sleep(std::chrono::milliseconds) override {}
};

struct Watched {
  Watched() { system.other_clock = &clock; }

  int run(Words words) {
    words.insert(words.begin(), {"checkhanfs", "watch"});
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    return check::run(system, static_cast<int>(argv.size()), argv.data());
  }
  // With each live line 0.4 s pass, so that nobody waits for them.
  void hurry() {
    system.has_terminal = true;
    clock.on_look = [this] {
      clock.ahead += std::chrono::milliseconds(400) * static_cast<int>(system.shown.size() - lines_);
      lines_ = system.shown.size();
    };
  }
  static test::Answer served_by(const std::string& server, const std::string& path) {
    return {test::exited(
        0, aix::showfs_header() + server + " /x 0:1 " + path + "\n        Current Server: " + server + ":/x\n")};
  }

  Trees trees;
  JumpingClock clock;
  std::size_t lines_ = 0;
  std::vector<std::string> servers;  // what nfs4cl says next; the last one for ever
  std::string mounts;
  int shows = 0;
  std::function<void()> on_show = [] {};
  test::SimulatedSystem system{[this](const Words& argv) -> test::Answer {
    if (argv.size() != 3) return {mounts.empty() ? test::exited(1, "", "no mount\n") : test::exited(0, mounts)};
    ++shows;
    on_show();
    if (servers.empty()) return {test::exited(127)};
    const std::string server = servers.front();
    if (servers.size() > 1) servers.erase(servers.begin());
    return served_by(server, argv[2]);
  }};
};

}  // namespace

TEST_CASE("checkhanfs watch: for so many seconds, with a live line and who served") {
  Watched watched;
  watched.trees.write("usr/a", "x");
  watched.servers = {"10.1.0.1", "10.1.0.2"};
  watched.system.has_terminal = true;
  // The time is over as soon as one line was shown.
  watched.clock.on_look = [&] {
    if (!watched.system.shown.empty()) watched.clock.ahead = std::chrono::seconds(50);
  };
  const std::string path = watched.trees.at("usr");
  CHECK(watched.run({path, "--seconds", "50", "--stall-ms", "60000", "--html", "/tmp/page.html"}) == 0);
  CHECK(watched.system.out.find("HANFS OK - no stall in 50.") == 0);
  CHECK(watched.system.out.find(" 10.1.0.1       10.1.0.2      moved\n") != std::string::npos);
  CHECK(watched.system.out.find(" status=ok changed=0 failed=0 warnings=0\n") != std::string::npos);
  CHECK(watched.shows == 2);
  REQUIRE(watched.system.shown.size() == 2);
  CHECK(watched.system.shown[0].find("\r\033[K0.") == 0);
  CHECK(watched.system.shown[0].find(" s  " + path.substr(0, 20)) != std::string::npos);
  CHECK(watched.system.shown[0].size() <= 4 + 79);
  CHECK(watched.system.shown[1] == "\r\033[K");
  const std::string& page = watched.system.simulated_files.content["/tmp/page.html"];
  CHECK(page.find("<h1>What cn017 saw</h1>") != std::string::npos);
  CHECK(page.find("10.1.0.1 before, 10.1.0.2 after") != std::string::npos);
  CHECK(watched.system.watchdog_seconds == 10);
}

TEST_CASE("checkhanfs watch: a live line that is too long for a terminal is cut") {
  Watched watched;
  watched.system.has_terminal = true;
  watched.clock.on_look = [&] { watched.system.signal_came = !watched.system.shown.empty(); };
  watched.run({watched.trees.at(std::string(100, 'x')), "--stall-ms", "60000"});
  std::vector<std::string> lines;
  std::copy_if(watched.system.shown.begin(), watched.system.shown.end(), std::back_inserter(lines),
               [](const std::string& shown) { return shown.size() > 4; });
  REQUIRE_FALSE(lines.empty());
  CHECK(lines[0].size() == 4 + 79);
}

TEST_CASE("checkhanfs watch --json: events as they come, and all at the end") {
  Watched watched;
  watched.clock.on_look = [&] { watched.system.signal_came = !watched.system.lossy.empty(); };
  const std::string path = watched.trees.at("none");
  CHECK(watched.run({path, "--json", "--stall-ms", "60000"}) == 2);
  const auto event = nlohmann::json::parse(watched.system.lossy);
  CHECK(event["event"] == "failed");
  CHECK(event["path"] == path);
  CHECK(event["error"] == "No such file or directory");
  CHECK(event["utc"] == "2026-11-28T00:00:00Z");
  const auto end = nlohmann::json::parse(watched.system.out);
  CHECK(end["event"] == "end");
  CHECK(end["paths"][0]["failing_now"] == true);
  CHECK(end["paths"][0]["server_before"].is_null());
  REQUIRE(end["notes"].size() == 1);
  CHECK(end["notes"][0].get<std::string>().find("nfs4cl showfs " + path + ": exit status 127 after ") == 0);
  CHECK(end["result"]["state"] == "CRITICAL");
  CHECK(watched.system.shown.empty());
  // The same for people.
  watched.system.lossy.clear();
  watched.system.signal_came = false;
  CHECK(watched.run({path, "--stall-ms", "60000"}) == 2);
  CHECK(watched.system.lossy.find(" s  " + path + ": cannot be read: No such file or directory\n") !=
        std::string::npos);
}

TEST_CASE("checkhanfs watch --until-left: it ends when all come from another server, and is asked once a second") {
  Watched watched;
  watched.trees.write("usr/a", "x");
  watched.servers = {"10.1.0.1", "10.1.0.1", "10.1.0.1", "10.1.0.2"};
  watched.hurry();
  std::vector<sys::Clock::TimePoint> asked;
  watched.on_show = [&] { asked.push_back(watched.clock.now()); };
  CHECK(watched.run({watched.trees.at("usr"), "--until-left", "10.1.0.1", "--stall-ms", "60000"}) == 0);
  CHECK(watched.system.out.find(" 10.1.0.1       10.1.0.2      moved\n") != std::string::npos);
  // Before, three times meanwhile, after.
  REQUIRE(watched.shows == 5);
  for (const std::size_t i : {2U, 3U}) {
    CHECK(asked[i] - asked[i - 1] >= std::chrono::seconds(1));
    CHECK(asked[i] - asked[i - 1] < std::chrono::seconds(3));
  }
}

TEST_CASE("checkhanfs watch --until-left: who serves has to be known, and all be readable") {
  Watched watched;
  watched.trees.write("usr/a", "x");
  watched.hurry();
  // nfs4cl does not say: it goes on to the end of its time.
  CHECK(watched.run({watched.trees.at("usr"), "--until-left", "10.1.0.1", "--seconds", "8", "--stall-ms", "60000"}) ==
        0);
  CHECK(watched.shows > 3);
  CHECK(watched.system.out.find("\nnote: nfs4cl showfs " + watched.trees.at("usr") + ": exit status 127 after ") !=
        std::string::npos);
  // It has left, but cannot be read, as was reported before.
  Watched broken;
  broken.servers = {"10.1.0.1"};
  broken.on_show = [&] {
    if (!broken.system.lossy.empty()) broken.servers = {"10.1.0.2"};
  };
  broken.hurry();
  CHECK(broken.run({broken.trees.at("none"), "--until-left", "10.1.0.1", "--seconds", "8", "--stall-ms", "60000"}) ==
        2);
  CHECK(broken.shows > 3);
}

TEST_CASE("checkhanfs watch: without a path, those that are mounted by NFSv4") {
  Watched watched;
  const auto unknown_with = [&](const std::string& why) {
    watched.system.out.clear();
    CHECK(watched.run({}) == 3);
    CAPTURE(watched.system.out);
    CHECK(watched.system.out.find(why) != std::string::npos);
    CHECK(watched.shows == 0);
  };
  unknown_with("; cure: name the paths");
  const auto mount = [](const std::string& path, const std::string& vfs) {
    aix::Mount one;
    one.node = "10.1.0.1";
    one.device = path;
    one.path = path;
    one.vfs = vfs;
    one.date = "Nov 28 00:00";
    return aix::print(one);
  };
  watched.mounts = aix::mount_header() + mount("/usr", "nfs3");
  unknown_with("no NFSv4 file system is mounted here; cure: name the paths");
  for (int i = 0; i < 257; ++i) watched.mounts += mount("/x/" + std::to_string(i), "nfs4");
  unknown_with("257 NFSv4 file systems are mounted, at most 256 can be watched; cure: name the paths");
  // The kernel lists a path twice where it is mounted over.
  watched.mounts =
      aix::mount_header() + mount("/opt", "nfs4") + mount("/usr", "nfs3") + mount("/a", "nfs4") + mount("/opt", "nfs4");
  watched.trees.write("root/opt/x", "x");
  watched.trees.write("root/a/x", "x");
  watched.clock.on_look = [&] { watched.system.signal_came = watched.shows != 0; };
  watched.system.out.clear();
  CHECK(watched.run({"--sysroot", watched.trees.at("root"), "--json", "--stall-ms", "60000"}) == 0);
  const auto end = nlohmann::json::parse(watched.system.out);
  REQUIRE(end["paths"].size() == 2);
  CHECK(end["paths"][0]["path"] == "/a");
  CHECK(end["paths"][1]["path"] == "/opt");
}

}  // namespace hanfs::check
