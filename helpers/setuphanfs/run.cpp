// SPDX-License-Identifier: Apache-2.0
// setuphanfs: exports /install of an AIX service node with its replicas, so that diskless nodes can fail over.
// options -> observe -> plan -> apply -> verify -> report
#include "setuphanfs/run.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <string>

#include "app/program.hpp"
#include "plan/step_text.hpp"
#include "report/table.hpp"
#include "setuphanfs/earlier_runs.hpp"
#include "setuphanfs/observe.hpp"
#include "setuphanfs/outage.hpp"
#include "setuphanfs/report.hpp"
#include "setuphanfs/reset_plan.hpp"
#include "setuphanfs/restore_plan.hpp"
#include "setuphanfs/server_apply.hpp"
#include "setuphanfs/steps.hpp"

namespace hanfs::server {
namespace {

// Empty: it can go on.
std::string unobservable_reason(const ObservedState& observed, const Options& options) {
  const bool no_exportfs =
      std::any_of(observed.unobserved.begin(), observed.unobserved.end(),
                  [](const app::Unobserved& item) { return item.command == "exportfs" && item.missing; });
  if (options.from.empty() && no_exportfs)
    return "this is not AIX: " + options.sysroot + "/usr/sbin/exportfs is missing; nothing was touched";
  return observed.unobserved.empty() ? "" : "without these nothing can be judged; nothing was touched";
}

bool knows_outage(const Result<plan::JournalContent>& journal) {
  return journal && std::any_of(journal->entries.begin(), journal->entries.end(),
                                [](const plan::JournalEntry& entry) { return is_outage(entry.step); });
}

bool is_stopping(const ObservedState& observed) {
  return std::any_of(std::begin(needed_daemons), std::end(needed_daemons), [&](const char* name) {
    const aix::Subsystem* daemon = observed.daemons.find(name);
    return daemon != nullptr && daemon->status != "active" && daemon->status != "inoperative";
  });
}

class Run {
 public:
  Run(app::Context& context, const Options& options) : context_(context), options_(options), server_apply_(context) {}

  int go() {
    report_.verdict = verdict_of(context_.node(), "ok");
    if (options_.end_outage) return is_at_work(context_) ? end_outage_of_another() : end_outage_of_killed_run();
    if (!options_.read_only())
      if (const Status alone = app::acquire_run_lock(report_, context_); !alone)
        return abort_run(alone.error().what, "refused", report::exit_busy);
    if (options_.outage != 0 && !options_.read_only()) forget_end_of_outage(context_);
    look([this](const ObservedState& seen) { return servers_to_ask(seen); });
    partners_asked_ = context_.system().clock().now();
    if (!options_.read_only()) wait_for_stopping_daemons();
    app::report_unobserved(report_, now_.unobserved, "");
    std::string reason = unobservable_reason(now_, options_);
    if (reason.empty() && context_.system().interrupted()) reason = "stopped by a signal before anything was changed";
    if (!reason.empty()) return abort_run(reason, "fail", report::exit_not_observed);
    report_.verdict.state = "as-before";
    const Result<plan::JournalContent> journal = context_.read_journal();
    earlier_.read(journal);
    if (options_.members_only && has_no_domain(now_, settings_)) return leave_alone();

    if (options_.reset) return reset(journal);
    if (!names_replicas(settings_)) return show();
    Result<DesiredState> desired = desired_state(now_, settings_);
    if (!desired) {
      (void)earlier_.is_still_down(Owed::all);
      return abort_run(desired.error().what, "refused", report::exit_usage);
    }
    report_.desired = std::move(*desired);
    report_messages(report_.desired->notes, report_.desired->warnings);
    if (options_.outage != 0) return interrupt();
    if (const Status forgotten = earlier_.forget(); !forgotten)
      return abort_run(forgotten.error().what, "fail", report::exit_not_observed);
    return options_.read_only() ? check_only() : change();
  }

 private:
  // `partners_of`: the servers that are asked whether they answer.
  void look(const std::function<std::vector<std::string>(const ObservedState&)>& partners_of) {
    if (!options_.read_only()) context_.tell_that_it_works();
    now_ = observe(context_.sources(), context_.node(), partners_of);
    report_.was_observed = true;
    for (const std::string& problem : context_.finish_saving()) report_.errors.push_back(problem);
  }

