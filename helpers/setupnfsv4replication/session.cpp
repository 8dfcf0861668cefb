// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/session.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <stdexcept>

#include "plan/apply.hpp"
#include "report/log.hpp"
#include "report/progress.hpp"
#include "run/capture.hpp"
#include "run/real_runner.hpp"
#include "setupnfsv4replication/planner.hpp"
#include "setupnfsv4replication/report.hpp"
#include "sys/file.hpp"
#include "sys/host.hpp"
#include "sys/lock.hpp"
#include "sys/signals.hpp"

namespace hanfs::node {
namespace {

using std::chrono::milliseconds;
using Level = report::Log::Level;

// Below /etc because it is on the root file system: /var may be an NFS mount (statelite), and touching that could hang.
constexpr const char* state_folder = "/etc/hanfs";

// A chdev that takes longer is reported, never killed.
constexpr milliseconds odm_deadline{300000};

report::Verdict verdict_of(const std::string& node, const std::string& status) {
  report::Verdict verdict;
  verdict.tool = tool_name;
  verdict.node = node;
  verdict.status = status;
  verdict.failover = "unknown";
  return verdict;
}

// With --json stdout is the object alone, so the verdict goes to stderr.
void print_verdict(const report::Verdict& verdict, bool json) {
  std::fprintf(json ? stderr : stdout, "%s\n", verdict.line().c_str());
}

bool is_empty(const Scope& scope) {
  return scope.filesystems.empty() && !scope.routes && !scope.odm_routes && !scope.tunables && !scope.files;
}

class Session {
 public:
  explicit Session(const Options& options)
      : options_(options),
        settings_(options.settings),
        deadline_(std::chrono::seconds(options.settings.deadline)),
        log_(options.sysroot.empty() && !options.read_only()) {
    report_.verbose = options.verbose;
    report_.reset = options.reset;
    make_runner();
    report_.verdict = verdict_of(name_of_node(), "ok");
  }

  int run() {
    std::unique_ptr<sys::Lock> lock;
    if (!options_.read_only()) {
      lock = take_lock();
      if (lock->state() == sys::Lock::State::busy) return busy(lock->holder());
    }
    arm_watchdog();
    const Facts before = observe(sources(), report_.verdict.node);
    if (!options_.save.empty()) save_files();
    if (sys::interrupted()) return give_up(before, "stopped by a signal before anything was changed", report::exit_not_observed);
    if (!is_observable(before)) return not_observable(before);

    const Result<Wishes> wishes = wish(before, settings_);
    if (!wishes) return give_up(before, wishes.error().what, report::exit_usage);
    report_.plan = options_.reset ? make_reset_plan(before, *wishes, journal_content())
                                  : make_plan(before, *wishes, settings_);
    if (options_.read_only()) return finish(before, before);
    return finish(before, apply_and_verify(before, *wishes));
  }

 private:
  // ---- where facts come from ----

  void make_runner() {
    if (!options_.from.empty()) {
      runner_ = std::make_unique<run::ReplayRunner>(options_.from);
      return;
    }
    run::RealRunner::Options options;
    options.sysroot = options_.sysroot;
    options.jobs = static_cast<unsigned>(settings_.jobs);
    options.interrupted = sys::interrupted;
    options.wake_fd = sys::wake_fd();
    runner_ = std::make_unique<run::RealRunner>(std::move(options));
    if (!options_.save.empty()) {
      if (const Status made = sys::make_folders(options_.save); !made) report_.errors.push_back(made.error().what);
      recorder_ = std::make_unique<run::RecordingRunner>(*runner_, options_.save);
    }
  }

  // A capture knows whose it is.
  std::string name_of_node() const {
    if (!options_.from.empty()) {
      const auto name = sys::read_file(options_.from + "/hostname.out");
      if (name && *name && !(*name)->empty()) return (*name)->substr(0, (*name)->find_first_of(".\n"));
    }
    return sys::node_name();
  }

  Sources sources() {
    return Sources{recorder_ ? static_cast<run::Runner&>(*recorder_) : *runner_,
                   [this](const std::string& path) {
                     return sys::read_file((options_.from.empty() ? options_.sysroot : options_.from + "/files") + path);
                   },
                   [this] { return time_for(std::chrono::seconds(settings_.command_deadline)); }};
  }

