// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/change.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "aix/commands.hpp"
#include "run/command.hpp"
#include "setupnfsv4replication/plan_routes.hpp"
#include "setupnfsv4replication/reset_plan.hpp"

namespace hanfs::node {
namespace {

using State = plan::StepResult::State;
using Level = report::Log::Level;

// Observes while it changes: what a finished sequence did is read back while others still run, and the last probe of
// verified steps is still true at the end.
class Applier {
 public:
  explicit Applier(Context& context) : context_(context), cached_(context.runner()) {}

  std::vector<plan::StepResult> apply(const plan::Plan& plan, plan::Journal& journal, const ObservedState& observed) {
    plan::ApplyOptions options = options_for(observed);
    report::Progress progress = context_.progress("hanfs", plan.steps.size());
    options.go_on = [&] { return context_.may_continue(); };
    options.time_for = [&](const plan::Step& step) { return context_.time_for(step); };
    options.probe_after = [&](const plan::Step& last) { return read_back(last); };
    options.probed = [&](const plan::Probe& probe) { keep(probe); };
    options.reported = [&](const plan::Step& step, const plan::StepResult& result) {
      progress.advance();
      report_progress(step, result);
    };
    std::vector<plan::StepResult> results = plan::apply(plan, context_.runner(), journal, options);
    if (any_rolled_back(plan, results)) cached_.forget();
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
    options.reported = [&](const plan::Step& step, const plan::StepResult& result) { report_progress(step, result); };
    const std::unique_ptr<run::Runner> calm = context_.calm_runner();
    return plan::apply(plan, *calm, journal, options);
  }

  ObservedState observe_again_after(ObservedState observed, const plan::Plan& plan) {
    Sources sources = context_.sources();
    if (context_.system().interrupted()) {  // the run's own runner starts nothing any more, and unseen is not undone
      const std::unique_ptr<run::Runner> calm = context_.calm_runner();
      return observe_again(Sources{*calm, sources.file, sources.time_for_command, sources.is_capture},
                           std::move(observed), scope_of(plan));
    }
    return observe_again(Sources{cached_, sources.file, sources.time_for_command, sources.is_capture},
                         std::move(observed), scope_of(plan));
  }

  // Gateways that were asked for an answer to a ping and gave none.
  const std::set<std::string>& silent() const { return silent_; }

 private:
  // The watchdog gives a run 5 s beyond its deadline; ending a command that hangs takes two.
  static constexpr std::chrono::milliseconds time_to_restore{2000};

  plan::ApplyOptions options_for(const ObservedState& observed) {
    routes_.routes = observed.routes;
    routes_.odm_routes = observed.odm_routes;
    routes_.route_costs_known = observed.route_costs_known;
    plan::ApplyOptions options(context_.system().clock(), context_.system().files());
    options.sysroot = context_.options().sysroot;
    options.stopped = [&] { return context_.stop_reason(); };
    options.after_signal = context_.time_after_signal();
    options.probe = [&](const plan::Expectation& expectation) { return commands_for(expectation); };
    options.is_satisfied = [&](const plan::Expectation& expectation, const plan::Probe& probe) {
      return is_satisfied(expectation, probe);
    };
    return options;
  }

  static RefreshScope scope_of_expectation(const plan::Expectation& expectation) {
    RefreshScope scope;
    scope.odm_routes = expectation.resource.kind == plan::Kind::stored_route;
    scope.routes = !scope.odm_routes;
    if (const auto* live = std::get_if<plan::LiveGateway>(&expectation.value)) {
      scope.routes = live->another;
      scope.gateways = {expectation.resource.name};
      if (live->another) scope.gateways.insert(live->among.begin(), live->among.end());
    }
    return scope;
  }

  run::Command reader(const aix::Argv& argv) const {
    run::Command command;
    command.argv = argv;
    command.deadline =
        std::max(context_.time_for(std::chrono::seconds(context_.settings().command_deadline)), at_least_);
    return command;
  }

  std::vector<run::Command> commands_for(const plan::Expectation& expectation) const {
    const RefreshScope scope = scope_of_expectation(expectation);
    std::vector<run::Command> commands;
    if (scope.odm_routes) commands.push_back(reader(aix::list_odm_routes()));
    if (scope.routes) commands = {reader(aix::list_routes()), reader(aix::list_route_costs())};
    for (const std::string& address : scope.gateways) commands.push_back(reader(aix::ping_once(address)));
    return commands;
  }

