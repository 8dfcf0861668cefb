// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <charconv>

#include "aix/address.hpp"
#include "config/layers.hpp"
#include "report/table.hpp"

namespace hanfs::node {
namespace {

// What a setting may be; the same numbers are in conf/hanfs.conf and the man page.
constexpr long max_timeo = 6000;  // ten minutes; AIX documents no range
constexpr long max_retrans = 1000;
constexpr long max_seconds = 86400;
constexpr long max_jobs = 256;
constexpr long max_tunable = 2147483647;

// Settings in the form the options have them; settled() turns it into Settings.
struct Raw {
  Settings settings;
  std::vector<std::string> gateways{"auto"};
  std::string dgd;
  std::vector<std::string> mount_timeo;
  std::vector<std::string> mount_retrans;
  std::vector<std::string> exclude;
  long dgd_packets_lost = 0;
  long dgd_ping_time = 0;
  long dgd_retry_time = 0;
};

void add_settings(CLI::App& app, Raw& raw) {
  Settings& settings = raw.settings;
  const std::string group = "Settings (also in hanfs.conf, and in the environment as HANFS_NAME)";
  const auto number = [&](const char* name, long& target, long min, long max, const char* help) {
    app.add_option(name, target, help)->check(CLI::Range(min, max))->group(group);
  };
  const auto list = [&](const char* name, std::vector<std::string>& target, const char* help) {
    app.add_option(name, target, help)->group(group);
  };
  number("--timeo", settings.timeo, 1, max_timeo, "NFSv4 time-out in tenths of a second (default 1)");
  number("--retrans", settings.retrans, 1, max_retrans, "NFSv4 retransmissions before a failover (default 3)");
  list("--mount-timeo", raw.mount_timeo, "PATH=N: timeo of one mount, tenths of a second");
  list("--mount-retrans", raw.mount_retrans, "PATH=N: retrans of one mount");
  list("--exclude", raw.exclude, "PATH: a mount that is left alone");
  list("--gateways", raw.gateways,
       "auto (default): all file servers where the present gateway is one of them; none: leave routes alone; or "
       "addresses, the preferred one first");
  app.add_option("--dgd", raw.dgd, "dead gateway detection: active (default where gateways are set), passive, both, off")
      ->check(CLI::IsMember({"active", "passive", "both", "off"}))
      ->group(group);
  number("--dgd-packets-lost", raw.dgd_packets_lost, 1, max_tunable, "lost packets until a gateway is dead");
  number("--dgd-ping-time", raw.dgd_ping_time, 1, max_tunable, "seconds between pings of active DGD");
  number("--dgd-retry-time", raw.dgd_retry_time, 1, max_tunable, "minutes until passive DGD tries a dead gateway again");
  app.add_flag("--persist", settings.persist, "also for the next boot (ODM, nextboot); not on a diskless node")->group(group);
  app.add_flag("--hosts-first", settings.hosts_first, "write /etc/netsvc.conf so that /etc/hosts is asked before DNS")
      ->group(group);
  number("--deadline", settings.deadline, 1, max_seconds, "seconds for the whole run (default 120)");
  number("--command-deadline", settings.command_deadline, 1, max_seconds, "seconds for one command (default 15)");
  number("--jobs", settings.jobs, 1, max_jobs, "commands side by side (default 32)");
}

void add_modes(CLI::App& app, Options& options) {
  const std::string group = "What to do";
  app.add_flag("--dry-run", options.dry_run, "show the plan, change nothing")->group(group);
  app.add_flag("--check", options.check, "change nothing, status 1 on any difference")->group(group);
  app.add_flag("--status", options.status, "show the state, change nothing")->group(group);
  app.add_flag("--reset", options.reset, "go back: NFS options to AIX's defaults, and what the journal says was changed")
      ->group(group);
  app.add_flag("--json", options.json, "one JSON object instead of the table")->group(group);
  app.add_option("--config", options.config, std::string("settings file (default ") + default_config + ", if it is there)")
      ->group(group);
  app.add_option("--save", options.save, "DIR: keep what was observed, to be replayed with --from")->group(group);
  app.add_option("--from", options.from, "DIR: observe this capture instead of the node; nothing is changed")->group(group);
  app.add_option("--sysroot", options.sysroot, "DIR: every absolute path, of commands and files, is below DIR")->group(group);
  app.add_flag("--self-test", options.self_test, "does this program work on this machine?")->group(group);
  app.add_flag("--verbose", options.verbose, "show every command and remark")->group(group);
}

std::string one_line(const std::string& text) { return report::printable(text.substr(0, text.find('\n'))); }

// "/usr=5": a mount point may hold '=' itself, the value never does.
Result<std::map<std::string, long>> values_by_path(const std::vector<std::string>& words, const char* option, long max) {
  std::map<std::string, long> values;
  for (const std::string& word : words) {
    const std::size_t equals = word.rfind('=');
    long value = 0;
    bool good = equals != std::string::npos && word.front() == '/';
    if (good) {
      const char* end = word.data() + word.size();
      const auto [stop, error] = std::from_chars(word.data() + equals + 1, end, value);
      good = error == std::errc() && stop == end && value >= 1 && value <= max;
    }
    if (!good)
      return Error{std::string(option) + ": \"" + report::printable(word) + "\" is not PATH=N with N from 1 to " +
                   std::to_string(max)};
    if (!values.emplace(word.substr(0, equals), value).second)
      return Error{std::string(option) + ": " + report::printable(word.substr(0, equals)) + " is given twice"};
  }
  return values;
}

// Words and comma or plus lists alike: commas do not survive xCAT's postscripts table.
std::vector<std::string> split_lists(const std::vector<std::string>& words) {
  std::vector<std::string> items;
  for (const std::string& word : words) {
    std::size_t begin = 0;
    while (begin <= word.size()) {
      const std::size_t end = std::min(word.find_first_of(",+", begin), word.size());
      if (end > begin) items.push_back(word.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return items;
}

Status settle_gateways(const Raw& raw, Settings& settings) {
  const std::vector<std::string> items = split_lists(raw.gateways);
  const bool is_word = items.size() == 1 && (items.front() == "auto" || items.front() == "none");
  if (is_word) {
    settings.gateway_mode = items.front() == "auto" ? GatewayMode::automatic : GatewayMode::none;
    return Done{};
  }
  if (items.empty()) return Error{"--gateways: auto, none, or addresses"};
  settings.gateway_mode = GatewayMode::list;
  for (const std::string& item : items) {
    if (!aix::is_host_ipv4(item))
      return Error{"--gateways: \"" + report::printable(item) +
                   "\" is neither auto nor none nor the IPv4 address of a host (AIX documents DGD for IPv4 only)"};
    if (std::find(settings.gateways.begin(), settings.gateways.end(), item) != settings.gateways.end())
      return Error{"--gateways: " + item + " is given twice"};
    settings.gateways.push_back(item);
  }
  return Done{};
}

Result<Settings> settled(const Raw& raw) {
  Settings settings = raw.settings;
  Result<std::map<std::string, long>> timeo = values_by_path(raw.mount_timeo, "--mount-timeo", max_timeo);
  if (!timeo) return timeo.error();
  settings.mount_timeo = std::move(*timeo);
  Result<std::map<std::string, long>> retrans = values_by_path(raw.mount_retrans, "--mount-retrans", max_retrans);
  if (!retrans) return retrans.error();
  settings.mount_retrans = std::move(*retrans);
  for (const std::string& path : raw.exclude) {
    if (path.empty() || path.front() != '/')
      return Error{"--exclude: \"" + report::printable(path) + "\" is not an absolute path"};
    settings.exclude.insert(path);
  }
  if (const Status gateways = settle_gateways(raw, settings); !gateways) return gateways.error();
  if (raw.dgd == "active") settings.dgd = Dgd::active;
  if (raw.dgd == "passive") settings.dgd = Dgd::passive;
  if (raw.dgd == "both") settings.dgd = Dgd::both;
  if (raw.dgd == "off") settings.dgd = Dgd::off;
  if (raw.dgd_packets_lost != 0) settings.tunables["dgd_packets_lost"] = raw.dgd_packets_lost;
  if (raw.dgd_ping_time != 0) settings.tunables["dgd_ping_time"] = raw.dgd_ping_time;
  if (raw.dgd_retry_time != 0) settings.tunables["dgd_retry_time"] = raw.dgd_retry_time;
  return settings;
}

Status check_combination(Options& options) {
  if (options.reset && (options.check || options.status))
    return Error{"--reset goes with --dry-run only, not with --check or --status"};
  if (!options.from.empty() && !options.save.empty()) return Error{"--save and --from exclude each other"};
  if (!options.from.empty() && !options.sysroot.empty()) return Error{"--sysroot and --from exclude each other"};
  if (!options.sysroot.empty() && options.sysroot.front() != '/') return Error{"--sysroot: not an absolute path"};
  while (!options.sysroot.empty() && options.sysroot.back() == '/') options.sysroot.pop_back();
  return Done{};
}

}  // namespace

Result<Invocation> read_options(int argc, const char* const* argv) {
  Invocation invocation;
  Options& options = invocation.options;
  const std::vector<std::string> words = config::normalized_words(argc, argv);

  // The command line is read twice: first to learn which settings file, then, over what the weaker places said, for good.
  Raw raw;
  const auto parse_command_line = [&](Options& into, Raw& settings) -> Status {
    CLI::App app("Tunes NFSv4 failover and default gateways of an AIX diskless node.", tool_name);
    app.set_version_flag("--version", std::string(tool_name) + " " HANFS_VERSION);
    add_modes(app, into);
    add_settings(app, settings);
    try {
      app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
      invocation.print = app.help();
    } catch (const CLI::CallForVersion&) {
      invocation.print = std::string(tool_name) + " " HANFS_VERSION "\n";
    } catch (const CLI::Error& error) {
      return Error{one_line(error.what()) + "; cure: see --help"};
    }
    return Done{};
  };
  {
    Raw ignored;
    if (const Status first = parse_command_line(options, ignored); !first) return first.error();
    if (!invocation.print.empty() || options.self_test) return invocation;
  }
  if (const Status combination = check_combination(options); !combination) return combination.error();

  const config::AddSettings add = [&raw](CLI::App& app) { add_settings(app, raw); };
  const bool asked_for = !options.config.empty();
  const std::string file = asked_for ? options.config : options.sysroot + default_config;
  // A capture is judged by the defaults and what the command line says, not by this machine's settings.
  if (asked_for || options.from.empty())
    if (const Status read = config::read_settings_file(file, asked_for, tool_name, add); !read) return read.error();
  if (const Status environment = config::read_environment(add); !environment) return environment.error();
  Options again;
  if (const Status last = parse_command_line(again, raw); !last) return last.error();

  Result<Settings> settings = settled(raw);
  if (!settings) return settings.error();
  options.settings = std::move(*settings);
  return invocation;
}

}  // namespace hanfs::node