  // No command may eat up the run: at most a quarter of it, and never the time that ending a hung one takes.
  milliseconds time_for(milliseconds wanted) const {
    const milliseconds reserve = std::min(milliseconds(2500), deadline_.whole() / 4);
    const milliseconds left = std::max(deadline_.left() - reserve, milliseconds(0));
    return std::min({wanted, deadline_.whole() / 4, left});
  }

  void save_files() {
    recorder_.reset();  // what follows is verification, which would overwrite the state before
    for (const char* path : {"/etc/netsvc.conf", "/etc/resolv.conf", "/etc/hosts"}) {
      const auto text = sys::read_file(options_.sysroot + path);
      if (!text || !*text) continue;
      const std::string copy = options_.save + "/files" + path;
      Status saved = sys::make_folders(sys::folder_of(copy));
      if (saved) saved = sys::write_atomically(copy, **text);
      if (!saved) report_.errors.push_back("--save: " + saved.error().what);
    }
    if (const Status saved = sys::write_atomically(options_.save + "/hostname.out", report_.verdict.node + "\n"); !saved)
      report_.errors.push_back("--save: " + saved.error().what);
  }

  // ---- one run at a time, a journal, a last resort ----

  std::unique_ptr<sys::Lock> take_lock() {
    const std::string folder = options_.sysroot + state_folder;
    (void)sys::make_folders(folder);  // a folder that cannot be made shows in the lock's reason
    auto lock = std::make_unique<sys::Lock>(folder + "/lock");
    if (lock->state() == sys::Lock::State::unavailable)
      report_.warnings.push_back("no lock (" + lock->reason() + "): a second run at the same time is not kept out");
    return lock;
  }

  int busy(long holder) {
    const std::string who = holder != 0 ? "process " + std::to_string(holder) : "another process";
    report_.errors.push_back("another run is at work (" + who + "); cure: wait for it, or see what it hangs on");
    report_.verdict.status = "refused";
    report_.exit_status = report::exit_busy;
    print();
    return report_.exit_status;
  }

  std::string journal_path() const { return options_.sysroot + state_folder + "/journal"; }

  plan::JournalContent journal_content() {
    const auto text = sys::read_file(journal_path(), std::size_t{256} << 20);
    if (!text) report_.warnings.push_back("journal: " + text.error().what);
    return text && *text ? plan::parse_journal(**text) : plan::JournalContent{};
  }

  void arm_watchdog() {
    report::Verdict stuck = verdict_of(report_.verdict.node, "fail");
    stuck.failed = 1;
    last_words_ = "error: stuck for longer than the deadline, probably in a file system of a dead server\n" + stuck.line() + "\n";
    sys::arm_watchdog(static_cast<unsigned>(settings_.deadline) + 5, last_words_.c_str(), report::exit_not_as_wanted);
  }

  // ---- observe ----

  static bool has_blind(const Facts& facts, const char* command) {
    return std::any_of(facts.blind.begin(), facts.blind.end(), [&](const Blind& spot) { return spot.command == command; });
  }

  static bool is_missing(const Facts& facts, const char* command) {
    return std::any_of(facts.blind.begin(), facts.blind.end(),
                       [&](const Blind& spot) { return spot.command == command && spot.missing; });
  }

  // Without the list of mounts nothing can be judged; without nfs4cl nothing can be done. All other blind spots cost
  // only what they hide.
  bool is_observable(const Facts& facts) const {
    if (facts.mounts.empty() && has_blind(facts, "mount")) return false;
    return !options_.from.empty() || !is_missing(facts, "nfs4cl");
  }

  int not_observable(const Facts& facts) {
    if (options_.from.empty() && is_missing(facts, "nfs4cl"))
      report_.errors.push_back("this is not AIX: " + options_.sysroot +
                               "/usr/sbin/nfs4cl is missing; nothing was touched; to see hanfs without AIX, run "
                               "test/demo of its source");
    return give_up(facts, "", report::exit_not_observed);
  }

  // ---- apply and verify ----

