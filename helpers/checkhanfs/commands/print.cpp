// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/commands/print.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/report.hpp"
#include "checkhanfs/commands/options.hpp"

namespace hanfs::check {
namespace {

using json = nlohmann::ordered_json;
using report::PluginState;

std::string json_text(const report::PluginReport& report, const report::Verdict& verdict, const json& fields) {
  json object{{"tool", verdict.tool}, {"version", HANFS_VERSION}, {"node", verdict.node}};
  object.update(fields);
  object["result"] = {{"state", report::plugin_state_name(report.state)},
                      {"exit_status", static_cast<int>(report.state)},
                      {"summary", report.summary},
                      {"verdict", verdict.line()}};
  // Paths are bytes: what is no UTF-8 is shown as U+FFFD rather than making the whole report fail.
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

report::Verdict verdict_of(const app::System& system, PluginState state) {
  const char* const status = state == PluginState::ok ? "ok" : state == PluginState::warning ? "drift" : "fail";
  return app::verdict_of(tool_name, system.node_name(), status);
}

int print(app::System& system, const report::PluginReport& report, const report::Verdict& verdict, bool as_json,
          const json& fields) {
  const std::string line = verdict.line() + "\n";
  const bool printed = as_json ? system.print(json_text(report, verdict, fields)) && system.print_error(line)
                               : system.print(plugin_text(report) + line);
  return static_cast<int>(printed ? report.state : PluginState::unknown);
}

int print_unknown(app::System& system, const std::string& reason, bool as_json, const char* status) {
  report::PluginReport report;
  report.summary = reason;
  return print(system, report, app::verdict_of(tool_name, system.node_name(), status), as_json, {{"errors", {reason}}});
}

}  // namespace hanfs::check
