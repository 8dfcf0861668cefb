// SPDX-License-Identifier: Apache-2.0
// Whole runs in this process: no child, no file, no waiting.
#include "setupnfsv4replication/run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "lib/run/fake_runner.hpp"
#include "support/simulated_system.hpp"

namespace {

using hanfs::test::Answer;
using hanfs::test::exited;
using hanfs::test::SimulatedSystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds command_time{200};

// As much of a diskless node as a plain run asks for: two NFSv4 mounts and its default gateways.
class Node {
 public:
  std::vector<std::string> calls;
  std::string hangs;  // commands whose words begin so never end

  Answer answer(const std::vector<std::string>& argv) {
    calls.push_back(hanfs::run::command_text(argv));
    const std::string& words = calls.back();
    if (!hangs.empty() && words.find(hangs) != std::string::npos) return {{}, hanfs::test::never};
    return {outcome(argv, words), command_time};
  }

  std::size_t changes() const {
    return static_cast<std::size_t>(std::count_if(calls.begin(), calls.end(), [](const std::string& words) {
      return words.find("setfsoptions") != std::string::npos || words.find("route -n") != std::string::npos;
    }));
  }

 private:
  struct Filesystem {
    std::string fsid;
    std::string timeo = "100";
    std::string retrans = "5";
  };
  struct Gateway {
    std::string address;
    std::string cost = "0";
    bool dgd = false;
  };

  std::map<std::string, Filesystem> filesystems_{{"/usr", {"0:42949672973"}}, {"/persistent", {"0:42949672974"}}};
  std::vector<Gateway> gateways_{{"203.0.113.15"}};

  hanfs::run::Outcome outcome(const std::vector<std::string>& argv, const std::string& words) {
    const std::string name = argv.front().substr(argv.front().rfind('/') + 1);
    if (name == "mount") return exited(0, mounts());
    if (name == "nfs4cl" && argv.size() == 2) return exited(0, all_filesystems());
    if (name == "nfs4cl" && argv[1] == "showfs") return exited(0, filesystem(argv[2]));
    if (name == "nfs4cl" && argv[1] == "setfsoptions") return set(filesystems_.at(argv[2]), argv[3]);
    if (name == "netstat") return exited(0, routes(words.find("-rnC") != std::string::npos));
    if (name == "route") return change_gateways(argv);
    if (name == "nfso") return exited(0, "nfs_v4_fail_over_timeout = 0\n");
    if (name == "lsattr") return exited(0, "\n");
    if (name == "no")
      return exited(0,
                    "dgd_packets_lost,3,3,3,1,32767,numeric,D\n"
                    "dgd_ping_time,5,5,5,1,2147483647,second,D\n"
                    "dgd_retry_time,5,5,5,1,2147483647,minute,D\n"
                    "mpr_policy,1,1,1,1,5,numeric,D\npassive_dgd,0,0,0,0,1,boolean,D\n");
    if (name == "ifconfig")
      return exited(0,
                    "en0: flags=e084863,480<UP,BROADCAST,RUNNING>\n"
                    "        inet 203.0.113.117 netmask 0xffffff00 broadcast 203.0.113.255\n");
    FAIL("the node was not expected to be asked " << words);
    return {};
  }

  std::string mounts() const {
    std::string text =
        "  node       mounted        mounted over    vfs       date        options      \n"
        "-------- ---------------  ---------------  ------ ------------ --------------- \n"
        "203.0.113.15 /install/root    /                stnfs  Nov 07 19:11 rw,hard,intr    \n";
    for (const auto& [path, filesystem] : filesystems_)
      text += "203.0.113.15 /install" + path + " " + path + "  nfs4   Nov 07 19:11 ro,vers=4,hard,intr \n";
    return text;
  }

  static std::string row(const std::string& path, const Filesystem& filesystem) {
    return "203.0.113.15 /install             " + filesystem.fsid + "        " + path + "\n";
  }
  static std::string head() {
    return "\nServer      Remote Path          fsid                 Local Path        \n"
           "--------    ---------------      ---------------      ---------------   \n";
  }
  std::string all_filesystems() const {
    std::string text = head();
    for (const auto& [path, filesystem] : filesystems_) text += row(path, filesystem);
    return text;
  }
  std::string filesystem(const std::string& path) const {
    const Filesystem& shown = filesystems_.at(path);
    return head() + row(path, shown) +
           "        Current Server: 203.0.113.15:/install\n        Replica Server: 203.0.113.14:/install\n"
           "options : ro,intr,rsize=65536,wsize=65536,timeo=" +
           shown.timeo + ",retrans=" + shown.retrans + ",numclust=2\n";
  }
  static hanfs::run::Outcome set(Filesystem& filesystem, const std::string& option) {
    const std::size_t equals = option.find('=');
    (option.substr(0, equals) == "timeo" ? filesystem.timeo : filesystem.retrans) = option.substr(equals + 1);
    return exited(0);
  }

