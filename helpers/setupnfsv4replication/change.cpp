// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/change.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>

#include "aix/commands.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "setupnfsv4replication/default_routes.hpp"
#include "setupnfsv4replication/plan_routes.hpp"
#include "setupnfsv4replication/report.hpp"
#include "setupnfsv4replication/reset_plan.hpp"

namespace hanfs::node {
namespace {

using State = plan::StepResult::State;

// Observes while it changes: what a finished sequence did is read back while others still run, and the last probe of
// verified steps is still true at the end.
class Applier {
 public:
  explicit Applier(Context& context)
      : context_(context),
        teller_(context, verdict_of(context.node(), "fail")),
        cached_(context.runner()),
        once_more_(context.system().clock(), std::chrono::milliseconds(0)) {}

  std::vector<plan::StepResult> apply(const plan::Plan& plan, plan::Journal& journal, const ObservedState& observed) {
    plan::ApplyOptions options = options_for(observed);
    report::Progress progress = context_.progress("hanfs", plan.steps.size());
    filesystems_left_ = filesystems_of(plan).size();
    options.go_on = [&] { return context_.may_continue(); };
    options.time_for = [&](const plan::Step& step) { return time_for(step); };
    options.has_time_for_two = [&] { return context_.has_time_for(2); };
    options.probe_after = [&](const plan::Step& last) { return read_back(last); };
    options.probed = [&](const plan::Probe& probe) { keep(probe); };
    options.reported = [&](const plan::Step& step, const plan::StepResult& result) {
      progress.advance();
      teller_.tell(step, result);
    };
    std::vector<plan::StepResult> results = plan::apply(plan, context_.runner(), journal, options);
    forget_rolled_back(plan, results);
    return results;
  }

  // Steps that must run though the run was told to stop and its time is over.
  std::vector<plan::StepResult> apply_all_the_same(const plan::Plan& plan, plan::Journal& journal,
                                                   const ObservedState& observed) {
    plan::ApplyOptions options = options_for(observed);
    at_least_ = time_to_restore;
    options.go_on = [] { return true; };
    options.time_for = [&](const plan::Step& step) { return std::max(context_.time_for(step), at_least_); };
    options.roll_back = false;
    options.reported = [&](const plan::Step& step, const plan::StepResult& result) { teller_.tell(step, result); };
    const std::unique_ptr<run::Runner> calm = context_.calm_runner();
    return plan::apply(plan, *calm, journal, options);
  }

  // Steps for these are tried for the last time.
  void try_once_more(const std::set<plan::Resource>& hung) {
    constexpr std::chrono::milliseconds for_all{2000};
    hung_ = hung;
    once_more_ = sys::Deadline(context_.system().clock(), for_all);
  }

  // What steps may have changed that were started. A file system that hung is not asked how it is now.
  ObservedState observe_again_after(ObservedState observed, const plan::Plan& plan,
                                    const std::vector<plan::StepResult>& results) {
    plan::Plan started;
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
      if (results[i].state != State::skipped && !results[i].hung) started.steps.push_back(plan.steps[i]);
    Sources sources = context_.sources();
    sources.keep_late = nullptr;            // what was changed is to be seen
    if (context_.system().interrupted()) {  // the run's own runner starts nothing any more, and unseen is not undone
      const std::unique_ptr<run::Runner> calm = context_.calm_runner();
      return observe_again(sources.with(*calm), std::move(observed), scope_of(started));
    }
    return observe_again(sources.with(cached_), std::move(observed), scope_of(started));
  }

  // Who has not answered, and what is mounted by now. What is done after it has no more time than the look itself.
  ObservedState look_at_rest(ObservedState observed) {
    constexpr std::chrono::milliseconds young{1000};
    Sources sources = context_.sources_of_last_look();
    if (mounts_hung_ && sources.time_once_more) sources.time_for_command = sources.time_once_more;
    if (!mounts_seen_ || context_.system().clock().now() - *mounts_seen_ > young) cached_.forget(aix::list_mounts());
    return observe_rest(sources.with(cached_), std::move(observed));
  }

  // Gateways that were asked for an answer to a ping.
  void add_answers(ObservedState& observed) const {
    observed.answering = routes_.answering;
    observed.silent = routes_.silent;
  }

