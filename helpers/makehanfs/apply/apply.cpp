// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/apply.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "makehanfs/engine/fanout.hpp"
#include "report/table.hpp"
#include "report/verdict.hpp"

namespace hanfs::cluster {
namespace {

using State = HostResult::State;

std::string_view value_of(std::string_view line, std::string_view key) {
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    if (word.substr(0, key.size()) == key) return word.substr(key.size());
  }
  return {};
}

bool begins_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

// What a host printed, as far as it matters.
struct HostOutput {
  std::string verdict;
  std::string last_error;  // "error: ...", as the hanfs tools print it
  std::string last_line;
  bool two_verdicts = false;
};

void read_line(HostOutput& output, std::string_view line, bool cut) {
  constexpr std::size_t most = 400;
  constexpr std::size_t longest_verdict = 4096;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  const bool whole = !cut && line.size() <= longest_verdict;
  if (!whole) line = line.substr(0, most);
  if (whole && verdict_state(line) != State::skipped) {
    // Two that differ: nobody knows which of them is about this run.
    output.two_verdicts = output.two_verdicts || (!output.verdict.empty() && output.verdict != line);
    output.verdict = std::string(line);
  } else if (begins_with(line, "error:") && output.last_error.empty()) {
    output.last_error = std::string(line.substr(0, most));
  } else {
    output.last_line = std::string(line.substr(0, most));
  }
}

std::string why_no_verdict(const HostAnswer& answer, const HostOutput& output, long host_deadline) {
  std::string why;
  switch (answer.end) {
    case HostAnswer::End::timed_out:
      why = "no end within " + std::to_string(host_deadline) + " s; what it does now is not known";
      break;
    case HostAnswer::End::unreachable:
      why = "cannot be reached";
      break;
    case HostAnswer::End::not_asked:
      break;
    case HostAnswer::End::unknown:
      why = answer.last_stderr.empty() ? "the engine says nothing about its end" : "no verdict";
      break;
    case HostAnswer::End::exited:
      why = "no verdict, exit status " + (answer.status ? std::to_string(*answer.status) : "unknown");
      break;
  }
  const std::string& last_stderr = !answer.last_stderr.empty() ? answer.last_stderr : output.last_line;
  return last_stderr.empty() ? why : why + ": " + last_stderr;
}

// Why a good verdict is not believed; empty: it is.
std::string distrust_reason(const HostAnswer& answer, const HostOutput& output) {
  if (output.two_verdicts)
    return "it gave two verdicts that differ, the last: " + report::escape_control(output.verdict);
  if (answer.end == HostAnswer::End::exited && answer.status.value_or(0) != 0)
    return "its verdict is good, but its exit status is " + std::to_string(*answer.status);
  return {};
}

HostResult result_of(const Action& action, const HostAnswer& answer, const HostOutput& output, long host_deadline) {
  HostResult result;
  result.host = answer.host;
  result.domain = action.domain;
  if (answer.end == HostAnswer::End::not_asked) {
    result.problem = "not tried: the run was stopped";
    return result;
  }
  result.state = State::no_answer;
  if (output.verdict.empty() && lacks_program(answer, action.argv.front())) {
    result.no_tool = true;
    result.problem = action.argv.front() + " is not there";
    return result;
  }
  if (output.verdict.empty()) {
    result.problem = report::escape_control(why_no_verdict(answer, output, host_deadline));
    return result;
  }
  result.verdict = report::escape_control(output.verdict);
  result.state = verdict_state(output.verdict);
  result.never = value_of(output.verdict, "failover=") == "never";
  const std::string distrust = distrust_reason(answer, output);
  if (result.good() && !distrust.empty()) {
    result.state = State::no_answer;
    result.problem = distrust;
  } else if (!result.good()) {
    result.problem = report::escape_control(!output.last_error.empty()    ? output.last_error
                                            : !answer.last_stderr.empty() ? answer.last_stderr
                                                                          : output.last_line);
  }
  return result;
}

class Dispatcher {
 public:
  Dispatcher(run::Runner& runner, const Engine& engine, const std::vector<Stage>& stages, plan::Journal& journal,
             const ApplyOptions& options)
      : runner_(runner), engine_(engine), stages_(stages), journal_(journal), options_(options) {}