  std::vector<run::Command> read_back(const plan::Step& last) const {
    if (last.resource.kind != plan::Kind::filesystem) return {};
    return {reader(aix::show_filesystem(last.resource.name))};
  }

  bool is_satisfied(const plan::Expectation& expectation, const plan::Probe& probe) {
    keep(probe);
    run::CachedRunner only_these(null_runner_);
    for (std::size_t i = 0; i < probe.commands.size(); ++i) only_these.know(probe.commands[i], probe.outcomes[i]);
    const Sources sources = context_.sources();
    routes_.unobserved.clear();
    routes_ = observe_again(Sources{only_these, sources.file, sources.time_for_command, sources.is_capture},
                            std::move(routes_), scope_of_expectation(expectation));
    for (const std::string& address : scope_of_expectation(expectation).gateways)
      if (routes_.answering.count(address) == 0) silent_.insert(address);
    return node::is_satisfied(routes_, expectation);
  }

  void keep(const plan::Probe& probe) {
    for (std::size_t i = 0; i < probe.commands.size(); ++i) cached_.know(probe.commands[i], probe.outcomes[i]);
  }

  static bool any_rolled_back(const plan::Plan& plan, const std::vector<plan::StepResult>& results) {
    for (std::size_t i = 0; i < results.size(); ++i)
      if (plan.steps[i].verified && results[i].state == State::failed) return true;
    return false;
  }

  void report_progress(const plan::Step& step, const plan::StepResult& result) const {
    const bool well = result.state == State::done;
    context_.log().write(well ? Level::info : Level::error, "hanfs: " + step.why + (well ? "" : ": " + result.problem));
  }

  // Has no answer to anything.
  class NullRunner : public run::Runner {
   public:
    void run(const Next& next, const Finished& finished) override {
      while (auto job = next()) finished(*job, run::Outcome{});
    }
  };

