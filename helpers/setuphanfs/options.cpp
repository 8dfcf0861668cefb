// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/options.hpp"

#include <algorithm>

#include "aix/nfs_server.hpp"
#include "net/address.hpp"
#include "report/table.hpp"

namespace hanfs::server {
namespace {

// lib/aix/README.md "Replication: rules": stnfs wants addresses, and ':' separates the locations of a list, so IPv6
// cannot stand in it.
std::string check_replicas(const std::string& word) {
  const std::vector<std::string> items = app::split_list(word);
  for (const std::string& item : items)
    if (!net::is_host_ipv4(item))
      return report::quoted(item) + " is not the IPv4 address of a host (a client's / needs addresses, not names)";
  return items.empty() ? "an address is missing" : "";
}

// A host goes into /etc/exports, where ':', ',' and blanks end it; '/' is of a network, and a path is none.
std::string check_hosts(const std::string& word) {
  const std::vector<std::string> items = app::split_list(word);
  for (const std::string& item : items) {
    const bool plain = std::all_of(item.begin(), item.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
             c == '_' || c == '@' || c == '/';
    });
    if ((!plain || item.front() == '-' || item.front() == '/') && item != "*")
      return report::quoted(item) + " is neither all nor none nor a host";
  }
  return items.empty() ? "all, none, or hosts" : "";
}

std::string check_directory(const std::string& word) {
  const bool plain = std::none_of(word.begin(), word.end(), [](unsigned char c) {
    return c <= ' ' || c == ':' || c == '@' || c == ',' || c == '"' || c == '#' || c == '\\';
  });
  if (word.size() < 2 || word.front() != '/' || !plain || word.find("//") != std::string::npos ||
      word.find("/.") != std::string::npos)
    return report::quoted(word) + " is not the absolute path of a directory as /etc/exports can hold it";
  return "";
}

std::string check_domain(const std::string& word) {
  return aix::is_nfs_domain(word) ? "" : report::quoted(word) + " is no domain";
}

constexpr std::size_t most_root_hosts = 256;  // lib/xcat/README.md "NIM"

Result<std::vector<std::string>> hosts_of(const config::Values& said, const char* option) {
  std::vector<std::string> hosts;
  for (const std::string& word : said.list(option))
    for (std::string& item : app::split_list(word))
      if (std::find(hosts.begin(), hosts.end(), item) == hosts.end()) hosts.push_back(std::move(item));
  const bool has_word = std::any_of(hosts.begin(), hosts.end(), [](const std::string& host) {
    return host == "all" || host == "none" || host == "*";
  });
  if (has_word && hosts.size() > 1) return Error{said.said_as(option) + ": all and none stand alone"};
  if (has_word) return hosts.front() == "none" ? std::vector<std::string>{} : std::vector<std::string>{"*"};
  return hosts;
}

Result<Settings> resolve(const config::Values& said) {
  Settings settings;
  settings.directory = said.word("directory");
  while (settings.directory.size() > 1 && settings.directory.back() == '/') settings.directory.pop_back();
  settings.access = said.word("access");
  settings.nfs_domain = said.word("nfs-domain");
  settings.disruptive = said.truth("disruptive");
  Result<std::vector<std::string>> replicas = app::distinct_items(said, "replica");
  if (!replicas) return replicas.error();
  settings.replicas = std::move(*replicas);
  if (settings.replicas.size() > most_replicas)
    return Error{said.said_as("replica") + ": " + std::to_string(settings.replicas.size()) +
                 " servers, AIX takes at most 8"};
  Result<std::vector<std::string>> root = hosts_of(said, "root");
  if (!root) return root.error();
  if (root->size() > most_root_hosts)
    return Error{said.said_as("root") + ": " + std::to_string(root->size()) + " hosts, AIX takes at most " +
                 std::to_string(most_root_hosts) + " in root=; cure: all"};
  settings.root = std::move(*root);
  const std::vector<std::string>& clients_said = said.list("client");
  if (std::find(clients_said.begin(), clients_said.end(), "none") != clients_said.end())
    return Error{said.said_as("client") + ": none would shut everybody out; cure: all, or hosts"};
  Result<std::vector<std::string>> clients = hosts_of(said, "client");
  if (!clients) return clients.error();
  settings.clients = std::move(*clients);
  if (settings.clients == std::vector<std::string>{"*"}) settings.clients.clear();
  return settings;
}

void take_modes(const config::Values& said, Options& options) {
  options.discard = said.truth("forget");
  options.reset = said.truth("reset");
  options.alone = said.truth("alone");
  options.members_only = said.truth("members-only");
  options.outage = said.number("outage");
  options.lead = said.number("lead");
  options.end_outage = said.truth("end-outage");
}

Status check_modes(const config::Values& said) {
  if (!said.list("lead").empty() && said.list("outage").empty()) return Error{"--lead is for --outage"};
  for (const char* other : {"reset", "forget", "alone"})
    if (!said.list("outage").empty() && said.truth(other))
      return Error{std::string("--outage and --") + other + " exclude each other"};
  if (!said.truth("end-outage")) return Done{};
  if (!said.list("outage").empty()) return Error{"--end-outage and --outage exclude each other"};
  for (const char* other : {"reset", "forget", "alone", "dry-run", "check", "status"})
    if (said.truth(other)) return Error{std::string("--end-outage and --") + other + " exclude each other"};
  return Done{};
}

// To see what is there, nobody has to know what is wanted.
Status check_replicas_given(const Options& options) {
  if (options.status || options.reset || options.end_outage || names_replicas(options.settings)) return Done{};
  if (const std::string without = domains_without_replicas(options.settings); !without.empty())
    return Error{without + "; cure: that line, which makehanfs settings writes on the management node, or --replica"};
  return Error{
      "--replica is missing; cure: give the addresses of all servers, the same on each (--status shows what is there "
      "without it)"};
}

app::Program program() {
  return {config::server,
          tool_name,
          "Exports a directory of an AIX service node with its replicas for NFSv4.",
          {{"replica", check_replicas},
           {"directory", check_directory},
           {"root", check_hosts},
           {"client", check_hosts},
           {"nfs-domain", check_domain}},
          check_modes};
}

}  // namespace

bool names_replicas(const Settings& settings) {
  return !settings.replicas.empty() ||
         std::any_of(settings.domains.begin(), settings.domains.end(),
                     [](const config::Domain& domain) { return !domain.replicas.empty(); });
}

std::string domains_without_replicas(const Settings& settings) {
  std::vector<std::string> sections;
  for (const config::Domain& domain : settings.domains)
    if (domain.replicas.empty())
      sections.push_back("[domain " + domain.name + "] (line " + std::to_string(domain.line) + ")");
  if (sections.empty()) return {};
  return report::joined(sections, ", ") + " of hanfs.conf " + (sections.size() == 1 ? "has" : "have") +
         " no line replica = ADDRESS ADDRESS...";
}

Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv) {
  Result<CommandLine> command_line =
      app::read_command_line<Options>(program(), system, argc, argv, take_modes, resolve);
  if (!command_line || !command_line->print.empty() || command_line->options.self_test) return command_line;
  if (const Status given = check_replicas_given(command_line->options); !given) return given.error();
  // The limit is for the work around it.
  command_line->options.settings.deadline += command_line->options.outage + command_line->options.lead;
  return command_line;
}

Status check_settings(const std::string& text, const std::string& place) {
  return app::check_settings_text<Settings>(program(), text, place, resolve);
}

}  // namespace hanfs::server