  plan::ApplyOptions apply_options(Facts& seen, report::Progress& progress) {
    plan::ApplyOptions options;
    options.sysroot = options_.sysroot;
    options.go_on = [this] { return !sys::interrupted() && time_for(milliseconds(1000)).count() > 0; };
    options.stopped = [this] {
      return std::string(sys::interrupted() ? "not started: stopped by a signal"
                                            : "not started: the deadline of the whole run has come (" +
                                                  std::to_string(settings_.deadline) + " s)");
    };
    options.time_for = [this](const plan::Step& step) {
      if (step.never_kill) return std::min(odm_deadline, std::max(deadline_.left(), milliseconds(1000)));
      return std::max(time_for(std::chrono::seconds(settings_.command_deadline)), milliseconds(100));
    };
    options.holds = [this, &seen](const plan::Expectation& expectation) {
      Scope scope;
      scope.odm_routes = expectation.kind == "odm_rows" || expectation.kind == "odm_route";
      scope.routes = !scope.odm_routes;
      seen = observe_again(sources(), seen, scope);
      return route_expectation_holds(seen, expectation);
    };
    options.told = [this, &progress](const plan::Step& step, const plan::StepResult& result) {
      progress.advance();
      const bool well = result.state == plan::StepResult::State::done;
      log_.write(well ? Level::info : Level::error,
                 "hanfs: " + step.why + (well ? "" : ": " + result.problem));
    };
    return options;
  }

  std::vector<plan::StepResult> apply(const plan::Plan& plan, plan::Journal& journal, const Facts& facts) {
    Facts seen = facts;
    report::Progress progress("hanfs", plan.steps.size());
    return plan::apply(plan, *runner_, journal, apply_options(seen, progress));
  }

  Facts apply_and_verify(const Facts& before, const Wishes& wishes) {
    if (report_.plan.empty()) return before;
    plan::Journal journal(journal_path(), sys::utc_now() + "." + std::to_string(::getpid()));
    report_.results = apply(report_.plan, journal, before);
    Facts after = look_again(before, report_.plan);
    if (!options_.reset) after = repair(before, std::move(after), wishes, journal);
    else mark_undone(journal, before, after);
    if (!journal.reason().empty())
      report_.warnings.push_back("journal: " + journal.reason() + "; --reset will not know what this run did");
    return after;
  }

  Facts look_again(const Facts& facts, const plan::Plan& plan) {
    const Scope scope = scope_of(plan);
    return is_empty(scope) ? facts : observe_again(sources(), facts, scope);
  }

  // See repair_filesystems: an AIX where each set call replaces what was set before.
  Facts repair(const Facts& before, Facts after, const Wishes& wishes, plan::Journal& journal) {
    (void)wishes;
    for (int attempt = 0; attempt < repair_attempts && !sys::interrupted(); ++attempt) {
      const Result<Wishes> now = wish(after, settings_);
      if (!now || plan_filesystems(now->filesystems).empty()) break;
      const plan::Plan repairs{repair_filesystems(now->filesystems, before, attempt)};
      if (repairs.empty()) break;
      (void)apply(repairs, journal, after);  // judged by looking, below
      for (const plan::Step& step : repairs.steps) report_.notes.push_back(step.why);
      after = look_again(after, repairs);
    }
    return after;
  }

  void mark_undone(plan::Journal& journal, const Facts& before, const Facts& after) {
    std::vector<std::string> back;  // lanes that are as they were
    for (std::size_t i = 0; i < report_.plan.steps.size(); ++i)
      if (holds(i, before, after)) back.push_back(report_.plan.steps[i].lane);
    const plan::JournalContent content = journal_content();
    for (const plan::JournalEntry& entry : content.entries) {
      if (entry.state == plan::JournalEntry::State::undone || entry.step.id.rfind("reset:", 0) == 0) continue;
      const bool reset_step = entry.step.id.size() > 6 && entry.step.id.compare(entry.step.id.size() - 6, 6, ":reset") == 0;
      const bool is_back = std::any_of(back.begin(), back.end(), [&](const std::string& lane) {
        const std::string subject = lane.rfind("reset:", 0) == 0 ? lane.substr(6) : lane;
        return entry.step.id == subject || entry.step.id.rfind(subject + ":", 0) == 0;
      });
      if (is_back && !reset_step) journal.undone(entry.run, entry.step.id);
    }
  }

  // Is what this step is for there now? Guarded steps were judged right after they ran (a later step of their lane may
  // have changed it on purpose), all others are judged by what is there at the end.
  bool holds(std::size_t index, const Facts& before, const Facts& after) const {
    const plan::Step& step = report_.plan.steps[index];
    const plan::StepResult& result = report_.results[index];
    const bool done = result.state == plan::StepResult::State::done;
    if (step.guarded) return done;
    if (step.file) return after.netsvc_text == step.file->content;
    if (step.lane.rfind("fs:", 0) == 0) return fs_holds(step, done, before, after);
    return step.expect && route_expectation_holds(after, *step.expect);
  }

