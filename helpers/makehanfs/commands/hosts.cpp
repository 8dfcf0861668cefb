// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/commands/hosts.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <set>

#include "makehanfs/apply/work_journal.hpp"
#include "makehanfs/plan/plan.hpp"
#include "run/command.hpp"
#include "sys/file.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {

namespace {

// Of a capture: the engine whose answers it has.
Result<Engine> engine_of_capture(const Settings& settings, const std::string& folder) {
  namespace fs = boost::filesystem;
  const auto has_answers = [&](const std::string& path) {
    const std::string prefix = fs::path(path).filename().string() + "_";
    boost::system::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
      if (text::starts_with(entry->path().filename().string(), prefix)) return true;
    return false;
  };
  Result<Engine> found = find_engine(settings, has_answers);
  if (found) return found;
  return Error{"the capture " + text::escape_control(folder) +
               " has no answers of hosts; cure: makehanfs status --save DIR keeps them"};
}

}  // namespace

Result<Engine> installed_engine(const CommandContext& command) {
  Settings settings = command.options.settings;
  if (!command.options.tables.empty()) settings.engine = name_of(engine_of(settings).kind);
  Result<Engine> found = !command.options.from.empty()
                             ? engine_of_capture(command.options.settings, command.options.from)
                             : find_engine(settings, [&](const std::string& path) {
                                 return ::access((command.options.sysroot + path).c_str(), X_OK) == 0;
                               });
  if (found) found->left_out.insert(command.cluster.left_out.begin(), command.cluster.left_out.end());
  return found;
}

Engine planned_engine(const CommandContext& command) {
  const Result<Engine> found = installed_engine(command);
  return found ? *found : engine_of(command.options.settings);
}

std::chrono::milliseconds rest_of_run(const CommandContext& command) {
  return command.context.may_continue() ? command.context.time_left() : std::chrono::milliseconds(0);
}

StatusOptions status_options(const CommandContext& command) {
  StatusOptions options;
  options.command = {command.options.settings.node_command, "--status", "--json"};
  options.time_left = [&command] { return rest_of_run(command); };
  return options;
}

std::vector<std::string> server_argv(const CommandContext& command, const Cluster& cluster, const Engine& engine,
                                     std::size_t server) {
  Settings settings = with_all_open(command.options.settings, cluster);
  settings.disruptive = false;
  return make_plan(cluster, settings, engine).servers[server].argv;
}

std::string apply_journal(const CommandContext& command) { return command.context.journal_path() + "-apply"; }

void warn_of_nodes_left_down(CommandContext& command, const std::vector<std::string>& nodes) {
  if (!command.options.from.empty()) return;
  const auto text = command.context.system().files().read(apply_journal(command), hanfs::plan::Journal::largest_size);
  if (!text)
    command.report.warnings.push_back("whether an apply has left nodes down is not known: " + text.error().what);
  if (!text || !*text) return;
  const hanfs::plan::JournalContent journal = hanfs::plan::parse_journal(**text);
  if (const std::string warning = warning_of_unreadable(apply_journal(command), journal.unreadable); !warning.empty())
    command.report.warnings.push_back(warning);
  const StoppedNodes stopped = read_stopped(journal);
  std::vector<std::string> down, booted;
  std::string shut_down_since, booted_last;
  for (const std::string& node : nodes) {
    const auto found = stopped.find(node);
    if (found == stopped.end()) continue;
    const StoppedNode& left = found->second;
    (left.booted.empty() ? down : booted).push_back(node);
    booted_last = std::max(booted_last, left.booted);
    if (left.booted.empty() && (shut_down_since.empty() || left.since < shut_down_since)) shut_down_since = left.since;
  }
  if (!down.empty())
    command.report.warnings.push_back(
        "shut down by an apply since " + shut_down_since + ", and not seen up again by one: " + xcat::fold(down) +
        "; cure, when no apply is at work: " + command_for(command.cluster, command.cluster.range, "apply") +
        ", so that their servers export again where it was broken off, then " +
        run::command_text({"rnetboot", xcat::fold(down)}));
  if (!booted.empty())
    command.report.warnings.push_back("booted by an apply, at " + booted_last +
                                      " the last, and not seen up again by one: " + xcat::fold(booted) +
                                      "; they may be coming up; cure, for those that are silent half an hour later: " +
                                      run::command_text({"rnetboot", xcat::fold(booted)}));
}

std::string why_closed(const CommandContext& command, const Domain& domain) {
  const std::vector<std::string> codes = codes_that_close(command.options.settings, domain);
  if (codes.empty()) return {};
  return "domain " + domain.name + " is closed by errors in the tables: " + text::joined(codes) +
         "; cure: makehanfs plan says what to do, or --despite CODE for each of these, when you know better";
}

void report_skipped(CommandContext& command) {
  std::set<std::string> closing;
  for (const Domain& domain : command.cluster.domains)
    for (std::string& code : codes_that_close(command.options.settings, domain)) closing.insert(std::move(code));
  for (const Finding& finding : command.cluster.findings)
    if (finding.level == Finding::Level::error || (finding.keeps_up && closing.count(finding.code) != 0))
      command.report.errors.push_back(finding.code + ": " + finding.range + ": " + finding.what +
                                      (finding.remedy.empty() ? "" : "; cure: " + finding.remedy));
}

Status check_left_out(CommandContext& command) {
  for (const std::string& name : command.options.settings.without) {
    const auto& servers = command.cluster.servers;
    const auto found =
        std::find_if(servers.begin(), servers.end(), [&](const Server& server) { return server.name == name; });
    if (found == servers.end() || found->domain == no_index)
      return Error{"--without " + text::escape_control(name) +
                   ": no server of a domain has this name; cure: makehanfs plan shows them"};
    command.report.warnings.push_back(name +
                                      " is left out (--without), and no node can fail over to it; cure: when it is "
                                      "up, apply again without this --without");
  }
  return Done{};
}

Status write_html(const CommandContext& command, const std::string& page) {
  const std::string& file = command.options.html;
  const std::string place = file.front() == '/' ? command.options.sysroot + file : sys::absolute_path(file);
  if (const Status written = command.context.system().files().write(place, page, ""); !written)
    return Error{written.error().what +
                 (written.error().what.find("; cure: ") == std::string::npos ? "; cure: " : ", or ") +
                 "--html with a file in a folder where you may write"};
  return Done{};
}

}  // namespace hanfs::cluster
