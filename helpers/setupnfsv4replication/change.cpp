// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/change.hpp"

#include <unistd.h>

#include <algorithm>

#include "report/progress.hpp"
#include "run/command.hpp"
#include "setupnfsv4replication/planner.hpp"
#include "sys/host.hpp"

namespace hanfs::node {
namespace {

using State = plan::StepResult::State;
using Level = report::Log::Level;

bool starts_with(const std::string& text, const std::string& prefix) { return text.rfind(prefix, 0) == 0; }

Facts look_again(Context& context, const Facts& facts, const plan::Plan& plan) {
  return observe_again(context.sources(), facts, scope_of(plan));
}

std::vector<plan::StepResult> apply(Context& context, const plan::Plan& plan, plan::Journal& journal, Facts seen) {
  report::Progress progress("hanfs", plan.steps.size());
  plan::ApplyOptions options;
  options.sysroot = context.options().sysroot;
  options.go_on = [&] { return context.may_go_on(); };
  options.stopped = [&] { return context.why_not(); };
  options.time_for = [&](const plan::Step& step) { return context.time_for(step); };
  options.holds = [&](const plan::Expectation& expectation) {
    Scope scope;
    scope.odm_routes = starts_with(expectation.kind, "odm");
    scope.routes = !scope.odm_routes;
    seen = observe_again(context.sources(), seen, scope);
    return route_expectation_holds(seen, expectation);
  };
  options.told = [&](const plan::Step& step, const plan::StepResult& result) {
    progress.advance();
    const bool well = result.state == State::done;
    context.log().write(well ? Level::info : Level::error, "hanfs: " + step.why + (well ? "" : ": " + result.problem));
  };
  return plan::apply(plan, context.runner(), journal, options);
}

// An AIX where each set call replaces what was set before (see repair_filesystems).
void repair(Context& context, const Facts& before, plan::Journal& journal, Change& change) {
  for (int attempt = 0; attempt < repair_attempts && context.may_go_on(); ++attempt) {
    const Result<Wishes> now = wish(change.after, context.settings());
    if (!now) return;
    const plan::Plan repairs{repair_filesystems(now->filesystems, before, attempt)};
    if (repairs.empty()) continue;
    (void)apply(context, repairs, journal, change.after);  // judged by looking again
    for (const plan::Step& step : repairs.steps) change.notes.push_back(step.why);
    change.after = look_again(context, change.after, repairs);
  }
}

bool filesystem_holds(const plan::Step& step, State state, const Facts& before, const Facts& after) {
  const std::string path = step.lane.substr(std::string("fs:").size());
  const aix::FsInfo* now = after.filesystem(path);
  if (now == nullptr) return false;
  if (!step.expect) {  // a reset: AIX's defaults are not known, so a change, or a quiet success, is believed
    const aix::FsInfo* old = before.filesystem(path);
    return state == State::done || (old != nullptr && old->options != now->options);
  }
  const std::size_t equals = step.expect->value.find('=');
  const std::optional<long> value = now->number(step.expect->value.substr(0, equals));
  return value && std::to_string(*value) == step.expect->value.substr(equals + 1);
}

// Guarded steps were judged right after they ran (a later step of their lane may have changed it on purpose), all others
// are judged by what is there at the end.
bool holds(const plan::Step& step, State state, const Facts& before, const Facts& after) {
  if (step.guarded) return state == State::done;
  if (step.file) return after.netsvc_text == step.file->content;
  if (starts_with(step.lane, "fs:")) return filesystem_holds(step, state, before, after);
  return step.expect && route_expectation_holds(after, *step.expect);
}

void judge(const plan::Plan& plan, const Facts& before, Change& change) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const plan::Step& step = plan.steps[i];
    plan::StepResult& result = change.results[i];
    if (holds(step, result.state, before, change.after)) {
      if (result.state == State::failed)
        change.warnings.push_back(run::words(step.argv) + ": " + result.problem + "; the change is there all the same");
      result = plan::StepResult{State::done, ""};
    } else if (result.state == State::done) {
      result = plan::StepResult{State::failed, "it ended well, but the change is not there when read back"};
    }
  }
}

// The journal's entries about what is back as it was.
void mark_undone(const plan::Plan& plan, const Change& change, const plan::JournalContent& content, plan::Journal& journal) {
  std::vector<std::string> back;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const std::string& lane = plan.steps[i].lane;
    if (change.results[i].state == State::done)
      back.push_back(starts_with(lane, reset_lane) ? lane.substr(std::string(reset_lane).size()) : lane);
  }
  for (const plan::JournalEntry& entry : content.entries) {
    const std::string& id = entry.step.id;
    if (entry.state == plan::JournalEntry::State::undone || starts_with(id, reset_lane)) continue;
    const bool is_back = std::any_of(back.begin(), back.end(), [&](const std::string& subject) {
      return id == subject || starts_with(id, subject + ":");
    });
    if (is_back) journal.undone(entry.run, id);
  }
}

}  // namespace

Change apply_and_verify(Context& context, const plan::Plan& plan, const Facts& before) {
  Change change;
  const bool reset = context.options().reset;
  const Result<plan::JournalContent> earlier = reset ? context.read_journal() : plan::JournalContent{};
  plan::Journal journal(context.journal_path(), sys::utc_now() + "." + std::to_string(::getpid()));

  change.results = apply(context, plan, journal, before);
  change.after = look_again(context, before, plan);
  if (!reset) repair(context, before, journal, change);
  judge(plan, before, change);
  if (reset && earlier) mark_undone(plan, change, *earlier, journal);
  if (!journal.reason().empty())
    change.warnings.push_back("journal: " + journal.reason() + "; --reset will not know what this run did");
  return change;
}

}  // namespace hanfs::node