 private:
  // The watchdog gives a run 5 s beyond its deadline; ending a command that hangs takes two.
  static constexpr std::chrono::milliseconds time_to_restore{2000};

  plan::ApplyOptions options_for(const ObservedState& observed) {
    hung_commands_.clear();
    for (const Unobserved& item : observed.unobserved)
      if (item.hung) hung_commands_.insert(item.words);
    routes_.routes = observed.routes;
    routes_.odm_routes = observed.odm_routes;
    routes_.hosts = observed.hosts;
    routes_.filesystems = observed.filesystems;  // who serves this node lives
    routes_.route_costs_known = observed.route_costs_known;
    plan::ApplyOptions options(context_.system().clock(), context_.system().files());
    options.sysroot = context_.options().sysroot;
    options.stopped = [&] { return context_.stop_reason(); };
    options.owed = [&](const plan::Argv& argv) { teller_.owe(argv); };
    options.after_signal = context_.time_after_signal();
    options.probe = [&](const plan::Expectation& expectation) { return commands_for(expectation); };
    options.is_satisfied = [&](const plan::Expectation& expectation, const plan::Probe& probe) {
      return is_satisfied(expectation, probe);
    };
    options.why_unsatisfied = [&](const plan::Expectation& expectation) {
      return node::why_unsatisfied(routes_, expectation);
    };
    return options;
  }

  RefreshScope scope_of_expectation(const plan::Expectation& expectation) const {
    RefreshScope scope;
    const std::string& gateway = expectation.resource.name;
    const auto* live = std::get_if<plan::LiveGateway>(&expectation.value);
    if (live != nullptr && live->is_put_back) return scope;  // the node is without it until then
    // What is set is asked once whether it lives, in passing.
    if (expectation.resource.kind == plan::Kind::route && std::holds_alternative<plan::RouteEntry>(expectation.value) &&
        routes_.answering.count(gateway) + routes_.silent.count(gateway) == 0)
      scope.gateways = {gateway};
    scope.odm_routes = expectation.resource.kind == plan::Kind::stored_route;
    scope.routes = !scope.odm_routes;
    if (live != nullptr) {
      scope.routes = live->another;
      scope.gateways = {gateway};
      if (live->another) scope.gateways.insert(live->among.begin(), live->among.end());
    }
    return scope;
  }

  std::chrono::milliseconds time_for(const plan::Step& step) const {
    const std::chrono::milliseconds time = context_.time_for(step);
    return hung_.count(step.resource) != 0 ? std::min(time, once_more_.left()) : time;
  }

  run::Command reader(const aix::Argv& argv) const {
    run::Command command;
    command.argv = argv;
    command.deadline =
        std::max(context_.time_for(std::chrono::seconds(context_.settings().command_deadline)), at_least_);
    return command;
  }

  static std::set<std::string> filesystems_of(const plan::Plan& plan) {
    std::set<std::string> paths;
    for (const plan::Step& step : plan.steps)
      if (step.resource.kind == plan::Kind::filesystem) paths.insert(step.resource.name);
    return paths;
  }

  std::vector<run::Command> commands_for(const plan::Expectation& expectation) const {
    const RefreshScope scope = scope_of_expectation(expectation);
    std::vector<run::Command> commands;
    if (scope.odm_routes) commands.push_back(reader(aix::list_odm_routes()));
    if (scope.routes)
      for (const aix::Argv& argv : {aix::list_routes(), aix::list_route_costs()})
        if (hung_commands_.count(run::command_text(argv)) == 0) commands.push_back(reader(argv));  // the other will do
    for (const std::string& address : scope.gateways) commands.push_back(reader(aix::ping_once(address)));
    return commands;
  }

  // After the last file system, while routes are still worked at, also what is mounted by now.
  std::vector<run::Command> read_back(const plan::Step& last) {
    if (last.resource.kind != plan::Kind::filesystem) return {};
    std::vector<run::Command> commands{reader(aix::show_filesystem(last.resource.name))};
    if (--filesystems_left_ == 0) commands.push_back(reader(aix::list_mounts()));
    return commands;
  }