  // Empty: desired_state() says why not.
  std::vector<std::string> servers_to_ask(const ObservedState& seen) const {
    const Result<std::vector<std::string>> servers = servers_of(seen, settings_);
    if (servers && !servers->empty()) return *servers;
    return options_.reset ? present_servers(seen, settings_.directory) : std::vector<std::string>{};
  }

  int end_outage_of_another() {
    if (const Status ended = end_outage(context_); !ended)
      return abort_run(ended.error().what + "; nothing was touched", "refused", report::exit_not_as_wanted);
    report_.nothing_to_do =
        "setuphanfs: the outage here ends now: the run that began it starts NFS again, or does not stop it any more";
    report_.verdict.status = "changed";
    return print();
  }

  int no_outage() {
    return abort_run("no outage is under way here; nothing was touched", "refused", report::exit_not_as_wanted);
  }

  int end_outage_of_killed_run() {
    if (const Status alone = app::acquire_run_lock(report_, context_); !alone)
      return abort_run(alone.error().what, "refused", report::exit_busy);
    const Result<plan::JournalContent> journal = context_.read_journal();
    if (!knows_outage(journal)) return no_outage();
    look([](const ObservedState&) { return std::vector<std::string>{}; });
    earlier_.read(journal);
    if (!earlier_.unfinished() || !earlier_.unfinished()->has_outage()) return no_outage();
    end_killed_outage(context_, options_, report_);
    return print();
  }

  int leave_alone() {
    if (!earlier_.bring_back(Owed::all)) return print();
    if (earlier_.unfinished())
      earlier_.end(make_restore_plan(earlier_.before(), now_, earlier_.wanted()).empty() ? "as-before" : "unsettled");
    if (report_.verdict.state == "unsettled" && report_.errors.empty())
      report_.warnings.emplace_back(
          "what an earlier run has left here is neither as wanted nor as before; cure: --reset, or setuphanfs with "
          "--replica");
    const std::string without = domains_without_replicas(settings_);
    const std::string why = "no [domain NAME] of hanfs.conf holds an address of this server: nothing to do" +
                            (without.empty() ? "" : "; " + without);
    if (earlier_.unfinished()) {
      report_.notes.push_back(why);
    } else {
      report_.nothing_to_do = "setuphanfs: " + why;
    }
    return finish(options_.read_only());
  }

  int print() {
    if (report_.desired)
      for (const Consequence& one : report_.desired->consequences)
        report_.warnings.push_back(was_changed() ? one.after : one.before);
    report_.verdict.warnings = report_.warnings.size();
    return app::print(report_, context_, text_of(report_, options_), json_of(report_));
  }

  bool was_changed() const {
    return !report_.results.empty() && app::all_done(report_.results) && report_.verdict.state == "replicated";
  }

  // Nobody may be interrupted for these reasons, whatever the administrator allows.
  int refuse(const std::vector<std::string>& reasons) {
    app::count_steps(report_);
    report_.errors.insert(report_.errors.end(), reasons.begin(), reasons.end());
    report_.verdict.status = "refused";
    report_.exit_status = report::exit_not_as_wanted;
    return print();
  }

  // Asked right before what it is asked for.
  bool a_partner_answers_now() {
    constexpr std::chrono::seconds fresh{5};
    const auto now = context_.system().clock().now();
    if (now - partners_asked_ > fresh) {
      ask_partners(now_, context_.sources(), servers_to_ask(now_));
      partners_asked_ = context_.system().clock().now();
    }
    return any_answers(now_.partners);
  }

  std::string no_partner() const {
    return no_partner_text(now_.partners) + " while " + settings_.directory +
           " is withdrawn here; cure: bring one up (lssrc -g nfs there), or --alone when no node runs from here";
  }

  // Why the plan must not be carried out; empty: it may. Of a run that only looks, or may interrupt nobody, it is a
  // warning.
  std::vector<std::string> reasons_to_refuse(bool needs_partner, const std::vector<std::string>& obstacles) {
    std::vector<std::string> reasons = obstacles;
    if (!needs_partner || options_.alone) return reasons;
    const bool would_interrupt = settings_.disruptive && !options_.read_only() && reasons.empty();
    if (would_interrupt ? a_partner_answers_now() : any_answers(now_.partners)) return reasons;
    if (would_interrupt) {
      reasons.push_back(no_partner());
    } else if (reasons.empty()) {
      report_.warnings.push_back(no_partner());
    }
    return reasons;
  }

  int finish(bool read_only) {
    app::count_steps(report_);
    app::set_status(report_, read_only);
    return print();
  }

