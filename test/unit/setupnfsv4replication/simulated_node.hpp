// SPDX-License-Identifier: Apache-2.0
// A node that lives in this process: as much of a diskless node as a plain run asks for.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lib/run/fake_runner.hpp"
#include "run/command.hpp"
#include "setupnfsv4replication/run.hpp"
#include "support/simulated_system.hpp"

namespace hanfs::test {

constexpr std::chrono::milliseconds command_time{200};

// Two NFSv4 mounts, and its default gateways.
class Node {
 public:
  std::vector<std::string> calls;
  std::string hangs;           // commands with these words never end
  std::set<std::string> dead;  // servers: what is about their file systems never ends, nor does a list of all
  std::set<std::string> slow;  // servers: what is about their file systems takes five seconds
  std::chrono::milliseconds time_of_command = command_time;
  std::function<void(const std::string& words)> before_command;  // what happens around the run

  Answer answer(const std::vector<std::string>& argv) {
    calls.push_back(run::command_text(argv));
    const std::string words = calls.back();
    if (before_command) before_command(words);
    if ((!hangs.empty() && words.find(hangs) != std::string::npos) || waits_for(dead, argv)) return {{}, never};
    if (!missing.empty() && argv.front().substr(argv.front().rfind('/') + 1) == missing) {
      run::Outcome none;
      none.start_errno = ENOENT;
      return {none};
    }
    if (!ignores.empty() && words.find(ignores) != std::string::npos) return {exited(0), time_of_command};
    if (!complains.empty() && words.find(complains) != std::string::npos) {
      (void)outcome(argv, words);
      return {exited(1, "", "nfs4cl: complaint\n"), time_of_command};
    }
    if (lists_options && words == "nfs4cl showfs") return {outcome(argv, words), std::chrono::seconds(3)};
    return {outcome(argv, words), waits_for(slow, argv) ? std::chrono::seconds(5) : time_of_command};
  }

  bool replaces_options = false;    // setfsoptions takes all options away that it is not given
  std::string complains;            // commands with these words work, and end with status 1
  std::string ignores;              // commands with these words end well, and do and print nothing
  std::string missing;              // a command that is not installed
  bool lists_options = false;       // showfs without a path prints them, slowly
  std::set<std::string> no_ping;    // hosts that answer no ping
  std::set<std::string> held_dead;  // gateways, by DGD

  // "203.0.113.15:0A 203.0.113.14:1A": address, cost, active DGD
  std::string defaults() const {
    std::string text;
    for (const Gateway& gateway : gateways_)
      text += (text.empty() ? "" : " ") + gateway.address + ":" + gateway.cost + (gateway.dgd ? "A" : "");
    return text;
  }

  // In front of all others, or behind them.
  void mount(const std::string& path, const std::string& server, bool first = false) {
    static int count = 0;
    const Filesystem filesystem{"0:" + std::to_string(1000 + ++count), server};
    mounts_.insert(first ? mounts_.begin() : mounts_.end(), path);
    filesystems_[path] = filesystem;
  }
  void unmount(const std::string& path) {
    mounts_.erase(std::find(mounts_.begin(), mounts_.end(), path));
    filesystems_.erase(path);
  }
  bool is_tuned(const std::string& path) const {
    return filesystems_.at(path).timeo == "1" && filesystems_.at(path).retrans == "3";
  }
  std::size_t gateways() const { return gateways_.size(); }
  std::size_t count(const std::string& words) const {
    return static_cast<std::size_t>(std::count_if(
        calls.begin(), calls.end(), [&](const std::string& call) { return call.find(words) != std::string::npos; }));
  }

  std::size_t changes() const {
    return static_cast<std::size_t>(std::count_if(calls.begin(), calls.end(), [](const std::string& words) {
      return words.find("setfsoptions") != std::string::npos || words.find("route -n") != std::string::npos;
    }));
  }

 private:
  struct Filesystem {
    std::string fsid;
    std::string server = "203.0.113.15";
    std::string timeo = "100";
    std::string retrans = "5";
    std::string others = "ro,intr,rsize=65536,wsize=65536";
    std::string last = "numclust=2";
  };
  struct Gateway {
    std::string address;
    std::string cost = "0";
    bool dgd = false;
  };

  std::vector<std::string> mounts_{"/persistent", "/usr"};
  std::map<std::string, Filesystem> filesystems_{{"/usr", {"0:42949672973"}}, {"/persistent", {"0:42949672974"}}};
  std::vector<Gateway> gateways_{{"203.0.113.15"}};

  bool waits_for(const std::set<std::string>& servers, const std::vector<std::string>& argv) const {
    if (servers.empty() || argv.front().find("nfs4cl") == std::string::npos) return false;
    const auto filesystem = argv.size() > 2 ? filesystems_.find(argv[2]) : filesystems_.end();
    return argv.size() == 2 || (filesystem != filesystems_.end() && servers.count(filesystem->second.server) != 0);
  }