  static bool fs_holds(const plan::Step& step, bool done, const Facts& before, const Facts& after) {
    const std::string path = step.lane.substr(3);
    const aix::FsInfo* now = after.filesystem(path);
    if (now == nullptr) return false;
    if (!step.expect) {  // a reset: AIX's defaults are not known, so a change, or a quiet success, is believed
      const aix::FsInfo* old = before.filesystem(path);
      return done || (old != nullptr && old->options != now->options);
    }
    const std::size_t equals = step.expect->value.find('=');
    const std::optional<long> value = now->number(step.expect->value.substr(0, equals));
    return value && std::to_string(*value) == step.expect->value.substr(equals + 1);
  }

  // ---- report ----

  void judge_steps(const Facts& before, const Facts& after) {
    report::Verdict& verdict = report_.verdict;
    for (std::size_t i = 0; i < report_.results.size(); ++i) {
      const plan::Step& step = report_.plan.steps[i];
      plan::StepResult& result = report_.results[i];
      const std::string what = step.file ? "write " + step.file->path : run::words(step.argv);
      if (holds(i, before, after)) {
        ++verdict.changed;
        if (result.state == plan::StepResult::State::failed)
          report_.warnings.push_back(what + ": " + result.problem + "; the change is there all the same");
        result.state = plan::StepResult::State::done;
        continue;
      }
      ++verdict.failed;
      if (result.state == plan::StepResult::State::done) {
        result.state = plan::StepResult::State::failed;
        result.problem = "it ended well, but the change is not there when read back";
      }
      report_.errors.push_back(what + ": " + result.problem + " (" + step.why + ")");
      const bool ran = result.state == plan::StepResult::State::failed && !step.argv.empty();
      if (ran) failed_command(step.argv.front().substr(step.argv.front().rfind('/') + 1));
    }
  }

  void failed_command(const std::string& name) {
    auto& commands = report_.verdict.commands;
    if (std::find(commands.begin(), commands.end(), name) == commands.end()) commands.push_back(name);
  }

  // changed and failed of a mount, from the steps of its fsid.
  void mark_mounts() {
    for (auto* mounts : {&report_.mounts.mounts, &report_.mounts.crossed}) {
      for (MountState& mount : *mounts) {
        for (std::size_t i = 0; i < report_.results.size(); ++i) {
          const plan::Step& step = report_.plan.steps[i];
          if (step.lane.rfind("fs:", 0) != 0 || !same_filesystem(mount.path, step.lane.substr(3))) continue;
          const bool done = report_.results[i].state == plan::StepResult::State::done;
          if (!done) mount.state = "failed";
          if (done && mount.state != "failed") mount.state = "changed";
        }
      }
    }
  }

  bool same_filesystem(const std::string& a, const std::string& b) const {
    const aix::FsInfo* info = report_.facts.filesystem(a);
    return a == b || (info != nullptr && info == report_.facts.filesystem(b));
  }

  void describe(const Facts& facts) {
    report_.facts = facts;
    const Result<Wishes> wishes = wish(report_.facts, settings_);
    FsWishes filesystems;
    if (wishes) {
      filesystems = wishes->filesystems;
      report_.routes = describe_routes(report_.facts, wishes->routes);
      if (!wishes->routes.managed) report_.routes_left_alone = wishes->routes.reason;
    } else if (const Result<FsWishes> plain = wish_filesystems(report_.facts, Settings{})) {
      filesystems = *plain;
    }
    report_.mounts = describe_mounts(report_.facts, filesystems);
    report_.resolver = describe_resolver(report_.facts, settings_);
    for (const auto* texts : {&report_.mounts.warnings, &report_.routes.warnings, &report_.resolver.warnings})
      report_.warnings.insert(report_.warnings.end(), texts->begin(), texts->end());
    for (const Blind& spot : report_.facts.blind) {
      report_.errors.push_back(spot.what);
      failed_command(spot.command);
    }
    report_.verdict.failover = worst_failover(report_.mounts);
  }

