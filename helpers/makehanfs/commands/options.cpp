// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/commands/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <map>

#include "makehanfs/engine/engine.hpp"
#include "report/table.hpp"

namespace hanfs::cluster {
namespace {

constexpr long usual_deadline = 3600;         // seconds: hundreds of hosts, a few at a time
constexpr long usual_command_deadline = 300;  // tabdump of a busy database

const std::map<std::string, Subcommand> verbs{{"plan", Subcommand::plan},
                                              {"settings", Subcommand::settings},
                                              {"apply", Subcommand::apply},
                                              {"status", Subcommand::status},
                                              {"runbook", Subcommand::runbook}};

struct RawSettings {
  RawSettings() {
    settings.deadline = usual_deadline;
    settings.command_deadline = usual_command_deadline;
  }
  Settings settings;
};

void add_own_modes(CLI::App& app, Options& options) {
  app.add_option("verb", options.verb_word,
                 "plan: what servers and nodes need; settings: the files for /install/postscripts; apply: do it over "
                 "the site's engine; status: which node runs from which server; runbook: what to do when SERVER dies")
      ->type_name("plan|settings|apply|status|runbook");
  app.add_option("words", options.operands,
                 "nodes (default: all diskless ones; settings takes none); for runbook the name of a server")
      ->type_name("NODERANGE|SERVER");
  const std::string group = app::modes_group;
  // A variable that is not set: --output "$DIR" must not write to /.
  const std::function<std::string(const std::string&)> not_empty = [](const std::string& word) {
    return word.empty() ? "the name is empty" : "";
  };
  app.add_option("--tables", options.tables,
                 "folder of dumps, TABLE.csv as tabdump prints it, instead of the live tables")
      ->check(not_empty)
      ->type_name("DIR")
      ->group(group);
  app.add_flag("--script", options.script, "plan: a shell script to review")->group(group);
  app.add_option("--output", options.output, "settings: write below DIR instead of /")
      ->check(not_empty)
      ->type_name("DIR")
      ->group(group);
  app.add_flag("--resume", options.resume, "apply: leave out what the last apply has done")->group(group);
  app.add_option("--html", options.html, "status: write the page with the drawing, too")
      ->check(not_empty)
      ->type_name("FILE")
      ->group(group);
}

void add_settings(CLI::App& app, RawSettings& raw) {
  Settings& settings = raw.settings;
  const std::function<std::string(const std::string&)> check_word = cluster::check_word;
  const auto choice = [&](const char* name, std::string& target, std::vector<std::string> operands, const char* help) {
    app.add_option(name, target, help)->check(CLI::IsMember(std::move(operands)))->group(app::settings_group);
  };
  choice("--engine", settings.engine, {"xdsh", "pdsh", "clush"},
         "what reaches the hosts (default: the first of xdsh, pdsh, clush that is installed)");
  app::add_list(app, "--engine-option", settings.engine_option, check_word, "WORD",
                "more words for the engine, each as --engine-option=WORD");
  app::add_list(app, "--engine-prefix", settings.engine_prefix, check_word, "WORD",
                "words in front of each command on a host, each as --engine-prefix=WORD");
  const auto on_host = [&](const char* name, std::string& target, const char* what) {
    app.add_option(name, target, std::string(what) + " (default " + target + ")")
        ->check(app::check_path)
        ->check(check_word)
        ->type_name("PATH")
        ->group(app::settings_group);
  };
  on_host("--node-command", settings.node_command, "the postscript on a node");
  on_host("--server-command", settings.server_command, "setuphanfs on a server");
  app.add_option("--directory", settings.directory, "what is replicated (default /install)")
      ->check(app::check_path)
      ->type_name("DIR")
      ->group(app::settings_group);
  choice("--access", settings.access, {"ro", "rw"}, "ro (default), or rw where all servers share the data");
  constexpr long max_timeo = 6000;
  constexpr long max_retrans = 1000;
  constexpr long max_hosts = 10000;
  app::add_number(app, "--timeo", settings.timeo, 1, max_timeo, "tenths of a second for one call (default 1)");
  app::add_number(app, "--retrans", settings.retrans, 1, max_retrans, "calls before a failover (default 3)");
  app::add_number(app, "--fanout", settings.fanout, 1, max_hosts, "hosts at a time (default 64)");
  app::add_number(app, "--host-deadline", settings.host_deadline, 1, app::max_seconds,
                  "seconds for one host (default 60)");
  app::add_number(app, "--failure-limit", settings.failure_limit, 1, max_hosts,
                  "apply: after so many hosts that failed nothing more is begun (default 1)");
  app::add_flag(app, "--disruptive", settings.disruptive,
                "apply: clients of the servers may be interrupted, as setuphanfs --disruptive");
  app::add_limits(app, settings);
}

Status check_modes(const Options& options) {
  if (options.verb_word.empty())
    return Error{"what is to be done? cure: plan, settings, apply, status or runbook SERVER; see --help"};
  const auto subcommand = verbs.find(options.verb_word);
  if (subcommand == verbs.end())
    return Error{"\"" + report::escape_control(options.verb_word) +
                 "\" is neither plan, settings, apply, status nor runbook"};
  struct LocalAddress {
    bool given;
    Subcommand wanted;
    const char* option;
  };
  for (const LocalAddress& own : {LocalAddress{options.script, Subcommand::plan, "--script"},
                                  LocalAddress{!options.output.empty(), Subcommand::settings, "--output"},
                                  LocalAddress{options.resume, Subcommand::apply, "--resume"},
                                  LocalAddress{!options.html.empty(), Subcommand::status, "--html"}})
    if (own.given && own.wanted != subcommand->second)
      return Error{std::string(own.option) + " is not for " + options.verb_word + "; cure: see --help"};
  if (subcommand->second == Subcommand::settings && !options.operands.empty())
    return Error{
        "settings takes no noderange: its files are for the whole cluster, and those of the others would be lost; "
        "cure: leave out \"" +
        report::escape_control(options.operands.front()) + "\""};
  if (options.script && options.json) return Error{"--script and --json exclude each other"};
  if (subcommand->second == Subcommand::runbook && options.operands.size() != 1)
    return Error{"runbook: name one server; cure: makehanfs runbook SERVER"};
  if (!options.from.empty() && !options.tables.empty())
    return Error{"--from and --tables exclude each other: a capture has the tables"};
  return Done{};
}

void add_modes(CLI::App& app, Options& options) {
  app::add_modes(app, options, [&](CLI::App& own) { add_own_modes(own, options); });
}

}  // namespace

Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv) {
  app::OptionReader<Options, RawSettings> reader;
  reader.program = {tool_name, "Makes NFSv4 failover of an xCAT AIX diskless cluster out of its tables."};
  reader.add_modes = add_modes;
  reader.add_settings = add_settings;
  reader.check_modes = check_modes;
  reader.domains = [](RawSettings& raw) -> std::vector<config::Domain>& { return raw.settings.domains; };
  reader.resolve = [](const RawSettings& raw) { return Result<Settings>(raw.settings); };
  Result<CommandLine> command_line = reader.read(system, argc, argv);
  if (!command_line) return command_line;
  Options& options = command_line->options;
  if (const auto subcommand = verbs.find(options.verb_word); subcommand != verbs.end())
    options.subcommand = subcommand->second;
  return command_line;
}

}  // namespace hanfs::cluster
