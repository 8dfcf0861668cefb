// SPDX-License-Identifier: Apache-2.0
#include "sweep.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "control/faults.hpp"
#include "run/command.hpp"
#include "verdict_check.hpp"

namespace hanfs::worlds {
namespace {

struct Swept {
  std::string machine;
  World world;
  Words globs;  // also struck as a whole
};

World node_world(Words boot, Words settings) {
  World world;
  boot.insert(boot.begin(), {"boot", "/n"});
  world.boots = {std::move(boot)};
  world.settings = std::move(settings);
  return world;
}

World server_world(Words boot, Words first_options) {
  World world;
  world.program = Program::server;
  boot.insert(boot.begin(), {"boot", "/sn1", "--server", "--exports"});
  world.boots = {std::move(boot)};
  world.settings = {"--replica", "203.0.113.15", "203.0.113.14", "--nfs-domain", "cluster.example.com"};
  world.settings.insert(world.settings.end(), first_options.begin(), first_options.end());
  return world;
}

std::vector<Swept> all_machines() {
  const Words node_globs = {"*", "nfs4cl *", "nfs4cl set*", "route *", "netstat *", "no *"};
  const Words server_globs = {"*", "exportfs*", "exportfs -u*", "*nfsexp *", "*src *", "chnfs*", "df *"};
  const std::string v3 = "/export/mksysb -rw,access=cn017", v4 = "/home -vers=4,rw";
  return {
      {"diskless", node_world({}, {"--dgd-ping-time", "3"}), node_globs},
      {"standalone", node_world({"--standalone"}, {"--persist", "--dgd-ping-time", "3"}), node_globs},
      {"many-mounts", node_world({"--mounts", "60"}, {"--jobs", "4"}), {"nfs4cl set*", "nfs4cl *"}},
      // Another NFS domain than the wanted one: nfsrgyd runs, and is stopped and started.
      {"children",
       server_world(
           {"plain", "--variant", "nested=same-version", "--domain", "old.example.com", "--export",
            "/install/postscripts -vers=3,ro", "--export", "/install/nim/spot/71Bdskl/usr -ro,root=cn017:cn018"},
           {"--disruptive"}),
       server_globs},
      // Replication is off, and others use this server by v4 and v3.
      {"foreign",
       server_world({"none", "--export", v3, "--export", v4, "--domain", "old.example.com"}, {"--disruptive"}),
       server_globs},
      // Nothing has to be interrupted, so nothing may be.
      {"undisturbed",
       server_world({"none", "--export", v3, "--export", v4, "--domain", "cluster.example.com", "--mode", "on"}, {}),
       server_globs},
  };
}

const std::vector<Words>& all_kinds() {
  static const std::vector<Words> kinds = {
      {"exit", "status=1", "text=0821-000 broken"},
      {"exit", "status=127"},
      {"hang"},
      {"ignore-term"},
      {"slow", "ms=300"},
      {"garbage", "seed=1"},
      {"garbage", "bytes=300", "seed=2"},
      {"empty"},
      {"truncated"},
      {"huge", "bytes=200000"},  // what a limit of the output cuts off is a matter of real processes
      {"killed"},
      {"killed", "signal=11", "when=after"},
      {"changed-but-exit1", "status=1", "text=0821-000 broken"},
      {"unchanged-but-exit0"},
      {"grandchild-pipe"},
      {"partial-then-hang"},
  };
  return kinds;
}

// Which calls of the command are struck: the first, every one, all but the first.
const Words whens = {"nth=1", "", "from=2"};

bool keeps_waiting(const Words& kind) {
  return kind[0] == "hang" || kind[0] == "ignore-term" || kind[0] == "partial-then-hang";
}

// It matches these words only.
std::string glob_of(const Words& command) {
  std::string glob;
  for (const std::string& word : command) {
    glob += glob.empty() ? "" : " ";
    for (const char c : word) glob += std::string(std::string("[]*?\\").find(c) == std::string::npos ? "" : "\\") + c;
  }
  return glob;
}

Deed fault_of(const std::string& glob, const Words& kind, const std::string& when) {
  Words words = {"fault", "add", glob};
  words.insert(words.end(), kind.begin(), kind.end());
  if (!when.empty()) words.push_back(when);
  return control(std::move(words));
}

// As the simulator knows them: with the plain name of the program.
std::set<Words> commands_of(const RunResult& run) {
  std::set<Words> all;
  for (Words call : run.calls) {
    call.front().erase(0, call.front().rfind('/') + 1);
    all.insert(std::move(call));
  }
  return all;
}

// With the fault in it, before those that the world has; `tell` may then spoil what it did.
WorldResult play_with(const Deed& fault, World& world, const Words& command, const WorldResult& wanted,
                      const std::function<void(WorldResult&)>& tell = nullptr) {
  world.faults.insert(world.faults.begin(), fault);
  world.first_options.emplace_back("--json");
  WorldResult result = play(world);
  if (tell) tell(result);
  check_struck(world, {command, fault.words[3]}, wanted, result);
  return result;
}

class Sweeper {
 public:
  Sweeper(const Swept& swept, std::string only) : swept_(swept), only_(std::move(only)), wanted_(play(swept.world)) {}