  Context& context_;
  run::CachedRunner cached_;
  NullRunner null_runner_;
  ObservedState routes_;  // only what verified steps probe
  std::set<std::string> silent_;
  std::chrono::milliseconds at_least_{0};
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

void restore_missing_gateways(const Context& context, Applier& applier, const plan::Plan& plan,
                              const ObservedState& before, plan::Journal& journal, Change& change) {
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
  change.after = applier.observe_again_after(std::move(change.after), missing_gateways);
}

// Active DGD pings: who answers none is taken for dead, alive or not.
void warn_of_silent_gateways(const plan::Plan& plan, const std::set<std::string>& silent, Change& change) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const plan::Step& step = plan.steps[i];
    const auto* entry = step.expect ? std::get_if<plan::RouteEntry>(&step.expect->value) : nullptr;
    if (step.resource.kind != plan::Kind::route || entry == nullptr || !entry->active_dgd ||
        change.results[i].state != State::done || silent.count(step.resource.name) == 0)
      continue;
    change.warnings.push_back("gateway " + step.resource.name +
                              " did not answer a ping: it is dead, or it drops ICMP echo, and active DGD will hold it "
                              "for dead either way; cure: let it answer, or --dgd passive");
  }
}

// The file systems of a reset, with the values to which it takes them back.
DesiredFilesystems reset_targets(const ObservedState& after, const Settings& settings, const plan::Plan& plan) {
  std::map<std::string, std::map<std::string, long>> values;
  for (const plan::Step& step : plan.steps)
    if (const auto* option = step.expect ? std::get_if<plan::FilesystemOption>(&step.expect->value) : nullptr)
      values[step.resource.name][option->name] = option->value;
  DesiredFilesystems targets = desired_filesystems(after, settings);
  for (DesiredFilesystem& filesystem : targets.filesystems) {
    const auto known = values.find(filesystem.paths.front());
    filesystem.excluded = filesystem.excluded || known == values.end() || !filesystem.observed;
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
void repair(Context& context, Applier& applier, const plan::Plan& plan, const ObservedState& before,
            plan::Journal& journal, Change& change) {
  for (int attempt = 0; attempt < repair_attempts && context.may_continue(); ++attempt) {
    const DesiredFilesystems wanted =
        context.options().reset ? reset_targets(change.after, context.settings(), plan) : change.desired.filesystems;
    plan::Plan repairs{repair_filesystems(wanted, before, attempt)};
    if (context.options().reset)
      for (plan::Step& step : repairs.steps) step.purpose = plan::Purpose::reset;
    if (repairs.empty()) continue;
    (void)applier.apply(repairs, journal, change.after);  // judged by what is there afterwards
    for (const plan::Step& step : repairs.steps) change.notes.push_back(step.why);
    change.after = applier.observe_again_after(std::move(change.after), repairs);
    change.desired = desired_state(change.after, context.settings());
  }
}

bool filesystem_holds(const plan::Step& step, State state, const ObservedState& before, const ObservedState& after) {
  const std::string& path = step.resource.name;
  const aix::NfsFilesystem* now = after.filesystem(path);
  if (now == nullptr) return false;
  if (!step.expect) {  // a reset: AIX's defaults are not known, so a change, or a quiet success, is believed
    const aix::NfsFilesystem* old = before.filesystem(path);
    return state == State::done || (old != nullptr && old->options != now->options);
  }
  const auto* option = std::get_if<plan::FilesystemOption>(&step.expect->value);
  return option != nullptr && now->number(option->name) == option->value;
}

bool can_be_seen(const plan::Step& step, const ObservedState& after) {
  const auto& [kind, name] = step.resource;
  if (kind == plan::Kind::filesystem) return after.filesystem(name) != nullptr;
  return kind != plan::Kind::tunable || after.tunables.count(name) != 0;
}

// Verified steps were judged right after they ran (a later step of their sequence may have changed it on purpose), all
// others are judged by what is there at the end.
bool holds(const plan::Step& step, State state, const ObservedState& before, const ObservedState& after) {
  if (step.verified) return state == State::done;
  if (step.file) return after.netsvc_text == step.file->content;
  if (step.resource.kind == plan::Kind::filesystem) return filesystem_holds(step, state, before, after);
  return step.expect && is_satisfied(after, *step.expect);
}

void verify_results(const plan::Plan& plan, const ObservedState& before, Change& change) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const plan::Step& step = plan.steps[i];
    plan::StepResult& result = change.results[i];
    if (holds(step, result.state, before, change.after)) {
      if (result.state == State::failed)
        change.warnings.push_back(run::command_text(step.argv) + ": " + result.problem +
                                  "; the change is there all the same");
      result = plan::StepResult{State::done, ""};
    } else if (result.state == State::done) {
      result = plan::StepResult{State::failed, can_be_seen(step, change.after)
                                                   ? "it ended well, but the change is not there when read back"
                                                   : "it ended well, but what it did could not be seen"};
    }
  }
}

// Marks the journal's entries about resources that are back as they were, all of them.
void mark_undone(const plan::Plan& plan, const Change& change, const plan::JournalContent& content,
                 plan::Journal& journal) {
  std::set<plan::Resource> back;
  for (const plan::Step& step : plan.steps) back.insert(step.resource);
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    if (change.results[i].state != State::done) back.erase(plan.steps[i].resource);
  for (const plan::JournalEntry& entry : content.entries)
    if (entry.state != plan::JournalEntry::State::undone && entry.step.purpose != plan::Purpose::reset &&
        entry.node == journal.node() && back.count(entry.step.resource) != 0)
      journal.undone(entry);
}

}  // namespace

Change apply_and_verify(Context& context, const plan::Plan& plan, const ObservedState& before) {
  Change change;
  const bool reset = context.options().reset;
  const Result<plan::JournalContent> earlier = reset ? context.read_journal() : plan::JournalContent{};
  plan::Journal journal(context.system().files(), context.system().clock(), context.journal_path(), context.run_name(),
                        context.node(), boot_of(before));

  Applier applier(context);
  change.results = applier.apply(plan, journal, before);
  change.after = applier.observe_again_after(before, plan);
  if (!context.may_continue()) restore_missing_gateways(context, applier, plan, before, journal, change);
  change.desired = desired_state(change.after, context.settings());
  repair(context, applier, plan, before, journal, change);
  verify_results(plan, before, change);
  warn_of_silent_gateways(plan, applier.silent(), change);
  if (reset && earlier) mark_undone(plan, change, *earlier, journal);
  if (!journal.reason().empty())
    change.warnings.push_back("journal: " + journal.reason() + "; --reset will not know what this run did");
  return change;
}

}  // namespace hanfs::node