  int abort_run(const std::string& reason, const char* status, int exit_status) {
    app::abort_run(report_, reason, status, exit_status);
    return print();
  }

  // startsrc fails as long as the daemon is stopping, which stopsrc does not wait for (lib/aix/README.md "Daemons:
  // SRC").
  void wait_for_stopping_daemons() {
    const sys::Deadline wait_limit(context_.system().clock(),
                                   context_.time_for(std::chrono::seconds(context_.limits().command_deadline)));
    while (is_stopping(now_) && !wait_limit.passed() && context_.may_continue()) {
      pause_between_looks(context_);
      now_ = observe_again(context_.sources(), now_);
    }
  }

  // What is there, and nothing more.
  int show() {
    report_.verdict.state = "unknown";
    warn_of_unserved_exports();
    for (std::string& warning : warnings_of_unread_lines(now_)) report_.warnings.push_back(std::move(warning));
    report_.notes.emplace_back(
        "without --replica nothing is judged; cure: the addresses of all servers, to see what is "
        "missing");
    return print();
  }

  // Where nothing is planned that would start what is missing.
  void warn_of_unserved_exports() {
    const std::vector<std::string> missing = missing_daemons(now_);
    if (now_.exported.empty() || missing.empty() || is_unobserved(now_, "lssrc")) return;
    report_.warnings.push_back(report::joined(missing, ", ") + " do" + (missing.size() == 1 ? "es" : "") +
                               " not run, so clients of " + report::joined(directories_of(now_.exported), ", ") +
                               " may hang; cure: startsrc -s " + report::joined(missing, ", startsrc -s "));
  }

  void report_messages(const std::vector<std::string>& notes, const std::vector<std::string>& warnings) {
    report_.notes.insert(report_.notes.end(), notes.begin(), notes.end());
    report_.warnings.insert(report_.warnings.end(), warnings.begin(), warnings.end());
  }

  // What the plan itself says about it; files and partners have their say later.
  bool lets_go_on(const ServerPlan& made) const {
    return made.obstacles.empty() && (settings_.disruptive || made.interruptions.empty());
  }

  // Into the report.
  void take_plan(const ServerPlan& made) {
    report_.plan = made.plan;
    report_.interruptions = made.interruptions;
  }

  // Why not to do what is planned.
  std::vector<std::string> plan() {
    const ServerPlan made = make_plan(now_, *report_.desired, settings_);
    take_plan(made);
    report_messages({}, made.warnings);
    const bool withdraws = std::any_of(report_.plan.steps.begin(), report_.plan.steps.end(),
                                       [](const plan::Step& step) { return step.action == plan::Action::withdraw; });
    std::vector<std::string> obstacles = made.obstacles;
    if (withdraws)
      obstacles.insert(obstacles.end(), report_.desired->obstacles.begin(), report_.desired->obstacles.end());
    return reasons_to_refuse(made.needs_partner, obstacles);
  }

  int interrupt() {
    // An outage that still goes on is ended by --end-outage, or by the process that it has left here.
    const bool is_stopped =
        earlier_.unfinished() && earlier_.unfinished()->has_outage() && !missing_daemons(now_).empty();
    const bool owes = !earlier_.owed(Owed::all).empty();
    if (is_stopped) earlier_.end("unsettled");
    if (owes && !is_stopped) {
      if (!earlier_.bring_back(Owed::all)) return print();
      if (report_.touched) earlier_.end(final_state(earlier_.before(), now_, *report_.desired, settings_));
      if (report_.touched && report_.verdict.state == "replicated")
        return abort_run(
            "what an earlier run had left down has come back just now; cure: the same again, when the "
            "nodes are well",
            "refused", report::exit_not_as_wanted);
    }
    if (owes || is_stopped || (earlier_.unfinished() && !earlier_.unfinished()->is_outage_alone()))
      return abort_run("an earlier run has not ended well; cure: setuphanfs first", "refused",
                       report::exit_not_as_wanted);
    run_outage(context_, options_, report_);
    return print();
  }

  int check_only() {
    const std::vector<std::string> reasons = plan();
    earlier_.show_in_plan();
    if (report_.plan.empty()) report_.verdict.state = "replicated";
    return reasons.empty() ? finish(true) : refuse(reasons);
  }