  Applied run() {
    for (const Stage& stage : stages_) {
      applied_.stages.emplace_back();
      for (const Action& action : stage.actions)
        for (const std::string& host : action.hosts) {
          HostResult result;
          result.host = host;
          result.domain = action.domain;
          applied_.stages.back().push_back(std::move(result));
        }
    }
    for (std::size_t i = 0; i < stages_.size(); ++i) run_stage(i);
    return std::move(applied_);
  }

 private:
  // What a host has to do in a stage, and how it went.
  struct Work {
    const Action* action = nullptr;  // none: it was done before
    HostResult* result = nullptr;
  };

  // Why nothing more is handed out; empty while it goes on.
  std::string stopped() {
    if (!stopped_.empty()) return stopped_;
    if (failures_ >= std::max<std::size_t>(1, options_.failure_limit)) {
      stopped_ = "not tried: " + std::to_string(failures_) + (failures_ == 1 ? " host" : " hosts") +
                 " failed, failure_limit is " + std::to_string(options_.failure_limit);
    } else if (options_.may_continue && !options_.may_continue()) {
      stopped_ = "not tried: " + (options_.stop_reason ? options_.stop_reason() : "the run was stopped");
    } else {
      return {};
    }
    applied_.problems.push_back("nothing more is handed out, " + stopped_.substr(stopped_.find(':') + 2) +
                                "; cure: what is said above, then the same with --resume");
    return stopped_;
  }

  void run_stage(std::size_t index) {
    stage_ = &stages_[index];
    works_.clear();
    for (HostResult& result : applied_.stages[index]) {
      result.state = State::done;
      works_[result.host].result = &result;
    }
    const Stage left = left_of(*stage_, options_.done);
    for (const Action& action : left.actions)
      for (const std::string& host : action.hosts) {
        works_.at(host).result->state = State::skipped;
        works_.at(host).action = &action;
      }
    for (const auto& [host, work] : works_)
      if (work.action == nullptr) known();
    for (const std::vector<Action>& turn : turns_of(left, engine_.fanout)) run_turn(turn);
  }

  void known() {
    if (options_.one_more) options_.one_more();
  }

  // Hosts that may be tried; what becomes of the others is known then.
  std::vector<std::string> hosts_to_try(const Action& action) {
    const std::string stop_reason = stopped();
    const auto broken = broken_.find(action.domain);
    if (stop_reason.empty() && broken == broken_.end()) return action.hosts;
    for (const std::string& host : action.hosts) {
      works_.at(host).result->problem = !stop_reason.empty() ? stop_reason : "not tried: " + broken->second;
      known();
    }
    return {};
  }

  // Hosts on which the command before the check went well.
  std::vector<std::string> hosts_to_check(const Action& check) {
    std::vector<std::string> hosts;
    for (const std::string& host : check.hosts)
      if (works_.at(host).result->good()) hosts.push_back(host);
    return hosts;
  }

  void run_turn(const std::vector<Action>& turn) {
    std::vector<const Action*> asked;
    std::vector<FanoutRequest> requests;
    std::vector<std::vector<HostOutput>> output;
    for (const Action& action : turn) {
      std::vector<std::string> hosts = action.is_check ? hosts_to_check(action) : hosts_to_try(action);
      if (hosts.empty()) continue;
      if (!action.is_check)
        for (const std::string& host : hosts) journal_.begin(entry_of(*stage_, action, host));
      asked.push_back(&action);
      output.emplace_back(hosts.size());
      requests.push_back({std::move(hosts), action.argv});
    }
    if (requests.empty()) return;
    FanoutOptions fanout_options;
    fanout_options.at_once = requests.size();  // one host each at worst, and a turn has no more than the fan-out
    fanout_options.never_kill = true;
    fanout_options.time_left = options_.time_left;
    fanout_options.on_line = [&](std::size_t request, std::size_t host, std::string_view line, bool cut) {
      read_line(output[request][host], line, cut);
    };
    const std::vector<FanoutResult> results = fan_out(runner_, engine_, requests, fanout_options);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      touched_ = touched_ || !results[i].untouched;
      keep(results[i].problems, applied_.problems);
      keep(results[i].warnings, applied_.warnings);
      for (std::size_t h = 0; h < requests[i].hosts.size(); ++h) take(*asked[i], results[i].hosts[h], output[i][h]);
    }
    applied_.worked = touched_;
  }

