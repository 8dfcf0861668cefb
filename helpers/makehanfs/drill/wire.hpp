// SPDX-License-Identifier: Apache-2.0
// Do the servers of a domain answer NFSv4, and name the same replicas, as nodes see them?
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/settings.hpp"

namespace hanfs::cluster {

// What checkhanfs servers said on one node.
struct WireAnswer {
  enum class State { agree, wrong, unknown };

  std::string node;
  State state = State::unknown;
  std::string summary;  // one line: what is wrong, or why nothing is known

  bool operator==(const WireAnswer& o) const { return node == o.node && state == o.state && summary == o.summary; }
};

std::vector<std::string> wire_argv(const Cluster& cluster, const Domain& domain, const Settings& settings);

// The object of one node.
WireAnswer parse_wire(const std::string& node, const nlohmann::ordered_json& object);

// What keeps a drill from beginning; empty: nothing does.
std::vector<std::string> objections_to(const std::vector<WireAnswer>& wire);

// Who could not look, which is no objection: a checkhanfs for AIX may be without libnfs. Empty: all could.
std::string warning_of(const std::vector<WireAnswer>& wire);

std::string text_of(const std::vector<WireAnswer>& wire);
nlohmann::ordered_json json_of(const std::vector<WireAnswer>& wire);

}  // namespace hanfs::cluster
