// SPDX-License-Identifier: Apache-2.0
// What a management node has beside xCAT's tables and jobs: ping, and the monitoring commands that
// xcat 6.2 names (moncfg, monstart). What they print is not in the fact sheets [GUESS]; that a server
// that is down answers no ping, and that monitoring of a node needs its monserver, is.
#include <algorithm>

#include "cluster/noderange.hpp"
#include "cluster/remote_jobs.hpp"

namespace aixsim {

// ping [-c COUNT] [-w SECONDS] HOST
int cmd_ping(Call& call) {
  if (!ends_with(call.node.root(), "/mn")) return cmd_node_ping(call);
  std::string host;
  for (size_t i = 0; i < call.args.size(); ++i) {
    if ((call.args[i] == "-c" || call.args[i] == "-w") && i + 1 < call.args.size()) {
      ++i;
    } else if (starts_with(call.args[i], "-") || !host.empty()) {
      return call.fail("Usage: ping [-c count] [-w timeout] host\n");
    } else {
      host = call.args[i];
    }
  }
  if (host.empty()) return call.fail("Usage: ping [-c count] [-w timeout] host\n");
  const Hosts hosts = Hosts::of(call.node);
  const Machine* const machine = hosts.find(host);
  if (!machine) return call.fail("0821-062 ping: host name " + host + " NOT FOUND\n");
  const bool dead = machine->kind != Machine::Kind::kDevice && !hosts.folder(*machine).get("down").empty();
  call.out = "--- " + host + " ping statistics ---\n" +
             (dead ? "3 packets transmitted, 0 packets received, 100% packet loss\n"
                   : "3 packets transmitted, 3 packets received, 0% packet loss\n");
  return dead ? 1 : 0;
}

namespace {

// Each node's monserver takes it over; "monitored" of its folder says which nodes it watches. On the nodes, which keep
// the server that they had, only with -r (moncfg.1, monstart.1): "monserver" of a node's folder says to whom it
// reports.
int monitor(Call& call, const std::string& name, bool starts) {
  Strings words;
  bool remote = false;
  for (const auto& arg : call.args) {
    if (arg == "-r" || arg == "--remote") {
      remote = true;
    } else if (starts_with(arg, "-")) {
      return call.fail("Usage: " + name + " name [noderange] [-r|--remote]\n");
    } else {
      words.push_back(arg);
    }
  }
  if (words.empty() || words.size() > 2) return call.fail("Usage: " + name + " name [noderange] [-r|--remote]\n");
  // The name is a plug-in's (moncfg.1, monstart.1); these came with xCAT.
  const Strings plugins = {"rmcmon", "xcatmon", "gangliamon", "pcpmon", "snmpmon", "nagiosmon"};
  if (std::find(plugins.begin(), plugins.end(), words[0]) == plugins.end()) {
    return call.fail(name + ": Error: there is no monitoring plug-in " + words[0] + "\n");
  }
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(call.node);
  Lookup lookup(store);
  Strings nodes = all_nodes(&lookup);
  if (words.size() == 2 && !range_of(call, &lookup, words[1], &nodes)) return 1;
  int status = 0;
  std::map<std::string, Strings> wanted;
  for (const auto& node : nodes) {
    const std::string list = lookup.text(node, "noderes", "monserver");
    if (!list.empty()) wanted[split(list, ',')[0]].push_back(node);
  }
  for (const auto& [server, watched] : wanted) {
    const Machine* const machine = hosts.find(server);
    if (!machine || !hosts.folder(*machine).get("down").empty()) {
      status = call.fail(name + ": Error: " + server + " does not answer\n");
      continue;
    }
    for (const auto& node : remote && !starts ? watched : Strings{}) {
      const Node folder = hosts.folder(*hosts.find(node));
      if (folder.get("down").empty() && folder.get("ssh").empty()) {
        folder.write("monserver", server + "\n");
      } else {
        status = call.fail(node + ": Error: no answer, it keeps its monitoring server\n");
      }
    }
    if (!starts) continue;
    const Node folder = hosts.folder(*machine);
    Strings lines = split(folder.get("monitored"), '\n');
    for (const auto& node : watched)
      if (std::find(lines.begin(), lines.end(), node) == lines.end()) lines.push_back(node);
    lines.erase(std::remove(lines.begin(), lines.end(), ""), lines.end());
    folder.write("monitored", join(lines, "\n") + "\n");
  }
  return status;
}

}  // namespace

int cmd_moncfg(Call& call) { return monitor(call, "moncfg", false); }
int cmd_monstart(Call& call) { return monitor(call, "monstart", true); }

}  // namespace aixsim
