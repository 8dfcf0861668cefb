// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plan/step_text.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "setuphanfs/exports_edit.hpp"
#include "setuphanfs/restore_plan.hpp"

namespace hanfs::server {
namespace {

using json = nlohmann::ordered_json;

const char* mode_name(aix::ReplicationMode mode) {
  switch (mode) {
    case aix::ReplicationMode::on:
      return "on";
    case aix::ReplicationMode::off:
      return "off";
    case aix::ReplicationMode::unknown:
      break;
  }
  return "unknown";
}

// Rows of both places, each once, with where it stands.
struct Shown {
  aix::Export row;
  bool now = false;
  bool listed = false;
};

std::vector<Shown> shown_exports(const ObservedState& observed) {
  std::vector<Shown> all;
  for (const aix::Export& row : observed.exported) all.push_back({row, true, false});
  for (const aix::Export& line : observed.listed) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const Shown& one) {
      return one.now && !one.listed && same_but_sec(one.row, line);
    });
    if (same != all.end()) {
      same->listed = true;
    } else {
      all.push_back({line, false, true});
    }
  }
  return all;
}

const char* where(const Shown& one) { return one.now ? (one.listed ? "now and at boot" : "now") : "at boot"; }

std::string state_of(const aix::Export& row, const Report& report) {
  if (!report.desired) return "not judged";
  if (!is_ours(row, report.desired->directory, report.observed)) return "left alone";
  return serves(row, report.desired->export_row) ? "ok" : "not wanted";
}

std::string why_state(const std::string& state, bool brought_back, bool errors) {
  if (state == "replicated") return "State: exported with its replicas.\n";
  if (state == "as-before")
    return brought_back ? "State: as before this run, but for what was brought back from an earlier one.\n"
                        : "State: as before this run.\n";
  if (state == "reset") return "State: as before setuphanfs.\n";
  if (state == "unsettled")
    return errors ? "State: neither as wanted nor as before; the errors name what is left to do by hand.\n"
                  : "State: neither as wanted nor as before, since an earlier run did not end well; cure: the same "
                    "setuphanfs as then, or --reset.\n";
  return "State: unknown, since not everything could be seen.\n";
}

}  // namespace

void Report::take(Change& change) {
  observed = std::move(change.after);
  notes.insert(notes.end(), change.notes.begin(), change.notes.end());
  warnings.insert(warnings.end(), change.warnings.begin(), change.warnings.end());
}

report::Verdict verdict_of(const std::string& node, const std::string& status) {
  report::Verdict verdict = app::verdict_of(tool_name, node, status);
  verdict.state = "unknown";
  return verdict;
}

namespace {

std::string cure_of(const plan::Step& step) {
  if (!step.file) return run::command_text(step.argv);
  return step.file->edit ? "in " + step.file->path + " " + as_words(*step.file->edit) : plan::text_of(step);
}

std::vector<std::string> seen_parts(const ObservedState& observed) {
  std::vector<std::string> parts;
  if (!is_unobserved(observed, "exportfs")) parts.emplace_back("exports");
  if (!is_unobserved(observed, exports_file)) parts.emplace_back(exports_file);
  if (!is_unobserved(observed, "lssrc")) parts.emplace_back("daemons");
  parts.emplace_back("replication mode");
  parts.emplace_back("NFSv4 domain");
  return parts;
}

}  // namespace

void add_cures_of_exports_in_use(Report& report) {
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    const plan::StepResult& result = report.results[i];
    const plan::Step& step = report.plan.steps[i];
    if (result.state == plan::StepResult::State::failed && result.problem != "taken back" && !result.unverified &&
        (step.action == plan::Action::withdraw || step.action == plan::Action::withdraw_for_a_moment))
      report.notes.push_back(
          "an export that clients use is never taken away by force; cure: end what uses " + step.resource.name +
          " on its clients, or unmount it there, then run this again; a diskless node that runs from "
          "it has to be shut down, or moved to another server (snmove), first");
  }
}

