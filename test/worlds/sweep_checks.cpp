// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/text.hpp"
#include "plan/journal.hpp"
#include "run/command.hpp"
#include "sweep.hpp"
#include "verdict_check.hpp"

namespace hanfs::worlds {
namespace {

using nlohmann::json;

// Does it change the machine? What is not known to be harmless does.
bool is_changing(const Words& call) {
  static const std::set<std::string> looking = {"mount", "netstat",   "lsattr", "odmget", "ifconfig", "hostname",
                                                "uname", "lsps",      "logger", "lssrc",  "df",       "lsnfsexp",
                                                "lsfs",  "showmount", "ping",   "rpcinfo"};
  const std::string name = call[0].substr(call[0].rfind('/') + 1);
  const std::string first = call.size() < 2 ? "" : call[1];
  if (name == "nfs4cl") return first != "showfs" && first != "showstat";
  if (name == "no" || name == "nfso")
    return std::any_of(call.begin(), call.end(), [](const std::string& word) {
      return word.find('=') != std::string::npos || word == "-p" || word == "-r" || word == "-d" || word == "-D";
    });
  if (name == "exportfs" || name == "chnfsdom") return call.size() > 1;
  if (name == "nfsd") return first != "-getreplicas" && first != "-getnodes";
  return looking.count(name) == 0;
}

std::vector<Words> changes_of(const RunResult& run) {
  std::vector<Words> all;
  std::copy_if(run.calls.begin(), run.calls.end(), std::back_inserter(all), is_changing);
  return all;
}

// The parts of a truth whose names begin so.
std::string part(const Truth& truth, const std::string& head) {
  std::string text;
  for (const auto& [key, value] : truth.parts)
    if (aixsim::starts_with(key, head)) text += key + "=" + value + "\n";
  return text;
}

class Checks {
 public:
  Checks(const World& world, const Struck& struck, const WorldResult& wanted, WorldResult& result)
      : world_(world),
        struck_(struck),
        wanted_(wanted),
        result_(result),
        first_(result.runs.front()),
        after_(result.truths.front()),
        said_(json::parse(first_.out, nullptr, false)),
        verdict_(verdict_of(first_)) {}

  void all() {
    const bool is_one = !struck_.command.empty();
    const std::string tool = is_one ? struck_.command.front() : "";
    if (first_.end != RunResult::End::returned || !said_.is_object())
      return find("no-answer", first_.out.substr(0, 200) + first_.err);
    const int status = first_.status;
    if (status < 0 || status > 3) find("exit-status", std::to_string(status));
    // 0 is a promise. 2 and 3 promise that nothing was touched.
    if (status == 0) check_as_wanted("false-ok", after_);
    const bool promises =
        status == 2 || status == 3 || verdict_["status"] == "drift" || verdict_["status"] == "refused";
    if (promises && (!changes_of(first_).empty() || after_.text() != result_.untouched.text()))
      find("touched", "exit status " + std::to_string(status) + ", " + difference(result_.untouched, after_));
    // An ODM without a route is a legal answer of lsattr: nobody can tell that it lost one.
    const bool is_legal = tool == "lsattr" && struck_.kind == "empty";
    if ((status == 1 || status == 3) && is_one && !is_legal && !is_named(tool))
      find("not-named", tool + ": " + first_.err);
    check_journalled();
    if (world_.program == Program::server) check_server();
    if (world_.program == Program::node && is_one) check_rest_of_node(tool);
    check_healed();
  }

 private:
  void find(const std::string& kind, const std::string& what) { result_.findings.push_back({kind, what}); }

  void check_as_wanted(const char* kind, const Truth& is) {
    const Truth& wanted = wanted_.truths.front();
    Truth now = is, then = wanted;
    for (Truth* truth : {&now, &then}) {  // lines of a file may come in another order
      const auto file = truth->parts.find("file /etc/exports");
      if (file == truth->parts.end()) continue;
      aixsim::Strings lines = aixsim::split(file->second, '\n');
      std::sort(lines.begin(), lines.end());
      file->second = aixsim::join(lines, "\n");
    }
    if (now.text() != then.text()) find(kind, difference(then, now));
  }

  bool is_named(const std::string& tool) const {
    const std::string all = [&] {
      std::string text;
      for (const char* const list : {"errors", "warnings", "notes"})
        for (const json& line : said_.value(list, json::array())) text += line.get<std::string>() + "\n";
      for (const json& step : said_.value("plan", json::array()))
        if (step.contains("problem")) text += step.dump() + "\n";
      return text;
    }();
    const auto commands = verdict_.find("commands");
    const aixsim::Strings named = aixsim::split(commands == verdict_.end() ? "" : commands->second, ',');
    return std::find(named.begin(), named.end(), tool) != named.end() || all.find(tool) != std::string::npos;
  }

