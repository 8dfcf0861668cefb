// SPDX-License-Identifier: Apache-2.0
#include "verdict_check.hpp"

#include <algorithm>
#include <set>

#include "core/text.hpp"

namespace hanfs::worlds {
namespace {

Words verdict_lines(const std::string& text) {
  Words all;
  for (const std::string& line : aixsim::split(text, '\n')) {
    if (aixsim::starts_with(line, "HANFS ")) all.push_back(line);
  }
  return all;
}

std::string last_line(const std::string& text) {
  const Words lines = aixsim::split(text, '\n');
  return lines.size() < 2 ? "" : lines[lines.size() - 2];
}

bool fits(const std::string& status, int exit_status) {
  static const std::map<std::string, std::set<int>> statuses = {
      {"ok", {0}}, {"changed", {0}}, {"drift", {1}}, {"fail", {1, 3}}, {"refused", {1, 2, 75}}};
  const auto known = statuses.find(status);
  return known != statuses.end() && known->second.count(exit_status) != 0;
}

}  // namespace

bool RunFacts::has_option(const std::string& head) const {
  return std::any_of(options.begin(), options.end(),
                     [&](const std::string& word) { return aixsim::starts_with(word, head); });
}

std::map<std::string, std::string> verdict_of(const RunResult& result) {
  std::map<std::string, std::string> words;
  const Words out = verdict_lines(result.out), err = verdict_lines(result.err);
  const Words& lines = out.empty() ? err : out;
  if (lines.empty()) return words;
  for (const std::string& word : aixsim::split(lines.back(), ' ')) {
    const std::size_t at = word.find('=');
    if (at != std::string::npos) words[word.substr(0, at)] = word.substr(at + 1);
  }
  return words;
}

void check_verdict(const RunFacts& facts, const Say& say) {
  const RunResult& result = facts.result;
  const bool json = facts.has_option("--json");
  const std::string& stream = json ? result.err : result.out;
  const Words lines = verdict_lines(stream);
  if (lines.empty()) return say("no-verdict", stream.substr(stream.size() > 200 ? stream.size() - 200 : 0));
  if (lines.size() > 1) say("two-verdicts", lines[0] + " and " + lines[1]);
  if (last_line(stream) != lines.back()) say("verdict-not-last", last_line(stream));
  auto verdict = verdict_of(result);
  if (result.end == RunResult::End::stuck && verdict["changed"] == "0" && facts.before.text() != facts.after.text())
    say("last-words-untrue", lines.back() + ", but " + difference(facts.before, facts.after));
  if (!fits(verdict["status"], result.status))
    say("status-untrue", lines.back() + " with exit status " + std::to_string(result.status));
  const long limit = result.deadline * 1000 + 500;
  if (result.deadline > 0 && result.took.count() > limit)
    say("too-long", std::to_string(result.took.count()) + " ms, watchdog after " + std::to_string(limit));
  const bool changed = facts.before.text() != facts.after.text();
  const bool read_only = facts.has_option("--status") || facts.has_option("--check") || facts.has_option("--dry-run");
  if (changed && read_only && facts.events.empty()) say("look-changed", difference(facts.before, facts.after));
  const bool claims_untouched = result.out.find("othing was touched") != std::string::npos;
  if (changed && claims_untouched && facts.events.empty()) say("touched-untrue", difference(facts.before, facts.after));
  if (!facts.is_quiet() || read_only) return;
  if (changed && verdict["changed"] == "0" && verdict["failed"] == "0")
    say("changed-untrue", "changed=0, but " + difference(facts.before, facts.after));
  // What was done and taken back counts as well.
  const bool taken_back = verdict["state"] == "as-before" || verdict["state"] == "unsettled";
  if (!changed && verdict["changed"] != "0" && !verdict["changed"].empty() && !taken_back)
    say("changed-untrue", lines.back() + ", and nothing is different");
}

}  // namespace hanfs::worlds