void verify(Report& report, const ObservedState& before, const Settings& settings, bool well) {
  app::report_unobserved(report, report.observed.unobserved, "looking again: ");
  report.verdict.state = report.desired ? final_state(before, report.observed, *report.desired, settings) : "unknown";
  if (!report.desired) return;
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    const plan::StepResult& result = report.results[i];
    if (result.still_running && report.verdict.state == "as-before") report.verdict.state = "unsettled";
  }
  add_cures_of_exports_in_use(report);
  const bool unobserved = !report.observed.unobserved.empty();
  if (well && !unobserved)
    for (const plan::Step& step : make_plan(report.observed, *report.desired, settings).plan.steps)
      report.errors.push_back("still to do after the run: " + step.why + "; cure: " + cure_of(step));
  const plan::Plan missing = well ? make_restore_others_plan(before, report.observed, *report.desired)
                                  : make_restore_plan(before, report.observed, *report.desired);
  bool as_seen = true;  // of what can be seen
  for (const plan::Step& step : missing.steps) {
    const bool seen = step.file ? !is_unobserved(report.observed, exports_file) : step.expect.has_value();
    as_seen = as_seen && !seen;
    report.errors.push_back((seen ? "not as before: " : "not known: ") + step.why + "; cure: " + cure_of(step) +
                            (seen ? "" : ", if it is down"));
  }
  if (unobserved && as_seen)
    report.notes.emplace_back(well ? "the exports of others that can be seen are as before"
                                   : "what can be seen (" + report::joined(seen_parts(report.observed), ", ") +
                                         ") is as before this run");
}

std::string text_of(const Report& report, const Options& options) {
  if (!report.nothing_to_do.empty()) return report.nothing_to_do + "\n" + report.verdict.line() + "\n";
  if (!report.was_observed) return app::end_of_text(report, options, {});
  report::Table table({"EXPORT", "REPLICAS", "OPTIONS", "WHEN", "STATE"});
  for (const Shown& one : shown_exports(report.observed)) {
    std::vector<std::string> hosts;
    for (const aix::ReplicaLocation& location : one.row.replicas()) hosts.push_back(location.host);
    aix::Export rest = one.row;
    rest.options.erase(std::remove_if(rest.options.begin(), rest.options.end(),
                                      [](const auto& option) { return option.first == "replicas"; }),
                       rest.options.end());
    table.add({one.row.directory, hosts.empty() ? "-" : report::joined(hosts), options_text(rest), where(one),
               state_of(one.row, report)});
  }
  std::string text = table.empty() ? "" : table.text();
  if (is_unobserved(report.observed, "exportfs")) {
    text += "What is exported now could not be seen.\n";
  } else if (table.empty()) {
    text = "Nothing is exported.\n";
  }
  const char* const not_active = is_unobserved(report.observed, "lssrc") ? " (unknown)" : " (down)";
  std::vector<std::string> daemons;
  for (const char* daemon : needed_daemons)
    daemons.push_back(std::string(daemon) + (report.observed.daemons.is_active(daemon) ? "" : not_active));
  text += "\nReplication: " + std::string(mode_name(report.observed.mode)) +
          ", NFSv4 domain: " + (report.observed.domain ? *report.observed.domain : "not set") +
          ", daemons: " + report::joined(daemons) + "\n\n";
  if (report.desired || !report.errors.empty() || !report.plan.empty()) {
    text += app::plan_text(report, options.verbose, "Nothing to change.\n");
    if (report.results.empty() && !report.interruptions.empty())
      text += app::lines("interrupts clients", report.interruptions);
    text += why_state(report.verdict.state, report.brought_back, !report.errors.empty());
  }
  return text + app::end_of_text(report, options, report.observed.info);
}

std::string json_of(const Report& report) {
  json exports = json::array();
  for (const Shown& one : shown_exports(report.observed)) {
    json replicas = json::array();
    for (const aix::ReplicaLocation& location : one.row.replicas())
      replicas.push_back(location.path + "@" + location.host);
    exports.push_back({{"directory", one.row.directory},
                       {"options", options_text(one.row)},
                       {"replicas", replicas},
                       {"now", one.now},
                       {"at_boot", one.listed},
                       {"state", state_of(one.row, report)}});
  }
  json daemons = json::object();
  const bool no_daemons = !report.was_observed || is_unobserved(report.observed, "lssrc");
  for (const char* daemon : needed_daemons)
    daemons[daemon] = no_daemons ? json(nullptr) : json(report.observed.daemons.is_active(daemon));
  json object = app::begin_json(report);
  object["directory"] = report.desired ? json(report.desired->directory) : json(nullptr);
  object["replicas"] = report.desired ? json(report.desired->addresses) : json(nullptr);
  object["wanted"] = report.desired ? json(aix::render_export(report.desired->export_row)) : json(nullptr);
  object["exports"] = report.was_observed ? std::move(exports) : json(nullptr);
  object["replication"] = mode_name(report.observed.mode);
  object["nfs_domain"] = report.observed.domain ? json(*report.observed.domain) : json(nullptr);
  object["daemons"] = std::move(daemons);
  json partners = json::array();
  for (const Partner& partner : report.observed.partners)
    partners.push_back({{"address", partner.address}, {"answers", partner.problem.empty()}});
  object["partners"] = std::move(partners);
  object["plan"] = app::plan_json(report);
  object["interruptions"] = report.interruptions;
  return app::end_json(std::move(object), report, report.observed.info, json::object());
}

}  // namespace hanfs::server
