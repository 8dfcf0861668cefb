// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/commands/print.hpp"

#include <nlohmann/json.hpp>

#include "app/report.hpp"
#include "checkhanfs/commands/options.hpp"
#include "report/json.hpp"

namespace hanfs::check {
using json = nlohmann::ordered_json;
using report::PluginState;

report::PluginReport unknown(const std::string& reason) { return {PluginState::unknown, reason, {}, {}}; }

void arm_watchdog(app::System& system, long seconds, const report::PluginReport& report) {
  system.set_last_resort(plugin_text(report) + verdict_of(system, PluginState::unknown).line() + "\n",
                         static_cast<int>(PluginState::unknown), {});
  system.arm_watchdog(seconds);
}

json json_head(const report::Verdict& verdict) {
  return {{"tool", verdict.tool}, {"version", HANFS_VERSION}, {"node", verdict.node}};
}

json json_result(const report::PluginReport& report, const report::Verdict& verdict) {
  return {{"state", report::plugin_state_name(report.state)},
          {"exit_status", static_cast<int>(report.state)},
          {"summary", report.summary},
          {"verdict", verdict.line()}};
}

report::Verdict verdict_of(const app::System& system, PluginState state) {
  const char* const status = state == PluginState::ok ? "ok" : state == PluginState::warning ? "drift" : "fail";
  return app::verdict_of(tool_name, system.node_name(), status);
}

int print(app::System& system, const report::PluginReport& report, const report::Verdict& verdict, bool as_json,
          const json& fields) {
  const std::string line = verdict.line() + "\n";
  if (!as_json)
    return static_cast<int>(app::print_output(system, tool_name, plugin_text(report) + line) ? report.state
                                                                                             : PluginState::unknown);
  json object = json_head(verdict);
  object.update(fields);
  object["result"] = json_result(report, verdict);
  const bool printed =
      app::print_output(system, tool_name, report::json_text(object) + "\n") && system.print_error(line);
  return static_cast<int>(printed ? report.state : PluginState::unknown);
}

int print_unknown(app::System& system, const std::string& reason, bool as_json, const char* status) {
  return print(system, unknown(reason), app::verdict_of(tool_name, system.node_name(), status), as_json,
               {{"errors", {reason}}});
}

}  // namespace hanfs::check
