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
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

constexpr std::string_view mark = "# ---- HA domains: made by makehanfs from the xCAT tables, and made anew by it ----";
// In each section that is made from the tables, with all that makehanfs wrote into it: where it says the same as the
// section, nobody else has written there.
constexpr std::string_view section_mark = "# as makehanfs made it:";

// "# as makehanfs made it: replica = 10.40.0.11 10.40.0.12"
std::string mark_of(const config::Domain& section) {
  std::string text = config::to_text(section);
  text.erase(0, text.find('\n') + 1);
  std::string line(section_mark);
  for (const std::string_view value : text::split(text, '\n'))
    if (!value.empty()) line += (line.size() == section_mark.size() ? " " : "; ") + std::string(value);
  return line;
}

const config::Domain* settings_of(const Settings& settings, const std::string& name) {
  const auto found = std::find_if(settings.domains.begin(), settings.domains.end(),
                                  [&](const config::Domain& one) { return one.name == name; });
  return found == settings.domains.end() ? nullptr : &*found;
}

// A file that is there: what people wrote beside its [domain NAME] sections, and these as they are.
struct Present {
  struct Section {
    std::string name;
    std::string above;   // comments directly above the line [domain NAME]
    std::string inside;  // comments in the section
    std::string made;    // mark_of() as it was written; empty: not by makehanfs
    std::string whole;   // without those above
  };

  std::string rest;
  std::vector<Section> sections;
};

