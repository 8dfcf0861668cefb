// SPDX-License-Identifier: Apache-2.0
// Whole runs of checkhanfs tree: what is said besides differences, and what happens when something gets in the way.
#include "checkhanfs/commands/tree_run.hpp"

#include <doctest/doctest.h>

#include "unit/checkhanfs/example_trees.hpp"

namespace hanfs::check {
TEST_CASE("bytes for people") {
  const std::pair<std::uint64_t, const char*> cases[] = {
      {0, "0 B"},          {999, "999 B"},         {1000, "1.0 kB"},          {1500, "1.5 kB"},
      {1000000, "1.0 MB"}, {1234567890, "1.2 GB"}, {5000000000000, "5.0 TB"}, {5000000000000000, "5000.0 TB"}};
  for (const auto& [bytes, text] : cases) CHECK(bytes_text(bytes) == text);
}

TEST_CASE("words below a sysroot are places below it, and roots are named without it") {
  Trees trees;
  trees.write("sys/install/a", "x");
  trees.write("other/a", "x");
  REQUIRE(::symlink("install", trees.at("sys/link").c_str()) == 0);
  Options options;
  const TreeRun plain(trees.system, options);
  CHECK(plain.place_of("/install") == "/install");
  CHECK(plain.default_manifest("/install") == "/var/hanfs/tree_install.manifest");
  options.sysroot = trees.at("sys");
  const TreeRun run(trees.system, options);
  CHECK(run.place_of("/install") == trees.at("sys/install"));
  CHECK(run.place_of("install") == "install");
  CHECK(run.place_of("").empty());
  CHECK(run.default_manifest("/install") == trees.at("sys") + "/var/hanfs/tree_install.manifest");
  CHECK(*run.root_of("/install") == "/install");
  CHECK(*run.root_of("/link/../install/.") == "/install");
  CHECK(*run.root_of("/link") == "/install");
  CHECK(*run.root_of("/../other") == trees.at("other"));
  CHECK(run.root_of("/install/a").error().what == "/install/a: not a directory; cure: name the top of the tree");
  CHECK(run.root_of("/none").error().what == "/none: cannot find it: No such file or directory");
}

TEST_CASE("progress on a terminal: how much was read, how fast, and how long it takes still") {
  Trees trees;
  trees.make_replicas();
  SecondsClock clock;
  trees.system.other_clock = &clock;
  const Words words{"tree", "manifest", trees.at("a"), "--output", trees.at("m")};
  CHECK(trees.run(words) == 0);
  CHECK(trees.system.shown.empty());
  // An older manifest says how much is to come: here more than there is. Reading takes a thousand seconds.
  class SlowClock final : public sys::Clock {
   public:
    TimePoint now() const override {
      constexpr int looks_before = 2;  // of the run, and of its line on the terminal
      return TimePoint(++looks_ <= looks_before ? std::chrono::milliseconds(0)
                                                : std::chrono::milliseconds(1000000 + looks_ * 300));
    }
    std::string utc() const override { return "2026-11-28T00:00:00Z"; }
    void sleep(std::chrono::milliseconds) override {}

   private:
    mutable int looks_ = 0;
  };
  const std::string manifest = trees.read("m");
  trees.system.has_terminal = true;
  for (const auto& [bytes, left] :
       {std::pair{"216009", ", about 80 s left"}, std::pair{"220009", ", about 2 min left"}, std::pair{"200008", ""}}) {
    std::string older = manifest;
    older.replace(older.find("bytes=200008"), 12, std::string("bytes=") + bytes);
    trees.write("m", older);
    SlowClock slow;
    trees.system.other_clock = &slow;
    trees.system.shown.clear();
    CHECK(trees.run(words) == 0);
    REQUIRE(trees.system.shown.size() > 1);
    CHECK(trees.system.shown[trees.system.shown.size() - 2] ==
          "\r\033[K" + trees.at("a") + ": 8 entries, 200.0 kB, 0 MB/s" + left);
    CHECK(trees.system.shown.back() == "\r\033[K");
  }
}

TEST_CASE("tree manifest: stopped by a signal it says what to do, and the next run goes on from there") {
  Trees trees;
  trees.make_replicas();
  SecondsClock clock;
  trees.system.other_clock = &clock;
  trees.system.signal_came = true;
  const Words words{"tree", "manifest", trees.at("a"), "--output", trees.at("m"), "--json"};
  CHECK(trees.run(words) == 3);
  CHECK(trees.json()["errors"][0] ==
        "tree manifest: interrupted before its end; cure: run it again, what was read is not read again");
  CHECK(fs::exists(trees.at("m.partial")));
  CHECK_FALSE(fs::exists(trees.at("m")));
  // A read of a dead server would never end, so it may not take long from here.
  CHECK(trees.system.watchdog_seconds == 5);
  CHECK(trees.system.last_words.find("HANFS UNKNOWN - tree: interrupted, and a read of " + trees.at("a") +
                                     " hangs\n") == 0);
  CHECK(trees.run({"tree", "check", trees.at("a"), "--manifest", trees.at("m")}) == 3);
  trees.system.signal_came = false;
  CHECK(trees.run(words) == 0);
  CHECK(trees.json()["resumed"] == true);
  for (const char* left : {"m.partial", "m.resume", "m.local.resume"}) CHECK_FALSE(fs::exists(trees.at(left)));
  CHECK(trees.run(words) == 0);
  CHECK(trees.json()["resumed"] == false);
  trees.system.signal_came = true;
  for (const Words& stopped : {Words{"tree", "check", trees.at("a"), "--manifest", trees.at("m")},
                               Words{"tree", "compare", trees.at("a"), trees.at("b")}}) {
    CHECK(trees.run(stopped) == 3);
    CHECK(trees.said().find(": interrupted before its end\n") != std::string::npos);
  }
}

TEST_CASE("tree manifest: of what cannot be read the first are named, and how the others are found") {
  Trees trees;
  for (int i = 0; i < 25; ++i) trees.write("a/file" + std::to_string(10 + i), "abc", 0);
  REQUIRE(::chmod(trees.folder.c_str(), 0777) == 0);
  const uid_t user = ::geteuid();
  REQUIRE((user != 0 || ::seteuid(65534) == 0));  // root reads everything
  const bool can_enter = fs::is_directory(trees.at("a"));
  const int status = trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("m")});
  REQUIRE((user != 0 || ::seteuid(user) == 0));
  if (!can_enter) return;
  CHECK(status == 1);
  CHECK(trees.said().find("HANFS WARNING - tree manifest DIR/m: 26 entries, 25 files, 75 B; 25 not readable | "
                          "'entries'=26;;;0 'content'=75B;;;0 'unread'=25;0;;0 'changed'=0;0;;0 'time'=0.0s;;;0\n"
                          "! file10: cannot open: Permission denied\n") == 0);
  CHECK(trees.said().find("! file29: cannot open: Permission denied\n! and 5 more; cure: grep note= DIR/m\n") !=
        std::string::npos);
  CHECK(trees.verdict() == "status=drift changed=0 failed=0 warnings=25\n");
}

