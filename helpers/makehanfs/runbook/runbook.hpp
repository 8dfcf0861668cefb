// SPDX-License-Identifier: Apache-2.0
// What to do when one service node dies: exact commands for exactly this cluster, for an engineer at 3 a.m. Pure: made
// from the tables alone, nothing is asked of the cluster.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/settings.hpp"
#include "result.hpp"
#include "xcat/tables.hpp"

namespace hanfs::cluster {

struct RunbookStep {
  // Unique and stable, for scripts: "move.conserver:asn02"; what follows ':' is the server that takes over (or the
  // number of a batch), "#2" the second of the same kind.
  std::string id;
  std::string title;
  std::string why;
  std::vector<std::string> commands;  // lines for a shell on the management node, in order; may be empty
  std::vector<std::string> checks;    // lines that change nothing and show whether it worked
  std::string expect;                 // what is to be seen then
  std::vector<std::string> nodes;     // whom it concerns; may be empty
  std::optional<double> expected_seconds;
  std::string basis;  // where that number comes from
  std::vector<std::string> cautions;
};

struct RunbookSection {
  std::string part;  // "Tonight"
  std::string id;
  std::string title;
  std::string intro;
  std::vector<RunbookStep> steps;
  std::vector<std::string> not_needed;  // one line for each thing that does not apply to this cluster, and why
};

// Nodes that go to one server together.
struct RunbookGroup {
  std::string server;
  std::string address;  // as its nodes reach it
  std::vector<std::string> nodes;
};

struct Runbook {
  std::string server;
  std::string address;
  std::string node_facing_name;
  std::string domain;                             // empty: it is in none
  bool fails_over = true;                         // false: the domain is not sound, a note says why
  std::vector<std::string> servers;               // of the domain, this one too
  std::vector<RunbookGroup> primary;              // nodes that have it first, by the backup they go to
  std::vector<RunbookGroup> secondary_nodes;      // nodes that have it as a backup, by their primary
  std::vector<std::string> nodes_without_backup;  // nodes that have no other server
  std::vector<std::string> in_short;              // for the night: what to know before anything else
  std::vector<RunbookSection> sections;
  std::vector<std::string> notes;  // what the tables do not say, and what is wrong with them
};

// `server` is a name as the tables have it, or a node-facing name or address. A server in no sound domain has a runbook
// too: what hangs, and how it is moved and brought back by hand. Error: one line with the cure when it is unknown or no
// node has it.
Result<Runbook> make_runbook(const Cluster& cluster, const xcat::Tables& tables, const Settings& settings,
                             const std::string& server);

std::string markdown_of(const Runbook& runbook);
// The fields of a runbook but for its notes, added to `object`; units are in the names.
nlohmann::ordered_json runbook_json(nlohmann::ordered_json object, const Runbook& runbook);

}  // namespace hanfs::cluster
