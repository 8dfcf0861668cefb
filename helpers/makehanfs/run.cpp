// SPDX-License-Identifier: Apache-2.0
// makehanfs: from the xCAT tables to an AIX diskless cluster that fails over.
// options -> observe (tables, hosts) -> plan (domains, what is missing) -> apply, or show -> report
#include "makehanfs/run.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "app/program.hpp"
#include "makehanfs/build_cluster.hpp"
#include "makehanfs/commands/commands.hpp"
#include "makehanfs/tables/read_tables.hpp"
#include "sys/file.hpp"
#include "text/escape.hpp"
#include "xcat/noderange.hpp"
#include "xcat/version.hpp"

namespace hanfs::cluster {
namespace {

int carry_out(CommandContext& command) {
  switch (command.options.subcommand) {
    case Subcommand::plan:
      return do_plan(command);
    case Subcommand::settings:
      return do_settings(command);
    case Subcommand::apply:
      return do_apply(command);
    case Subcommand::status:
      return do_status(command);
    case Subcommand::runbook:
      return do_runbook(command);
    case Subcommand::drill:
      return do_drill(command);
    case Subcommand::failback:
      return do_failback(command);
  }
  return report::exit_usage;
}

// Of the management node: names that the table hosts does not know. With dumps the file that lies beside them as in a
// capture, else that of this machine.
aix::Hosts read_hosts(const app::Sources& sources, const std::string& dumps, app::Report& report) {
  constexpr std::size_t largest = std::size_t{64} << 20;
  Result<std::optional<std::string>> text = std::optional<std::string>();
  if (!dumps.empty()) text = sys::read_file(dumps + "/files/etc/hosts", largest);
  if (text && !*text) text = sources.file("/etc/hosts");
  if (!text) report.warnings.push_back(text.error().what);
  if (!text || !*text) return {};
  Result<aix::Hosts> hosts = aix::parse_hosts(**text);
  if (hosts) return std::move(*hosts);
  report.warnings.push_back("/etc/hosts: " + hosts.error().what);
  return {};
}

// "compute,-cn003 rack02" as one noderange; a comma at a word's end is no empty name.
std::string range_of_words(const std::vector<std::string>& words) {
  std::string range;
  for (const std::string& word : words) range += (range.empty() || range.back() == ',' ? "" : ",") + word;
  return range;
}

// Whose meaning the tables have: what was said, what lsxcatd says, the usual one.
void resolve_version(const Observed& observed, Settings& settings, app::Report& report) {
  if (!settings.xcat_version.empty()) return;
  settings.xcat_version = observed.version.value_or(xcat::usual_version);
  if (!observed.version_problem.empty())
    report.notes.push_back("which xCAT this is is not known (" + observed.version_problem +
                           "): its tables are read as those of " + settings.xcat_version + "; cure: --xcat-version");
}

// One that was mistyped opens nothing.
void warn_of_despite(CommandContext& command) {
  for (const std::string& code : command.options.settings.despite)
    if (std::none_of(command.cluster.findings.begin(), command.cluster.findings.end(),
                     [&](const Finding& finding) { return finding.code == code; }))
      command.report.warnings.push_back("--despite " + text::escape_control(code) +
                                        ": no finding has this code; cure: makehanfs plan shows them");
}

int run(app::Context& context, const Options& said) {
  Options options = said;
  app::Report report;
  report.verdict = app::verdict_of(tool_name, context.node(), "ok");
  report.warnings = options.config_problems;
  Observed observed = observe(context.sources(), options.tables, options.settings.xcat_version.empty());
  if (observed.unobserved.empty() && observed.broken.empty()) resolve_version(observed, options.settings, report);
  observed.tables.set_version(options.settings.xcat_version);
  Cluster cluster;
  CommandContext command{context, options, observed.tables, cluster, report};
  if (!observed.broken.empty()) {
    report.errors.assign(observed.broken.begin(), observed.broken.end() - 1);
    return abort_run(command, observed.broken.back(), "refused", report::exit_usage);
  }
  const aix::Hosts hosts = read_hosts(context.sources(), options.tables, report);
  for (const std::string& problem : context.finish_saving()) report.errors.push_back(problem);
  report.warnings.insert(report.warnings.end(), observed.warnings.begin(), observed.warnings.end());
  app::report_unobserved(report, observed.unobserved, "");

  const bool no_tabdump = std::any_of(observed.unobserved.begin(), observed.unobserved.end(),
                                      [](const app::Unobserved& item) { return item.missing; });
  if (no_tabdump)
    return abort_run(command, "this is no xCAT management node; cure: run it there, or give dumps with --tables DIR",
                     "fail", report::exit_not_observed);
  if (!observed.unobserved.empty())
    return abort_run(command, "without these tables nothing can be judged; nothing was touched", "fail",
                     report::exit_not_observed);

  std::vector<std::string> range;
  const bool takes_a_name = options.subcommand == Subcommand::runbook || options.subcommand == Subcommand::drill ||
                            options.subcommand == Subcommand::failback;
  if (!takes_a_name && !options.operands.empty()) {
    Result<std::vector<std::string>> names = xcat::expand(range_of_words(options.operands), observed.tables);
    if (!names) return abort_run(command, names.error().what, "refused", report::exit_usage);
    range = std::move(*names);
    if (range.empty()) return abort_run(command, "no node is in this range", "refused", report::exit_usage);
  }
  Result<Cluster> made = make_cluster(observed.tables, options.settings, range, hosts);
  if (!made) return abort_run(command, made.error().what, "refused", report::exit_usage);
  cluster = std::move(*made);
  if (!takes_a_name) cluster.range = range_of_words(options.operands);
  cluster.words_again = words_again(options);
  const bool reported = std::any_of(cluster.findings.begin(), cluster.findings.end(),
                                    [](const Finding& finding) { return finding.level == Finding::Level::error; });
  if (!range.empty() && cluster.nodes.empty() && !reported)
    return abort_run(command,
                     xcat::fold(range) +
                         ": no diskless AIX node is among these; cure: another noderange; makehanfs "
                         "plan without one shows all",
                     "refused", report::exit_usage);
  warn_of_despite(command);
  return carry_out(command);
}

report::Verdict verdict_of(const std::string& node, const std::string& status) {
  return app::verdict_of(tool_name, node, status);
}

std::string json_of_refusal(const app::Report& refused) {
  return app::end_json(app::begin_json(refused), refused, {}, {});
}

int run_with_options(app::System& system, const Options& options) {
  // What a person's own xdsh, ssh and tabdump find themselves by: keys and certificates below HOME, the agent's socket,
  // where xCAT is and which xcatd to ask [GUESS: no fact sheet lists what xCAT's clients read].
  std::vector<std::string> of_the_user;
  for (const char* const name : {"HOME", "LOGNAME", "USER", "SSH_AUTH_SOCK", "XCATROOT", "XCATHOST"})
    if (const std::string value = system.environment(name); !value.empty()) of_the_user.push_back(name + ("=" + value));
  app::Context context(system, options, options.settings, {{"/etc/hosts"}}, std::move(of_the_user));
  constexpr long to_end = 30;  // seconds: what the engine has in its hands is waited for
  app::arm_watchdog(system, verdict_of(context.node(), "fail"), options,
                    options.settings.deadline + options.settings.host_deadline + to_end);
  return run(context, options);
}

}  // namespace

int run(app::System& system, int argc, const char* const* argv) {
  return app::run_program<Options>({read_options, verdict_of, json_of_refusal, run_with_options}, system, argc, argv);
}

}  // namespace hanfs::cluster
