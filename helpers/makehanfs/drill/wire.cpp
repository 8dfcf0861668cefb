// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/drill/wire.hpp"

#include <nlohmann/json.hpp>

#include "makehanfs/drill/answer.hpp"
#include "text/escape.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using json = nlohmann::ordered_json;
using State = WireAnswer::State;

std::string names_of(const std::vector<WireAnswer>& wire, State state) {
  std::vector<std::string> names;
  for (const WireAnswer& one : wire)
    if (one.state == state) names.push_back(one.node);
  return xcat::fold(names);
}

const char* name_of(State state) {
  return state == State::agree ? "agree" : state == State::wrong ? "wrong" : "unknown";
}

}  // namespace

std::vector<std::string> wire_argv(const Cluster& cluster, const Domain& domain, const Settings& settings) {
  std::vector<std::string> argv{settings.check_command, "servers"};
  for (const std::size_t server : domain.servers) argv.push_back(cluster.servers[server].address);
  argv.push_back("--path=" + settings.directory);
  argv.emplace_back("--json");
  return argv;
}

WireAnswer parse_wire(const std::string& node, const json& object) {
  WireAnswer answer;
  answer.node = node;
  const std::string state = result_word_of(object, "state");
  answer.state = state == "OK"                               ? State::agree
                 : state == "WARNING" || state == "CRITICAL" ? State::wrong
                                                             : State::unknown;
  answer.summary = text::escape_control(result_word_of(object, "summary"));
  return answer;
}

std::vector<std::string> objections_to(const std::vector<WireAnswer>& wire) {
  std::vector<std::string> objections;
  for (const WireAnswer& one : wire)
    if (one.state == State::wrong)
      objections.push_back(one.node + " sees: " + one.summary +
                           "; cure: checkhanfs servers there names each finding and what to do");
  return objections;
}

std::string warning_of(const std::vector<WireAnswer>& wire) {
  for (const WireAnswer& one : wire)
    if (one.state == State::unknown)
      return "whether the servers agree on the wire was not looked at by " + names_of(wire, State::unknown) + ": " +
             one.summary;
  return "";
}

std::string text_of(const std::vector<WireAnswer>& wire) {
  const std::string seen_by = names_of(wire, State::agree);
  return seen_by.empty() ? "" : "The servers answer and name the same replicas, seen by " + seen_by + ".\n";
}

json json_of(const std::vector<WireAnswer>& wire) {
  json list = json::array();
  for (const WireAnswer& one : wire)
    list.push_back({{"node", one.node}, {"state", name_of(one.state)}, {"summary", one.summary}});
  return list;
}

}  // namespace hanfs::cluster