  run::Outcome outcome(const std::vector<std::string>& argv, const std::string& words) {
    const std::string name = argv.front().substr(argv.front().rfind('/') + 1);
    if (name == "mount") return exited(0, mounts());
    if (name == "nfs4cl" && argv.size() == 2) return exited(0, all_filesystems());
    if (name == "nfs4cl" && filesystems_.count(argv[2]) == 0) return exited(1, "", argv[2] + ": no such file system\n");
    if (name == "nfs4cl" && argv[1] == "showfs") return exited(0, filesystem(argv[2]));
    if (name == "nfs4cl" && argv[1] == "setfsoptions") return set(filesystems_.at(argv[2]), argv[3]);
    if (name == "netstat") return exited(0, routes(words.find("-rnC") != std::string::npos));
    if (name == "route") return change_gateways(argv);
    if (name == "ping")
      return exited(0, no_ping.count(argv.back()) != 0
                           ? "1 packets transmitted, 0 packets received, 100% packet loss\n"
                           : "64 bytes from " + argv.back() + ": icmp_seq=0 ttl=255 time=0 ms\n");
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
    for (const std::string& path : mounts_)
      text += filesystems_.at(path).server + " /install" + path + " " + path +
              "  nfs4   Nov 07 19:11 ro,vers=4,hard,intr \n";
    return text;
  }

  static std::string row(const std::string& path, const Filesystem& filesystem) {
    return filesystem.server + " /install             " + filesystem.fsid + "        " + path + "\n";
  }
  static std::string head() {
    return "\nServer      Remote Path          fsid                 Local Path        \n"
           "--------    ---------------      ---------------      ---------------   \n";
  }
  std::string all_filesystems() const {
    std::string text = head();
    for (const auto& [path, filesystem] : filesystems_)
      text += lists_options ? this->filesystem(path).substr(head().size()) : row(path, filesystem);
    return text;
  }
  std::string filesystem(const std::string& path) const {
    const Filesystem& shown = filesystems_.at(path);
    return head() + row(path, shown) + "        Current Server: " + shown.server +
           ":/install\n        Replica Server: 203.0.113.14:/install\n"
           "options : " +
           shown.others + (shown.others.empty() ? "" : ",") + "timeo=" + shown.timeo + ",retrans=" + shown.retrans +
           (shown.last.empty() ? "" : ",") + shown.last + "\n";
  }
  // "timeo=1", or a list that has all.
  run::Outcome set(Filesystem& filesystem, const std::string& options) const {
    const auto value_of = [&](const std::string& name, const std::string& otherwise) {
      const std::size_t at = options.find(name + "=");
      if (at == std::string::npos) return replaces_options ? std::string("77") : otherwise;
      const std::size_t value = at + name.size() + 1;
      return options.substr(value, options.find(',', value) - value);
    };
    filesystem.timeo = value_of("timeo", filesystem.timeo);
    filesystem.retrans = value_of("retrans", filesystem.retrans);
    if (replaces_options) {
      filesystem.others = options.find("rsize=") == std::string::npos ? "" : "ro,intr,rsize=65536,wsize=65536";
      filesystem.last = options.find("numclust=") == std::string::npos ? "" : "numclust=2";
    }
    return exited(0);
  }

  std::string routes(bool costs) const {
    std::string text = "Routing tables\nDestination        Gateway           Flags   ";
    text += costs ? "  Wt  Policy  If   Cost Config_Cost\n" : "Refs     Use  If   Exp  Groups\n";
    text += "\nRoute Tree for Protocol Family 2 (Internet):\n";
    for (const Gateway& gateway : gateways_) {
      text += "default            " + gateway.address + "      UG" + (gateway.dgd ? "A" : "");
      const std::string now = held_dead.count(gateway.address) != 0 ? "2147483647" : gateway.cost;
      text += costs ? "  1   WRR    en0      " + now + "           " + gateway.cost
                    : "       0         0 en0      -      -";
      text += &gateway != &gateways_.back() ? " =>\n" : "\n";
    }
    return text + "203.0.113/24       203.0.113.117     U  " +
           (costs ? "1   -      en0      0           0\n" : "       0       639 en0      -      -   \n");
  }
  // route -n add 0 203.0.113.14 -hopcount 1 -active_dgd; route -n delete 0 203.0.113.15
  run::Outcome change_gateways(const std::vector<std::string>& argv) {
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

  Simulation() {
    system.simulated_files.content["/etc/hosts"] = "203.0.113.14 asn02\n203.0.113.15 asn01\n";
    system.simulated_files.content["/etc/nfs/local_domain"] = "cluster.example.com\n";
  }

  int run(std::vector<const char*> words) {
    system.out.clear();
    node.calls.clear();
    words.insert(words.begin(), "setupnfsv4replication");
    return node::run(system, static_cast<int>(words.size()), words.data());
  }
  std::string verdict() const {
    const std::string& out = system.out;
    return out.substr(out.rfind('\n', out.size() - 2) + 1);
  }
};

}  // namespace hanfs::test
