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
#include "sys/file.hpp"

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

// Digits only: CLI11 would take "010" for eight and "0x1" for one.
std::string decimal(const std::string& text) {
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && (text.front() != '0' || text.size() == 1) ? "" : "\"" + report::printable(text) + "\" is no decimal number";
}

// CLI11 would also take "7x" for true.
std::string truth(const std::string& text) {
  for (const char* word : {"true", "false", "yes", "no", "on", "off", "1", "0"})
    if (text == word) return "";
  return "\"" + report::printable(text) + "\" is neither yes nor no";
}

std::optional<long> number_from(std::string_view text, long max) {
  long value = 0;
  if (!decimal(std::string(text)).empty()) return std::nullopt;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || value < 1 || value > max) return std::nullopt;
  return value;
}

// "/usr=5": a mount point may hold '=' itself, the value never does.
std::optional<std::pair<std::string, long>> path_and_number(const std::string& word, long max) {
  const std::size_t equals = word.rfind('=');
  if (equals == std::string::npos || word.front() != '/') return std::nullopt;
  const std::optional<long> value = number_from(std::string_view(word).substr(equals + 1), max);
  if (!value) return std::nullopt;
  return std::pair{word.substr(0, equals), *value};
}

std::string check_path(const std::string& word) {
  return !word.empty() && word.front() == '/' ? "" : "\"" + report::printable(word) + "\" is not an absolute path";
}