  static void keep(const std::vector<std::string>& more, std::vector<std::string>& all) {
    for (const std::string& line : more)
      if (std::find(all.begin(), all.end(), line) == all.end()) all.push_back(line);
  }

  void take(const Action& action, const HostAnswer& answer, const HostOutput& output) {
    HostResult result = result_of(action, answer, output, engine_.host_deadline);
    const Work& work = works_.at(answer.host);
    if (action.is_check) return take_check(work, answer, result);
    *work.result = std::move(result);
    if (!work.result->good() || action.check_id.empty()) settle(work);
  }

  // A check that is good confirms what the command before it did. A host that could not be checked stays begun in the
  // journal, so --resume does it again.
  void take_check(const Work& work, const HostAnswer& answer, const HostResult& check) {
    if (answer.end == HostAnswer::End::not_asked) {
      work.result->problem = "not checked: the run was stopped";
      return known();
    }
    if (!check.good()) {
      // A difference right after a good command is a failure, whoever made it.
      work.result->state = check.state == State::drift ? State::fail : check.state;
      work.result->verdict = check.verdict;
      work.result->problem = "the check afterwards: " + (check.problem.empty() ? name_of(check.state) : check.problem);
    }
    settle(work);
  }

  // The result of a host is final: journal, failures, and its domain.
  void settle(const Work& work) {
    const Action& action = *work.action;
    const HostResult& result = *work.result;
    journal_.end(entry_of(*stage_, action, result.host),
                 result.good() ? plan::JournalEntry::State::done : plan::JournalEntry::State::failed);
    const bool unchanged = result.state == State::drift;
    if (!result.good() && !(unchanged && options_.check_only)) {
      failures_ += result.state == State::skipped || unchanged ? 0 : 1;
      // A node that failed stops no other node of its domain.
      if (stage_->kind == Stage::Kind::servers && !action.domain.empty())
        broken_.emplace(action.domain,
                        "server " + result.host + " of domain " + action.domain +
                            (unchanged ? " was held back, nothing was changed on it"
                                       : std::string(" is not as wanted (") + name_of(result.state) + ")"));
    }
    known();
  }

  run::Runner& runner_;
  const Engine& engine_;
  const std::vector<Stage>& stages_;
  plan::Journal& journal_;
  const ApplyOptions& options_;
  const Stage* stage_ = nullptr;                 // the present one
  std::unordered_map<std::string, Work> works_;  // of the present stage, by host
  std::map<std::string, std::string> broken_;    // domain -> why it is not continued
  std::size_t failures_ = 0;
  std::string stopped_;
  bool touched_ = false;
  Applied applied_;
};

}  // namespace

const char* name_of(State state) {
  switch (state) {
    case State::ok:
      return "ok";
    case State::changed:
      return "changed";
    case State::drift:
      return "drift";
    case State::fail:
      return "fail";
    case State::refused:
      return "refused";
    case State::no_answer:
      return "no-answer";
    case State::done:
      return "done-before";
    case State::skipped:
      return "left-out";
  }
  return "";
}

State verdict_state(std::string_view line) {
  if (!begins_with(line, "HANFS tool=")) return State::skipped;
  const std::string_view status = value_of(line, "status=");
  for (const State state : {State::ok, State::changed, State::drift, State::fail, State::refused})
    if (status == name_of(state)) return state;
  return State::skipped;
}

std::size_t Applied::count(State state) const {
  std::size_t number = 0;
  for (const auto& stage : stages)
    for (const HostResult& result : stage) number += result.state == state ? 1 : 0;
  return number;
}

bool Applied::all_good() const {
  for (const auto& stage : stages)
    for (const HostResult& result : stage)
      if (!result.good()) return false;
  return true;
}

Applied apply(run::Runner& runner, const Engine& engine, const std::vector<Stage>& stages, plan::Journal& journal,
              const ApplyOptions& options) {
  return Dispatcher(runner, engine, stages, journal, options).run();
}

int exit_status_of(const Applied& applied) {
  if (!applied.worked) return report::exit_not_observed;
  return applied.all_good() && applied.problems.empty() ? report::exit_ok : report::exit_not_as_wanted;
}

}  // namespace hanfs::cluster
