// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/commands/options.hpp"

#include <algorithm>
#include <map>

#include "makehanfs/engine/engine.hpp"
#include "report/table.hpp"
#include "text/characters.hpp"

namespace hanfs::cluster {
namespace {

const std::map<std::string, Subcommand> verbs{{"plan", Subcommand::plan},        {"settings", Subcommand::settings},
                                              {"apply", Subcommand::apply},      {"status", Subcommand::status},
                                              {"runbook", Subcommand::runbook},  {"drill", Subcommand::drill},
                                              {"failback", Subcommand::failback}};

const std::vector<app::OwnOption> own_options{
    {"script", {"plan"}},           {"output", {"settings"}},
    {"resume", {"apply"}},          {"despite", {"plan", "apply", "drill", "failback"}},
    {"html", {"status", "drill"}},  {"i-take", {"drill"}},
    {"rehearse", {"drill"}},        {"nodes", {"drill"}},
    {"outage", {"drill"}},          {"lead", {"drill"}},
    {"max-age", {"drill"}},         {"batch", {"failback"}},
    {"without", {"plan", "apply"}}, {"boot-nodes", {"plan", "apply"}}};

std::string check_version(const std::string& word) {
  const bool is_one = !word.empty() && text::is_digit(word.front()) &&
                      std::all_of(word.begin(), word.end(), [](char c) { return text::is_digit(c) || c == '.'; });
  return is_one ? "" : "no version such as 2.9.2";
}

std::string check_command(const std::string& word) {
  const std::string wrong = app::check_path(word);
  return wrong.empty() ? check_word(word) : wrong;
}

void take_modes(const config::Values& said, Options& options) {
  const auto subcommand = verbs.find(said.word("verb"));
  if (subcommand != verbs.end()) options.subcommand = subcommand->second;
  options.operands = said.list("words");
  options.tables = said.word("tables");
  options.script = said.truth("script");
  options.resume = said.truth("resume");
  options.output = said.word("output");
  options.html = said.word("html");
  options.take = said.word("i-take");
  options.rehearse = said.truth("rehearse");
  options.nodes = said.number("nodes");
  options.outage = said.number("outage");
  options.lead = said.number("lead");
  options.max_age = said.number("max-age");
  options.batch = said.number("batch");
}

Result<Settings> resolve(const config::Values& said) {
  Settings settings;
  settings.engine = said.word("engine");
  settings.engine_option = said.list("engine-option");
  settings.engine_prefix = said.list("engine-prefix");
  settings.xcat_version = said.word("xcat-version");
  settings.node_command = said.word("node-command");
  settings.server_command = said.word("server-command");
  settings.check_command = said.word("check-command");
  settings.directory = said.word("directory");
  while (settings.directory.size() > 1 && settings.directory.back() == '/') settings.directory.pop_back();
  settings.access = said.word("access");
  settings.timeo = said.number("timeo");
  settings.retrans = said.number("retrans");
  settings.fanout = said.number("fanout");
  settings.host_deadline = said.number("host-deadline");
  settings.failure_limit = said.number("failure-limit");
  settings.disruptive = said.truth("disruptive");
  settings.without = said.list("without");
  settings.despite = said.list("despite");
  settings.boot_nodes = said.truth("boot-nodes");
  return settings;
}

Status check_modes(const config::Values& said) {
  const std::string verb = said.word("verb");
  const std::vector<std::string>& words = said.list("words");
  if (verb.empty())
    return Error{
        "what is to be done? cure: plan, settings, apply, status, runbook SERVER, drill DOMAIN or failback SERVER; see "
        "--help"};
  const auto subcommand = verbs.find(verb);
  if (subcommand == verbs.end())
    return Error{"\"" + report::escape_control(verb) +
                 "\" is neither plan, settings, apply, status, runbook, drill nor "
                 "failback"};
  if (const Status own = app::check_own_options(said, own_options, verb); !own) return own;
  if (said.truth("boot-nodes") && !said.truth("disruptive"))
    return Error{"--boot-nodes interrupts every job on the nodes; cure: --disruptive with it, when that is meant"};
  if (subcommand->second == Subcommand::settings && !words.empty())
    return Error{
        "settings takes no noderange: its files are for the whole cluster, and those of the others would be lost; "
        "cure: leave out \"" +
        report::escape_control(words.front()) + "\""};
  if (said.truth("script") && said.truth("json")) return Error{"--script and --json exclude each other"};
  if (subcommand->second == Subcommand::runbook && words.size() != 1)
    return Error{"runbook: name one server; cure: makehanfs runbook SERVER"};
  if (subcommand->second == Subcommand::failback && words.size() != 1)
    return Error{"failback: name one server; cure: makehanfs failback SERVER"};
  if (subcommand->second == Subcommand::drill && words.size() != 1)
    return Error{"drill: name one domain; cure: makehanfs drill DOMAIN --i-take SERVER"};
  const bool only_looks = said.truth("dry-run") || said.truth("check") || said.truth("status") ||
                          !said.word("from").empty() || !said.word("tables").empty();
  if (subcommand->second == Subcommand::drill && only_looks)
    return Error{"drill: it needs the live cluster; cure: --rehearse, which stops nothing"};
  if (!said.word("from").empty() && !said.word("tables").empty())
    return Error{"--from and --tables exclude each other: a capture has the tables"};
  return Done{};
}

}  // namespace

std::map<std::string, std::vector<std::string>> words_again(const Options& options) {
  constexpr const char* repeated[] = {"config",       "engine",        "engine-option",  "engine-prefix",
                                      "xcat-version", "node-command",  "server-command", "check-command",
                                      "directory",    "access",        "timeo",          "retrans",
                                      "fanout",       "host-deadline", "without",        "despite"};
  std::map<std::string, std::vector<std::string>> words;
  for (const auto& known : verbs)
    for (const char* const name : repeated)
      for (const std::string& word : options.command_line.list(name))
        if (app::is_for(own_options, name, known.first))
          words[known.first].push_back("--" + std::string(name) + "=" + word);
  return words;
}

Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv) {
  const app::Program program{config::cluster,
                             tool_name,
                             "Makes NFSv4 failover of an xCAT AIX diskless cluster out of its tables.",
                             {{"engine-option", check_word},
                              {"engine-prefix", check_word},
                              {"xcat-version", check_version},
                              {"node-command", check_command},
                              {"server-command", check_command},
                              {"check-command", check_command},
                              {"directory", app::check_path}},
                             check_modes};
  return app::read_command_line<Options>(program, system, argc, argv, take_modes, resolve);
}

}  // namespace hanfs::cluster
