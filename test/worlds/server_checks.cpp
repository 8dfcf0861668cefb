// SPDX-License-Identifier: Apache-2.0
#include "server_checks.hpp"

#include "core/text.hpp"
#include "harm/harm.hpp"

namespace hanfs::worlds {
namespace {

bool is_ours(const std::string& key, const std::string& own) {
  return aixsim::starts_with(key, "export " + own + " ") || aixsim::starts_with(key, "export " + own + "/");
}

std::string dir_of(const std::string& key) { return aixsim::split(key, ' ')[1]; }

bool exported(const Truth& truth, const std::string& dir) {
  for (const auto& [key, value] : truth.parts) {
    if (aixsim::starts_with(key, "export ") && dir_of(key) == dir) return true;
  }
  return false;
}

}  // namespace

void check_server_run(const RunFacts& facts, const Say& say) {
  // Whatever happened: what was exported is exported at the end, though /install perhaps in another form.
  const std::string own = aixsim::own_directory(facts.node);
  bool had_ours = false, has_ours = false;
  for (const auto& [key, value] : facts.before.parts) {
    if (!aixsim::starts_with(key, "export ")) continue;
    had_ours = had_ours || is_ours(key, own);
    if (!is_ours(key, own) && !exported(facts.after, dir_of(key))) say("foreign-export-lost", dir_of(key));
  }
  for (const auto& [key, value] : facts.after.parts) has_ours = has_ours || is_ours(key, own);
  if (had_ours && !has_ours) say("own-export-lost", own + " was exported, and is not");
  // Daemons that served, where AIX lets them come back.
  const bool may_stay_away = facts.has_faults || facts.node.is("chnfs-settle", "never") ||
                             facts.node.is("stop-delay", "never") || facts.node.is("start-delay", "never") ||
                             facts.node.is("start-delay", "dies");
  for (const char* const name : {"daemon nfsd", "daemon rpc.mountd"}) {
    const auto was = facts.before.parts.find(name), is = facts.after.parts.find(name);
    if (was != facts.before.parts.end() && is != facts.after.parts.end() && was->second == "active" &&
        is->second != "active" && !may_stay_away)
      say("daemon-lost", std::string(name) + " is " + is->second);
  }
  auto verdict = verdict_of(facts.result);
  const bool well = verdict["status"] == "ok" || verdict["status"] == "changed";
  if (!well || facts.has_option("--status") || facts.has_option("--dry-run") || facts.result.interrupted) return;
  if (!exported(facts.after, own)) say("ok-but-not-exported", own);
  for (const char* const option : {"ro", "rw", "root", "access", "sec", "anon", "exname", "scatter"}) {
    const auto options_of = [&](const Truth& truth) {
      for (const auto& [key, value] : truth.parts) {
        if (aixsim::starts_with(key, "export " + own + " ")) return value;
      }
      return std::string();
    };
    const std::string was = options_of(facts.before), is = options_of(facts.after);
    if (was.empty() || was == is) break;
    const auto value_of = [&](const std::string& text) {
      for (const std::string& word : aixsim::split(text, ','))
        if (word.substr(0, word.find('=')) == option) return word;
      return std::string("absent");
    };
    const std::string old_value = value_of(was), new_value = value_of(is);
    if (old_value == new_value) continue;
    const std::string text = facts.result.out + facts.result.err;
    if (text.find("warning") == std::string::npos || text.find(option) == std::string::npos)
      say("access-changed",
          std::string(option) + ": was " + old_value + ", is " + new_value + ", and no warning names it");
  }
}

}  // namespace hanfs::worlds