Present read_present(std::string_view text) {
  Present present;
  bool in_domain = false;
  std::string comments;  // lines that have nothing but comments between them and the next line
  const auto keep = [&] {
    if (in_domain) {
      present.sections.back().inside += comments;
      present.sections.back().whole += comments;
    } else {
      present.rest += comments;
    }
    comments.clear();
  };
  for (const config::Line& line : config::lines_of(text)) {
    if (line.text == mark) continue;
    const std::string whole = std::string(line.whole) + '\n';
    if (in_domain && text::starts_with(line.text, section_mark)) {
      keep();
      present.sections.back().made = line.text;
      present.sections.back().whole += whole;
      continue;
    }
    if (line.is_comment() && !line.text.empty()) {
      comments += whole;
      continue;
    }
    if (line.is_header()) {
      const std::optional<std::string> name = config::domain_name(line.section);
      in_domain = name.has_value();
      if (name) {
        present.sections.push_back({*name, std::exchange(comments, ""), "", "", whole});
        continue;
      }
    }
    keep();
    if (!in_domain)
      present.rest += whole;
    else if (!line.text.empty())
      present.sections.back().whole += whole;
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

config::Domain section_of(const Cluster& cluster, const Settings& settings, const Domain& domain) {
  const config::Domain* said = settings_of(settings, domain.name);
  config::Domain section;
  section.name = domain.name;
  if (said != nullptr) section.servers = said->servers;
  if (said != nullptr) section.gateways = said->gateways;
  if (domain.valid)
    for (const std::size_t server : domain.servers) section.replicas.push_back(cluster.servers[server].address);
  return section;
}

class SettingsWriter {
 public:
  SettingsWriter(const Cluster& cluster, const Settings& settings, Present present,
                 const std::vector<config::Domain>& old, std::string place)
      : cluster_(cluster), settings_(settings), present_(std::move(present)), place_(std::move(place)) {
    for (const config::Domain& one : old) old_.emplace(one.name, one);
    for (const Server& server : cluster.servers)
      if (server.asked_for) members_.insert({server.name, server.address});
    for (const Domain& domain : cluster.domains) claim(section_of(cluster, settings, domain), domain.valid);
    for (const config::Domain& one : settings.domains) claim(without_replicas(one), false);
  }

  SettingsFile write(std::string_view there) {
    SettingsFile file;
    file.text = there.empty() ? from_settings(cluster_, settings_) : present_.rest;
    file.text += "\n" + std::string(mark) + "\n";
    for (const Domain& domain : cluster_.domains) write_domain(domain, file);
    for (const config::Domain& one : settings_.domains)
      if (written_.insert(one.name).second) write_section(without_replicas(one), mark_of(without_replicas(one)), file);
    for (const Present::Section& section : present_.sections)
      if (written_.insert(section.name).second) keep_unknown(section, file);
    const Result<std::vector<config::Domain>> made = config::read_domains(file.text, "line");
    if (conflicts_.empty() && made) return file;
    file.text = there;
    file.notes.clear();
    file.problems = conflicts_;
    if (conflicts_.empty())
      file.problems = {place_ + ": with the domains of the tables it could not be read any more: " + made.error().what +
                       "; the file is left as it is; cure: take the section out of it that is wrong"};
    return file;
  }

 private:
  // A section to be that holds a server.
  struct Claim {
    std::string word;  // name or address of the server
    std::string section;
    bool has_replicas = false;  // else nothing that works may go for it
  };

  void claim(const config::Domain& section, bool has_replicas) {
    for (const auto* const words : {&section.servers, &section.replicas})
      for (const std::string& word : *words) claims_.emplace(word, Claim{word, section.name, has_replicas});
  }

  // Of a server of this old section that is in a section of another name now; empty words: there is none.
  Claim claimed_of(const config::Domain& section) const {
    for (const auto* const words : {&section.servers, &section.replicas})
      for (const std::string& word : *words)
        if (const auto found = claims_.find(word); found != claims_.end() && found->second.section != section.name)
          return found->second;
    return {};
  }

  // "/install/prescripts/hanfs/hanfs.conf:17: [domain asn01+asn02]"
  std::string title_of(const config::Domain& old) const {
    return place_ + ":" + std::to_string(old.line) + ": [domain " + old.name + "]";
  }

  const Present::Section* present_section(const std::string& name) const {
    const auto found = std::find_if(present_.sections.begin(), present_.sections.end(),
                                    [&](const Present::Section& one) { return one.name == name; });
    return found == present_.sections.end() ? nullptr : &*found;
  }

  void write_domain(const Domain& domain, SettingsFile& file) {
    written_.insert(domain.name);
    const auto old = old_.find(domain.name);
    if (!domain.valid && old != old_.end() && !old->second.replicas.empty()) {
      const auto [word, other, has_replicas] = claimed_of(old->second);
      if (!other.empty())
        conflicts_.push_back(title_of(old->second) + " holds " + word + ", which the tables have in [domain " + other +
                             "] now, and in the tables it is not sound itself; the file is left as it is; cure: "
                             "makehanfs plan says why, then makehanfs settings again");
      file.problems.push_back(title_of(old->second) +
                              " stays as it is, because in the tables the domain is not sound; cure: makehanfs plan "
                              "says why, then makehanfs settings again");
      return keep(*present_section(domain.name), file);
    }
    if (!domain.valid)
      file.warnings.push_back(place_ + ": [domain " + domain.name +
                              "] has no replicas, because the domain is not sound; cure: makehanfs plan says why, then "
                              "makehanfs settings again");
    config::Domain section = section_of(cluster_, settings_, domain);
    const std::string made = mark_of(section);
    if (section.gateways.empty() && old != old_.end()) section.gateways = old->second.gateways;
    if (!section.servers.empty() || !section.replicas.empty() || !section.gateways.empty())
      write_section(section, made, file);
  }

  static config::Domain without_replicas(config::Domain section) {
    section.replicas.clear();
    return section;
  }

  void write_section(const config::Domain& section, const std::string& made, SettingsFile& file) const {
    std::string text = config::to_text(section);
    const Present::Section* const present = present_section(section.name);
    text.insert(text.find('\n') + 1, (present != nullptr ? present->inside : "") + made + "\n");
    file.text += "\n" + (present == nullptr ? "" : present->above) + text;
  }

  static void keep(const Present::Section& section, SettingsFile& file) {
    file.text += "\n" + section.above + section.whole;
  }

  // Of servers that these tables do not know it is the business of others. Of our own it may be a slip in the tables,
  // but for those that another section of the tables holds now: what makehanfs made of them goes, and what somebody
  // else has written is left to people.
  void keep_unknown(const Present::Section& section, SettingsFile& file) {
    const config::Domain& domain = old_.at(section.name);
    const auto [word, other, has_replicas] = claimed_of(domain);
    const bool only_ours = section.made == mark_of(domain) && section.above.empty() && section.inside.empty();
    if (!other.empty() && only_ours && has_replicas) {
      file.notes.push_back(title_of(domain) + " goes, as makehanfs made it and its servers are in [domain " + other +
                           "] now");
      return;
    }
    if (!other.empty() && only_ours)
      conflicts_.push_back(
          title_of(domain) + " holds " + word + ", which belongs to [domain " + other +
          "] now, and that is not sound; the file is left as it is; cure: makehanfs plan says why, then "
          "makehanfs settings again");
    else if (!other.empty())
      conflicts_.push_back(title_of(domain) + " holds " + word + ", which belongs to [domain " + other +
                           "] now, and it is not as makehanfs settings wrote it; the file is left as it is; cure: take "
                           "that section out of the file (gateways of your own go to [domain " +
                           other + "] in /etc/hanfs.conf), then makehanfs settings again");
    keep(section, file);
    const auto is_ours = [&](const std::string& one) { return members_.count(one) != 0; };
    if (std::any_of(domain.replicas.begin(), domain.replicas.end(), is_ours) ||
        std::any_of(domain.servers.begin(), domain.servers.end(), is_ours))
      file.problems.push_back(title_of(domain) +
                              " stays, and the tables have no such domain any more; cure: mend the tables, or take "
                              "the section out of the file");
  }

  const Cluster& cluster_;
  const Settings& settings_;
  Present present_;
  std::unordered_map<std::string, config::Domain> old_;
  std::string place_;                              // of the file
  std::unordered_map<std::string, Claim> claims_;  // by names and addresses of servers
  std::vector<std::string> conflicts_;             // why no file can be made
  std::unordered_set<std::string> members_;        // names and addresses of the servers of these tables
  std::unordered_set<std::string> written_;
};

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
  return config::to_text(section_of(cluster, settings, one));
}

SettingsFile settings_file(const Cluster& cluster, const Settings& settings, std::string_view there,
                           const std::string& place) {
  const Result<std::vector<config::Domain>> old = config::read_domains(there, place);
  if (!old)
    return {std::string(there), {old.error().what + "; the file is left as it is; cure: mend it by hand"}, {}, {}};
  return SettingsWriter(cluster, settings, read_present(there), *old, place).write(there);
}

}  // namespace hanfs::cluster
