// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/outage.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "aix/commands.hpp"
#include "run/command.hpp"
#include "setuphanfs/observe.hpp"
#include "setuphanfs/planner.hpp"
#include "setuphanfs/restore_plan.hpp"
#include "setuphanfs/server_apply.hpp"
#include "setuphanfs/steps.hpp"
#include "text/words.hpp"

namespace hanfs::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// After the outage NFS is started by this run. The process that was left does it at that time where the run has ended
// meanwhile, and this much later where the run is still there and has not done it.
constexpr long grace = 60;                                        // seconds
constexpr seconds time_to_stop{longest_stop_and_start / 3};       // for all daemons
constexpr seconds time_to_start{longest_stop_and_start * 2 / 3};  // for all daemons
constexpr milliseconds pause_before_retry{1000};
constexpr milliseconds between_looks{200};
constexpr seconds between_questions{2};  // to the partners and to our daemons, while NFS is stopped here
constexpr seconds time_to_hear{10};      // several looks, on a server that has much to do

// Lies there while somebody wants the outage to end. Who ends it takes it away.
std::string sign_of_end(const app::Context& context) { return context.state_folder() + "/end-outage"; }

bool is_idle(const ObservedState& observed, const std::string& name) {
  const aix::Subsystem* daemon = observed.daemons.find(name);
  return daemon == nullptr || daemon->status == "inoperative";
}

bool all_idle(const ObservedState& observed) {
  return std::all_of(std::begin(needed_daemons), std::end(needed_daemons),
                     [&](const char* name) { return is_idle(observed, name); });
}

// What could not be seen is not known to be stopped.
bool is_nfsd_stopped(const ObservedState& observed) {
  return !is_unobserved(observed, "lssrc") && !observed.daemons.is_active("nfsd");
}

class Outage {
 public:
  Outage(app::Context& context, const Options& options, Report& report)
      : context_(context), options_(options), report_(report), runner_(context.calm_runner()), server_apply_(context) {}

  void run() {
    before_ = report_.observed;
    std::vector<std::string> reasons = reasons_to_refuse();
    if (!reasons.empty()) return refuse(std::move(reasons));
    if (options_.read_only() || !options_.settings.disruptive) return hold_back();
    wait(options_.lead, [this] { return asked_to_end_ = take_sign(); });
    if (asked_to_end_) return refuse({"called off by --end-outage before NFS was stopped; nothing was touched"});
    if (!context_.may_continue())
      return app::abort_run(report_, "stopped by a signal before NFS was stopped; nothing was touched", "fail",
                            report::exit_not_observed);
    if (options_.lead != 0) {
      // A partner that died meanwhile would leave nobody.
      ask_partners(before_, context_.sources(), report_.desired->addresses);
      report_.observed.partners = before_.partners;
      if (reasons = reasons_to_refuse(); !reasons.empty()) return refuse(std::move(reasons));
    }
    if (const Status begun = server_apply_.begin(before_); !begun)
      return app::abort_run(report_, begun.error().what, "fail", report::exit_not_observed);
    if (const Status promised = promise(); !promised) {
      server_apply_.end("as-before");
      return app::abort_run(report_, promised.error().what + "; nothing was touched", "fail",
                            report::exit_not_observed);
    }
    server_apply_.note(outage_step(options_.outage));
    stop();
    start_again();
    judge();
  }

  void end_killed() {
    before_ = now_ = report_.observed;
    if (!is_unobserved(now_, "lssrc") && missing_daemons(now_).empty()) {
      report_.notes.emplace_back("NFS runs already; cure for the rest: the same setuphanfs as always");
      return;
    }
    report_.touched = true;
    begun_ = context_.system().clock().now();
    start_again();
    report_.observed = now_;
    if (missing_.empty())
      report_.notes.emplace_back("NFS runs again; cure for the rest: the same setuphanfs as always");
    report_.verdict.state = "unknown";
    report_.verdict.changed = 1;
    report_.verdict.status = missing_.empty() ? "changed" : "fail";
    report_.exit_status = missing_.empty() ? report::exit_ok : report::exit_not_as_wanted;
  }

 private:
  std::vector<std::string> reasons_to_refuse() const {
    std::vector<std::string> reasons;
    if (!make_plan(before_, *report_.desired, options_.settings).plan.empty())
      reasons.emplace_back(
          "this server is not set up as wanted, so its nodes could not move; cure: setuphanfs --dry-run shows what is "
          "missing");
    if (!any_answers(before_.partners))
      reasons.push_back(no_partner_text(before_.partners) + "; cure: bring one up (lssrc -g nfs there)");
    return reasons;
  }

