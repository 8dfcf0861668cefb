// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/options.hpp"

#include <algorithm>

#include "net/address.hpp"
#include "report/table.hpp"

namespace hanfs::node {
namespace {

// "/usr/" means /usr, as mount prints it.
std::string without_last_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string check_gateways(const std::string& word) {
  if (word == "auto" || word == "none") return "";
  const std::vector<std::string> items = app::split_list(word);
  for (const std::string& item : items)
    if (!net::is_host_ipv4(item))
      return report::quoted(item) +
             " is neither auto nor none nor the IPv4 address of a host (AIX documents DGD for IPv4 only)";
  return items.empty() ? "auto, none, or addresses" : "";
}

Result<std::map<std::string, long>> values_by_path(const config::Values& said, const char* option) {
  std::map<std::string, long> values;
  for (const std::string& word : said.list(option)) {
    const auto [path, value] = config::path_and_number(word);
    if (!values.emplace(without_last_slash(path), value).second)
      return Error{said.said_as(option) + ": " + report::escape_control(without_last_slash(path)) + " is given twice"};
  }
  return values;
}

Status resolve_gateways(const config::Values& said, Settings& settings) {
  Result<std::vector<std::string>> items = app::distinct_items(said, "gateways");
  if (!items) return items.error();
  const bool has_word = !std::all_of(items->begin(), items->end(), net::is_ipv4);
  if (has_word && items->size() > 1) return Error{said.said_as("gateways") + ": auto and none stand alone"};
  if (!has_word) {
    settings.gateway_mode = GatewayMode::list;
    settings.gateways = std::move(*items);
  } else if (items->front() == "none") {
    settings.gateway_mode = GatewayMode::none;
  }
  return Done{};
}

// The values have been checked one by one where they were read; what is left is what they are together.
Result<Settings> resolve(const config::Values& said) {
  Settings settings;
  settings.timeo = said.number("timeo");
  settings.retrans = said.number("retrans");
  Result<std::map<std::string, long>> timeo = values_by_path(said, "mount-timeo");
  if (!timeo) return timeo.error();
  settings.mount_timeo = std::move(*timeo);
  Result<std::map<std::string, long>> retrans = values_by_path(said, "mount-retrans");
  if (!retrans) return retrans.error();
  settings.mount_retrans = std::move(*retrans);
  for (const std::string& path : said.list("exclude")) settings.exclude.insert(without_last_slash(path));
  if (const Status gateways = resolve_gateways(said, settings); !gateways) return gateways.error();
  const std::string dgd = said.word("dgd");
  if (dgd == "active") settings.dgd = Dgd::active;
  if (dgd == "passive") settings.dgd = Dgd::passive;
  if (dgd == "both") settings.dgd = Dgd::both;
  if (dgd == "off") settings.dgd = Dgd::off;
  if (const long lost = said.number("dgd-packets-lost"); lost != 0) settings.tunables["dgd_packets_lost"] = lost;
  if (const long ping = said.number("dgd-ping-time"); ping != 0) settings.tunables["dgd_ping_time"] = ping;
  if (const long retry = said.number("dgd-retry-time"); retry != 0) settings.tunables["dgd_retry_time"] = retry;
  settings.persist = said.truth("persist");
  settings.hosts_first = said.truth("hosts-first");
  return settings;
}

void take_modes(const config::Values& said, Options& options) { options.reset = said.truth("reset"); }

Status check_modes(const config::Values& said) {
  if (said.truth("reset") && (said.truth("check") || said.truth("status")))
    return Error{"--reset goes with --dry-run only, not with --check or --status"};
  return Done{};
}

app::Program program() {
  return {config::node,
          tool_name,
          "Tunes NFSv4 failover and default gateways of an AIX diskless node.",
          {{"exclude", app::check_path}, {"gateways", check_gateways}},
          check_modes};
}

}  // namespace

Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv) {
  return app::read_command_line<Options>(program(), system, argc, argv, take_modes, resolve);
}

Status check_settings(const std::string& text, const std::string& place) {
  return app::check_settings_text<Settings>(program(), text, place, resolve);
}

}  // namespace hanfs::node
