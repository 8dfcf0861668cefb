// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <charconv>

#include "net/address.hpp"
#include "report/table.hpp"

namespace hanfs::node {
namespace {

// What a setting may be; the same numbers are in conf/hanfs.conf and the man page.
constexpr long max_timeo = 6000;  // ten minutes; AIX documents no range
constexpr long max_retrans = 1000;
constexpr long max_tunable = 2147483647;

// Settings in the form the options have them; settled() turns it into Settings.
struct RawSettings {
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

std::optional<long> number_from(std::string_view text, long max) {
  long value = 0;
  if (!app::check_decimal(std::string(text)).empty()) return std::nullopt;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || value < 1 || value > max) return std::nullopt;
  return value;
}

// "/usr/" means /usr, as mount prints it.
std::string without_last_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// "/usr=5": a mount point may hold '=' itself, the value never does.
std::optional<std::pair<std::string, long>> path_and_number(const std::string& word, long max) {
  const std::size_t equals = word.rfind('=');
  if (equals == std::string::npos || word.front() != '/') return std::nullopt;
  const std::optional<long> value = number_from(std::string_view(word).substr(equals + 1), max);
  if (!value) return std::nullopt;
  return std::pair{without_last_slash(word.substr(0, equals)), *value};
}

std::string check_gateways(const std::string& word) {
  if (word == "auto" || word == "none") return "";
  const std::vector<std::string> items = app::split_list(word);
  for (const std::string& item : items)
    if (!net::is_host_ipv4(item))
      return "\"" + report::escape_control(item) +
             "\" is neither auto nor none nor the IPv4 address of a host (AIX documents DGD for IPv4 only)";
  return items.empty() ? "auto, none, or addresses" : "";
}

void add_settings(CLI::App& app, RawSettings& raw) {
  Settings& settings = raw.settings;
  const auto number = [&](const char* name, long& target, long min, long max, const char* help) {
    app::add_number(app, name, target, min, max, help);
  };
  const auto list = [&](const char* name, std::vector<std::string>& target, auto check, const char* type,
                        const char* help) { app::add_list(app, name, target, check, type, help); };
  const auto by_path = [](long max) {
    return [max](const std::string& word) {
      return path_and_number(word, max)
                 ? std::string()
                 : "\"" + report::escape_control(word) + "\" is not PATH=N with N from 1 to " + std::to_string(max);
    };
  };
  number("--timeo", settings.timeo, 1, max_timeo, "NFSv4 time-out in tenths of a second (default 1)");
  number("--retrans", settings.retrans, 1, max_retrans, "NFSv4 retransmissions before a failover (default 3)");
  list("--mount-timeo", raw.mount_timeo, by_path(max_timeo), "PATH=N", "timeo of one mount, tenths of a second");
  list("--mount-retrans", raw.mount_retrans, by_path(max_retrans), "PATH=N", "retrans of one mount");
  list("--exclude", raw.exclude, app::check_path, "PATH", "a mount that is left alone");
  list(
      "--gateways", raw.gateways, check_gateways, "auto|none|ADDRESS",
      "auto (default): what the [domain NAME] of hanfs.conf says that holds a file server of this node, else all file "
      "servers, where the present gateway is one of them; none: routes are left alone; or addresses, the preferred one "
      "first");
  app.add_option("--dgd", raw.dgd,
                 "dead gateway detection: active (default where gateways are set), passive, both, off")
      ->check(CLI::IsMember({"active", "passive", "both", "off"}))
      ->group(app::settings_group);
  number("--dgd-packets-lost", raw.dgd_packets_lost, 1, max_tunable, "lost packets until a gateway is dead");
  number("--dgd-ping-time", raw.dgd_ping_time, 1, max_tunable, "seconds between pings of active DGD");
  number("--dgd-retry-time", raw.dgd_retry_time, 1, max_tunable,
         "minutes until passive DGD tries a dead gateway again");
  app::add_flag(app, "--persist", settings.persist, "also for the next boot (ODM, nextboot); not on a diskless node");
  app::add_flag(app, "--hosts-first", settings.hosts_first,
                "write /etc/netsvc.conf so that /etc/hosts is asked before DNS");
  app::add_limits(app, settings);
}

void add_modes(CLI::App& app, Options& options) {
  app::add_modes(app, options, [&options](CLI::App& own) {
    own.add_flag("--reset", options.reset,
                 "go back: NFS options to AIX's defaults, and what the journal says was changed")
        ->group(app::modes_group);
  });
}

Result<std::map<std::string, long>> values_by_path(const std::vector<std::string>& words, const char* option,
                                                   long max) {
  std::map<std::string, long> values;
  for (const std::string& word : words) {
    const auto value = path_and_number(word, max);
    if (value && !values.insert(*value).second)
      return Error{std::string(option) + ": " + report::escape_control(value->first) + " is given twice"};
  }
  return values;
}

Status resolve_gateways(const RawSettings& raw, Settings& settings) {
  std::vector<std::string> items;
  for (const std::string& word : raw.gateways)
    for (std::string& item : app::split_list(word)) items.push_back(std::move(item));
  const bool has_word =
      std::any_of(items.begin(), items.end(), [](const std::string& item) { return !net::is_ipv4(item); });
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
Result<Settings> resolve(const RawSettings& raw) {
  Settings settings = raw.settings;
  Result<std::map<std::string, long>> timeo = values_by_path(raw.mount_timeo, "--mount-timeo", max_timeo);
  if (!timeo) return timeo.error();
  settings.mount_timeo = std::move(*timeo);
  Result<std::map<std::string, long>> retrans = values_by_path(raw.mount_retrans, "--mount-retrans", max_retrans);
  if (!retrans) return retrans.error();
  settings.mount_retrans = std::move(*retrans);
  for (const std::string& path : raw.exclude) settings.exclude.insert(without_last_slash(path));
  if (const Status gateways = resolve_gateways(raw, settings); !gateways) return gateways.error();
  if (raw.dgd == "active") settings.dgd = Dgd::active;
  if (raw.dgd == "passive") settings.dgd = Dgd::passive;
  if (raw.dgd == "both") settings.dgd = Dgd::both;
  if (raw.dgd == "off") settings.dgd = Dgd::off;
  if (raw.dgd_packets_lost != 0) settings.tunables["dgd_packets_lost"] = raw.dgd_packets_lost;
  if (raw.dgd_ping_time != 0) settings.tunables["dgd_ping_time"] = raw.dgd_ping_time;
  if (raw.dgd_retry_time != 0) settings.tunables["dgd_retry_time"] = raw.dgd_retry_time;
  return settings;
}

Status check_modes(const Options& options) {
  if (options.reset && (options.check || options.status))
    return Error{"--reset goes with --dry-run only, not with --check or --status"};
  return Done{};
}

}  // namespace

Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv) {
  app::OptionReader<Options, RawSettings> reader;
  reader.program = {tool_name, "Tunes NFSv4 failover and default gateways of an AIX diskless node."};
  reader.add_modes = add_modes;
  reader.add_settings = add_settings;
  reader.domains = [](RawSettings& raw) -> std::vector<config::Domain>& { return raw.settings.domains; };
  reader.check_modes = check_modes;
  reader.resolve = resolve;
  return reader.read(system, argc, argv);
}

}  // namespace hanfs::node