  void refuse(std::vector<std::string> reasons) {
    report_.errors.insert(report_.errors.end(), reasons.begin(), reasons.end());
    report_.verdict.status = "refused";
    report_.exit_status = report::exit_not_as_wanted;
  }

  void hold_back() {
    report_.warnings.push_back("nothing was changed: NFS would be stopped here for " + std::to_string(options_.outage) +
                               " s, and nodes move away or hang meanwhile; cure: --disruptive, when they can bear it");
    report_.verdict.status = "drift";
    report_.verdict.state = "replicated";
    report_.exit_status = report::exit_not_as_wanted;
  }

  Status promise() {
    std::vector<std::string> argv = aix::start_nfs();
    argv.front() = options_.sysroot + argv.front();
    return context_.system().start_later(argv, options_.outage, grace);
  }

  // A signal ends it early, and so does what `is_over` says.
  void wait(long time, const std::function<bool()>& is_over) {
    const sys::Deadline end(context_.system().clock(), seconds(time));
    while (!end.passed() && !context_.system().interrupted() && !is_over())
      context_.system().clock().sleep(std::min(between_looks, std::max(end.left(), milliseconds(1))));
  }

  // While NFS is stopped here, somebody else has to serve: the first question, right after the stop, also finds a
  // partner that was stopped at the same moment. Where NFS runs again it was started by somebody else.
  bool ends_early() {
    if (next_question_ && !next_question_->passed()) return false;
    ask_partners(before_, sources(), report_.desired->addresses);
    next_question_.emplace(context_.system().clock(), between_questions);
    alone_ = !any_answers(before_.partners);
    const ObservedState now = look();
    started_by_others_ = was_stopped_ && now.daemons.is_active("nfsd");
    was_stopped_ = was_stopped_ || is_nfsd_stopped(now);
    return alone_ || started_by_others_;
  }

  // A sign that cannot be read or taken away is none: the outage has its time all the same.
  bool take_sign() {
    const std::string path = sign_of_end(context_);
    const auto sign = context_.system().files().read(path, sys::Files::usual_limit);
    return sign && *sign && context_.system().files().remove(path);
  }

  run::Outcome run_command(const std::vector<std::string>& argv) {
    run::Command command;
    command.argv = argv;
    command.deadline = seconds(options_.settings.command_deadline);
    return run::run_one(*runner_, command);
  }

  // Neither the deadline of the run nor a signal is the end of the outage.
  app::Sources sources() {
    return context_.sources().with(*runner_, [this] { return seconds(options_.settings.command_deadline); });
  }

  ObservedState look() { return observe_again(sources(), before_); }

  void stop() {
    report_.touched = true;
    begun_ = context_.system().clock().now();
    const run::Outcome outcome = run_command(aix::stop_nfs());
    stopped_ = !hung(outcome);
    const std::string failure = run::failure(outcome);
    if (!failure.empty()) {
      report_.warnings.push_back(run::command_text(aix::stop_nfs()) + ": " + failure);
      runs_on_ = look().daemons.is_active("nfsd");
    }
    if (!runs_on_) wait(options_.outage, [this] { return (asked_to_end_ = take_sign()) || ends_early(); });
    outage_ = since_stop();
    // stopsrc returns before the daemons are gone, and with 0 whether they go or not.
    if (was_stopped_ || runs_on_) return;
    const ObservedState now = look();
    runs_on_ = now.daemons.is_active("nfsd");
    was_stopped_ = is_nfsd_stopped(now);
  }

  milliseconds since_stop() const {
    return std::chrono::duration_cast<milliseconds>(context_.system().clock().now() - begun_);
  }

  // What the outage was not, as it should have been.
  void report_failed_outage() {
    if (runs_on_)
      report_.errors.emplace_back(
          "there was no outage: NFS runs on, as it could not be stopped; cure: lssrc -g nfs, stopsrc -g nfs by hand, "
          "then the same again");
    if (started_by_others_)
      report_.errors.push_back(
          "the outage was ended after " + run::seconds(outage_) +
          ", as NFS runs here again: somebody started it, or a process that an earlier outage left "
          "here; cure: the same again");
    if (alone_)
      report_.errors.push_back("the outage was ended after " + run::seconds(outage_) +
                               ", as no other server served any more: " + text_of(before_.partners) +
                               "; cure: lssrc -g nfs there, then the same again");
  }

