// SPDX-License-Identifier: Apache-2.0
// Would this node survive the death of its server? Judged from the report that setupnfsv4replication --status makes, so
// that monitor and postscript never disagree. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aix/dump_device.hpp"
#include "aix/level.hpp"
#include "report/plugin.hpp"
#include "setupnfsv4replication/report.hpp"

namespace hanfs::check {

// What only a check of a node asks for. nullopt: not observed, which is worth a note.
struct NodeSystem {
  std::optional<aix::Level> level;
  std::optional<aix::DumpDevices> dump_devices;
  std::vector<app::Unobserved> unobserved;
};

struct NodeFinding {
  report::PluginState state = report::PluginState::ok;
  std::string code;  // "untuned", "no-replica", "away", "silent", "no-gateway", "gateway-dead", ...
  std::string text;  // what, where, and the cure

  bool operator==(const NodeFinding& o) const { return state == o.state && code == o.code && text == o.text; }
};

struct NodeVerdict {
  report::PluginReport plugin;
  std::vector<NodeFinding> findings;  // the worst first
  std::vector<std::string> notes;     // worth knowing, and no reason to be called at night
};

NodeVerdict judge(const node::Report& report, const NodeSystem& system);

}  // namespace hanfs::check
