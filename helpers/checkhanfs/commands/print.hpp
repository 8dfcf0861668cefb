// SPDX-License-Identifier: Apache-2.0
// How each check ends: as a plugin prints it, or as one JSON object, with the verdict line behind it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/system.hpp"
#include "report/plugin.hpp"
#include "report/verdict.hpp"

namespace hanfs::check {

// What a check that could not be made says; `reason`: why.
report::PluginReport unknown(const std::string& reason);

// So many seconds from now the run ends with this report and UNKNOWN, wherever it is stuck.
void arm_watchdog(app::System& system, long seconds, const report::PluginReport& report);

// The first fields of the object of each check, and its last one, "result".
nlohmann::ordered_json json_head(const report::Verdict& verdict);
nlohmann::ordered_json json_result(const report::PluginReport& report, const report::Verdict& verdict);

// The verdict that goes with a state: ok, drift (WARNING), fail (CRITICAL, UNKNOWN). Counts are zero.
report::Verdict verdict_of(const app::System& system, report::PluginState state);

// Prints the report and the verdict line on stdout; with `as_json` the object alone on stdout, the verdict on stderr.
// "tool", "version", "node" are put in front of the object's fields, "result" behind them. The exit status: the state,
// or UNKNOWN where not all could be written.
int print(app::System& system, const report::PluginReport& report, const report::Verdict& verdict, bool as_json,
          const nlohmann::ordered_json& fields);

// Nothing could be checked, and why. `status`: of the verdict, "refused" for a usage or settings error.
int print_unknown(app::System& system, const std::string& reason, bool as_json, const char* status = "fail");

}  // namespace hanfs::check
