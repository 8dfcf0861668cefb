// SPDX-License-Identifier: Apache-2.0
// What was found out about the servers, in the forms in which it is told. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "checkhanfs/wire/findings.hpp"
#include "report/plugin.hpp"

namespace hanfs::check {

// One round: everybody asked, and judged.
struct ServersReport {
  std::string path;
  std::vector<Answer> answers;
  std::vector<WireFinding> findings;
};

// The worst of the findings; OK where there are none but notes.
report::PluginState state_of(const ServersReport& report);

// The line for a monitor with the round trips as performance data ('rtt_SERVER', seconds; U where there was no answer)
// and 'servers_answering'; behind it the table and a line for each finding.
report::PluginReport plugin_of(const ServersReport& report);

// "path", "servers" with their looks, "findings".
nlohmann::ordered_json json_of(const ServersReport& report);
nlohmann::ordered_json json_of(const WireFinding& finding);

}  // namespace hanfs::check
