// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>

#include "net/address.hpp"
#include "report/table.hpp"

namespace hanfs::server {
namespace {

constexpr long usual_deadline = 300;  // seconds: daemons that stop and start take their time

// Settings in the form the options have them; settled() turns it into Settings.
struct RawSettings {
  RawSettings() { settings.deadline = usual_deadline; }
  Settings settings;
  std::vector<std::string> replicas;
  std::vector<std::string> root{"all"};
  std::vector<std::string> clients{"all"};
};

// lib/aix/README.md "Replication: rules": stnfs wants addresses, and ':' separates the locations of a list, so IPv6
// cannot stand in it.
std::string check_replicas(const std::string& word) {
  const std::vector<std::string> items = app::split_list(word);
  for (const std::string& item : items)
    if (!net::is_host_ipv4(item))
      return report::quoted(item) + " is not the IPv4 address of a host (a client's / needs addresses, not names)";
  return items.empty() ? "an address is missing" : "";
}

// A host goes into /etc/exports, where ':', ',' and blanks end it.
std::string check_hosts(const std::string& word) {
  const std::vector<std::string> items = app::split_list(word);
  for (const std::string& item : items) {
    const bool plain = std::all_of(item.begin(), item.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
             c == '_' || c == '@' || c == '/';
    });
    if ((!plain || item.front() == '-') && item != "*")
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
  const bool plain = std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  });
  return plain && !word.empty() && word.front() != '-' && word.front() != '.' ? ""
                                                                              : report::quoted(word) + " is no domain";
}

void add_settings(CLI::App& app, RawSettings& raw) {
  Settings& settings = raw.settings;
  const auto word = [&](const char* name, std::string& target, auto check, const char* type, const char* help) {
    app.add_option(name, target, help)
        ->check(std::function<std::string(const std::string&)>(check))
        ->type_name(type)
        ->group(app::settings_group);
  };
  app::add_list(
      app, "--replica", raw.replicas, check_replicas, "ADDRESS",
      "IPv4 addresses of all servers of the set, 2 to 8, as the nodes reach them; this server's own may be left out "
      "(default: those of the [domain NAME] in hanfs.conf that holds one of this server's)");
  word("--directory", settings.directory, check_directory, "DIR", "what is replicated (default /install)");
  app.add_option("--access", settings.access, "ro (default), or rw where all servers share the data")
      ->check(CLI::IsMember({"ro", "rw"}))
      ->group(app::settings_group);
  app::add_list(app, "--root", raw.root, check_hosts, "all|none|HOST",
                "hosts whose root stays root (default all: the root file systems of nodes need it)");
  app::add_list(app, "--client", raw.clients, check_hosts, "all|HOST", "hosts that may mount (default all)");
  word("--nfs-domain", settings.nfs_domain, check_domain, "DOMAIN",
       "NFSv4 domain, the same on every server and node (default: the one that is set)");
  app::add_flag(app, "--disruptive", settings.disruptive,
                "clients may be interrupted: live exports withdrawn, NFS restarted");
  app::add_limits(app, settings);
  app.get_option("--deadline")
      ->description("seconds for the run (default " + std::to_string(usual_deadline) +
                    "); what fails is taken back within as long again, at least 60");
}

Result<std::vector<std::string>> hosts_of(const std::vector<std::string>& words, const char* option) {
  std::vector<std::string> hosts;
  for (const std::string& word : words)
    for (std::string& item : app::split_list(word))
      if (std::find(hosts.begin(), hosts.end(), item) == hosts.end()) hosts.push_back(std::move(item));
  const bool has_word = std::any_of(hosts.begin(), hosts.end(), [](const std::string& host) {
    return host == "all" || host == "none" || host == "*";
  });
  if (has_word && hosts.size() > 1) return Error{std::string(option) + ": all and none stand alone"};
  if (has_word) return hosts.front() == "none" ? std::vector<std::string>{} : std::vector<std::string>{"*"};
  return hosts;
}

Result<Settings> resolve(const RawSettings& raw) {
  Settings settings = raw.settings;
  while (settings.directory.size() > 1 && settings.directory.back() == '/') settings.directory.pop_back();
  for (const std::string& word : raw.replicas) {
    for (const std::string& item : app::split_list(word)) {
      if (std::find(settings.replicas.begin(), settings.replicas.end(), item) != settings.replicas.end())
        return Error{"--replica: " + item + " is given twice"};
      settings.replicas.push_back(item);
    }
  }
  if (settings.replicas.size() > most_replicas)
    return Error{"--replica: " + std::to_string(settings.replicas.size()) + " servers, AIX takes at most 8"};
  Result<std::vector<std::string>> root = hosts_of(raw.root, "--root");
  if (!root) return root.error();
  settings.root = std::move(*root);
  if (std::find(raw.clients.begin(), raw.clients.end(), "none") != raw.clients.end())
    return Error{"--client: none would shut everybody out; cure: all, or hosts"};
  Result<std::vector<std::string>> clients = hosts_of(raw.clients, "--client");
  if (!clients) return clients.error();
  settings.clients = std::move(*clients);
  if (settings.clients == std::vector<std::string>{"*"}) settings.clients.clear();
  return settings;
}

void add_modes(CLI::App& app, Options& options) {
  app::add_modes(app, options, [&](CLI::App& modes) {
    modes
        .add_flag("--forget", options.discard,
                  "what earlier runs left down is not brought back any more; for exports that are gone for good")
        ->group(app::modes_group);
  });
}

// To see what is there, nobody has to know what is wanted.
Status check_replicas_given(const Options& options) {
  if (options.status || names_replicas(options.settings)) return Done{};
  return Error{
      "--replica is missing; cure: give the addresses of all servers, the same on each (--status shows what is there "
      "without it)"};
}

}  // namespace

bool names_replicas(const Settings& settings) {
  return !settings.replicas.empty() ||
         std::any_of(settings.domains.begin(), settings.domains.end(),
                     [](const config::Domain& domain) { return !domain.replicas.empty(); });
}

Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv) {
  app::OptionReader<Options, RawSettings> reader;
  reader.program = {tool_name, "Exports a directory of an AIX service node with its replicas for NFSv4."};
  reader.add_modes = add_modes;
  reader.add_settings = add_settings;
  reader.domains = [](RawSettings& raw) -> std::vector<config::Domain>& { return raw.settings.domains; };
  reader.resolve = resolve;
  Result<CommandLine> command_line = reader.read(system, argc, argv);
  if (!command_line || !command_line->print.empty() || command_line->options.self_test) return command_line;
  if (const Status given = check_replicas_given(command_line->options); !given) return given.error();
  return command_line;
}

}  // namespace hanfs::server
