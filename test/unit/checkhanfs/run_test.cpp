// SPDX-License-Identifier: Apache-2.0
// Whole runs of checkhanfs in this process: real trees in a folder of their own, simulated time, no child.
#include "checkhanfs/run.hpp"

#include <doctest/doctest.h>

#include "unit/checkhanfs/example_trees.hpp"

namespace hanfs::check {

TEST_CASE("two trees that are the same, as folders, as manifests, and by check") {
  Trees trees;
  trees.make_replicas();
  const std::string same = "HANFS OK - tree compare: 8 entries, all the same | 'different'=0;;0;0 'identical'=8;;;0\n";
  CHECK(trees.run({"tree", "compare", trees.at("a"), trees.at("b")}) == 0);
  CHECK(trees.said() == same);
  CHECK(trees.verdict() == "status=ok changed=0 failed=0 warnings=0\n");
  CHECK(trees.run({"tree", "compare", trees.at("a"), trees.at("b"), "--verbose"}) == 0);
  CHECK(trees.said() == same +
                            "= same .\n= same empty\n= same link\n= same twin\n= same usr\n= same usr/ls\n"
                            "= same usr/share\n= same usr/share/motd\n");
  CHECK(trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("m"), "--exclude", "core"}) == 0);
  CHECK(trees.said() ==
        "HANFS OK - tree manifest DIR/m: 8 entries, 4 files, 200.0 kB | 'entries'=8;;;0 'content'=200008B;;;0 "
        "'unread'=0;0;;0 'changed'=0;0;;0 'time'=0.0s;;;0\nleft out: core\n");
  CHECK(trees.run({"tree", "compare", trees.at("m"), trees.at("b"), "--json"}) == 0);
  nlohmann::json answer = trees.json();
  CHECK(answer["differences"].empty());
  CHECK(answer["identical_entries"] == 8);
  CHECK(answer["first"] == nlohmann::json{{"content_bytes", 200008},
                                          {"entries", 8},
                                          {"host", "cn017"},
                                          {"name", trees.at("m")},
                                          {"root", trees.at("a")},
                                          {"time", "2026-11-28T00:00:00Z"}});
  CHECK(answer["notes"] == Words{"left out: core"});
  CHECK(answer["result"]["exit_status"] == 0);
  CHECK(answer["result"]["state"] == "OK");
  CHECK(trees.run({"tree", "check", trees.at("a"), "--manifest", trees.at("m")}) == 0);
  CHECK(trees.said() ==
        "HANFS OK - tree check: 8 entries, all the same | 'different'=0;;0;0 'identical'=8;;;0\n# left out: core\n"
        "# 200.0 kB of 200.0 kB read anew\n");
  CHECK(trees.run({"tree", "sync-plan", trees.at("a"), trees.at("b")}) == 0);
  CHECK(trees.said() == "HANFS OK - tree sync-plan: nothing to do, all is the same | 'different'=0;;0;0\n");
}