// Words and comma or plus lists alike: commas do not survive xCAT's postscripts table.
std::vector<std::string> split_list(const std::string& word) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= word.size();) {
    const std::size_t end = std::min(word.find_first_of(",+", begin), word.size());
    if (end > begin) items.push_back(word.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

std::string check_gateways(const std::string& word) {
  if (word == "auto" || word == "none") return "";
  const std::vector<std::string> items = split_list(word);
  for (const std::string& item : items)
    if (!aix::is_host_ipv4(item))
      return "\"" + report::printable(item) +
             "\" is neither auto nor none nor the IPv4 address of a host (AIX documents DGD for IPv4 only)";
  return items.empty() ? "auto, none, or addresses" : "";
}

void add_settings(CLI::App& app, Raw& raw) {
  Settings& settings = raw.settings;
  const std::string group = "Settings (also in hanfs.conf, and in the environment as HANFS_NAME)";
  const auto number = [&](const char* name, long& target, long min, long max, const char* help) {
    app.add_option(name, target, help)->check(decimal)->check(CLI::Range(min, max))->group(group);
  };
  const auto list = [&](const char* name, std::vector<std::string>& target, auto check, const char* type, const char* help) {
    app.add_option(name, target, help)
        ->check(std::function<std::string(const std::string&)>(check))
        ->type_name(type)
        ->group(group);
  };
  const auto flag = [&](const char* name, bool& target, const char* help) {
    app.add_flag(name, target, help)->check(truth)->group(group);
  };
  const auto by_path = [](long max) {
    return [max](const std::string& word) {
      return path_and_number(word, max) ? std::string()
                                        : "\"" + report::printable(word) + "\" is not PATH=N with N from 1 to " +
                                              std::to_string(max);
    };
  };
  number("--timeo", settings.timeo, 1, max_timeo, "NFSv4 time-out in tenths of a second (default 1)");
  number("--retrans", settings.retrans, 1, max_retrans, "NFSv4 retransmissions before a failover (default 3)");
  list("--mount-timeo", raw.mount_timeo, by_path(max_timeo), "PATH=N", "timeo of one mount, tenths of a second");
  list("--mount-retrans", raw.mount_retrans, by_path(max_retrans), "PATH=N", "retrans of one mount");
  list("--exclude", raw.exclude, check_path, "PATH", "a mount that is left alone");
  list("--gateways", raw.gateways, check_gateways, "auto|none|ADDRESS",
       "auto (default): all file servers, where the present gateway is one of them; none: routes are left alone; or "
       "addresses, the preferred one first");
  app.add_option("--dgd", raw.dgd, "dead gateway detection: active (default where gateways are set), passive, both, off")
      ->check(CLI::IsMember({"active", "passive", "both", "off"}))
      ->group(group);
  number("--dgd-packets-lost", raw.dgd_packets_lost, 1, max_tunable, "lost packets until a gateway is dead");
  number("--dgd-ping-time", raw.dgd_ping_time, 1, max_tunable, "seconds between pings of active DGD");
  number("--dgd-retry-time", raw.dgd_retry_time, 1, max_tunable, "minutes until passive DGD tries a dead gateway again");
  flag("--persist", settings.persist, "also for the next boot (ODM, nextboot); not on a diskless node");
  flag("--hosts-first", settings.hosts_first, "write /etc/netsvc.conf so that /etc/hosts is asked before DNS");
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
  const auto place = [&](const char* name, std::string& target, const char* type, const std::string& help) {
    app.add_option(name, target, help)->type_name(type)->group(group);
  };
  place("--config", options.config, "FILE", std::string("settings file (default ") + default_config + ", if it is there)");
  place("--save", options.save, "DIR", "keep what was observed, to be replayed with --from");
  place("--from", options.from, "DIR", "observe this capture instead of the node; nothing is changed");
  place("--sysroot", options.sysroot, "DIR", "every absolute path, of commands and files, is below DIR");
  app.add_flag("--self-test", options.self_test, "does this program work on this machine?")->group(group);
  app.add_flag("-V,--verbose", options.verbose, "show every step and remark")->group(group);
}

std::string one_line(const std::string& text) { return report::printable(text.substr(0, text.find('\n'))); }

Result<std::map<std::string, long>> values_by_path(const std::vector<std::string>& words, const char* option, long max) {
  std::map<std::string, long> values;
  for (const std::string& word : words) {
    const auto value = path_and_number(word, max);
    if (value && !values.insert(*value).second)
      return Error{std::string(option) + ": " + report::printable(value->first) + " is given twice"};
  }
  return values;
}

Status settle_gateways(const Raw& raw, Settings& settings) {
  std::vector<std::string> items;
  for (const std::string& word : raw.gateways)
    for (std::string& item : split_list(word)) items.push_back(std::move(item));
  const bool has_word = std::any_of(items.begin(), items.end(), [](const std::string& item) { return !aix::is_ipv4(item); });
  if (has_word && items.size() > 1) return Error{"--gateways: auto and none stand alone"};
  if (has_word) {
    settings.gateway_mode = items.front() == "auto" ? GatewayMode::automatic : GatewayMode::none;
    return Done{};
  }
  settings.gateway_mode = GatewayMode::list;
  for (const std::string& item : items) {
    if (std::find(settings.gateways.begin(), settings.gateways.end(), item) != settings.gateways.end())
      return Error{"--gateways: " + item + " is given twice"};
    settings.gateways.push_back(item);
  }
  return Done{};
}

// The values have been checked one by one where they were read; what is left is what they are together.
Result<Settings> settled(const Raw& raw) {
  Settings settings = raw.settings;
  Result<std::map<std::string, long>> timeo = values_by_path(raw.mount_timeo, "--mount-timeo", max_timeo);
  if (!timeo) return timeo.error();
  settings.mount_timeo = std::move(*timeo);
  Result<std::map<std::string, long>> retrans = values_by_path(raw.mount_retrans, "--mount-retrans", max_retrans);
  if (!retrans) return retrans.error();
  settings.mount_retrans = std::move(*retrans);
  settings.exclude.insert(raw.exclude.begin(), raw.exclude.end());
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
  if (!options.sysroot.empty()) options.sysroot = sys::absolute_path(options.sysroot);
  while (!options.sysroot.empty() && options.sysroot.back() == '/') options.sysroot.pop_back();
  return Done{};
}

}  // namespace

Result<Invocation> read_options(int argc, const char* const* argv) {
  Invocation invocation;
  Options& options = invocation.options;
  const std::vector<std::string> words = config::normalized_words(argc, argv);

  // Asked for by scripts that want to know who is there, so before anything is built.
  if (words.size() == 1 && (words.front() == "--version" || words.front() == "-v")) {
    invocation.print = std::string(tool_name) + " " HANFS_VERSION "\n";
    return invocation;
  }

  // The command line is read twice: first to learn which settings file, then, over what the weaker places said, for good.
  Raw raw;
  const auto parse_command_line = [&](Options& into, Raw& settings) -> Status {
    CLI::App app("Tunes NFSv4 failover and default gateways of an AIX diskless node.", tool_name);
    app.set_version_flag("-v,--version", std::string(tool_name) + " " HANFS_VERSION);
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