  int change() {
    // In its old form what the nodes use comes back only where its new form will not, or where it is the same.
    const bool may_go_on = lets_go_on(make_plan(earlier_.with_others_back(), *report_.desired, settings_)) &&
                           !make_plan(earlier_.before(), *report_.desired, settings_).plan.empty();
    if (!earlier_.bring_back(may_go_on ? Owed::to_others : Owed::all)) return print();
    const std::vector<std::string> reasons = plan();
    const bool held_back = is_held_back();
    const bool is_allowed = reasons.empty() && !held_back;
    const Status writable = is_allowed ? server_apply_.try_files(report_.plan) : Status{Done{}};
    const bool goes_on = is_allowed && writable;
    if (!goes_on && may_go_on) {
      if (!earlier_.bring_back(Owed::to_nodes)) return print();
      take_plan(make_plan(now_, *report_.desired, settings_));  // what is still to be done
    }
    ObservedState goal = earlier_.before();
    const bool must_change = !report_.plan.empty() && goes_on;
    // Where all is well again after an earlier run, the journal is to say so.
    if (must_change || (earlier_.unfinished() && goes_on))
      if (const Status begun = server_apply_.begin(goal); !begun)
        return abort_run(begun.error().what, "fail", report::exit_not_observed);
    if (must_change) {
      carry_out(goal, *report_.desired);
      verify(report_, goal, settings_, has_worked(report_.plan, report_.results));
      earlier_.end(report_.verdict.state);
    } else {
      earlier_.end(final_state(goal, now_, *report_.desired, settings_));
    }
    if (!writable) return abort_run(writable.error().what, "fail", report::exit_not_as_wanted);
    return reasons.empty() ? finish(held_back) : refuse(reasons);
  }

  bool is_held_back() {
    const bool held_back = !report_.interruptions.empty() && !settings_.disruptive;
    if (held_back)
      report_.warnings.push_back(std::string("nothing ") + (report_.touched ? "else " : "") +
                                 "was changed, because it interrupts clients; cure: --disruptive, when they can bear "
                                 "it");
    return held_back;
  }

  void carry_out(ObservedState& goal, const DesiredState& desired) {
    Change change = server_apply_.apply(report_.plan, goal, now_, desired);
    report_.results = std::move(change.results);
    report_.take(change);
  }

  // Back to before the first run.
  int reset(const Result<plan::JournalContent>& journal) {
    if (!options_.from.empty())
      return abort_run("--reset needs the journal of a live server", "refused", report::exit_usage);
    if (!journal)
      return abort_run(
          "what the server was like before setuphanfs is not known: " + journal.error().what + "; nothing was touched",
          "fail", report::exit_not_observed);
    if (const Status forgotten = earlier_.forget(); !forgotten)
      return abort_run(forgotten.error().what, "fail", report::exit_not_observed);
    const std::optional<BeforeHanfs> old = before_hanfs(*journal, now_);
    const std::string unknown = reason_unknown(*journal, old.has_value());
    const Written written = old ? written_by_hanfs(*old, settings_.directory, now_) : Written{};
    const bool is_nothing = !old || (!written.here && !written.elsewhere.empty());
    const bool may_go_on = unknown.empty() && !is_nothing &&
                           lets_go_on(make_reset_plan(earlier_.with_others_back(), *old, settings_.directory));
    if (!earlier_.bring_back(may_go_on ? Owed::to_others : Owed::all)) return print();
    if (!unknown.empty()) {
      end_reset("unsettled", "as-before");
      return abort_run(unknown + "; nothing " + (report_.touched ? "else " : "") +
                           "was touched; cure: put /etc/exports right by hand (" + exports_backup +
                           " may say what was there), then move the journal away",
                       "fail", report::exit_not_observed);
    }
    if (is_nothing) {
      report_.notes.push_back(
          "the journal knows of nothing that setuphanfs has changed " +
          (old ? "at " + settings_.directory + ", but at " + report::joined(written.elsewhere, ", ") : "here") +
          ": nothing to take back");
      if (options_.read_only()) earlier_.show_in_plan();
      end_reset("as-before", "as-before");
      return finish(options_.read_only());
    }
    const ResetPlan made = make_reset_plan(now_, *old, settings_.directory);
    take_plan(made);
    report_messages(made.notes, made.warnings);
    const std::vector<std::string> reasons = reasons_to_refuse(made.needs_partner, made.obstacles);
    const bool held_back = reasons.empty() && !options_.read_only() && is_held_back();
    const bool is_allowed = reasons.empty() && !options_.read_only() && !held_back;
    const Status writable = is_allowed ? server_apply_.try_files(report_.plan) : Status{Done{}};
    if (!is_allowed || !writable) {
      if (may_go_on) {
        if (!earlier_.bring_back(Owed::to_nodes)) return print();
        take_plan(make_reset_plan(now_, *old, settings_.directory));  // what is still to be done
      }
      const std::string state = report_.plan.empty() ? "reset" : "as-before";
      if (options_.read_only()) earlier_.show_in_plan();
      end_reset("as-before", state);
      if (!writable) return abort_run(writable.error().what, "fail", report::exit_not_as_wanted);
      return reasons.empty() ? finish(true) : refuse(reasons);
    }
    if (report_.plan.empty()) report_.verdict.state = "reset";
    ObservedState start = earlier_.before();
    if (const Status begun = server_apply_.begin(start, plan::Purpose::reset); !begun)
      return abort_run(begun.error().what, "fail", report::exit_not_observed);
    if (!report_.plan.empty()) {
      carry_out(start, earlier_.wanted());
      verify_reset(start, earlier_.wanted(), *old);
    }
    // What was written for another directory can still be taken back: the journal is to keep that.
    end_reset(written.elsewhere.empty() ? report_.verdict.state : "as-before", report_.verdict.state);
    return finish(false);
  }