  bool is_satisfied(const plan::Expectation& expectation, const plan::Probe& probe) {
    keep(probe);
    run::CachedRunner only_these(null_runner_);
    for (std::size_t i = 0; i < probe.commands.size(); ++i) only_these.know(probe.commands[i], probe.outcomes[i]);
    const Sources sources = context_.sources();
    routes_.unobserved.clear();
    const RefreshScope scope = scope_of_expectation(expectation);  // by what is known before it is handed over
    routes_ = observe_again({only_these, sources.file, [] { return std::chrono::milliseconds(1); }, sources.is_capture},
                            std::move(routes_), scope);
    return node::is_satisfied(routes_, expectation);
  }

  void keep(const plan::Probe& probe) {
    for (std::size_t i = 0; i < probe.commands.size(); ++i) {
      if (probe.commands[i].argv == aix::list_mounts()) {
        mounts_hung_ = run::hung(probe.outcomes[i]);
        if (!mounts_hung_) mounts_seen_ = context_.system().clock().now();
      }
      cached_.know(probe.commands[i], probe.outcomes[i]);
    }
  }

  // What was seen of routes before they were taken back is true no more; of file systems it is.
  void forget_rolled_back(const plan::Plan& plan, const std::vector<plan::StepResult>& results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!plan.steps[i].verified || results[i].state != State::failed) continue;
      if (plan.steps[i].resource.kind == plan::Kind::stored_route) {
        cached_.forget(aix::list_odm_routes());
      } else {
        cached_.forget(aix::list_routes());
        cached_.forget(aix::list_route_costs());
      }
    }
  }

  // Has no answer to anything.
  class NullRunner : public run::Runner {
   public:
    void run(const Next& next, const Finished& finished) override {
      while (auto job = next()) finished(*job, run::Outcome{});
    }
  };

  Context& context_;
  app::StepTeller teller_;
  run::CachedRunner cached_;
  NullRunner null_runner_;
  ObservedState routes_;  // only what verified steps probe
  std::chrono::milliseconds at_least_{0};
  std::set<plan::Resource> hung_;  // these have no more time than the next, together
  sys::Deadline once_more_;
  std::set<std::string> hung_commands_;  // words of those that hung when the node was observed
  std::size_t filesystems_left_ = 0;     // sequences that have not ended
  bool mounts_hung_ = false;             // the list of them, when it was read back
  std::optional<sys::Clock::TimePoint> mounts_seen_;
};

bool sees_routes(const ObservedState& observed, const plan::Step& step) {
  return step.resource.kind == plan::Kind::stored_route ? observed.odm_routes.has_value() : observed.routes.has_value();
}

bool has_default(const ObservedState& observed, const plan::Step& step) {
  return sees_routes(observed, step) && !is_satisfied(observed, {step.resource, plan::EntryCount{0}});
}

// Must this step run all the same? A run that was cut has taken a default gateway away, and this step of the same
// sequence puts it back. Where the routes cannot be observed now, it is judged by the result of the step before it.
bool is_missing_gateway(const plan::Plan& plan, std::size_t i, const Change& change, const ObservedState& before) {
  const plan::Step& step = plan.steps[i];
  if (!step.verified || i == 0 || !(plan.steps[i - 1].resource == step.resource) || step.action == plan::Action::remove)
    return false;
  const plan::StepResult& result = change.results[i];
  if (sees_routes(change.after, step))
    return result.state != State::done && has_default(before, step) && !has_default(change.after, step);
  // What is not known counts as done or not done, whichever is worse: to add a live gateway once more does no harm (the
  // next run mends one that is there twice), to add an ODM entry once more may.
  const State removal = change.results[i - 1].state;
  if (step.resource.kind == plan::Kind::route) return result.state != State::done && removal != State::skipped;
  return result.state == State::skipped && removal == State::done;
}

void restore_missing_gateways(const Context& context, Applier& applier, const ObservedState& before,
                              plan::Journal& journal, Change& change) {
  const plan::Plan& plan = change.plan;
  plan::Plan missing_gateways;
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (!is_missing_gateway(plan, i, change, before)) continue;
    missing_gateways.steps.push_back(plan.steps[i]);
    missing_gateways.steps.back().abort_sequence = false;
    indexes.push_back(i);
  }
  if (missing_gateways.empty()) return;
  const std::string stopped = context.stop_reason();
  const std::vector<plan::StepResult> results = applier.apply_all_the_same(missing_gateways, journal, change.after);
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    change.results[indexes[i]] = results[i];
    change.notes.push_back(stopped + "; a gateway was away, so all the same: " + missing_gateways.steps[i].why);
  }
  change.after = applier.observe_again_after(std::move(change.after), missing_gateways, results);
}

