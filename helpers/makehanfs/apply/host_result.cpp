// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/host_result.hpp"

#include <algorithm>

#include "text/escape.hpp"
#include "text/words.hpp"

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
    case HostAnswer::End::left_out:
      return answer.last_stderr;
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
  if (output.two_verdicts) return "it gave two verdicts that differ, the last: " + text::escape_control(output.verdict);
  if (answer.end == HostAnswer::End::exited && answer.status.value_or(0) != 0)
    return "its verdict is good, but its exit status is " + std::to_string(*answer.status);
  return {};
}

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
  if (!text::starts_with(line, "HANFS tool=")) return State::skipped;
  const std::string_view status = value_of(line, "status=");
  for (const State state : {State::ok, State::changed, State::drift, State::fail, State::refused})
    if (status == name_of(state)) return state;
  return State::skipped;
}

void read_line(HostOutput& output, std::string_view line, bool cut) {
  constexpr std::size_t most = 400;
  constexpr std::size_t longest_verdict = 4096;
  constexpr std::size_t most_warnings = 20;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  const bool whole = !cut && line.size() <= longest_verdict;
  if (!whole) line = line.substr(0, most);
  if (whole && verdict_state(line) != State::skipped) {
    // Two that differ: nobody knows which of them is about this run.
    output.two_verdicts = output.two_verdicts || (!output.verdict.empty() && output.verdict != line);
    output.verdict = std::string(line);
  } else if (text::starts_with(line, "error:")) {
    // What was taken back is no cause, and stands before it where the steps are listed in their order.
    const auto is_cause = [](std::string_view text) { return text.find(": taken back") == std::string_view::npos; };
    if (output.error.empty() || (is_cause(line) && !is_cause(output.error)))
      output.error = std::string(line.substr(0, most));
  } else if (text::starts_with(line, "warning:") && output.warnings.size() < most_warnings) {
    output.warnings.emplace_back(text::trimmed(line.substr(line.find(':') + 1, most)));
  } else if (!text::starts_with(line, "note:") && !text::starts_with(line, "remark:")) {
    output.last_line = std::string(line.substr(0, most));
  }
}

HostResult result_of(const Action& action, const HostReply& reply, long host_deadline) {
  const auto& [answer, output] = reply;
  HostResult result;
  result.host = answer.host;
  result.domain = action.domain;
  if (answer.end == HostAnswer::End::not_asked) {
    result.problem = "not tried: the run was stopped";
    return result;
  }
  result.state = State::no_answer;
  result.spoke = has_spoken(answer);
  if (output.verdict.empty() && lacks_program(answer, action.argv.front())) {
    result.no_tool = true;
    result.problem = action.argv.front() + " is not there";
    return result;
  }
  if (output.verdict.empty()) {
    result.foreign = answer.end == HostAnswer::End::exited && answer.status.value_or(1) == 0;
    result.problem = text::escape_control(why_no_verdict(answer, output, host_deadline));
    return result;
  }
  for (const std::string& warning : output.warnings) result.warnings.push_back(text::escape_control(warning));
  result.verdict = text::escape_control(output.verdict);
  result.state = verdict_state(output.verdict);
  result.never = value_of(output.verdict, "failover=") == "never";
  const std::string distrust = distrust_reason(answer, output);
  if (result.good() && !distrust.empty()) {
    result.state = State::no_answer;
    result.problem = distrust;
  } else if (!result.good()) {
    result.problem = text::escape_control(!output.error.empty()         ? output.error
                                          : !answer.last_stderr.empty() ? answer.last_stderr
                                                                        : output.last_line);
  }
  return result;
}

}  // namespace hanfs::cluster