TEST_CASE("each kind of difference, its meaning, and the commands that take it away") {
  Trees trees;
  trees.make_replicas();
  trees.write("b/usr/ls", std::string(199999, 'x') + "y", 0755);
  trees.write("b/usr/share/motd", "welcome\n", 0600, 6);
  trees.write("b/usr/share/new", "");
  fs::remove(trees.at("b/link"));
  REQUIRE(::symlink("usr/sh", trees.at("b/link").c_str()) == 0);
  trees.set_time("b/link", 1700000000, 5);
  fs::remove(trees.at("b/twin"));
  fs::create_directory(trees.at("b/twin"));
  fs::remove(trees.at("a/empty"));
  trees.write("a/late", "");
  trees.write("b/late", "");
  trees.set_time("b/late", 1700000100, 5);
  trees.write("a/old", "");
  for (const char* tree : {"a", "b"}) trees.set_folder_times(tree);
  trees.set_time("b/twin", 1700000000, 5);
  CHECK(trees.run({"tree", "compare", trees.at("a"), trees.at("b")}) == 2);
  CHECK(
      trees.said() ==
      "HANFS CRITICAL - tree compare: 8 of 11 entries differ: content 1, type 1, only-first 1, only-second 2, mode 1, "
      "target 1, mtime 1 | 'different'=8;;0;0 'identical'=3;;;0\n"
      "# .: type 1, only-first 1, only-second 1, target 1, mtime 1\n"
      "# usr: content 1, only-second 1, mode 1\n"
      "# content: a node goes on with other data after a failover\n"
      "# type: a file of one is a folder, link or device of the other\n"
      "# only-first: missing in the second tree\n"
      "# only-second: missing in the first tree\n"
      "# mode: permission bits differ\n"
      "# target: the link leads elsewhere\n"
      "# mtime: the file goes dead after a failover\n"
      "* content usr/ls\t200000 cef4e9bfab1383027d16afd1aef7e39c\t200000 22fa9b384320a0f5e043d7fa85d00923\n"
      "* type twin\tf\td\n"
      "+ only-first old\tf\t\n"
      "- only-second empty\t\tf\n"
      "- only-second usr/share/new\t\tf\n"
      "* mode,mtime-subsecond usr/share/motd\t0644\t0600\n"
      "* target link\tusr/ls\tusr/sh\n"
      "* mtime late\t1700000000.000000005\t1700000100.000000005\n");
  CHECK(trees.verdict() == "status=fail changed=0 failed=0 warnings=8\n");
  CHECK(trees.run({"tree", "compare", trees.at("a"), trees.at("b"), "--json"}) == 2);
  const nlohmann::json answer = trees.json();
  CHECK(answer["different_entries"] == 8);
  CHECK(answer["kinds"] == nlohmann::json{{"content", 1},
                                          {"mode", 1},
                                          {"mtime", 1},
                                          {"only-first", 1},
                                          {"only-second", 2},
                                          {"target", 1},
                                          {"type", 1}});
  REQUIRE(answer["differences"].size() == 8);
  CHECK(answer["differences"][5] == nlohmann::json{{"mark", "*"},
                                                   {"kind", "mode"},
                                                   {"kinds", "mode,mtime-subsecond"},
                                                   {"path", "usr/share/motd"},
                                                   {"first", "0644"},
                                                   {"second", "0600"}});
  CHECK(answer["top_folders"][1] ==
        nlohmann::json{{"folder", "usr"}, {"kinds", {{"content", 1}, {"mode", 1}, {"only-second", 1}}}});
  CHECK(answer["result"]["verdict"].get<std::string>() + "\n" == trees.system.err);
  CHECK(trees.run({"tree", "sync-plan", trees.at("a"), trees.at("b"), "--exclude", "usr/share/new"}) == 2);
  const std::string rsync = "rsync -aHxs --numeric-ids --modify-window=-1 --delete ";
  CHECK(trees.said() ==
        "HANFS CRITICAL - tree sync-plan: 3 commands for 7 different entries; nothing was run | 'different'=7;;0;0\n"
        "# left out: usr/share/new\n"
        "# to be run on cn017, while no node runs from cn017, whose tree changes; each with -n first, which only shows "
        "what "
        "it would do\n" +
            rsync + "--no-recursive --dirs --exclude=/usr/share/new DIR/a/ DIR/b/\n" + rsync +
            "--no-recursive --dirs --checksum --exclude=/share/new DIR/a/usr/ DIR/b/usr/\n" + rsync +
            "--exclude=/new DIR/a/usr/share/ DIR/b/usr/share/\n");
}

TEST_CASE("a manifest that is young enough is kept, with a digest; else it is made anew") {
  Trees trees;
  trees.make_replicas();
  const Words young{"tree", "manifest", trees.at("a"), "--output", trees.at("m"), "--max-age", "2", "--json"};
  CHECK(trees.run(young) == 0);
  const nlohmann::json made = trees.json();
  CHECK(made["kept"] == false);
  CHECK(made["hash"] == "xxh3");
  CHECK(made["files"] == 4);
  CHECK(made["content_bytes"] == 200008);
  CHECK(made["read_bytes"] == 200008);
  CHECK(made["doubtful_entries"] == 0);
  trees.write("a/new", "");
  trees.system.simulated_clock.time_of_day = "2026-11-28T02:00:00Z";
  CHECK(trees.run(young) == 0);
  nlohmann::json kept = trees.json();
  CHECK(kept["kept"] == true);
  CHECK(kept["age_seconds"] == 7200);
  CHECK(kept["entries"] == 8);
  CHECK(kept["entries_digest"] == made["entries_digest"]);
  CHECK(kept["time"] == "2026-11-28T00:00:00Z");
  CHECK(trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("m"), "--max-age", "2"}) == 0);
  CHECK(trees.said() ==
        "HANFS OK - tree manifest DIR/m: kept, made 2 h ago, 8 entries | 'entries'=8;;;0 'age'=7200s;;;0\n");
  const auto is_made_anew = [&](const std::string& time, const std::string& more) {
    trees.system.simulated_clock.time_of_day = time;
    Words words = young;
    if (!more.empty()) words.insert(words.end(), {more, more == "--hash" ? "sha256" : "core"});
    CHECK(trees.run(words) == 0);
    kept = trees.json();
    return kept["kept"] == false && kept["entries"] == 9 && kept["time"] == time;
  };
  CHECK(is_made_anew("2026-11-28T02:00:01Z", ""));
  CHECK(is_made_anew("2026-11-28T02:00:00Z", ""));  // made by a clock that was wrong
  CHECK(is_made_anew("2026-11-28T02:00:00Z", "--exclude"));
  CHECK(is_made_anew("2026-11-28T02:00:00Z", "--hash"));
}