  // startsrc fails as long as a daemon is stopping (lib/aix/README.md "Daemons: SRC").
  void start_again() {
    const sys::Deadline stopping(context_.system().clock(), time_to_stop);
    now_ = look();
    while (!all_idle(now_) && !now_.daemons.is_active("nfsd") && !stopping.passed()) {
      context_.system().clock().sleep(pause_before_retry);
      now_ = look();
    }
    const sys::Deadline starting(context_.system().clock(), time_to_start);
    std::string failure;
    do {
      if (const std::string why = run::failure(run_command(aix::start_nfs())); !why.empty()) failure = why;
      now_ = look();
      if (missing_daemons(now_).empty()) break;
      context_.system().clock().sleep(pause_before_retry);
      now_ = look();
    } while (!missing_daemons(now_).empty() && !starting.passed());
    without_nfs_ = started_by_others_ ? outage_ : since_stop();
    if (missing_daemons(now_).empty()) {
      context_.system().cancel_later();
      if (!failure.empty())
        report_.warnings.push_back(run::command_text(aix::start_nfs()) + ": " + failure +
                                   "; tried again, and NFS runs");
      return;
    }
    const bool unseen = is_unobserved(now_, "lssrc");
    missing_ = unseen ? "whether the daemons of NFS run cannot be seen"
                      : text::joined(missing_daemons(now_), ", ") + " did not start, or ended again";
    report_.errors.push_back((unseen ? "NFS was started, and " : "NFS does not come back: ") + missing_ +
                             (failure.empty() ? "" : "; " + run::command_text(aix::start_nfs()) + ": " + failure) +
                             "; cure: startsrc -g nfs, then lssrc -g nfs (a process that was left here tries it, too); "
                             "errpt -a says why a daemon ends");
  }

  // What is exported stays in the kernel [GUESS]; where it does not, it is brought back.
  void judge() {
    Change change = server_apply_.take_back(before_, now_, *report_.desired, "brought back after the outage");
    report_.verdict.changed += change.notes.size();
    report_.take(change);
    now_ = report_.observed;
    verify(report_, before_, options_.settings, false);
    report_failed_outage();
    if (!runs_on_)
      report_.notes.push_back(
          (missing_.empty()               ? "NFS was stopped here for "
           : is_unobserved(now_, "lssrc") ? "NFS was stopped here, and whether it runs again is not known after "
                                          : "NFS was stopped here, and this is so since ") +
          run::seconds(without_nfs_) +
          (!stopped_       ? ", or was not: stopsrc did not end"
           : !was_stopped_ ? ", or was not: nobody could see it"
                           : "") +
          (asked_to_end_ ? ", until --end-outage came" : "") +
          "; a stopped NFS refuses at once, a dead server is silent: what nodes felt is the former");
    server_apply_.end(report_.verdict.state);
    app::set_status(report_, false);
    if (report_.errors.empty()) report_.verdict.status = "changed";
  }

  app::Context& context_;
  const Options& options_;
  Report& report_;
  std::unique_ptr<run::Runner> runner_;
  ServerApply server_apply_;
  ObservedState before_;
  ObservedState now_;
  bool stopped_ = false;
  bool runs_on_ = false;  // it could not be stopped
  bool asked_to_end_ = false;
  std::string missing_;             // what of NFS did not come back; empty: all has
  bool alone_ = false;              // no partner serves any more
  bool was_stopped_ = false;        // nfsd was seen stopped
  bool started_by_others_ = false;  // and then running again
  std::optional<sys::Deadline> next_question_;
  sys::Clock::TimePoint begun_{};
  milliseconds outage_{0};       // from stopsrc to the first startsrc
  milliseconds without_nfs_{0};  // until NFS ran again
};

}  // namespace

void run_outage(app::Context& context, const Options& options, Report& report) {
  Outage(context, options, report).run();
}

bool is_at_work(app::Context& context) {
  const bool busy = context.take_lock().state == sys::Lock::State::busy;
  context.release_lock();
  return busy;
}

void forget_end_of_outage(app::Context& context) { (void)context.system().files().remove(sign_of_end(context)); }

void end_killed_outage(app::Context& context, const Options& options, Report& report) {
  Outage(context, options, report).end_killed();
}

Status end_outage(app::Context& context) {
  sys::Files& files = context.system().files();
  const std::string path = sign_of_end(context);
  if (const Status written = files.write(path, "", ""); !written) return written;
  const sys::Deadline limit(context.system().clock(), time_to_hear);
  while (!limit.passed() && !context.system().interrupted()) {
    const auto sign = files.read(path, sys::Files::usual_limit);
    if (sign && !*sign) return Done{};
    context.system().clock().sleep(between_looks);
  }
  (void)files.remove(path);
  return Error{
      "the run at work here does not notice: it is no outage, or one that has not begun or is at its end; "
      "cure: the same again"};
}

}  // namespace hanfs::server
