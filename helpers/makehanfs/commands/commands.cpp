// SPDX-License-Identifier: Apache-2.0
// The verbs that ask no host.
#include "makehanfs/commands/commands.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "makehanfs/model/findings.hpp"
#include "makehanfs/plan/plan.hpp"
#include "makehanfs/runbook/runbook.hpp"
#include "makehanfs/plan/settings_files.hpp"
#include "sys/file.hpp"
#include "sys/host.hpp"

namespace hanfs::cluster {
namespace {

std::size_t count(const Cluster& cluster, Finding::Level level) {
  return static_cast<std::size_t>(std::count_if(cluster.findings.begin(), cluster.findings.end(),
                                                [&](const Finding& finding) { return finding.level == level; }));
}

// Findings of level error are what is not as wanted in the tables.
void judge_tables(Desk& desk) {
  report::Verdict& verdict = desk.report.verdict;
  verdict.warnings = desk.report.warnings.size() + count(desk.cluster, Finding::Level::warning);
  verdict.failed = count(desk.cluster, Finding::Level::error);
  if (verdict.failed == 0) return;
  verdict.status = "drift";
  desk.report.exit_status = report::exit_not_as_wanted;
}

// A document of its own: the verdict goes to stderr, so that a shell or a pager gets nothing else.
int print_document(const Desk& desk, const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", desk.report.verdict.line().c_str());
  return desk.report.exit_status;
}

// Below the folder that --output names, or where they belong.
std::string place_of(const Options& options, const std::string& path) {
  return options.output.empty() ? path : sys::absolute_path(options.output) + path;
}

Result<std::optional<std::string>> content_of(const Desk& desk, const std::string& path) {
  constexpr std::size_t limit = std::size_t{16} << 20;
  return sys::read_file(desk.options.sysroot + path, limit);
}

// One lane for each file: one that cannot be written does not keep the other from being written.
plan::Step write_step(const std::string& path, const std::string& content, const std::optional<std::string>& present) {
  plan::Step step;
  step.id = "write:" + path;
  step.why = present ? "it says something else" : "it is not there";
  step.file = plan::FileChange{path, content};
  if (present) step.undo_file = plan::FileChange{path, present};
  step.sequence = path;
  step.sync_journal = true;
  return step;
}

Status plan_files(Desk& desk) {
  for (const char* const path : settings_paths) {
    const std::string place = place_of(desk.options, path);
    const Result<std::optional<std::string>> present = content_of(desk, place);
    if (!present) return present.error();
    // What the site has written into its file stays; only the sections of domains are ours.
    const std::string wanted = settings_text(desk.cluster, desk.options.settings, present->value_or(""));
    for (const std::string& other : other_settings(desk.options.settings, present->value_or("")))
      desk.report.warnings.push_back(
          place + " says " + other +
          " as makehanfs goes by; it stays; cure: change it there, or give makehanfs the same");
    if (*present != wanted) desk.report.plan.steps.push_back(write_step(place, wanted, *present));
  }
  return Done{};
}

void write_files(Desk& desk) {
  for (const plan::Step& step : desk.report.plan.steps)
    (void)sys::make_folders(sys::folder_of(desk.options.sysroot + step.file->path));  // shows as the write's failure
  plan::Journal journal(desk.context.journal_path(), sys::utc_now());
  plan::ApplyOptions how;
  how.sysroot = desk.options.sysroot;
  how.go_on = [&] { return desk.context.may_continue(); };
  how.stopped = [&] { return desk.context.stop_reason(); };
  desk.report.results = plan::apply(desk.report.plan, desk.context.runner(), journal, how);
  if (!journal.reason().empty()) desk.report.warnings.push_back("journal: " + journal.reason());
}

std::string settings_report(const Desk& desk) {
  std::string text = app::plan_text(desk.report, desk.options.verbose, "The files are as wanted.\n");
  if (desk.options.verbose || desk.options.dry_run)
    for (const plan::Step& step : desk.report.plan.steps)
      text += "\n" + step.file->path + ":\n" + step.file->content.value_or("") + "\n";
  return text + app::end_of_text(desk.report, desk.options, {});
}

// Both are the text of a JSON object with at least one field.
void add_fields(std::string& object, const std::string& more) {
  object.back() = ',';
  object.append(more, 1, std::string::npos);
}

}  // namespace

int abort_run(Desk& desk, const std::string& reason, const char* status, int exit_status) {
  desk.report.errors.push_back(reason);
  desk.report.verdict.status = status;
  desk.report.exit_status = exit_status;
  return app::print(desk.report, desk.context, app::end_of_text(desk.report, desk.options, {}),
                     app::end_json(app::begin_json(desk.report), desk.report, {}, {}));
}

int do_plan(Desk& desk) {
  const ClusterPlan plan = make_plan(desk.cluster, desk.options.settings);
  judge_tables(desk);
  if (desk.options.script) return print_document(desk, plan_script(desk.cluster, plan));
  if (desk.options.json) {
    using json = nlohmann::ordered_json;
    std::string object = app::begin_json(desk.report).dump(-1, ' ', false, json::error_handler_t::replace);
    add_fields(object, plan_json(desk.cluster, plan));
    add_fields(object, app::end_json(json::object(), desk.report, {}, {}));
    return app::print(desk.report, desk.context, "", object);
  }
  return app::print(
      desk.report, desk.context,
      plan_text(desk.cluster, plan, desk.options.verbose) + "\n" + app::end_of_text(desk.report, desk.options, {}),
      "");
}

int do_settings(Desk& desk) {
  const bool writes = !desk.options.read_only();
  std::unique_ptr<sys::Lock> lock;
  if (writes)
    if (const Status alone = app::acquire_run_lock(desk.report, desk.context, lock); !alone)
      return abort_run(desk, alone.error().what, "refused", report::exit_busy);
  // Tables that have lost their nodes must not cost the servers their settings.
  if (desk.cluster.domains.empty())
    return abort_run(desk, "the tables have no HA domain, so the files are left as they are; cure: makehanfs plan",
                   "fail", report::exit_not_as_wanted);
  if (const Status planned = plan_files(desk); !planned)
    return abort_run(desk, planned.error().what, "fail", report::exit_not_observed);
  for (const Domain& domain : desk.cluster.domains)
    if (!domain.sound)
      desk.report.warnings.push_back("[domain " + domain.name +
                                     "] has no replicas in the files, because the domain is not sound; cure: makehanfs "
                                     "plan says why, then makehanfs settings again");
  // Who reads the files: the postscript on the nodes, the prescript on the servers.
  for (const Finding& finding : desk.cluster.findings)
    if (finding.code == "no-postscript" || finding.code == "no-prescript")
      desk.report.notes.push_back(short_range(finding.range) + ": " + finding.what + "; cure: " + finding.remedy);
  if (writes && !desk.report.plan.empty()) write_files(desk);
  app::count_steps(desk.report);
  app::set_status(desk.report, !writes);
  desk.report.verdict.warnings = desk.report.warnings.size();
  auto object = app::begin_json(desk.report);
  object["plan"] = app::plan_json(desk.report);
  return app::print(desk.report, desk.context, settings_report(desk),
                     app::end_json(std::move(object), desk.report, {}, {}));
}

int do_runbook(Desk& desk) {
  const Result<Runbook> runbook =
      make_runbook(desk.cluster, desk.tables, desk.options.settings, desk.options.words.front());
  if (!runbook) return abort_run(desk, runbook.error().what, "refused", report::exit_usage);
  desk.report.verdict.warnings = desk.report.warnings.size();
  if (!desk.options.json) {
    for (const std::string& warning : desk.report.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
    return print_document(desk, markdown_of(*runbook));
  }
  desk.report.notes = runbook->notes;  // the text has them in their place
  auto object = runbook_json(app::begin_json(desk.report), *runbook);
  return app::print(desk.report, desk.context, "", app::end_json(std::move(object), desk.report, {}, {}));
}

}  // namespace hanfs::mn
