// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/plan/settings_files.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "config/command_line.hpp"
#include "config/domains.hpp"
#include "config/lines.hpp"
#include "report/table.hpp"

namespace hanfs::cluster {
namespace {

constexpr std::string_view mark = "# ---- HA domains: made by makehanfs from the xCAT tables, and made anew by it ----";

const config::Domain* settings_of(const Settings& settings, const std::string& name) {
  const auto found = std::find_if(settings.domains.begin(), settings.domains.end(),
                                  [&](const config::Domain& one) { return one.name == name; });
  return found == settings.domains.end() ? nullptr : &*found;
}

// A file that is there: what stays as it is, and what people wrote beside its [domain NAME] sections.
struct Present {
  struct Comments {
    std::string above;   // directly above the line [domain NAME]
    std::string inside;  // in the section
  };

  std::string rest;
  std::unordered_map<std::string, Comments> of_domain;
};

Present read_present(std::string_view text) {
  Present present;
  std::optional<std::string> domain;  // whose section this is
  std::string comments;               // lines that have nothing but comments between them and the next line
  const auto keep = [&] {
    (domain ? present.of_domain[*domain].inside : present.rest) += comments;
    comments.clear();
  };
  for (const config::Line& line : config::lines_of(text)) {
    if (line.text == mark) continue;
    const std::string whole = std::string(line.whole) + '\n';
    if (line.is_comment() && !line.text.empty()) {
      comments += whole;
      continue;
    }
    const std::optional<std::string> next = line.is_header() ? config::domain_name(line.section) : std::nullopt;
    if (line.is_header()) domain = next;
    if (next) {
      present.of_domain[*next].above += std::exchange(comments, "");
    } else {
      keep();
    }
    if (!domain) present.rest += whole;
  }
  keep();
  while (present.rest.size() > 1 && present.rest[present.rest.size() - 1] == '\n' &&
         present.rest[present.rest.size() - 2] == '\n')
    present.rest.pop_back();
  return present;
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
  if (domain.valid)
    for (const std::size_t server : domain.servers) section.replicas.push_back(cluster.servers[server].address);
  return section;
}

// The first value of a key, in a section or before the first one, where a key is for every tool.
std::optional<std::string> value_in(std::string_view text, std::string_view section, std::string_view key) {
  for (const config::Line& line : config::lines_of(text)) {
    if (line.is_comment() || line.is_header() || (!line.section.empty() && line.section != section)) continue;
    const Result<config::Item> item = config::item_of(line.text);
    if (item && item->name == key) return item->values.front();
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> other_settings(const Settings& settings, std::string_view there) {
  struct Wanted {
    const char* section;
    const char* key;
    std::string value;
  };
  const Wanted all[] = {{"setupnfsv4replication", "timeo", std::to_string(settings.timeo)},
                        {"setupnfsv4replication", "retrans", std::to_string(settings.retrans)},
                        {"setuphanfs", "directory", settings.directory},
                        {"setuphanfs", "access", settings.access}};
  std::vector<std::string> others;
  for (const Wanted& wanted : all) {
    const std::optional<std::string> said = value_in(there, wanted.section, wanted.key);
    if (said && *said != wanted.value)
      others.push_back("[" + std::string(wanted.section) + "] " + wanted.key + " = " + report::escape_control(*said) +
                       ", not " + wanted.value);
  }
  return others;
}

std::string domain_section(const Cluster& cluster, const Settings& settings, std::size_t domain) {
  const Domain& one = cluster.domains[domain];
  return config::to_text(section_of(cluster, settings_of(settings, one.name), one));
}

std::string settings_text(const Cluster& cluster, const Settings& settings, std::string_view there) {
  const Present present = read_present(there);
  std::string content = there.empty() ? from_settings(cluster, settings) : present.rest;
  content += "\n" + std::string(mark) + "\n";
  const auto write = [&](const config::Domain& section) {
    const auto comments = present.of_domain.find(section.name);
    if (comments == present.of_domain.end()) {
      content += "\n" + config::to_text(section);
      return;
    }
    std::string text = config::to_text(section);
    text.insert(text.find('\n') + 1, comments->second.inside);
    content += "\n" + comments->second.above + text;
  };
  std::unordered_map<std::string_view, const config::Domain*> said;
  for (const config::Domain& one : settings.domains) said.emplace(one.name, &one);
  std::unordered_set<std::string_view> written;
  for (const Domain& domain : cluster.domains) {
    written.insert(domain.name);
    const auto known = said.find(domain.name);
    const config::Domain section = section_of(cluster, known == said.end() ? nullptr : known->second, domain);
    if (!section.servers.empty() || !section.replicas.empty() || !section.gateways.empty()) write(section);
  }
  for (const config::Domain& one : settings.domains) {
    if (written.count(one.name) != 0) continue;
    config::Domain section;
    section.name = one.name;
    section.servers = one.servers;
    section.gateways = one.gateways;
    write(section);
  }
  return content;
}

}  // namespace hanfs::cluster