  std::string routes(bool costs) const {
    std::string text = "Routing tables\nDestination        Gateway           Flags   ";
    text += costs ? "  Wt  Policy  If   Cost Config_Cost\n" : "Refs     Use  If   Exp  Groups\n";
    text += "\nRoute Tree for Protocol Family 2 (Internet):\n";
    for (const Gateway& gateway : gateways_) {
      text += "default            " + gateway.address + "      UG" + (gateway.dgd ? "A" : "");
      text += costs ? "  1   WRR    en0      " + gateway.cost + "           " + gateway.cost
                    : "       0         0 en0      -      -";
      text += &gateway != &gateways_.back() ? " =>\n" : "\n";
    }
    return text + "203.0.113/24       203.0.113.117     U  " +
           (costs ? "1   -      en0      0           0\n" : "       0       639 en0      -      -   \n");
  }
  // route -n add 0 203.0.113.14 -hopcount 1 -active_dgd; route -n delete 0 203.0.113.15
  hanfs::run::Outcome change_gateways(const std::vector<std::string>& argv) {
    if (argv[2] == "add") {
      gateways_.push_back({argv[4], argv[6], argv.back() == "-active_dgd"});
    } else {
      gateways_.erase(std::find_if(gateways_.begin(), gateways_.end(),
                                   [&](const Gateway& gateway) { return gateway.address == argv[4]; }));
    }
    return exited(0);
  }
};

struct Simulation {
  Node node;
  SimulatedSystem system{[this](const std::vector<std::string>& argv) { return node.answer(argv); }};

  Simulation() { system.simulated_files.content["/etc/hosts"] = "203.0.113.14 asn02\n203.0.113.15 asn01\n"; }

  int run(std::vector<const char*> words) {
    system.out.clear();
    node.calls.clear();
    words.insert(words.begin(), "setupnfsv4replication");
    return hanfs::node::run(system, static_cast<int>(words.size()), words.data());
  }
  std::string verdict() const {
    const std::string& out = system.out;
    return out.substr(out.rfind('\n', out.size() - 2) + 1);
  }
};

}  // namespace

TEST_CASE("a plain run in simulated time tunes the node, and a second one changes nothing") {
  Simulation simulation;
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.verdict() == "HANFS tool=setupnfsv4replication node=cn017 version=" HANFS_VERSION
                                " status=changed changed=7 failed=0 warnings=2 failover=0.3s\n");
  CHECK(simulation.node.changes() == 7);
  CHECK(simulation.system.watchdog_seconds == 125);
  CHECK(simulation.system.err.empty());
  CHECK(simulation.system.logged.size() == 8);  // each step and the verdict
  // What counts at boot: how many commands wait for each other.
  CHECK(simulation.system.simulated_clock.elapsed() <= 7 * command_time);
  CHECK(simulation.system.simulated_files.content.count("/etc/hanfs/journal") == 1);
  CHECK_FALSE(simulation.system.simulated_files.locked);

  const milliseconds before = simulation.system.simulated_clock.elapsed();
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.verdict() == "HANFS tool=setupnfsv4replication node=cn017 version=" HANFS_VERSION
                                " status=ok changed=0 failed=0 warnings=2 failover=0.3s\n");
  CHECK(simulation.node.changes() == 0);
  CHECK(simulation.system.simulated_clock.elapsed() - before == 2 * command_time);
}

TEST_CASE("a simulated run is the same to the byte each time") {
  Simulation first;
  Simulation second;
  CHECK(first.run({"--json"}) == second.run({"--json"}));
  CHECK(first.system.out == second.system.out);
  CHECK(first.node.calls == second.node.calls);
  CHECK(first.system.simulated_files.content == second.system.simulated_files.content);
}

TEST_CASE("a command that hangs ends by the simulated clock") {
  const auto begin = std::chrono::steady_clock::now();
  Simulation simulation;
  simulation.node.hangs = "setfsoptions /usr ";
  CHECK(simulation.run({"--command-deadline", "10"}) == 1);
  CHECK(simulation.verdict().find(" status=fail changed=5 failed=2 ") != std::string::npos);
  CHECK(simulation.system.out.find(
            "error: nfs4cl setfsoptions /usr timeo=1: no end within its time, killed after 10.00 s") !=
        std::string::npos);
  const milliseconds first = simulation.system.simulated_clock.elapsed();
  CHECK(first >= seconds(20));  // one after the other
  CHECK(first < seconds(125));

  simulation.node.hangs = "mount";
  CHECK(simulation.run({"--deadline", "20"}) == 3);
  CHECK(simulation.verdict().find(" status=fail changed=0 ") != std::string::npos);
  CHECK(simulation.system.simulated_clock.elapsed() - first == seconds(5));  // a quarter of the run
  CHECK(simulation.node.changes() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < seconds(5));
}

TEST_CASE("settings, environment and lock are those of the simulated system") {
  Simulation simulation;
  simulation.system.simulated_files.content["/etc/hanfs.conf"] = "timeo = 7\n";
  simulation.system.variables["HANFS_RETRANS"] = "4";
  CHECK(simulation.run({"--dry-run"}) == 1);
  CHECK(simulation.system.out.find("nfs4cl setfsoptions /usr timeo=7") != std::string::npos);
  CHECK(simulation.system.out.find("nfs4cl setfsoptions /usr retrans=4") != std::string::npos);
  CHECK(simulation.node.changes() == 0);
  CHECK(simulation.system.logged.empty());

  simulation.system.simulated_files.locked = true;
  CHECK(simulation.run({}) == 75);
  CHECK(simulation.node.calls.empty());

  CHECK(simulation.run({"--no-such-option"}) == 2);
  CHECK(simulation.system.err.find("setupnfsv4replication: ") == 0);
  CHECK(simulation.verdict().find(" status=refused ") != std::string::npos);
}