// Of a second plan: what the first one did not touch, and what is to be tried `again`. What failed is not.
plan::Plan not_tried_yet(plan::Plan plan, const Change& change, const std::set<plan::Resource>& again) {
  std::set<plan::Resource> tried;
  for (const plan::Step& step : change.plan.steps) tried.insert(step.resource);
  const auto is_done_with = [&](const plan::Step& step) {
    return tried.count(step.resource) != 0 && again.count(step.resource) == 0;
  };
  // The costs of gateways depend on each other: where one would have to be changed again, the next run sees to all.
  const bool routes_again = std::any_of(plan.steps.begin(), plan.steps.end(), [&](const plan::Step& step) {
    return step.resource.kind == plan::Kind::route && is_done_with(step);
  });
  plan.steps.erase(std::remove_if(plan.steps.begin(), plan.steps.end(),
                                  [&](const plan::Step& step) {
                                    return is_done_with(step) ||
                                           (routes_again && step.resource.kind == plan::Kind::route);
                                  }),
                   plan.steps.end());
  return plan;
}

// The later result of a resource takes the place of the earlier ones, which hung; how they did is still told.
void add_results(Change& change, plan::Plan plan, std::vector<plan::StepResult> results) {
  std::set<plan::Resource> again;
  for (const plan::Step& step : plan.steps) again.insert(step.resource);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].state != State::failed) continue;
    for (std::size_t k = 0; k < change.results.size(); ++k)
      if (change.results[k].state == State::failed && change.plan.steps[k].argv == plan.steps[i].argv)
        results[i].problem = change.results[k].problem + "; tried once more: " + results[i].problem;
  }
  plan::Plan all;
  std::vector<plan::StepResult> all_results;
  for (std::size_t i = 0; i < change.results.size(); ++i) {
    if (again.count(change.plan.steps[i].resource) != 0) continue;
    all.steps.push_back(std::move(change.plan.steps[i]));
    all_results.push_back(std::move(change.results[i]));
  }
  std::move(plan.steps.begin(), plan.steps.end(), std::back_inserter(all.steps));
  std::move(results.begin(), results.end(), std::back_inserter(all_results));
  change.plan = std::move(all);
  change.results = std::move(all_results);
}

void add_new_paths(ObservedState& untouched, const ObservedState& now) {
  for (const auto& [path, index] : now.filesystem_of) {
    if (untouched.filesystem_of.count(path) != 0 && now.remounted.count(path) == 0) continue;
    untouched.filesystem_of[path] = untouched.filesystems.size();
    untouched.filesystems.push_back(now.filesystems[index]);
  }
}

// What was not safe when its turn came, where some of it may be so now: something of its kind has been done since. What
// waits for that may go on as well.
std::set<plan::Resource> kept_back(const Change& change) {
  std::set<plan::Resource> resources;
  std::set<plan::Kind> done_since;
  bool may_be_safe = false;
  for (std::size_t i = change.results.size(); i-- > 0;) {
    const plan::Resource& resource = change.plan.steps[i].resource;
    if (change.results[i].state == State::done) done_since.insert(resource.kind);
    if (!change.results[i].unsafe) continue;
    resources.insert(resource);
    may_be_safe = may_be_safe || done_since.count(resource.kind) != 0;
  }
  return may_be_safe ? resources : std::set<plan::Resource>{};
}

void apply_rest(Applier& applier, const Planner& planner, plan::Journal& journal, ObservedState& untouched,
                Change& change) {
  change.after = applier.look_at_rest(std::move(change.after));
  add_new_paths(untouched, change.after);
  std::set<plan::Resource> hung;
  for (std::size_t i = 0; i < change.results.size(); ++i)
    if (change.results[i].hung) hung.insert(change.plan.steps[i].resource);
  std::set<plan::Resource> again = kept_back(change);
  again.insert(hung.begin(), hung.end());
  for (const std::string& path : change.after.remounted) again.insert({plan::Kind::filesystem, path});
  plan::Plan rest = not_tried_yet(planner(change.after), change, again);
  if (rest.empty()) return;
  applier.try_once_more(hung);
  std::vector<plan::StepResult> results = applier.apply(rest, journal, change.after);
  change.after = applier.observe_again_after(std::move(change.after), rest, results);
  add_results(change, std::move(rest), std::move(results));
}