  // How many cases had a finding, each finding of the run in which nothing is broken among them.
  int all() {
    for (const Finding& finding : wanted_.findings) {
      complain({"nothing is broken: " + finding.kind, finding.what});
      ++bad_;
    }
    const std::set<Words> commands = commands_of(wanted_.runs.front());
    if (swept_.machine != "many-mounts") strike_each(commands, swept_.world);
    for (const std::string& glob : swept_.globs)
      if (only_.empty()) strike_all({}, glob, swept_.world);
    // The commands that only a run starts that has to take back what it did.
    if (swept_.world.program == Program::server) {
      World failing = swept_.world;
      failing.faults = {fault_of("exportfs /install", {"exit"}, "")};
      std::set<Words> more = commands_of(play(failing).runs.front());
      for (const Words& command : commands) more.erase(command);
      strike_each(more, failing);
    }
    std::string ends;
    for (const auto& [end, count] : ends_) ends += (ends.empty() ? "" : ", ") + std::to_string(count) + " " + end;
    std::printf("%s: %d cases, %d with a finding; ended %s\n", swept_.machine.c_str(), cases_, bad_, ends.c_str());
    return bad_;
  }

 private:
  void strike_each(const std::set<Words>& commands, const World& base) {
    for (const Words& command : commands) {
      if (run::command_text(command).compare(0, only_.size(), only_) != 0) continue;
      strike_all(command, glob_of(command), base);
    }
  }

  void strike_all(const Words& command, const std::string& glob, const World& base) {
    for (const Words& kind : all_kinds())
      for (const std::string& when : whens)
        for (const bool is_short : {false, true})
          if (!is_short || keeps_waiting(kind)) strike(command, fault_of(glob, kind, when), is_short, base);
  }

  // `is_short`: with so short a deadline that the command's own is a part of it.
  void strike(const Words& command, const Deed& fault, bool is_short, World world) {
    if (is_short) world.first_options.insert(world.first_options.end(), {"--deadline", "8"});
    const WorldResult result = play_with(fault, world, command, wanted_);
    ++cases_;
    const RunResult& first = result.runs.front();
    ++ends_[std::to_string(first.status) + " " + verdict_of(first)["status"]];
    if (result.findings.empty()) return;
    ++bad_;
    std::printf("\n-- %s\n%s", swept_.machine.c_str(), text_of(world).c_str());
    for (const Finding& finding : result.findings) complain(finding);
  }

  static void complain(const Finding& finding) {
    std::printf("   %s: %s\n", finding.kind.c_str(), finding.what.c_str());
  }

  const Swept& swept_;
  std::string only_;
  WorldResult wanted_;
  int cases_ = 0, bad_ = 0;
  std::map<std::string, int> ends_;
};

}  // namespace

WorldResult play_struck(const std::string& machine, const Words& command, const Words& kind,
                        const std::function<void(WorldResult&)>& tell) {
  const std::vector<Swept> machines = all_machines();
  const auto swept =
      std::find_if(machines.begin(), machines.end(), [&](const Swept& one) { return one.machine == machine; });
  const WorldResult wanted = play(swept->world);
  World world = swept->world;
  return play_with(fault_of(glob_of(command), kind, ""), world, command, wanted, tell);
}

int sweep(const std::string& machine, const std::string& command) {
  int bad = 0;
  for (const std::string& name : aixsim::fault_kinds()) {
    const bool is_swept =
        std::any_of(all_kinds().begin(), all_kinds().end(), [&](const Words& kind) { return kind.front() == name; });
    if (is_swept) continue;
    std::printf("the simulator has a fault that is not swept: %s\n", name.c_str());
    ++bad;
  }
  bool is_any = false;
  for (const Swept& swept : all_machines()) {
    if (swept.machine.compare(0, machine.size(), machine) != 0) continue;
    is_any = true;
    bad += Sweeper(swept, command).all();
    std::fflush(stdout);
  }
  if (!is_any) {
    std::printf("no machine that is swept begins with '%s'\n", machine.c_str());
    ++bad;
  }
  return bad == 0 ? 0 : 1;
}

}  // namespace hanfs::worlds
