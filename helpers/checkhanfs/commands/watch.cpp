// SPDX-License-Identifier: Apache-2.0
// checkhanfs watch: reads until it is stopped, tells each stall while it lasts, and sums up. Only children touch the
// paths, so it ends whatever hangs.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "aix/commands.hpp"
#include "aix/mount.hpp"
#include "aix/nfs4cl.hpp"
#include "app/context.hpp"
#include "app/observation_queue.hpp"
#include "checkhanfs/commands/commands.hpp"
#include "checkhanfs/commands/print.hpp"
#include "checkhanfs/watch/report.hpp"
#include "checkhanfs/watch/watcher.hpp"
#include "report/json.hpp"

namespace hanfs::check {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds pause_between_reads{20};
constexpr milliseconds refresh{100};
constexpr double between_looks = 1;      // seconds: nfs4cl is a process for each path
constexpr std::size_t most_paths = 256;  // each has a process of its own

// Without a path in the command line: the NFSv4 file systems that mount lists. Error: there is none, or it cannot be
// seen.
Result<std::vector<std::string>> nfs4_paths(app::System& system, const Options& options) {
  app::Context context(system, options, options.settings, {});
  std::vector<std::string> paths;
  std::vector<app::Unobserved> unobserved;
  const app::Sources sources = context.sources();
  app::ObservationQueue queue(sources, unobserved);
  queue.ask({{aix::list_mounts()}, [&paths](const std::string& text) -> Status {
               const Result<aix::MountTable> mounts = aix::parse_mount(text);
               if (!mounts) return mounts.error();
               for (const aix::Mount& mount : mounts->mounts)
                 if (mount.vfs == "nfs4") paths.push_back(mount.path);
               return Done{};
             }});
  queue.run();
  if (!unobserved.empty()) return Error{unobserved.front().what + "; cure: name the paths"};
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  if (paths.size() > most_paths)
    return Error{std::to_string(paths.size()) + " NFSv4 file systems are mounted, at most " +
                 std::to_string(most_paths) + " can be watched; cure: name the paths"};
  if (paths.empty()) return Error{"no NFSv4 file system is mounted here; cure: name the paths"};
  return paths;
}

// Who serves each path now; empty where nfs4cl does not say, or is not there. Also after the signal that ends the
// watch. `failures`, if there: why it does not say, each reason once.
std::vector<std::string> servers_of(app::System& system, const Options& options, const std::vector<std::string>& paths,
                                    std::vector<std::string>* failures) {
  app::Context context(system, options, options.settings, {});
  std::vector<std::string> servers(paths.size());
  std::vector<app::Unobserved> unobserved;
  const std::unique_ptr<run::Runner> runner = context.calm_runner();
  const app::Sources sources = context.sources().with(*runner);
  app::ObservationQueue queue(sources, unobserved);
  for (std::size_t i = 0; i < servers.size(); ++i)
    queue.ask({{aix::show_filesystem(paths[i])}, [&servers, i](const std::string& text) -> Status {
                 const Result<aix::ShowFs> shown = aix::parse_showfs(text);
                 if (!shown) return shown.error();
                 if (!shown->filesystems.empty()) servers[i] = shown->filesystems.front().current;
                 return Done{};
               }});
  queue.run();
  for (const app::Unobserved& item : unobserved) {
    const bool is_expected = item.missing && options.until_left.empty();  // this is not AIX
    if (failures != nullptr && !is_expected &&
        std::find(failures->begin(), failures->end(), item.what) == failures->end())
      failures->push_back(item.what);
  }
  return servers;
}

class WatchCommand {
 public:
  WatchCommand(app::System& system, const Options& options, const std::vector<std::string>& paths)
      : system_(system),
        options_(options),
        names_(paths),
        watcher_(system.clock(), options.sysroot, paths, milliseconds(options.stall_milliseconds),
                 pause_between_reads) {}