// Active DGD pings: who answers none is taken for dead, alive or not. Without it nobody else says that it may be dead.
void warn_of_silent_gateways(Change& change) {
  const plan::Plan& plan = change.plan;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const plan::Step& step = plan.steps[i];
    const auto* entry = step.expect ? std::get_if<plan::RouteEntry>(&step.expect->value) : nullptr;
    if (step.resource.kind != plan::Kind::route || entry == nullptr || change.results[i].state != State::done ||
        change.after.silent.count(step.resource.name) == 0)
      continue;
    const std::string what =
        "gateway " + step.resource.name + " did not answer a ping: it is dead, or it drops ICMP echo";
    if (entry->active_dgd)
      change.warnings.push_back(what +
                                ", and active DGD will hold it for dead either way; cure: let it answer, or --dgd "
                                "passive");
    else
      change.notes.push_back(what + "; which of the two, nothing on this node says before traffic goes by it");
  }
}

// The file systems of a reset, with the values to which it takes them back.
DesiredFilesystems reset_targets(DesiredFilesystems targets, const plan::Plan& plan) {
  std::map<std::string, std::map<std::string, long>> values;
  for (const plan::Step& step : plan.steps)
    if (const auto* option = step.expect ? std::get_if<plan::FilesystemOption>(&step.expect->value) : nullptr)
      values[step.resource.name][option->name] = option->value;
  for (DesiredFilesystem& filesystem : targets.filesystems) {
    const auto known = values.find(filesystem.paths.front());
    filesystem.excluded = known == values.end() || !filesystem.observed;
    if (filesystem.excluded) continue;
    const auto value = [&](const char* name) {
      const auto said = known->second.find(name);
      return said == known->second.end() ? filesystem.observed->number(name).value_or(0) : said->second;
    };
    filesystem.timeo = value("timeo");
    filesystem.retrans = value("retrans");
  }
  return targets;
}

// An AIX where each set call replaces what was set before (see repair_filesystems).
void repair(Context& context, Applier& applier, const ObservedState& before, plan::Journal& journal, Change& change) {
  for (int attempt = 0; attempt < repair_attempts && context.may_continue(); ++attempt) {
    const DesiredFilesystems wanted =
        context.options().reset ? reset_targets(change.desired.filesystems, change.plan) : change.desired.filesystems;
    plan::Plan repairs{repair_filesystems(wanted, before, attempt)};
    if (context.options().reset)
      for (plan::Step& step : repairs.steps) step.purpose = plan::Purpose::reset;
    if (repairs.empty()) continue;
    // Judged by what is there afterwards.
    const std::vector<plan::StepResult> results = applier.apply(repairs, journal, change.after);
    for (const plan::Step& step : repairs.steps) change.notes.push_back(step.why);
    change.after = applier.observe_again_after(std::move(change.after), repairs, results);
    change.desired = desired_of(context, change.after);
  }
}

bool filesystem_holds(const plan::Step& step, const ObservedState& after) {
  const aix::NfsFilesystem* now = after.filesystem(step.resource.name);
  if (now == nullptr || !now->has_options) return false;
  const auto* option = step.expect ? std::get_if<plan::FilesystemOption>(&step.expect->value) : nullptr;
  return option != nullptr && now->number(option->name) == option->value;
}

bool can_be_seen(const plan::Step& step, const ObservedState& after) {
  const auto& [kind, name] = step.resource;
  if (kind == plan::Kind::filesystem) {
    const aix::NfsFilesystem* filesystem = after.filesystem(name);
    return filesystem != nullptr && filesystem->has_options;
  }
  const bool is_tunable = kind == plan::Kind::tunable || kind == plan::Kind::stored_tunable;
  return !is_tunable || value_of(after, step.resource);
}

// Verified steps were judged right after they ran (a later step of their sequence may have changed it on purpose), all
// others are judged by what is there at the end.
bool holds(const plan::Step& step, State state, const ObservedState& after) {
  if (step.verified) return state == State::done;
  if (step.file) return after.netsvc_text == step.file->content;
  if (step.resource.kind == plan::Kind::filesystem) return filesystem_holds(step, after);
  return step.expect && is_satisfied(after, *step.expect);
}