TEST_CASE("what a manifest does not replace, and where it does not go") {
  Trees trees;
  trees.make_replicas();
  trees.write("letter", "dear all\n");
  const auto refused = [&](const std::string& output, const std::string& why) {
    CHECK(trees.run({"tree", "manifest", trees.at("a"), "--output", output}) == 3);
    CAPTURE(trees.said());
    CHECK(trees.said().find(why) != std::string::npos);
  };
  refused(trees.at("letter"), "something else than a manifest is there, and stays");
  CHECK(trees.read("letter") == "dear all\n");
  refused(trees.at("a/usr/m"), "lies in the tree that it would describe");
  refused(trees.at("a"), "not a regular file");
  refused(trees.at("b"), "not a regular file");
  refused(trees.at("nowhere/m"), "cannot");
  CHECK(trees.run({"tree", "manifest", trees.at("letter")}) == 3);
  CHECK(trees.said().find("not a directory") != std::string::npos);
  CHECK(trees.run({"tree", "manifest", trees.at("none")}) == 3);
  CHECK(trees.said().find("cannot find it: No such file or directory") != std::string::npos);
  trees.system.simulated_files.locked = true;
  refused(trees.at("m"), "another run makes it; cure: wait for its end");
}

TEST_CASE("check: reads only what was touched since, and finds the rest by its manifest") {
  Trees trees;
  trees.make_replicas();
  CHECK(trees.run({"tree", "check", trees.at("a")}) == 3);
  CHECK(trees.said().find("cure: checkhanfs tree manifest first") != std::string::npos);
  CHECK(trees.run({"tree", "manifest", trees.at("a"), "--output", trees.at("m"), "--hash", "sha256"}) == 0);
  trees.write("a/usr/ls", std::string(100000, 'x'), 0755, 7);
  trees.set_folder_times("a");
  CHECK(trees.run({"tree", "check", trees.at("a"), "--manifest", trees.at("m"), "--exclude", "motd"}) == 2);
  CHECK(trees.said().find("HANFS CRITICAL - tree check: 2 of 8 entries differ: content 1, only-first 1 |") == 0);
  CHECK(trees.said().find("\n# the two leave out different things: the first nothing; the second motd; cure: make both "
                          "with the same --exclude\n") != std::string::npos);
  const std::string manifest = trees.read("m");
  trees.write("m", manifest.substr(0, manifest.size() - 5));
  CHECK(trees.run({"tree", "check", trees.at("a"), "--manifest", trees.at("m")}) == 3);
  CHECK(trees.verdict() == "status=fail changed=0 failed=0 warnings=0\n");
}

TEST_CASE("an empty tree is reported, as it may not be mounted") {
  Trees trees;
  trees.make_replicas();
  for (const char* tree : {"c", "d"}) {
    fs::create_directory(trees.at(tree));
    REQUIRE(::chmod(trees.at(tree).c_str(), 0755) == 0);
  }
  REQUIRE(::chmod(trees.at("a").c_str(), 0755) == 0);
  CHECK(trees.run({"tree", "compare", trees.at("a"), trees.at("c")}) == 2);
  CHECK(trees.said().find("# the second is empty; cure: see whether the file system is mounted there\n") !=
        std::string::npos);
  CHECK(trees.run({"tree", "compare", trees.at("c"), trees.at("a")}) == 2);
  CHECK(trees.said().find("# the first is empty; ") != std::string::npos);
  CHECK(trees.run({"tree", "compare", trees.at("c"), trees.at("d")}) == 0);
  CHECK(trees.said().find("# both are empty; ") != std::string::npos);
  CHECK(trees.run({"tree", "sync-plan", trees.at("c"), trees.at("a")}) == 2);
  CHECK(trees.said().find("# the first is empty; ") != std::string::npos);
}

}  // namespace hanfs::check