  int run() {
    if (const Status started = watcher_.start(); !started)
      return print_unknown(system_, started.error().what, options_.json);
    const std::vector<std::string> before = servers_of(system_, options_, names_, &failures_);
    for (std::size_t i = 0; i < before.size(); ++i) watcher_.paths()[i].server_before = before[i];
    do {
      step(refresh);
      if (!options_.json) show_live();
    } while (!system_.interrupted() && !is_over());
    const double ended = watcher_.now();
    const std::vector<std::string> after = servers_of(system_, options_, names_, &failures_);
    for (std::size_t i = 0; i < after.size(); ++i) watcher_.paths()[i].server_after = after[i];
    wipe_live();
    return finish(ended);
  }

 private:
  void step(milliseconds time) {
    watcher_.step(time, [this](const std::string& path, const WatchEvent& event) { tell(path, event); });
  }

  bool is_over() {
    if (options_.watch_seconds != 0 && watcher_.now() >= static_cast<double>(options_.watch_seconds)) return true;
    return !options_.until_left.empty() && watcher_.now() >= next_look_ && have_left();
  }

  // Whose server nobody knows has not left it.
  bool have_left() {
    const std::vector<std::string> servers = servers_of(system_, options_, names_, nullptr);
    step(milliseconds(0));  // what was read while nfs4cl was asked
    const double now = watcher_.now();
    next_look_ = now + between_looks;
    for (std::size_t i = 0; i < servers.size(); ++i) {
      const Timeline& timeline = watcher_.paths()[i].timeline;
      if (servers[i].empty() || servers[i] == options_.until_left) return false;
      if (timeline.reads() == 0) return false;  // nobody knows yet whether it can be read
      if (timeline.is_failing() || timeline.stalled_for(now)) return false;
    }
    return true;
  }

  void tell(const std::string& path, const WatchEvent& event) {
    wipe_live();
    if (options_.json) {
      nlohmann::ordered_json object = event_json(path, event);
      object["utc"] = system_.clock().utc();
      system_.print_unless_blocked(report::json_text(object) + "\n", false);
    } else {
      system_.print_unless_blocked(event_line(path, event) + "\n", false);
    }
  }

  void show_live() {
    std::string line = live_line(watcher_.paths(), watcher_.now());
    constexpr std::size_t most = 79;  // columns, so that one line stays one
    if (line.size() > most) line.resize(most);
    system_.show_progress("\r\033[K" + line);
  }

  void wipe_live() { system_.show_progress("\r\033[K"); }

  int finish(double ended) {
    report::PluginReport report = watch_report(watcher_.paths(), ended);
    for (const std::string& failure : failures_) report.details.push_back("note: " + failure);
    if (!options_.html.empty()) {
      // The page may go to a file system that hangs too.
      constexpr long time_to_write = 10;  // seconds
      arm_watchdog(system_, time_to_write, report);
      const Status written = system_.files().write(
          options_.html,
          watch_page(watcher_.paths(), ended, {"What " + system_.node_name() + " saw", system_.clock().utc()}), "");
      if (!written) {
        report.state = report::worse(report.state, report::PluginState::unknown);
        report.details.push_back("error: " + written.error().what);
      }
    }
    nlohmann::ordered_json object = watch_json(watcher_.paths(), ended);
    object["notes"] = failures_;
    return print(system_, report, verdict_of(system_, report.state), options_.json, object);
  }

  app::System& system_;
  const Options& options_;
  const std::vector<std::string>& names_;
  Watcher watcher_;
  double next_look_ = 0;               // of have_left()
  std::vector<std::string> failures_;  // of the looks before and after
};

}  // namespace

int do_watch(app::System& system, const Options& options) {
  const Result<std::vector<std::string>> paths =
      options.operands.empty() ? nfs4_paths(system, options) : Result<std::vector<std::string>>(options.operands);
  if (!paths) return print_unknown(system, paths.error().what, options.json);
  return WatchCommand(system, options, *paths).run();
}

}  // namespace hanfs::check
