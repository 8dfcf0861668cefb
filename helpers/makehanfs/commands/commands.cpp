// SPDX-License-Identifier: Apache-2.0
// The verbs that ask no host.
#include "makehanfs/commands/commands.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "makehanfs/commands/hosts.hpp"
#include "makehanfs/model/findings.hpp"
#include "makehanfs/plan/plan.hpp"
#include "makehanfs/plan/settings_files.hpp"
#include "makehanfs/runbook/runbook.hpp"
#include "setuphanfs/options.hpp"
#include "setupnfsv4replication/options.hpp"
#include "sys/file.hpp"

namespace hanfs::cluster {
namespace {

std::size_t count(const Cluster& cluster, Finding::Level level) {
  return static_cast<std::size_t>(std::count_if(cluster.findings.begin(), cluster.findings.end(),
                                                [&](const Finding& finding) { return finding.level == level; }));
}

// Findings of level error are what is not as wanted in the tables.
void judge_tables(CommandContext& command) {
  report::Verdict& verdict = command.report.verdict;
  verdict.warnings = command.report.warnings.size() + count(command.cluster, Finding::Level::warning);
  verdict.failed = count(command.cluster, Finding::Level::error);
  if (verdict.failed == 0) return;
  verdict.status = "drift";
  command.report.exit_status = report::exit_not_as_wanted;
}

// A document of its own: the verdict goes to stderr, so that a shell or a pager gets nothing else.
int print_document(CommandContext& command, const std::string& text) {
  return app::print_and_end(command.report, command.context, text, true);
}

// Below the folder that --output names, or where they belong.
std::string place_of(const Options& options, const std::string& path) {
  return options.output.empty() ? path : sys::absolute_path(options.output) + path;
}

Result<std::optional<std::string>> content_of(const CommandContext& command, const std::string& path) {
  return command.context.system().files().read(command.options.sysroot + path, sys::Files::usual_limit);
}

// A file that cannot be written does not keep the other from being written.
plan::Step write_step(const std::string& path, const std::string& content, const std::optional<std::string>& present) {
  plan::Step step;
  step.resource = {plan::Kind::file, path};
  step.action = plan::Action::write;
  step.why = present ? "it says something else" : "it is not there";
  step.file = plan::FileChange{path, content};
  if (present) step.undo_file = plan::FileChange{path, present};
  step.sync_journal = true;
  return step;
}

// `there`: the text of the settings file at `place`.
void warn_of_other_settings(CommandContext& command, const std::string& place, std::string_view there) {
  for (const std::string& other : other_settings(command.options.settings, there))
    command.report.warnings.push_back(
        place + " says " + other +
        " as makehanfs goes by; it stays; cure: change it there, or give makehanfs the same");
}

// Why the nodes, or the servers, would refuse this file, and do nothing then; empty: they read it.
std::string why_refused(const std::string& text, const std::string& place, bool of_nodes) {
  const Status taken = of_nodes ? node::check_settings(text, place) : server::check_settings(text, place);
  if (taken) return {};
  return taken.error().what + "; " + (of_nodes ? node::tool_name : server::tool_name) +
         " would refuse the whole file; cure: put that right there";
}

Status plan_files(CommandContext& command) {
  for (const char* const path : settings_paths) {
    const std::string place = place_of(command.options, path);
    const Result<std::optional<std::string>> present = content_of(command, place);
    if (!present) return present.error();
    const std::string there = present->value_or("");
    const bool of_nodes = path == settings_paths[0];
    if (const std::string why = why_refused(there, place, of_nodes); !why.empty()) {
      command.report.errors.push_back(why);
      continue;
    }
    // What the site has written into its file stays; only the sections of these tables' domains are ours.
    const SettingsFile wanted = settings_file(command.cluster, command.options.settings, there, place);
    app::Report& report = command.report;
    report.errors.insert(report.errors.end(), wanted.problems.begin(), wanted.problems.end());
    report.warnings.insert(report.warnings.end(), wanted.warnings.begin(), wanted.warnings.end());
    report.notes.insert(report.notes.end(), wanted.notes.begin(), wanted.notes.end());
    warn_of_other_settings(command, place, there);
    if (const std::string why = why_refused(wanted.text, place, of_nodes); !why.empty()) {
      report.errors.push_back(why);
      continue;
    }
    const Status trusted = command.context.system().files().check_trusted(command.options.sysroot + place);
    if (*present && !trusted)
      command.report.warnings.push_back(trusted.error().what + "; a host that gets it like that refuses it");
    if (*present != wanted.text) command.report.plan.steps.push_back(write_step(place, wanted.text, *present));
  }
  return Done{};
}

void write_files(CommandContext& command) {
  app::System& system = command.context.system();
  for (const plan::Step& step : command.report.plan.steps)  // what fails here shows as the write's failure
    (void)system.files().make_folders(sys::folder_of(command.options.sysroot + step.file->path));
  plan::Journal journal(system.files(), system.clock(), command.context.journal_path(), system.clock().utc());
  plan::ApplyOptions how(system.clock(), system.files());
  how.sysroot = command.options.sysroot;
  how.go_on = [&] { return command.context.may_continue(); };
  how.stopped = [&] { return command.context.stop_reason(); };
  command.report.results = plan::apply(command.report.plan, command.context.runner(), journal, how);
  if (!journal.reason().empty()) command.report.warnings.push_back("journal: " + journal.reason());
}

std::string settings_report(const CommandContext& command) {
  std::string text = app::plan_text(command.report, command.options.verbose, "The files are as wanted.\n");
  if (command.options.verbose || command.options.dry_run)
    for (const plan::Step& step : command.report.plan.steps)
      text += "\n" + step.file->path + ":\n" + step.file->content.value_or("") + "\n";
  return text + app::end_of_text(command.report, command.options, {});
}

}  // namespace

void warn_of_other_settings(CommandContext& command) {
  if (!command.options.tables.empty() || !command.options.from.empty()) return;
  for (const char* const path : settings_paths)
    if (const Result<std::optional<std::string>> there = content_of(command, path); there && *there)
      warn_of_other_settings(command, path, **there);
}

int abort_run(CommandContext& command, const std::string& reason, const char* status, int exit_status) {
  app::abort_run(command.report, reason, status, exit_status);
  return app::print(command.report, command.context, app::end_of_text(command.report, command.options, {}),
                    app::end_json(app::begin_json(command.report), command.report, {}, {}));
}

int print(CommandContext& command, const std::string& text, nlohmann::ordered_json object) {
  return app::print(command.report, command.context,
                    text + "\n" + app::end_of_text(command.report, command.options, {}),
                    app::end_json(std::move(object), command.report, {}, {}));
}

int do_plan(CommandContext& command) {
  if (const Status known = check_left_out(command); !known)
    return abort_run(command, known.error().what, "refused", report::exit_usage);
  const ClusterPlan plan = make_plan(command.cluster, command.options.settings, planned_engine(command));
  warn_of_other_settings(command);
  judge_tables(command);
  for (const std::string& why : why_left_out(command.cluster, plan)) command.report.errors.push_back(why);
  if (command.options.script)
    return print_document(command, plan_script(command.cluster, plan, command.options.settings));
  if (std::string consent = consent_needed(plan, command.options.settings); !consent.empty())
    command.report.notes.push_back(std::move(consent));
  if (command.options.json) {
    auto object = app::begin_json(command.report);
    object.update(plan_json(command.cluster, plan));
    return app::print(command.report, command.context, "", app::end_json(std::move(object), command.report, {}, {}));
  }
  return app::print(command.report, command.context,
                    plan_text(command.cluster, plan, command.options.verbose) + "\n" +
                        app::end_of_text(command.report, command.options, {}),
                    "");
}

int do_settings(CommandContext& command) {
  const bool writes = !command.options.read_only();
  if (writes)
    if (const Status alone = app::acquire_run_lock(command.report, command.context); !alone)
      return abort_run(command, alone.error().what, "refused", report::exit_busy);
  // Tables that have lost their nodes must not cost the servers their settings.
  if (command.cluster.domains.empty())
    return abort_run(command, "the tables have no HA domain, so the files are left as they are; cure: makehanfs plan",
                     "fail", report::exit_not_as_wanted);
  if (const Status planned = plan_files(command); !planned)
    return abort_run(command, planned.error().what, "fail", report::exit_not_observed);
  // Who reads the files: the postscript on the nodes, the prescript on the servers.
  for (const Finding& finding : command.cluster.findings)
    if (finding.code == "no-postscript" || finding.code == "no-prescript")
      command.report.notes.push_back(short_range(finding.range) + ": " + finding.what + "; cure: " + finding.remedy);
  if (writes && !command.report.plan.empty()) write_files(command);
  app::count_steps(command.report);
  app::set_status(command.report, !writes);
  command.report.verdict.warnings = command.report.warnings.size();
  auto object = app::begin_json(command.report);
  object["plan"] = app::plan_json(command.report);
  return app::print(command.report, command.context, settings_report(command),
                    app::end_json(std::move(object), command.report, {}, {}));
}

int do_runbook(CommandContext& command) {
  // The engine is named where it is not the one that lines without a name mean.
  Settings settings = command.options.settings;
  if (const Engine engine = planned_engine(command); engine.kind != Engine::Kind::xdsh)
    settings.engine = name_of(engine.kind);
  const Result<Runbook> runbook =
      make_runbook(command.cluster, command.tables, settings, command.options.operands.front());
  if (!runbook) return abort_run(command, runbook.error().what, "refused", report::exit_usage);
  command.report.verdict.warnings = command.report.warnings.size();
  if (!command.options.json) {
    for (const std::string& warning : command.report.warnings)
      (void)command.context.system().print_error("warning: " + warning + "\n");
    return print_document(command, markdown_of(*runbook));
  }
  command.report.notes = runbook->notes;  // the text has them in their place
  auto object = runbook_json(app::begin_json(command.report), *runbook);
  return app::print(command.report, command.context, "", app::end_json(std::move(object), command.report, {}, {}));
}

}  // namespace hanfs::cluster
