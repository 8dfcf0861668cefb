// SPDX-License-Identifier: Apache-2.0
// A service node that lives in this process: as much of the NFS server of AIX as setuphanfs asks for, after
// lib/aix/README.md "Exports: rules" and "Replication: rules".
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lib/run/fake_runner.hpp"
#include "setuphanfs/run.hpp"
#include "support/simulated_system.hpp"

namespace hanfs::test {

struct Server {
  SimulatedSystem system{[this](const std::vector<std::string>& argv) { return answer(argv); }};

  std::map<std::string, std::string> exported;  // directory -> options
  bool replication = false;
  std::string domain = "N/A";
  std::set<std::string> down;                        // daemons
  std::set<std::string> stopping = {};               // daemons that lssrc shows as stopping
  std::set<std::string> missing = {};                // commands that are not installed
  std::set<std::string> in_use;                      // directories that exportfs -u refuses
  std::set<std::string> unmounted;                   // partners that do not answer showmount
  std::set<std::string> without_nfsd;                // partners whose nfsd does not answer
  std::set<std::string> refuses;                     // commands with these words end with status 1 and do nothing
  std::set<std::string> hangs;                       // commands with these words
  std::map<std::string, std::chrono::seconds> slow;  // commands with these words work when the time is over
  std::vector<std::string> calls;
  std::function<void(const std::string&)> before_answer = {};  // what others do, when these words are asked
  std::string mounts =
      "         /dev/hd4         /                jfs2   Nov 07 19:11 rw,log=/dev/hd8 \n"
      "         /dev/hd1         /home            jfs2   Nov 07 19:11 rw,log=/dev/hd8 \n"
      "         /dev/installlv   /install         jfs2   Nov 07 19:11 rw,log=/dev/hd8 \n";

  Server() { file("/etc/hosts") = "203.0.113.14 asn02\n203.0.113.15 asn01\n"; }

  std::string& file(const std::string& path) { return system.simulated_files.content[path]; }
  // /etc/exports, and what exportfs -a makes of it.
  void exports(const std::string& text) {
    file("/etc/exports") = text;
    exported.clear();
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      take_line(text.substr(at, text.find('\n', at) - at));
  }

  int run(std::vector<const char*> words) {
    system.out.clear();
    system.err.clear();
    calls.clear();
    words.insert(words.begin(), "setuphanfs");
    return server::run(system, static_cast<int>(words.size()), words.data());
  }
  bool says(const std::string& text) const { return system.out.find(text) != std::string::npos; }
  std::string verdict() const {
    const std::string line = system.out.substr(system.out.rfind('\n', system.out.size() - 2) + 1);
    return line.substr(line.find("status="));
  }
  // Those that change something, in their order, without folders.
  std::vector<std::string> changes() const {
    std::vector<std::string> found;
    for (const std::string& call : calls)
      if (call.find("exportfs ") != std::string::npos || call.find("chnfs ") != std::string::npos ||
          call.find("startsrc") != std::string::npos || call.find("stopsrc") != std::string::npos ||
          call.find("chnfsdom ") != std::string::npos)
        found.push_back(call);
    return found;
  }