  // Why the journal does not tell what the server was like; empty: it does.
  std::string reason_unknown(const plan::JournalContent& journal, bool knows_changes) const {
    // In the middle of the journal: which runs there were, and which were taken back, is not known for sure.
    if (journal.unreadable == 0 || (knows_changes && journal.unreadable <= journal.unreadable_since)) return "";
    return "what the server was like before setuphanfs is not known: " + std::to_string(journal.unreadable) +
           " lines of the journal " + context_.journal_path() + " cannot be read";
  }

  // What an earlier run still owes stays owed. After a reset the nodes have what they had before setuphanfs.
  void end_reset(const std::string& in_journal, const std::string& state) {
    const bool owes = earlier_.is_still_down(state == "reset" ? Owed::to_others : Owed::all) || is_restart_owed(now_);
    warn_of_unserved_exports();
    report_.verdict.state = owes && !options_.read_only() ? "unsettled" : state;
    server_apply_.end(owes ? "unsettled" : in_journal);
  }

  void verify_reset(const ObservedState& start, const DesiredState& here, const BeforeHanfs& old) {
    app::report_unobserved(report_, now_.unobserved, "looking again: ");
    report_.verdict.state = "unknown";
    add_cures_of_exports_in_use(report_);
    if (!now_.unobserved.empty()) return;
    const plan::Plan rest = app::all_done(report_.results) ? make_reset_plan(now_, old, here.directory).plan
                                                           : make_restore_plan(start, now_, here);
    report_.verdict.state = !rest.empty() ? "unsettled" : app::all_done(report_.results) ? "reset" : "as-before";
    for (const plan::Step& step : rest.steps)
      report_.errors.push_back("still to do after the run: " + plan::text_of(step) + " (" + step.why + ")");
  }

  app::Context& context_;
  const Options& options_;
  const Settings& settings_ = options_.settings;
  ServerApply server_apply_;
  Report report_;
  EarlierRuns earlier_{context_, options_, report_, server_apply_};
  ObservedState& now_ = report_.observed;
  sys::Clock::TimePoint partners_asked_{};
};

std::string json_of_refusal(const app::Report& refused) {
  Report report;
  static_cast<app::Report&>(report) = refused;
  return json_of(report);
}

int run_with_options(app::System& system, const Options& options) {
  app::Context context(
      system, options, options.settings,
      {{"/etc/exports"}, {"/etc/filesystems"}, {"/etc/hosts"}, {"/etc/nfs/local_domain"}, {"/etc/xtab"}});
  constexpr long grace = 15;  // seconds, for the commands that are under way when a limit comes
  app::arm_watchdog(system, verdict_of(context.node(), "fail"), options,
                    options.settings.deadline + limit_of_taking_back(options.settings) + grace +
                        (options.outage != 0 || options.end_outage ? longest_stop_and_start : 0));
  return Run(context, options).go();
}

}  // namespace

int run(app::System& system, int argc, const char* const* argv) {
  return app::run_program<Options>({read_options, verdict_of, json_of_refusal, run_with_options}, system, argc, argv);
}

}  // namespace hanfs::server
