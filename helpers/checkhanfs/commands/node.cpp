// SPDX-License-Identifier: Apache-2.0
// checkhanfs node: observe as setupnfsv4replication does -> judge -> plugin line, JSON, metrics. Nothing is changed.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "aix/commands.hpp"
#include "app/observation_queue.hpp"
#include "checkhanfs/commands/commands.hpp"
#include "checkhanfs/commands/print.hpp"
#include "checkhanfs/node/judge.hpp"
#include "checkhanfs/node/openmetrics.hpp"
#include "node/observe.hpp"
#include "setupnfsv4replication/change.hpp"
#include "setupnfsv4replication/context.hpp"
#include "setupnfsv4replication/planner.hpp"

namespace hanfs::check {
namespace {

using report::PluginState;

// What is wanted of a node stands in its own settings, so they are read as setupnfsv4replication reads them.
Result<node::CommandLine> node_options(app::System& system, const Options& options) {
  std::vector<std::string> words{node::tool_name, "--status", "--deadline=" + std::to_string(options.settings.deadline),
                                 "--command-deadline=" + std::to_string(options.settings.command_deadline),
                                 "--jobs=" + std::to_string(options.settings.jobs)};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.push_back(std::string("--") + option + '=' + value);
  };
  add("config", options.config);
  add("sysroot", options.sysroot);
  add("from", options.from);
  add("save", options.save);
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  return node::read_options(system, static_cast<int>(argv.size()), argv.data());
}

NodeSystem observe_system(const app::Sources& sources) {
  NodeSystem seen;
  app::ObservationQueue queue(sources, seen.unobserved);
  queue.ask({{aix::show_level()}, [&](const std::string& text) -> Status {
               const Result<aix::Level> level = aix::parse_oslevel(text);
               if (!level) return level.error();
               seen.level = *level;
               return Done{};
             }});
  queue.ask({{aix::list_dump_devices()}, [&](const std::string& text) -> Status {
               const Result<aix::DumpDevices> devices = aix::parse_sysdumpdev(text);
               if (!devices) return devices.error();
               seen.dump_devices = *devices;
               return Done{};
             }});
  queue.run();
  return seen;
}

node::Report report_of(node::ObservedState observed, const node::Context& context) {
  node::Report report;
  report.verdict = node::verdict_of(context.node(), "ok");
  const node::DesiredState desired = node::desired_of(context, observed);
  report.plan = make_plan(observed, desired);
  describe(report, std::move(observed), desired);
  return report;
}

bool is_aix(const node::ObservedState& observed, const Options& options) {
  return !options.from.empty() ||
         std::none_of(observed.unobserved.begin(), observed.unobserved.end(),
                      [](const app::Unobserved& item) { return item.command == "nfs4cl" && item.missing; });
}

nlohmann::ordered_json json_of(const NodeVerdict& verdict) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const NodeFinding& finding : verdict.findings)
    findings.push_back(
        {{"state", report::plugin_state_name(finding.state)}, {"code", finding.code}, {"text", finding.text}});
  return {{"findings", std::move(findings)}, {"notes", verdict.notes}};
}

}  // namespace

int do_node(app::System& system, const Options& options) {
  const Result<node::CommandLine> command_line = node_options(system, options);
  const auto cannot_tell = [&](std::string why, const char* status) {
    if (!options.openmetrics.empty())
      if (const Status written = system.files().write(options.openmetrics, openmetrics_unknown(), ""); !written)
        why += "; " + written.error().what;
    return print_unknown(system, why, options.json, status);
  };
  if (!command_line) return cannot_tell(command_line.error().what, "refused");
  constexpr long grace = 2;  // seconds, for commands that have to be ended
  arm_watchdog(system, options.settings.deadline + grace, unknown("stuck for longer than the deadline"));

  node::Context context(system, command_line->options);
  node::ObservedState observed = node::observe(context.sources(), context.node());
  const NodeSystem node_system = observe_system(context.sources());
  const std::vector<std::string> unsaved = context.finish_saving();
  if (may_tell_more(observed) && options.from.empty() && options.save.empty() && context.may_continue())
    observed = observe_rest(context.sources_of_last_look(), std::move(observed));
  if (!is_aix(observed, options))
    return cannot_tell(
        "this is not AIX: " + options.sysroot + "/usr/sbin/nfs4cl is missing; cure: run it on a compute node", "fail");

  const node::Report report = report_of(std::move(observed), context);
  NodeVerdict verdict = judge(report, node_system);
  for (const std::string& problem : unsaved) verdict.plugin.details.push_back("error: " + problem);
  if (!options.openmetrics.empty()) {
    const Status written = system.files().write(options.openmetrics, openmetrics_text(report, verdict), "");
    if (!written) {
      verdict.plugin.state = report::worse(verdict.plugin.state, PluginState::unknown);
      verdict.plugin.details.push_back("error: " + written.error().what);
    }
  }
  report::Verdict line = verdict_of(system, verdict.plugin.state);
  line.node = context.node();
  for (const NodeFinding& finding : verdict.findings)
    ++(finding.state == PluginState::critical ? line.failed : line.warnings);
  line.failover = report.verdict.failover;
  return print(system, verdict.plugin, line, options.json, json_of(verdict));
}

}  // namespace hanfs::check
