// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/settings_files.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "config/domains.hpp"
#include "makehanfs/words.hpp"

namespace hanfs::mn {
namespace {

constexpr std::string_view mark = "# ---- HA domains: made by makehanfs from the xCAT tables, and made anew by it ----";

const config::Domain* settings_of(const Settings& settings, const std::string& name) {
  const auto found = std::find_if(settings.domains.begin(), settings.domains.end(),
                                  [&](const config::Domain& one) { return one.name == name; });
  return found == settings.domains.end() ? nullptr : &*found;
}

// What is there without its [domain NAME] sections.
std::string without_domains(std::string_view text) {
  std::string rest;
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string_view bare = trimmed(line);
    if (!bare.empty() && bare.front() == '[') inside = trimmed(bare.substr(1)).substr(0, 6) == "domain";
    if (inside || bare == mark) continue;
    rest.append(line).append(1, '\n');
  }
  while (rest.size() > 1 && rest[rest.size() - 1] == '\n' && rest[rest.size() - 2] == '\n') rest.pop_back();
  return rest;
}

std::string from_settings(const Cluster& cluster, const Settings& settings) {
  std::string text =
      "# hanfs.conf: settings of the hanfs tools, for all nodes and service nodes; see conf/hanfs.conf\n";
  text += "\n[setupnfsv4replication]\n";
  text += "# tenths of a second\ntimeo = " + std::to_string(settings.timeo) + "\n";
  text += "# calls\nretrans = " + std::to_string(settings.retrans) + "\n";
  text += "\n[setuphanfs]\n";
  text += "directory = " + settings.directory + "\n";
  text += "access = " + settings.access + "\n";
  std::unordered_set<std::string> nfs_domains;
  for (const Domain& domain : cluster.domains)
    if (!domain.nfs_domain.empty()) nfs_domains.insert(domain.nfs_domain);
  if (nfs_domains.size() == 1) text += "nfs_domain = " + *nfs_domains.begin() + "\n";
  return text;
}

config::Domain section_of(const Cluster& cluster, const config::Domain* said, const Domain& domain) {
  config::Domain section;
  section.name = domain.name;
  if (said != nullptr) section.servers = said->servers;
  if (said != nullptr) section.gateways = said->gateways;
  if (domain.sound)
    for (const std::size_t server : domain.servers) section.replicas.push_back(cluster.servers[server].address);
  return section;
}

}  // namespace

std::string domain_section(const Cluster& cluster, const Settings& settings, std::size_t domain) {
  const Domain& one = cluster.domains[domain];
  return config::to_text(section_of(cluster, settings_of(settings, one.name), one));
}

std::string settings_text(const Cluster& cluster, const Settings& settings, std::string_view present) {
  std::string content = present.empty() ? from_settings(cluster, settings) : without_domains(present);
  content += "\n" + std::string(mark) + "\n";
  std::unordered_map<std::string_view, const config::Domain*> said;
  for (const config::Domain& one : settings.domains) said.emplace(one.name, &one);
  std::unordered_set<std::string_view> written;
  for (const Domain& domain : cluster.domains) {
    written.insert(domain.name);
    const auto known = said.find(domain.name);
    const config::Domain section = section_of(cluster, known == said.end() ? nullptr : known->second, domain);
    if (!section.servers.empty() || !section.replicas.empty() || !section.gateways.empty())
      content += "\n" + config::to_text(section);
  }
  for (const config::Domain& one : settings.domains) {
    if (written.count(one.name) != 0) continue;
    config::Domain section;
    section.name = one.name;
    section.servers = one.servers;
    section.gateways = one.gateways;
    content += "\n" + config::to_text(section);
  }
  return content;
}

}  // namespace hanfs::mn
