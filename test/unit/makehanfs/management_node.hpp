// SPDX-License-Identifier: Apache-2.0
// A management node for whole runs of makehanfs in this process: tables of test/fixtures, an xdsh that answers for the
// hosts, no child.
#pragma once

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <boost/filesystem.hpp>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "lib/run/fake_runner.hpp"
#include "makehanfs/engine/node_set.hpp"
#include "makehanfs/run.hpp"
#include "support/simulated_system.hpp"

namespace hanfs::test {

namespace fs = boost::filesystem;

inline std::string content_of(const std::string& path) {
  std::ifstream file(path);
  REQUIRE_MESSAGE(file.good(), path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// A management node with xdsh and the tables of the fixtures, as a folder of dumps and live.
struct ManagementNode {
  ManagementNode() : folder(fs::temp_directory_path() / fs::unique_path("mn-run-%%%%%%%%")) {
    const fs::path dumps = fs::path(HANFS_FIXTURES) / "makehanfs" / "tables";
    fs::create_directories(folder / "tables");
    for (const fs::directory_entry& entry : fs::directory_iterator(dumps)) {
      const std::string text = content_of(entry.path().string());
      table[entry.path().stem().string()] = text;
      write("tables/" + entry.path().filename().string(), text);
    }
    write("mn/opt/xcat/bin/xdsh", "");
    ::chmod((folder / "mn/opt/xcat/bin/xdsh").c_str(), 0755);
  }
  virtual ~ManagementNode() {
    boost::system::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder / name).parent_path());
    std::ofstream((folder / name).c_str()) << text;
  }

  virtual Answer answer(const std::vector<std::string>& argv) {
    const std::string name = argv.front().substr(argv.front().rfind('/') + 1);
    calls.push_back(run::command_text(argv));
    if (name == "tabdump") return tabdump(argv[1]);
    if (name == "lsxcatd") return lsxcatd;
    REQUIRE(name == "xdsh");
    const std::string words = calls.back();
    std::string out;
    std::string err;
    for (const std::string& host : cluster::expand_nodeset(argv[1], 1000)) {
      const auto said = says.find(host);
      if (silent.count(host) != 0) {
        err += "Error: " + host + " remote shell had error code: 255\n";
        continue;
      }
      const std::string lines =
          said != says.end()                            ? said->second
          : words.find("--status") != std::string::npos ? node_report("10.40.0.11", "10.40.0.12")
          : words.find("showfs") != std::string::npos
              ? "Server      Remote Path          fsid                 Local Path        \n"
              : "HANFS tool=x node=" + host + " version=1 status=" +
                    (words.find("--check") != std::string::npos ? "ok changed=0\n" : "changed changed=2\n");
      std::istringstream text(lines);
      for (std::string line; std::getline(text, line);) out.append(host).append(": ").append(line).append("\n");
    }
    return {exited(0, out, err)};
  }

  // As xCAT: a table without rows is its header, one that it does not know is a message.
  Answer tabdump(const std::string& name) const {
    if (hangs.count(name) != 0) return {{}, test::never};
    if (cut.count(name) != 0) return {exited(0, table.at(name).substr(0, table.at(name).size() - 2))};
    const auto found = table.find(name);
    return {found == table.end() ? exited(1, "", "No such table: " + name + "\n") : exited(0, found->second)};
  }

  // What setupnfsv4replication --status --json says of a node that is well: helpers/README.md "Node report".
  static std::string node_report(const std::string& current, const std::string& replica) {
    return R"({"tool":"setupnfsv4replication","version":"1.0.0","node":"x","mounts":[{"path":"/usr","vfs":"nfs4",)"
           R"("server":"asn01-ml0","remote":"/install/nim","fsid":"0:42","current":")" +
           current + R"(","replicas":[")" + replica +
           R"("],"timeo":1,"retrans":3,"failover_seconds":0.3,"state":"ok"}],"plan":[],"warnings":[],"errors":[],)"
           R"("result":{"status":"ok","failover":"0.3s"}})"
           "\n";
  }

  int run(const std::vector<std::string>& words, bool with_tables = true) {
    calls.clear();
    system.out.clear();
    system.err.clear();
    std::vector<std::string> all{"makehanfs"};
    all.insert(all.end(), words.begin(), words.end());
    if (with_tables) all.insert(all.end(), {"--tables", (folder / "tables").string()});
    all.insert(all.end(), {"--sysroot", (folder / "mn").string()});
    std::vector<const char*> argv;
    for (const std::string& word : all) argv.push_back(word.c_str());
    return cluster::run(system, static_cast<int>(argv.size()), argv.data());
  }
  bool says_that(const std::string& text) const { return system.out.find(text) != std::string::npos; }
  std::string verdict() const {
    const std::string& out = system.out.empty() ? system.err : system.out;
    const std::string line = out.substr(out.rfind('\n', out.size() - 2) + 1);
    return line.substr(line.find(" status=") + 1);
  }
  // As test/golden/run masks it.
  std::string masked(std::string text) const {
    text = replaced(std::move(text), (folder / "mn").string(), "NODE");
    text = replaced(std::move(text), folder.string() + "/", "");
    text = std::regex_replace(text, std::regex(R"(\bnode=\S+ version=\S+)"), "node=NAME version=VERSION");
    return std::regex_replace(text, std::regex(R"(\bmakehanfs \d+\.\d+\.\d+\b)"), "makehanfs VERSION");
  }

  fs::path folder;
  std::map<std::string, std::string> table;
  std::map<std::string, std::string> says;  // by host, instead of what it says when all is well
  std::set<std::string> silent;             // hosts
  std::set<std::string> hangs, cut;         // tables
  Answer lsxcatd{exited(0, "Version 2.9.2 (git commit 03d9972b, built Tue Oct 27 04:04:28 CDT 2015)\n")};
  std::vector<std::string> calls;
  test::SimulatedSystem system{[this](const std::vector<std::string>& argv) { return answer(argv); }};
};

}  // namespace hanfs::test