  // IBM: an option reaches newly accessed files only; at boot little is open yet.
  void note_open_files() {
    const char* at_boot = std::getenv("UPDATENODE");
    const bool tuned = std::any_of(report_.plan.steps.begin(), report_.plan.steps.end(),
                                   [](const plan::Step& step) { return step.lane.rfind("fs:", 0) == 0; });
    if (!tuned || (at_boot != nullptr && std::string(at_boot) == "0")) return;
    std::string note = "files that are open already keep their old values until their file system is mounted anew or the "
                       "node reboots; only newly accessed files get the new ones";
    for (const aix::Mount& mount : report_.facts.mounts)
      if (mount.path == "/") note += "; this node is up since about " + mount.date + " (mount of /)";
    report_.notes.push_back(note);
  }

  int finish(const Facts& before, const Facts& after) {
    if (!report_.results.empty()) judge_steps(before, after);
    describe(after);
    if (!report_.results.empty()) mark_mounts();
    if (!report_.plan.empty()) note_open_files();
    const bool touched = std::any_of(report_.results.begin(), report_.results.end(), [](const plan::StepResult& result) {
      return result.state != plan::StepResult::State::skipped;
    });
    if (touched && !options_.reset) still_to_do();

    const bool blind = !report_.facts.blind.empty() || (report_.results.empty() && !report_.errors.empty());
    report::Verdict& verdict = report_.verdict;
    if (verdict.failed != 0 || (touched && !report_.errors.empty())) {
      verdict.status = "fail";
      report_.exit_status = report::exit_not_as_wanted;
    } else if (blind) {
      verdict.status = "fail";
      report_.exit_status = report::exit_not_observed;
    } else if (options_.read_only() && !report_.plan.empty()) {
      verdict.status = "drift";
      report_.exit_status = report::exit_not_as_wanted;
    } else {
      verdict.status = verdict.changed != 0 ? "changed" : "ok";
    }
    print();
    return report_.exit_status;
  }

  // Verify: planning again must give an empty plan.
  void still_to_do() {
    const Result<Wishes> wishes = wish(report_.facts, settings_);
    if (!wishes || report_.verdict.failed != 0) return;
    for (const plan::Step& step : make_plan(report_.facts, *wishes, settings_).steps) {
      ++report_.verdict.failed;
      report_.errors.push_back("still to do after the run: " + step.why);
    }
  }

  int give_up(const Facts& facts, const std::string& reason, int exit_status) {
    describe(facts);
    report_.plan = plan::Plan{};
    if (!reason.empty()) report_.errors.push_back(reason);
    report_.verdict.status = exit_status == report::exit_usage ? "refused" : "fail";
    report_.exit_status = exit_status;
    print();
    return exit_status;
  }

  void print() {
    report_.verdict.warnings = report_.warnings.size();
    if (options_.json) {
      std::fprintf(stdout, "%s\n", json_of(report_).c_str());
      print_verdict(report_.verdict, true);
    } else {
      std::fputs(text_of(report_).c_str(), stdout);
    }
    std::fflush(stdout);
    for (const std::string& error : report_.errors) log_.write(Level::error, "hanfs: " + error);
    log_.write(report_.exit_status == 0 ? Level::info : Level::error, report_.verdict.line());
  }

  const Options& options_;
  const Settings& settings_;
  sys::Deadline deadline_;
  report::Log log_;
  Report report_;
  std::unique_ptr<run::Runner> runner_;
  std::unique_ptr<run::RecordingRunner> recorder_;
  std::string last_words_;
};

}  // namespace

int run_session(const Options& options) { return Session(options).run(); }

int refuse(const std::string& reason) {
  std::fprintf(stderr, "%s: %s\n", tool_name, reason.c_str());
  print_verdict(verdict_of(sys::node_name(), "refused"), false);
  return report::exit_usage;
}

int self_test() {
  try {
    throw std::runtime_error("self-test");
  } catch (const std::exception&) {
    // The point of the test: on AIX a binary with a static libstdc++ may abort here instead.
  }
  run::RealRunner::Options options;
  options.interrupted = sys::interrupted;
  options.wake_fd = sys::wake_fd();
  run::RealRunner runner(std::move(options));
  run::Command command;
  command.argv = {"/usr/bin/true"};
  command.deadline = milliseconds(5000);
  const std::string problem = run::failure(run::run_one(runner, command));
  if (!problem.empty()) {
    std::printf("%s %s self-test: cannot start a child: %s\n", tool_name, HANFS_VERSION, problem.c_str());
    return report::exit_not_as_wanted;
  }
  std::printf("%s %s self-test: ok\n", tool_name, HANFS_VERSION);
  return report::exit_ok;
}

}  // namespace hanfs::node