TEST_CASE("tree manifest: a link beside the tree does not lead into it, and an empty file may be replaced") {
  Trees trees;
  trees.make_replicas();
  REQUIRE(::symlink("a/usr", trees.at("door").c_str()) == 0);
  CHECK(trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("door/m")}) == 3);
  CHECK(trees.said().find("lies in the tree that it would describe") != std::string::npos);
  trees.write("m", "");
  CHECK(trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("m")}) == 0);
  // "ab" is beside "a", not in it.
  trees.write("ab/x", "");
  CHECK(trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("ab/m")}) == 0);
}

TEST_CASE("tree compare: when not all of it can be printed, it is UNKNOWN and stderr says why") {
  Trees trees;
  trees.make_replicas();
  trees.write("b/new", "");
  for (const Words& words : {Words{"tree", "compare", trees.at("a"), trees.at("b")},
                             Words{"tree", "compare", trees.at("a"), trees.at("b"), "--json"},
                             Words{"tree", "compare", trees.at("a"), trees.at("b"), "--verbose"}}) {
    trees.system.printable = 30;
    CHECK(trees.run(words) == 3);
    CHECK(trees.system.out.size() == 30);
    CHECK(trees.system.err == "checkhanfs: stdout cannot be written\n");
  }
  for (const Words& words : {Words{"tree", "sync-plan", trees.at("a"), trees.at("b")},
                             Words{"tree", "manifest", trees.at("a"), "--output", trees.at("m")},
                             Words{"tree", "manifest", trees.at("a"), "--output", trees.at("m"), "--json"},
                             Words{"--version"}, Words{"--help"}, Words{"--self-test"}}) {
    trees.system.printable = 3;
    CHECK(trees.run(words) == (words[0] == "--self-test" ? 1 : 3));
    CHECK(trees.system.err == "checkhanfs: stdout cannot be written\n");
  }
  trees.system.printable = std::string::npos;
  trees.system.variables["TMPDIR"] = trees.at("none");
  CHECK(trees.run({"tree", "compare", trees.at("a"), trees.at("b")}) == 3);
  CHECK(trees.said().find("DIR/none/checkhanfs.XXXXXX: cannot create: No such file or directory") != std::string::npos);
}