// What the journal says of a step by its exit status is put right where what is there says otherwise.
void verify_results(Change& change, plan::Journal& journal) {
  for (const std::string& path : change.after.gone)
    change.notes.push_back(report::escape_control(path) + " was unmounted while this ran, so it is left out");
  for (std::size_t i = 0; i < change.plan.steps.size(); ++i) {
    const plan::Step& step = change.plan.steps[i];
    plan::StepResult& result = change.results[i];
    if (step.resource.kind == plan::Kind::filesystem && change.after.gone.count(step.resource.name) != 0) {
      result = plan::StepResult{State::skipped, "unmounted while this ran"};
      result.gone = true;
    } else if (holds(step, result.state, change.after)) {
      if (result.state == State::failed)
        change.warnings.push_back(run::command_text(step.argv) + ": " + result.problem +
                                  "; the change is there all the same");
      if (result.state == State::failed) journal.end(step, plan::JournalEntry::State::done);
      result = plan::StepResult{State::done, ""};
    } else if (result.state == State::done) {
      journal.end(step, plan::JournalEntry::State::failed);
      result = plan::StepResult{State::failed, can_be_seen(step, change.after)
                                                   ? "it ended well, but the change is not there when read back"
                                                   : "it ended well, but what it did could not be seen"};
    }
  }
}

// Marks the journal's entries about resources that are back as they were, all of them.
void mark_undone(const Change& change, const plan::JournalContent& content, plan::Journal& journal) {
  std::set<plan::Resource> back;
  for (const plan::Step& step : change.plan.steps) back.insert(step.resource);
  for (std::size_t i = 0; i < change.plan.steps.size(); ++i)
    if (change.results[i].state != State::done) back.erase(change.plan.steps[i].resource);
  for (const plan::JournalEntry& entry : content.entries)
    if (entry.state != plan::JournalEntry::State::undone && entry.step.purpose != plan::Purpose::reset &&
        is_own_name(change.after, journal.node(), entry.node) && back.count(entry.step.resource) != 0)
      journal.undone(entry);
}

}  // namespace

DesiredState desired_of(const Context& context, const ObservedState& observed) {
  if (context.options().reset) return desired_state_of_reset(observed, context.settings());
  DesiredState desired = desired_state(observed, context.settings());
  if (!context.options().from.empty() || !observed.routes) return desired;
  const bool may_have_lost = !desired.routes.managed && context.settings().gateway_mode != GatewayMode::none &&
                             live_defaults(observed).empty();
  const auto& gateways = desired.routes.gateways;
  const bool is_one_away = std::any_of(gateways.begin(), gateways.end(), [&](const DesiredGateway& gateway) {
    return live_defaults_by(observed, gateway.address).empty();
  });
  if (!may_have_lost && !is_one_away) return desired;
  const Result<plan::JournalContent> journal = context.read_journal();
  if (!journal) return desired;
  const std::vector<DesiredGateway> set_before = gateways_of_journal(observed, *journal, context.node());
  if (is_one_away) return desired_state(observed, context.settings(), set_before);
  for (const DesiredGateway& gateway : set_before) desired.routes.lost.push_back(gateway.address);
  return desired;
}

Change apply_and_verify(Context& context, const plan::Plan& plan, const ObservedState& before, const Planner& planner) {
  Change change;
  change.plan = plan;
  const bool reset = context.options().reset;
  const Result<plan::JournalContent> earlier = reset ? context.read_journal() : plan::JournalContent{};
  plan::Journal journal(context.system().files(), context.system().clock(), context.journal_path(), context.run_name(),
                        context.node(), boot_of(before));

  Applier applier(context);
  change.results = applier.apply(plan, journal, before);
  change.after = applier.observe_again_after(before, plan, change.results);
  ObservedState untouched = before;
  if (context.may_continue()) apply_rest(applier, planner, journal, untouched, change);
  if (!context.may_continue()) restore_missing_gateways(context, applier, before, journal, change);
  applier.add_answers(change.after);
  change.desired = desired_of(context, change.after);
  repair(context, applier, untouched, journal, change);
  verify_results(change, journal);
  warn_of_silent_gateways(change);
  if (reset && earlier) mark_undone(change, *earlier, journal);
  if (!journal.reason().empty())
    change.warnings.push_back("journal: " + journal.reason() + "; --reset will not know what this run did");
  return change;
}

}  // namespace hanfs::node
