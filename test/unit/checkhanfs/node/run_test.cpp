// SPDX-License-Identifier: Apache-2.0
// Whole runs of checkhanfs node in this process, on a simulated node.
#include "checkhanfs/run.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "setupnfsv4replication/simulated_node.hpp"

namespace hanfs::check {
namespace {

struct Monitored : test::Simulation {
  std::string dump_device = "/dev/hd7";
  test::SimulatedSystem monitor{[this](const std::vector<std::string>& argv) -> test::Answer {
    const std::string name = argv.front().substr(argv.front().rfind('/') + 1);
    if (name == "oslevel") return {test::exited(0, "7100-04-03-1642\n")};
    if (name == "sysdumpdev")
      return {test::exited(0, "primary              " + dump_device + "\nsecondary            /dev/sysdumpnull\n")};
    return node.answer(argv);
  }};

  int check(std::vector<const char*> words) {
    monitor.out.clear();
    monitor.simulated_files.content["/etc/hosts"] = system.simulated_files.content["/etc/hosts"];
    monitor.simulated_files.content["/etc/nfs/local_domain"] = system.simulated_files.content["/etc/nfs/local_domain"];
    words.insert(words.begin(), {"checkhanfs", "node"});
    return check::run(monitor, static_cast<int>(words.size()), words.data());
  }
};

}  // namespace

TEST_CASE("checkhanfs node: a node as it boots has to be tuned; afterwards it is well") {
  Monitored site;
  const std::string paging =
      "note: paging space is not shown by mount: NIM's swapnfs0 is not replicated and hangs with its server; cure: "
      "local "
      "paging space, see lsps -a";
  const std::string notes =
      "note: / is stnfs: its 10 s timeout and 20 s replication timeout are fixed in AIX and cannot be tuned\n" +
      paging + '\n';
  site.dump_device = "/dev/sysdumpnull";
  CHECK(site.check({}) == 1);
  CHECK(site.monitor.out ==
        "HANFS WARNING - /persistent, /usr: timeo or retrans is not as wanted, a failover takes up to 50s; cure: "
        "setupnfsv4replication (and 2 more) | 'failover'=50s;;;0 'mounts'=2;;;0 'tuned'=0;2:;;0;2 'silent'=0;;0;0;2 "
        "'away'=0;0;;0;2 'gateways_live'=1;;1:;0;2\n"
        "WARNING: untuned: /persistent, /usr: timeo or retrans is not as wanted, a failover takes up to 50s; cure: "
        "setupnfsv4replication\n"
        "WARNING: gateway-differs: default gateway 203.0.113.15, 203.0.113.14 is not set as wanted; cure: "
        "setupnfsv4replication\n"
        "WARNING: no-dump-device: the node has no dump device, as after a failover; cure: sysdumpdev -p DEVICE, or "
        "reboot the node\n" +
            notes +
            "HANFS tool=checkhanfs node=cn017 version=" HANFS_VERSION
            " status=drift changed=0 failed=0 warnings=3 failover=50s\n");
  REQUIRE(site.run({}) == 0);
  site.dump_device = "/dev/hd7";
  CHECK(site.check({}) == 0);
  CHECK(site.monitor.out ==
        "HANFS OK - 2 NFSv4 file systems, failover 0.3s | 'failover'=0.3s;;;0 'mounts'=2;;;0 "
        "'tuned'=2;2:;;0;2 'silent'=0;;0;0;2 'away'=0;0;;0;2 'gateways_live'=2;;1:;0;2\n" +
            notes +
            "HANFS tool=checkhanfs node=cn017 version=" HANFS_VERSION
            " status=ok changed=0 failed=0 warnings=0 failover=0.3s\n");
  CHECK(site.check({"--json", "--openmetrics", "/var/m.prom"}) == 0);
  std::string samples;
  std::istringstream lines(site.monitor.simulated_files.content["/var/m.prom"]);
  for (std::string line; std::getline(lines, line);)
    if (line.front() != '#') samples += line + "\n";
  CHECK(samples ==
        "hanfs_check_state 0\nhanfs_findings{state=\"WARNING\"} 0\nhanfs_findings{state=\"CRITICAL\"} 0\n"
        "hanfs_findings{state=\"UNKNOWN\"} 0\nhanfs_mount_tuned{path=\"/persistent\"} 1\n"
        "hanfs_mount_tuned{path=\"/usr\"} 1\nhanfs_mount_failover_seconds{path=\"/persistent\"} 0.3\n"
        "hanfs_mount_failover_seconds{path=\"/usr\"} 0.3\nhanfs_mount_replicas{path=\"/persistent\"} 1\n"
        "hanfs_mount_replicas{path=\"/usr\"} 1\nhanfs_mount_away{path=\"/persistent\"} 0\n"
        "hanfs_mount_away{path=\"/usr\"} 0\nhanfs_gateway_live{address=\"203.0.113.15\"} 1\n"
        "hanfs_gateway_live{address=\"203.0.113.14\"} 1\n");
  const auto answer = nlohmann::json::parse(site.monitor.out);
  CHECK(answer["findings"].empty());
  CHECK(answer["result"]["state"] == "OK");
  CHECK(site.monitor.watchdog_seconds == 32);
}

TEST_CASE("checkhanfs node: a server that is silent") {
  Monitored site;
  REQUIRE(site.run({}) == 0);
  site.node.dead = {"203.0.113.15"};
  CHECK(site.check({"--deadline", "12"}) == 2);
  CHECK(site.monitor.out.find("HANFS CRITICAL - /persistent, /usr: nfs4cl gave no answer about it (nfs4cl showfs ") ==
        0);
  CHECK(site.monitor.out.find("); cure: does its server answer? checkhanfs servers | 'failover'=U;;;0 'mounts'=2;;;0 "
                              "'tuned'=0;2:;;0;2 'silent'=2;;0;0;2 'away'=0;0;;0;2 'gateways_live'=2;;1:;0;2\n") !=
        std::string::npos);
  CHECK(site.monitor.out.find(" status=fail changed=0 failed=1 warnings=0 failover=unknown\n") != std::string::npos);
  CHECK(site.monitor.watchdog_seconds == 14);
}

TEST_CASE("checkhanfs node: the words of the other tools that promise to change nothing are taken") {
  Monitored site;
  REQUIRE(site.run({}) == 0);
  REQUIRE(site.check({}) == 0);
  const std::string out = site.monitor.out;
  for (const char* word : {"--dry-run", "--check", "--status"}) {
    CHECK(site.check({word}) == 0);
    CHECK(site.monitor.out == out);
  }
}

TEST_CASE("checkhanfs: words that are wrong are reported, in the form that was asked for") {
  Monitored site;
  const auto refused = [&](std::vector<const char*> words, const std::string& why) {
    site.monitor.out.clear();
    site.monitor.err.clear();
    words.insert(words.begin(), "checkhanfs");
    CHECK(check::run(site.monitor, static_cast<int>(words.size()), words.data()) == 3);
    CHECK(site.monitor.err == "checkhanfs: " + why + "\n");
    CHECK(site.monitor.out.find("HANFS UNKNOWN - " + why) == 0);
    CHECK(site.monitor.out.find(" status=refused changed=0 ") != std::string::npos);
  };
  refused({}, "what is to be checked? cure: node, servers, tree, watch; see --help");
  refused({"nodes"}, "\"nodes\" is no check; cure: one of node, servers, tree, watch; see --help");
  refused({"node", "x"}, "node: \"x\" is a word too many; cure: see --help");
  refused({"node", "--hash", "xxh3"}, "--hash is not for node; cure: see --help");
  refused({"tree", "compare", "/a", "/b", "--output", "/x"}, "--output is not for tree compare; cure: see --help");
  refused({"tree", "manifest", "/a", "--manifest", "/x"}, "--manifest is not for tree manifest; cure: see --help");
  refused({"tree", "check", "/a", "--no-default-excludes"},
          "--no-default-excludes is not for tree check; cure: see --help");
  refused({"tree"}, "tree: a word is missing; cure: see --help");
  refused({"servers"}, "servers: a word is missing; cure: see --help");
  refused({"servers", "a", "b", "a"}, "servers: a is given twice");
  refused({"servers", "a b"}, "servers: \"a b\" is neither an address nor the name of a host");
  refused({"servers", "a", "--notify", "/x"}, "--notify is for changes; cure: --watch SECONDS with it");
  refused({"servers", "a", "--watch", "5", "--notify", "x"},
          "--notify: \"x\" is no absolute path; its first word is the command");
  refused({"servers", "a", "--watch", "5", "--notify", "/x", "--notify", "y"},
          "--notify is there twice; cure: once, at the end, with all words of its command behind it");
  refused({"servers", "a", "--notify"}, "--notify: a value is missing; cure: see --help");
  refused({"watch", "/usr", "/usr"}, "watch: \"/usr\" is given twice");
  const auto not_for = [](const std::string& option, const std::string& deed) {
    return option + " is not for " + deed + ", which does more than look; cure: one of the two";
  };
  refused({"node", "--status", "--openmetrics", "/m"}, not_for("--status", "--openmetrics"));
  refused({"tree", "manifest", "/a", "--dry-run"}, not_for("--dry-run", "tree manifest"));
  refused({"watch", "/a", "--check", "--html", "/p"}, not_for("--check", "--html"));
  refused({"servers", "a", "--check", "--watch", "5", "--notify", "/x"}, not_for("--check", "--notify"));
  site.monitor.out.clear();
  const char* const json[] = {"checkhanfs", "node", "x", "--json"};
  CHECK(check::run(site.monitor, 4, json) == 3);
  CHECK(nlohmann::json::parse(site.monitor.out)["result"]["state"] == "UNKNOWN");
}

}  // namespace hanfs::check
