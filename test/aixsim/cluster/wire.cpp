// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire.hpp"

#include <algorithm>
#include <set>

#include "control/control.hpp"
#include "state/exports.hpp"
#include "state/links.hpp"
#include "state/src.hpp"

namespace aixsim {
namespace {

// The addresses that a server names as replicas of the path. False: it serves nothing there, and `why`.
bool replicas_of(const Node& server, const std::string& path, std::set<std::string>* replicas, std::string* why) {
  if (server_down(server) || !Src(server).active("nfsd")) {
    *why = "does not answer";
    return false;
  }
  for (const Export& one : Exports(server).now()) {
    std::vector<Replica> places;
    if (one.dir != path || !one.v4()) continue;
    if (replication_mode(server) != "off") parse_replicas(option(one.options, "replicas"), &places);
    for (const Replica& place : places) replicas->insert(server.address_of(place.host));
    *why = places.empty() ? "names no replica" : "";
    return !places.empty();
  }
  *why = "serves no " + path;
  return false;
}

}  // namespace

std::string wire_answer(const Hosts& hosts, const std::string& command) {
  const Strings words = fields(command);
  if (words.size() < 3 || words[0].substr(words[0].rfind('/') + 1) != "checkhanfs" || words[1] != "servers") return "";
  Strings servers;
  std::string path = "/install", problems;
  for (size_t i = 2; i < words.size(); ++i) {
    if (starts_with(words[i], "--path=")) path = words[i].substr(7);
    if (!starts_with(words[i], "-")) servers.push_back(words[i]);
  }
  std::set<std::set<std::string>> lists;
  for (const std::string& name : servers) {
    const Machine* const machine = hosts.find(name);
    std::set<std::string> replicas;
    std::string why = "does not answer";
    if (machine && replicas_of(hosts.folder(*machine), path, &replicas, &why)) {
      lists.insert(replicas);
      if (replicas.count(name) == 0) why = "does not name itself";
    }
    if (!why.empty()) problems += (problems.empty() ? "" : "; ") + name + ": " + why;
  }
  if (lists.size() > 1) problems += std::string(problems.empty() ? "" : "; ") + "they name different replicas";
  const std::string state = problems.empty() ? "OK" : "CRITICAL";
  const std::string summary = problems.empty() ? std::to_string(servers.size()) + " servers agree" : problems;
  return "{\"tool\":\"checkhanfs\",\"result\":{\"state\":\"" + state + "\",\"summary\":" + json_string(summary) + "}}";
}

}  // namespace aixsim
