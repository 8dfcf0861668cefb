// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/apply.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "report/table.hpp"
#include "report/verdict.hpp"
#include "sys/file.hpp"

namespace hanfs::cluster {
namespace {

using State = HostResult::State;

plan::Step step_of(const HostCommand& host_command, const std::string& stage) {
  plan::Step step;
  step.resource = {plan::Kind::host, host_command.host};
  step.detail = stage;
  step.why = host_command.why;
  step.argv = host_command.argv;
  step.expect = plan::Expectation{step.resource, host_command.domain};
  return step;
}

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

HostResult result_of(const HostCommand& host_command, const HostAnswer& answer, const HostOutput& output,
                     long host_deadline) {
  HostResult result;
  result.host = host_command.host;
  result.domain = host_command.domain;
  if (answer.end == HostAnswer::End::not_asked) {
    result.problem = "not tried: the run was stopped";
    return result;
  }
  result.state = State::no_answer;
  if (output.verdict.empty() && lacks_program(answer, host_command.argv.front())) {
    result.no_tool = true;
    result.problem = host_command.argv.front() + " is not there";
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
      for (const HostCommand& host_command : stage.commands) {
        HostResult result;
        result.host = host_command.host;
        result.domain = host_command.domain;
        applied_.stages.back().push_back(std::move(result));
      }
    }
    for (std::size_t i = 0; i < stages_.size(); ++i) run_stage(i);
    return std::move(applied_);
  }

 private:
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

  void set_result(std::size_t stage, std::size_t place, State state, const std::string& problem) {
    HostResult& result = applied_.stages[stage][place];
    result.state = state;
    result.problem = problem;
    if (options_.one_more) options_.one_more();
  }

  void run_stage(std::size_t stage) {
    const Stage& now = stages_[stage];
    const std::vector<std::size_t> left = left_to_do(now, options_.done);
    for (std::size_t i = 0, next = 0; i < now.commands.size(); ++i) {
      if (next < left.size() && left[next] == i) {
        ++next;
      } else {
        set_result(stage, i, State::done, "");
      }
    }
    for (const std::vector<std::size_t>& batch : batches(left, engine_.fanout)) run_batch(stage, batch);
  }

  // Those that may still be tried; the others are settled.
  std::vector<std::size_t> allowed(std::size_t stage, const std::vector<std::size_t>& places) {
    const std::string stop_reason = stopped();
    std::vector<std::size_t> allowed;
    for (const std::size_t place : places) {
      const auto broken = broken_.find(stages_[stage].commands[place].domain);
      if (!stop_reason.empty() || broken != broken_.end()) {
        set_result(stage, place, State::skipped, !stop_reason.empty() ? stop_reason : "not tried: " + broken->second);
      } else {
        allowed.push_back(place);
      }
    }
    return allowed;
  }

  void run_batch(std::size_t stage, const std::vector<std::size_t>& places) {
    const std::vector<StageCall> calls = calls_of(stages_[stage], allowed(stage, places));
    if (calls.empty()) return;
    std::vector<FanoutRequest> requests;
    std::vector<std::vector<HostOutput>> output;
    for (const StageCall& call : calls) {
      for (const std::size_t place : call.places)
        journal_.begin(step_of(stages_[stage].commands[place], stages_[stage].title));
      requests.push_back(call.request);
      output.emplace_back(call.places.size());
    }
    FanoutOptions fanout_options;
    fanout_options.at_once = calls.size();  // one host each at worst, and a batch has no more than the fan-out
    fanout_options.never_kill = true;
    fanout_options.time_left = options_.time_left;
    fanout_options.on_line = [&](std::size_t request, std::size_t host, std::string_view line, bool cut) {
      read_line(output[request][host], line, cut);
    };
    const std::vector<FanoutResult> results = fan_out(runner_, engine_, requests, fanout_options);
    for (std::size_t c = 0; c < calls.size(); ++c) {
      touched_ = touched_ || !results[c].untouched;
      keep(results[c].problems, applied_.problems);
      keep(results[c].warnings, applied_.warnings);
      for (std::size_t h = 0; h < calls[c].places.size(); ++h)
        take(stage, calls[c].places[h], results[c].hosts[h], output[c][h]);
    }
    applied_.worked = touched_;
  }

  static void keep(const std::vector<std::string>& more, std::vector<std::string>& all) {
    for (const std::string& line : more)
      if (std::find(all.begin(), all.end(), line) == all.end()) all.push_back(line);
  }

  void take(std::size_t stage, std::size_t place, const HostAnswer& answer, const HostOutput& output) {
    const HostCommand& host_command = stages_[stage].commands[place];
    HostResult result = result_of(host_command, answer, output, engine_.host_deadline);
    journal_.end(step_of(host_command, stages_[stage].title),
                 result.good() ? plan::JournalEntry::State::done : plan::JournalEntry::State::failed);
    const bool unchanged = result.state == State::drift;
    if (!result.good() && !(unchanged && options_.check_only)) {
      failures_ += result.state == State::skipped || unchanged ? 0 : 1;
      // A node that failed stops no other node of its domain.
      if (stages_[stage].servers && !host_command.domain.empty())
        broken_.emplace(host_command.domain,
                        "server " + host_command.host + " of domain " + host_command.domain +
                            (unchanged ? " was held back, nothing was changed on it"
                                       : std::string(" is not as wanted (") + name_of(result.state) + ")"));
    }
    applied_.stages[stage][place] = std::move(result);
    if (options_.one_more) options_.one_more();
  }

  run::Runner& runner_;
  const Engine& engine_;
  const std::vector<Stage>& stages_;
  plan::Journal& journal_;
  const ApplyOptions& options_;
  std::map<std::string, std::string> broken_;  // domain -> why it is not continued
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

std::vector<HostCommand> read_done(const plan::JournalContent& journal) {
  std::vector<HostCommand> done;
  std::map<std::pair<std::string, std::vector<std::string>>, bool> last;  // the last word about the same work counts
  for (const plan::JournalEntry& entry : journal.entries)
    if (entry.step.expect)
      last[{entry.step.expect->resource.name, entry.step.argv}] = entry.state == plan::JournalEntry::State::done;
  for (const auto& [host_command, good] : last)
    if (good) done.push_back({host_command.first, "", host_command.second, ""});
  return done;
}

std::vector<std::size_t> left_to_do(const Stage& stage, const std::vector<HostCommand>& done) {
  std::set<std::pair<std::string, std::vector<std::string>>> known;
  for (const HostCommand& host_command : done) known.emplace(host_command.host, host_command.argv);
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < stage.commands.size(); ++i)
    if (known.count({stage.commands[i].host, stage.commands[i].argv}) == 0) left.push_back(i);
  return left;
}

Result<std::vector<HostCommand>> open_journal(const std::string& path, bool resume) {
  if (resume) {
    constexpr std::size_t most = std::size_t{256} << 20U;
    const auto text = sys::read_file(path, most);
    if (!text) return text.error();
    if (!*text) return Error{"nothing to resume: " + path + " does not exist; run without --resume"};
    return read_done(plan::parse_journal(**text));
  }
  if (std::rename(path.c_str(), (path + ".old").c_str()) == -1 && errno != ENOENT)
    return Error{"cannot put " + path + " aside: " + std::strerror(errno)};
  return std::vector<HostCommand>{};
}

int exit_status_of(const Applied& applied) {
  if (!applied.worked) return report::exit_not_observed;
  return applied.all_good() && applied.problems.empty() ? report::exit_ok : report::exit_not_as_wanted;
}

}  // namespace hanfs::cluster