TEST_CASE("tree compare: manifests that cannot be compared, or cannot be read") {
  Trees trees;
  trees.make_replicas();
  const auto unknown_with = [&](const Words& words, const std::string& why) {
    CHECK(trees.run(words) == 3);
    CAPTURE(trees.said());
    CHECK(trees.said().find(why) != std::string::npos);
  };
  REQUIRE(trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("sha"), "--hash", "sha256"}) == 0);
  REQUIRE(trees.run({"tree", "manifest", trees.at("b"), "--output", trees.at("xxh")}) == 0);
  unknown_with({"tree", "compare", trees.at("sha"), trees.at("xxh")}, "cure");
  unknown_with({"tree", "sync-plan", trees.at("sha"), trees.at("xxh")}, "cure");
  unknown_with({"tree", "sync-plan", trees.at("none"), trees.at("xxh")}, "none: cannot open");
  unknown_with({"tree", "compare", trees.at("xxh"), trees.at("none")}, "none: cannot open");
  unknown_with({"tree", "check", trees.at("none"), "--manifest", trees.at("xxh")}, "none: cannot find it");
  // A directory takes the hash of the other side, in either order, and leaves out the same.
  for (const Words& pair : {Words{trees.at("sha"), trees.at("b")}, Words{trees.at("b"), trees.at("sha")}}) {
    CHECK(trees.run({"tree", "compare", pair[0], pair[1]}) == 0);
  }
  REQUIRE(trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("sha"), "--exclude", "motd"}) == 0);
  CHECK(trees.run({"tree", "compare", trees.at("b"), trees.at("sha"), "--exclude", "motd"}) == 0);
  CHECK(trees.said().find("\n# left out: motd\n") != std::string::npos);
  CHECK(trees.run({"tree", "check", trees.at("a"), "--manifest", trees.at("sha")}) == 0);
  fs::remove(trees.at("sha.local"));
  CHECK(trees.run({"tree", "check", trees.at("a"), "--manifest", trees.at("sha")}) == 0);
  CHECK(trees.said().find("# every file is read: DIR/sha.local: cannot open: No such file or directory\n") !=
        std::string::npos);
}

TEST_CASE("tree sync-plan --json: what would be run, where, and for how many entries") {
  Trees trees;
  trees.make_replicas();
  trees.write("a/usr/new", "");
  trees.set_folder_times("a");
  CHECK(trees.run({"tree", "sync-plan", trees.at("a"), trees.at("b"), "--json"}) == 2);
  nlohmann::json plan = trees.json();
  CHECK(plan["run_on"] == "cn017");
  CHECK(plan["different_entries"] == 1);
  CHECK(plan["left_out_in_one"] == 0);
  REQUIRE(plan["commands"].size() == 1);
  CHECK(plan["commands"][0][0] == "rsync");
  CHECK(plan["commands"][0].back() == trees.at("b") + "/usr/");
  CHECK(plan["left_alone"].empty());
  CHECK(plan["mount_point_entries"] == 0);
  CHECK(plan["result"]["state"] == "CRITICAL");
  // Left out in one of the two alone: no command is for it.
  REQUIRE(trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("m"), "--exclude", "share"}) == 0);
  REQUIRE(trees.run({"tree", "manifest", trees.at("b"), "--output", trees.at("n")}) == 0);
  CHECK(trees.run({"tree", "sync-plan", trees.at("m"), trees.at("n"), "--json"}) == 2);
  plan = trees.json();
  CHECK(plan["left_out_in_one"] == 2);
  CHECK(trees.run({"tree", "sync-plan", trees.at("m"), trees.at("n")}) == 2);
  CHECK(trees.said().find("\n# 2 different entries are left out in one of the two alone, so without a command\n") !=
        std::string::npos);
  CHECK(trees.said().find("\n# the two leave out different things: the first share; the second nothing; cure: ") !=
        std::string::npos);
}

TEST_CASE("tree sync-plan: no commands where one tree lies in the other") {
  Trees trees;
  trees.make_replicas();
  for (const Words& pair : {Words{trees.at("a"), trees.at("a/usr")}, Words{trees.at("a/usr"), trees.at("a")},
                            Words{trees.at("a"), trees.at("a")}}) {
    CHECK(trees.run({"tree", "sync-plan", pair[0], pair[1]}) == 3);
    CHECK(trees.said().find("lie one in the other, or are the same") != std::string::npos);
    CHECK(trees.said().find("rsync") == std::string::npos);
  }
}

TEST_CASE("tree sync-plan: a pattern is no rule of rsync, and has the backslashes that rsync reads") {
  Trees trees;
  trees.make_replicas();
  trees.write("a/usr/new", "");
  trees.set_folder_times("a");
  for (const auto& [pattern, word] : {std::pair{"!", "--filter=- !"}, std::pair{"- x", "--filter=- - x"},
                                      std::pair{"a\\b", "--exclude=ab"}, std::pair{"a\\*b", "--exclude=a\\*b"}}) {
    CHECK(trees.run({"tree", "sync-plan", trees.at("a"), trees.at("b"), "--json", "--exclude", pattern}) == 2);
    const nlohmann::json command = trees.json()["commands"][0];
    CHECK(std::find(command.begin(), command.end(), word) != command.end());
  }
}

TEST_CASE("checkhanfs: its own words are printed, and its self-test knows digests of known texts") {
  Trees trees;
  CHECK(trees.run({"--version"}) == 0);
  CHECK(trees.system.out.find(HANFS_VERSION) != std::string::npos);
  CHECK(trees.run({"--help"}) == 0);
  trees.system.printable = 3;
  CHECK(trees.run({"--version"}) == 3);
  trees.system.printable = std::string::npos;
  // No command can be started on this simulated machine, and digests are as they should be.
  CHECK(trees.run({"--self-test"}) == 1);
  CHECK(trees.system.out.find("checkhanfs " HANFS_VERSION " self-test: ") == 0);
  CHECK(trees.system.out.find("of a known text") == std::string::npos);
}

}  // namespace hanfs::check