  // No change without an entry of the journal.
  void check_journalled() {
    std::set<std::string> known;
    for (const plan::JournalEntry& entry : plan::parse_journal(first_.journal).entries) {
      known.insert(run::command_text(entry.step.argv));
      for (const auto& argv : entry.step.undo) known.insert(run::command_text(argv));
    }
    for (const Words& call : changes_of(first_))
      if (known.count(run::command_text(call)) == 0) find("not-journalled", run::command_text(call));
  }

  // What this command is not about was done.
  void check_rest_of_node(const std::string& tool) {
    if (tool == "mount") return;
    const Truth& wanted = wanted_.truths.front();
    const auto expect_done = [&](const std::string& head) {
      if (part(after_, head) != part(wanted, head)) find("not-done", head + ": " + difference(wanted, after_));
    };
    for (const auto& [key, value] : wanted.parts) {
      const aixsim::Strings words = aixsim::split(key, ' ');
      if (words[0] != "filesystem" ||
          std::find(struck_.command.begin(), struck_.command.end(), words[1]) != struck_.command.end())
        continue;
      const auto is = after_.parts.find(key);
      if (is == after_.parts.end() || is->second != value) find("not-done", key);
    }
    // Without an answer to a ping no gateway is taken away that may be the last one alive. With --persist live and
    // stored routes have one set of costs, so they wait for lsattr.
    const bool persists =
        std::find(world_.settings.begin(), world_.settings.end(), "--persist") != world_.settings.end();
    const bool is_about_routes =
        tool == "route" || tool == "netstat" || tool == "ifconfig" || tool == "ping" || (tool == "lsattr" && persists);
    if (!is_about_routes) expect_done("route ");
    if (!is_about_routes && tool != "chdev" && tool != "lsattr") expect_done("odm ");
    if (tool != "no") expect_done("tunable ");
  }

  void check_server() {
    const std::string state = verdict_["state"];
    if (first_.status == 0 && state != "replicated") find("state-untrue", state);
    const auto differs = [&](const Truth& from, const std::string& head) {
      return part(after_, head) != part(from, head);
    };
    const Truth& before = result_.untouched;
    const Truth& wanted = wanted_.truths.front();
    if (state == "as-before" && (differs(before, "export ") || differs(before, "file ")))
      find("state-untrue", state + ": " + difference(before, after_));
    if (state == "replicated" && differs(wanted, "export /install vers=4"))
      find("state-untrue", state + ": " + difference(wanted, after_));
    // Never all at once, never by force.
    for (const Words& call : first_.calls)
      for (const char* const word : {"-ua", "-au", "-a", "-F"})
        if (run::command_text(call).rfind("exportfs", 0) == 0 &&
            std::find(call.begin(), call.end(), word) != call.end())
          find("all-at-once", run::command_text(call));
    check_file(before, wanted);
    check_daemons(before);
  }

  // /etc/exports: as before or as wanted, never half.
  void check_file(const Truth& before, const Truth& wanted) {
    const auto lines_of = [](const Truth& truth) {
      const aixsim::Strings lines = aixsim::split(truth.parts.at("file /etc/exports"), '\n');
      std::set<std::string> all(lines.begin(), lines.end());
      all.erase("");
      return all;
    };
    if (lines_of(after_) != lines_of(before) && lines_of(after_) != lines_of(wanted))
      find("half-a-file", difference(before, after_));
  }

  // A daemon that was stopped to take its new domain, where the command that starts it never works, can only be named.
  void check_daemons(const Truth& before) {
    for (const auto& [key, value] : before.parts) {
      if (!aixsim::starts_with(key, "daemon ") || value != "active" || result_.truths.front().parts.at(key) == "active")
        continue;
      const std::string name = key.substr(7);
      const std::string cure = "not as before: " + name + " ran before; cure: startsrc -s " + name;
      const bool is_told = said_["errors"].dump().find(cure) != std::string::npos && verdict_["state"] == "unsettled";
      if (name != "nfsrgyd" || struck_.command != Words{"startsrc", "-s", "nfsrgyd"} || !is_told)
        find("daemon-down", name + " was active: " + first_.err);
    }
  }

  // Healed: the second run converges, the third has nothing to do.
  void check_healed() {
    const RunResult& second = result_.runs.at(1);
    const RunResult& third = result_.runs.at(2);
    // What is left may not be possible without the interruptions that nobody allowed.
    if (verdict_of(second)["status"] == "drift" && world_.program == Program::server) return;
    if (second.status != 0) return find("not-healed", second.out);
    check_as_wanted("not-healed", result_.truths.at(1));
    if (third.status != 0 || verdict_of(third)["status"] != "ok" || !changes_of(third).empty())
      find("not-quiet", third.out);
  }

  const World& world_;
  const Struck& struck_;
  const WorldResult& wanted_;
  WorldResult& result_;
  const RunResult& first_;
  const Truth& after_;
  json said_;
  std::map<std::string, std::string> verdict_;
};

}  // namespace

void check_struck(const World& world, const Struck& struck, const WorldResult& wanted, WorldResult& result) {
  Checks(world, struck, wanted, result).all();
}

}  // namespace hanfs::worlds