 private:
  static bool has(const std::set<std::string>& all, const std::string& words) {
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& one) { return words.find(one) != std::string::npos; });
  }

  Answer answer(const std::vector<std::string>& argv) {
    const std::string words = run::command_text(argv);
    calls.push_back(words);
    if (before_answer) before_answer(words);
    if (missing.count(argv.front().substr(argv.front().rfind('/') + 1)) != 0) {
      run::Outcome none;
      none.start_errno = ENOENT;
      return {none};
    }
    if (has(hangs, words)) return {{}, never};
    for (const auto& [slow_words, takes] : slow)
      if (words.find(slow_words) != std::string::npos)
        return {{}, takes, [=] { return outcome(argv, argv.front().substr(argv.front().rfind('/') + 1), words); }};
    if (has(refuses, words)) return {exited(1, "", "0821-000 refused\n")};
    return {outcome(argv, argv.front().substr(argv.front().rfind('/') + 1), words)};
  }

  run::Outcome outcome(const std::vector<std::string>& argv, const std::string& name, const std::string& words) {
    const auto is_v4 = [](const auto& one) { return one.second.find("vers=4") != std::string::npos; };
    if (name == "mount")
      return exited(0,
                    "  node       mounted        mounted over    vfs       date        options      \n"
                    "-------- ---------------  ---------------  ------ ------------ --------------- \n" +
                        mounts);
    if (name == "ifconfig")
      return exited(0,
                    "en0: flags=e084863,480<UP,BROADCAST,RUNNING>\n"
                    "        inet 203.0.113.15 netmask 0xffffff00 broadcast 203.0.113.255\n"
                    "lo0: flags=e08084b,1c0<UP,BROADCAST,LOOPBACK,RUNNING>\n"
                    "        inet 127.0.0.1 netmask 0xff000000 broadcast 127.255.255.255\n");
    if (name == "exportfs") return export_or_not(argv);
    if (name == "lsnfsexp") return exited(0, file("/etc/exports"));
    if (name == "nfsd") return exited(0, replication ? "replication=ON\n" : "replication=OFF\n");
    if (name == "chnfs") {
      if (std::any_of(exported.begin(), exported.end(), is_v4)) return exited(1, "", "chnfs: NFSv4 exports exist\n");
      replication = argv[2] == "on";
      return exited(0);
    }
    if (name == "lssrc") return exited(0, daemons());
    if (words == "startsrc -g nfs") down.clear();
    if (words == "stopsrc -g nfs") down = {"biod", "nfsd", "rpc.mountd", "nfsrgyd"};
    if (name == "startsrc") {
      down.erase(argv[2]);
      return exited(0, "0513-059 The " + argv[2] + " Subsystem has been started. Subsystem PID is 42.\n");
    }
    if (name == "stopsrc") {
      down.insert(argv[2]);
      return exited(0, "0513-044 The " + argv[2] + " Subsystem was requested to stop.\n");
    }
    if (name == "chnfsdom" && argv.size() > 1) domain = argv[1];
    if (name == "chnfsdom") return exited(0, "Current local domain: " + domain + "\n");
    if (name == "showmount")
      return unmounted.count(argv[2]) != 0 ? exited(1, "", "showmount: 0832-007 RPC: 1832-008 Timed out\n")
                                           : exited(0, "no exported file systems for " + argv[2] + "\n");
    if (name == "rpcinfo") {
      if (without_nfsd.count(argv[2]) != 0) return exited(1, "", "program 100003 is not available\n");
      return exited(0, "program 100003 version 3 ready and waiting\n");
    }
    FAIL("the server was not expected to be asked " << words);
    return {};
  }

  run::Outcome export_or_not(const std::vector<std::string>& argv) {
    if (argv.size() == 1) {
      std::string text;
      for (const auto& [directory, options] : exported)
        text.append(directory).append(" -").append(options).append("\n");
      return exited(0, text);
    }
    const std::string& directory = argv.back();
    if (argv[1] == "-u") {
      if (in_use.count(directory) != 0)
        return exited(1, "", "exportfs: " + directory + ": clients hold state, the directory is still in use\n");
      exported.erase(directory);
      return exited(0);
    }
    if (argv[1] == "-i") return make(directory, argv[3]);
    const std::string& text = file("/etc/exports");
    const std::size_t at = ("\n" + text).find("\n" + directory + " -");
    if (at == std::string::npos)
      return exited(1, "", "exportfs: 1831-184 " + directory + " not found in /etc/exports\n");
    const std::size_t options = at + directory.size() + 2;
    return make(directory, text.substr(options, text.find('\n', options) - options));
  }

  run::Outcome make(const std::string& directory, const std::string& options) {
    for (const auto& [other, of_other] : exported)
      if (other != directory && ((other + "/").compare(0, directory.size() + 1, directory + "/") == 0 ||
                                 (directory + "/").compare(0, other.size() + 1, other + "/") == 0))
        return exited(1, "", "exportfs: 1831-189 parent or child of " + directory + " is already exported\n");
    if (options.find("replicas=") != std::string::npos && !replication)
      return exited(1, "", "exportfs: replication is not enabled\n");
    exported[directory] = options;
    return exited(0);
  }

  void take_line(const std::string& line) {
    const std::size_t blank = line.find(" -");
    if (blank != std::string::npos) exported[line.substr(0, blank)] = line.substr(blank + 2);
  }

  std::string daemons() const {
    std::string text = "Subsystem         Group            PID          Status \n";
    for (const std::string& daemon : std::vector<std::string>{"biod", "nfsd", "rpc.mountd", "nfsrgyd"})
      text += " " + daemon + std::string(17 - daemon.size(), ' ') +
              (down.count(daemon) != 0       ? "nfs                           inoperative\n"
               : stopping.count(daemon) != 0 ? "nfs              11403334     stopping \n"
                                             : "nfs              11403334     active \n");
    return text;
  }
};

}  // namespace hanfs::test
