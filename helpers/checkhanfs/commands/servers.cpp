// SPDX-License-Identifier: Apache-2.0
// checkhanfs servers: ask all servers -> judge -> plugin line, JSON; with --watch again and again, and only changes.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/report.hpp"
#include "checkhanfs/commands/commands.hpp"
#include "checkhanfs/commands/print.hpp"
#include "checkhanfs/wire/ask.hpp"
#include "checkhanfs/wire/change.hpp"
#include "checkhanfs/wire/nfs_client.hpp"
#include "checkhanfs/wire/report.hpp"
#include "report/json.hpp"
#include "report/progress.hpp"
#include "report/table.hpp"

namespace hanfs::check {
namespace {

using report::PluginState;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds longest_for_names{2000};  // of the lists, which rarely hold any
constexpr milliseconds watch_nap{100};           // how late a signal may be seen

ServersReport look_at_servers(app::System& system, const Options& options, const std::function<void()>& one_more) {
  AskOptions how;
  how.servers = options.operands;
  how.path = options.path;
  how.timeout = seconds(options.timeout);
  how.again = seconds(options.again);
  how.interrupted = [&] { return system.interrupted(); };
  how.one_more = one_more;
  ServersReport report;
  report.path = options.path;
  report.answers = ask(how);
  const NameAddresses names =
      addresses_of_names(names_in_lists(report.answers), std::min(how.timeout, longest_for_names), how.interrupted);
  report.findings = judge_servers(report.answers, names, options.path);
  return report;
}

// The longest that a round with its pause and its notification can take.
long seconds_of_round(const Options& options) {
  constexpr long grace = 30;
  const long looks = 2 * options.timeout + options.again;
  return looks + looks / 10 + options.watch + options.settings.command_deadline + grace;
}

void expect_round(app::System& system, const Options& options) {
  arm_watchdog(system, seconds_of_round(options), unknown("stuck for longer than its time-outs"));
}

report::Verdict verdict_of_servers(app::System& system, const ServersReport& report) {
  report::Verdict verdict = verdict_of(system, state_of(report));
  for (const WireFinding& finding : report.findings) {
    verdict.failed += finding.level == WireLevel::critical ? 1 : 0;
    verdict.warnings += finding.level == WireLevel::warning || finding.level == WireLevel::unknown ? 1 : 0;
  }
  return verdict;
}

bool print_line(app::System& system, const nlohmann::ordered_json& object) {
  return app::print_output(system, tool_name, report::json_text(object) + "\n");
}

void notify(app::System& system, const Options& options, const ServersChange& change) {
  if (options.notify.empty()) return;
  app::RunnerOptions how;
  how.more_environment = notify_environment(change, options.path);
  run::Command command;
  command.argv = options.notify;
  for (std::string& word : notify_words(change)) command.argv.push_back(std::move(word));
  command.deadline = seconds(options.settings.command_deadline);
  const std::string failed = run::failure(run::run_one(*system.make_runner(how), command));
  if (!failed.empty())
    system.print_unless_blocked(std::string(tool_name) + ": --notify " + options.notify.front() + ": " + failed + "\n",
                                true);
}

class ServersWatch {
 public:
  ServersWatch(app::System& system, const Options& options) : system_(system), options_(options) {}

  int run() {
    bool printed = true;
    do {
      expect_round(system_, options_);
      const auto start = system_.clock().now();
      ServersReport now = look_at_servers(system_, options_, nullptr);
      if (system_.interrupted()) break;  // half a round says nothing
      printed = tell(now);
      last_ = std::move(now);
      ++rounds_;
      while (!system_.interrupted() && system_.clock().now() - start < seconds(options_.watch))
        system_.clock().sleep(watch_nap);
    } while (printed && !system_.interrupted());
    if (rounds_ == 0) return print_unknown(system_, "stopped before the first round had ended", options_.json);
    const std::string line = verdict_of_servers(system_, last_).line() + "\n";
    if (printed) printed = options_.json ? system_.print_error(line) : app::print_output(system_, tool_name, line);
    return static_cast<int>(printed ? state_of(last_) : PluginState::unknown);
  }

 private:
  // The first round whole; it counts as a change where it is not OK.
  bool tell(const ServersReport& now) {
    const ServersChange change = change_between(last_.findings, rounds_ == 0 ? PluginState::ok : state_of(last_), now);
    const std::string utc = system_.clock().utc();
    bool printed = true;
    if (rounds_ == 0) {
      nlohmann::ordered_json object{{"time", utc}, {"state", report::plugin_state_name(state_of(now))}};
      object.update(json_of(now));
      printed = options_.json ? print_line(system_, object)
                              : app::print_output(system_, tool_name, plugin_text(plugin_of(now)));
    } else if (is_change(change)) {
      printed = options_.json ? print_line(system_, json_of(change, utc))
                              : app::print_output(system_, tool_name, text_of(change, utc));
    }
    if (is_change(change)) notify(system_, options_, change);
    return printed;
  }

  app::System& system_;
  const Options& options_;
  ServersReport last_;
  int rounds_ = 0;
};

}  // namespace

int do_servers(app::System& system, const Options& options) {
  if (!can_look())
    return print_unknown(system,
                         "this checkhanfs was built without libnfs; cure: one with it, on any host that reaches "
                         "the servers",
                         options.json);
  if (!options.notify.empty()) {
    // One byte: whether there is such a file, whatever is in it.
    const Result<std::optional<std::string>> found = system.files().read(options.notify.front(), 1);
    if (found && !*found)
      return print_unknown(
          system,
          "--notify: there is no " + report::quoted(options.notify.front()) + "; cure: the absolute path of a program",
          options.json, "refused");
  }
  if (options.watch != 0) return ServersWatch(system, options).run();
  expect_round(system, options);
  const ServersReport report = [&] {
    report::Progress progress(tool_name, options.operands.size(),
                              [&](const std::string& text) { system.show_progress(text); });
    return look_at_servers(system, options, [&] { progress.advance(); });
  }();
  return print(system, plugin_of(report), verdict_of_servers(system, report), options.json, json_of(report));
}

}  // namespace hanfs::check
