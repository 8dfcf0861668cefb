// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <set>

#include "makehanfs/checks/checks.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;

bool is_option(std::string_view word, std::string_view name) {
  return text::equal_ignoring_case(text::trimmed(word.substr(0, word.find('='))), name);
}

bool has_option(std::string_view options, std::string_view name) {
  const std::vector<std::string_view> words = text::split_list(options);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return is_option(word, name); });
}

// vers=4 and no other version.
bool has_vers4(std::string_view options) {
  const std::vector<std::string_view> words = text::split_list(options);
  return has_option(options, "vers") && std::all_of(words.begin(), words.end(), [](std::string_view word) {
           return word == "vers=4" || !is_option(word, "vers");
         });
}

// By what the options say, or by default.
bool is_vers3(std::string_view options) {
  const std::vector<std::string_view> words = text::split_list(options);
  return std::all_of(words.begin(), words.end(),
                     [](std::string_view word) { return word == "vers=3" || !is_option(word, "vers"); });
}

// vers=4 in the place of another version, else at the end.
std::string with_vers4(std::string_view options) {
  std::vector<std::string> words;
  const std::string wanted = "vers=4";
  for (const std::string_view word : text::split_list(options)) {
    if (!is_option(word, "vers")) {
      words.emplace_back(word);
    } else if (std::find(words.begin(), words.end(), wanted) == words.end()) {
      words.push_back(wanted);
    }
  }
  if (std::find(words.begin(), words.end(), wanted) == words.end()) words.push_back(wanted);
  return text::joined(words, ",");
}

// "site.sharedinstall=no"; what xCAT does not know counts as that, and there is a finding about it.
std::string own_install(const ClusterBuilder& builder) {
  const std::string_view value = text::trimmed(builder.tables.site("sharedinstall"));
  return value.empty() ? "site.sharedinstall is not set" : "site.sharedinstall=" + text::escape_control(value);
}

// Nodes of the cluster that a row with this key (a node or a group) is about.
class RowNodes {
 public:
  explicit RowNodes(const ClusterBuilder& builder)
      : builder_(builder), index_(builder.tables.nodes().size(), no_index) {
    for (std::size_t i = 0; i < builder.nodes.size(); ++i) index_[builder.nodes[i].index] = i;
  }

  std::vector<std::size_t> of(std::string_view key) const {
    std::vector<std::size_t> nodes;
    if (const auto node = builder_.tables.index_of(key)) {
      if (index_[*node] != no_index) nodes.push_back(index_[*node]);
    } else if (const auto* members = builder_.tables.members_of(key); members != nullptr) {
      for (const std::uint32_t member : *members)
        if (index_[member] != no_index) nodes.push_back(index_[member]);
    }
    return nodes;
  }

 private:
  const ClusterBuilder& builder_;
  std::vector<std::size_t> index_;  // of ClusterBuilder::nodes, by the index in Tables::nodes()
};

void judge_persistent(ClusterBuilder& builder, const std::string& row, std::string_view directory,
                      const std::vector<std::size_t>& nodes) {
  const std::string& replicated = builder.settings.directory;
  if (!text::is_at_or_below(directory, replicated)) {
    builder.add_nodes_finding({Level::warning, "statelite-elsewhere",
                               "their persistent files are in " + text::escape_control(directory) + " (" + row +
                                   "), not in " + replicated + ", and so have no replica",
                               "nothing, where that server has its own protection; else a directory in " + replicated},
                              nodes);
  } else if (builder.settings.access == "ro") {
    builder.add_nodes_finding(
        {Level::error, "statelite-needs-rw",
         "they write to " + text::escape_control(directory) + " (" + row + "), but " + replicated +
             " is to be exported ro",
         "--access rw, with a file system that all servers share (GPFS); or a directory elsewhere"},
        nodes);
  } else if (builder.shared_install == SharedInstall::no) {
    builder.add_nodes_finding(
        {Level::warning, "statelite-not-shared",
         "what they write to " + text::escape_control(directory) + " (" + row + ") is on one server only (" +
             own_install(builder) + "): after a failover they see old files",
         "a file system that the servers share (GPFS) and site.sharedinstall=sns; before a planned move "
         "snmove {} -l"},
        nodes);
  }
}

// The mount itself may say what nfs4cl sets later: then it holds for files that are opened before the postscript runs.
void judge_times(ClusterBuilder& builder, const std::string& row, const std::string& key, std::string_view options,
                 bool by_command, const std::vector<std::size_t>& nodes) {
  std::string wanted(options);
  if (!has_option(options, "timeo")) wanted += ",timeo=" + std::to_string(builder.settings.timeo);
  if (!has_option(options, "retrans")) wanted += ",retrans=" + std::to_string(builder.settings.retrans);
  if (wanted == options) return;
  builder.add_nodes_finding(
      {Level::note, "statelite-times",
       "mntopts is " + text::escape_control(options) + " in " + row +
           ", without timeo and retrans: files that are opened before the postscript runs keep the defaults of AIX",
       (by_command ? run::command_text({"chtab", "node=" + key, "statelite.mntopts=" + wanted})
                   : "tabedit statelite: mntopts " + wanted) +
           ", then mkdsklsnode {}"},
      nodes);
}

// aixlitesetup finds a node's line in /statelite.table by `grep NAME`, which finds those of names around it as well
// (lib/xcat/README.md "Statelite").
void judge_names(ClusterBuilder& builder, const std::set<std::string>& with_rows) {
  std::set<std::size_t> lengths;
  for (const std::string& name : with_rows) lengths.insert(name.size());
  std::set<std::string> inside;
  std::string example;
  for (const std::string& name : with_rows)
    for (const std::size_t length : lengths)
      for (std::size_t at = 0; length < name.size() && at + length <= name.size(); ++at)
        if (const std::string part = name.substr(at, length); with_rows.count(part) != 0) {
          if (inside.insert(part).second && example.empty()) example = part + " in " + name;
        }
  if (inside.empty()) return;
  builder.findings.add({Level::warning, "statelite-names",
                        "their names are a part of other nodes' names (" + example +
                            "), and xCAT's aixlitesetup takes every line of /statelite.table that has the name in it: "
                            "they may mount the persistent directories of others",
                        "names of one length (node01 and node10)"},
                       std::vector<std::string>(inside.begin(), inside.end()));
}

void check_statelite(ClusterBuilder& builder) {
  const xcat::Table* table = builder.tables.find("statelite");
  if (table == nullptr || table->size() == 0) return;
  const RowNodes row_nodes(builder);
  std::set<std::string> with_rows;
  for (std::size_t i = 0; i < table->size(); ++i) {
    const std::string key(text::trimmed(table->value(i, "node")));
    const std::string_view image = text::trimmed(table->value(i, "image"));
    const std::string_view options = text::trimmed(table->value(i, "mntopts"));
    const std::string_view mount = text::trimmed(table->value(i, "statemnt"));
    const std::vector<std::size_t> nodes = row_nodes.of(key);
    if (mount.empty() || builder.names_of(nodes).empty()) continue;
    for (const std::size_t node : nodes) with_rows.insert(builder.name_of(builder.nodes[node]));
    const std::string row =
        "statelite row " + text::escape_control(key) + " (line " + std::to_string(table->line(i)) + ")";
    if (!has_vers4(options)) {
      const std::string wanted = with_vers4(options);
      const bool by_command = image.empty();
      builder.add_nodes_finding(
          {Level::error, "statelite-v3",
           std::string("/.statelite/persistent ") +
               (is_vers3(options)
                    ? "is mounted by NFSv3, outside of any replication: mntopts is "
                    : "may be mounted by another version than NFSv4, and then has no replica: mntopts is ") +
               (options.empty() ? "not set" : text::escape_control(options)) + " in " + row,
           (by_command ? run::command_text({"chtab", "node=" + key, "statelite.mntopts=" + wanted})
                       : "tabedit statelite: mntopts " + wanted) +
               ", then mkdsklsnode {}"},
          nodes);
      if (by_command)
        builder.table_changes.push_back({"table-statelite",
                                         "/.statelite/persistent has to be NFSv4 to have replicas: " + row,
                                         {"chtab", "node=" + key, "statelite.mntopts=" + wanted}});
    }
    if (has_vers4(options)) judge_times(builder, row, key, options, image.empty(), nodes);
    const std::size_t colon = mount.find(':');
    if (colon != std::string_view::npos) judge_persistent(builder, row, text::trimmed(mount.substr(colon + 1)), nodes);
  }
  judge_names(builder, with_rows);
}

// Nodes with disks that are installed from servers of a domain: NIM serves them a script by NFSv3 (lib/xcat/README.md
// "Postscripts: how files reach a node").
void check_standalone(ClusterBuilder& builder) {
  const xcat::Table* images = builder.tables.find("nimimage");
  if (images == nullptr) return;
  const FindingType type{
      Level::warning, "standalone-nfs3",
      "nodes with disks that NIM installs from servers of a domain: their script resource (xcataixscript) comes by "
      "NFSv3, which " +
          builder.settings.directory + " does not serve once it is exported for NFSv4 alone",
      "the scripts of NIM in a file system outside of " + builder.settings.directory +
          ", exported for NFSv3; or servers for them that are in no domain"};
  for (std::size_t node = 0; node < builder.tables.nodes().size(); ++node) {
    if (builder.is_service_node[node]) continue;
    const Result<xcat::Attribute> image = builder.attribute(node, "nodetype", "provmethod");
    const Result<xcat::Attribute> list = builder.attribute(node, "noderes", "servicenode");
    if (!image || !list || list->empty()) continue;
    const std::optional<std::size_t> row = images->row_of(text::trimmed(image->value));
    if (!row || text::trimmed(images->value(*row, "nimtype")) != "standalone") continue;
    const std::vector<std::string_view> servers = text::split_list(list->value);
    const bool in_domain = std::any_of(servers.begin(), servers.end(), [&](std::string_view name) {
      const auto server = builder.server_of.find(std::string(name));
      return server != builder.server_of.end() && builder.servers[server->second].domain != no_index;
    });
    if (in_domain) builder.findings.add(type, builder.tables.nodes()[node]);
  }
}

void check_litetree(ClusterBuilder& builder) {
  const xcat::Table* table = builder.tables.find("litetree");
  if (table == nullptr || !table->has_column("mntopts")) return;
  FindingType type{Level::warning, "litetree-v3",
                   "read-only trees of statelite nodes are mounted by NFSv3, outside of any replication: mntopts "
                   "without vers=4 in {rows}",
                   ""};
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < table->size(); ++i) {
    const std::string_view options = table->value(i, "mntopts");
    if (has_vers4(options) || table->value(i, "directory").empty()) continue;
    const std::string priority(table->value(i, "priority"));
    rows.push_back("litetree row " + text::escape_control(priority) + " (line " + std::to_string(table->line(i)) + ")");
    type.remedy += (type.remedy.empty() ? "" : "; ") +
                   run::command_text({"chtab", "priority=" + priority, "litetree.mntopts=" + with_vers4(options)});
  }
  if (rows.empty()) return;
  builder.findings.add(type, "litetree");
  for (const std::string& row : rows) builder.findings.add_row(type, row);
}

void check_images(ClusterBuilder& builder) {
  const bool shared = builder.shared_install != SharedInstall::no;
  for (const Image& image : builder.images) {
    const std::string name = text::escape_control(image.name);
    if (image.has_own_root && builder.settings.access == "ro") {
      builder.findings.add({Level::error, "root-needs-rw",
                            "nodes of these images write to a root of their own (nimimage.root), but " +
                                builder.settings.directory + " is to be exported ro",
                            "an image with a shared_root; or --access rw, with a file system that all servers share "
                            "(GPFS)"},
                           name);
    } else if (image.has_own_root && !shared) {
      builder.findings.add(
          {Level::warning, "root-not-shared",
           "nodes of these images write to a root of their own (nimimage.root), which is on one server only (" +
               own_install(builder) + "): after a failover they see old files",
           "an image with a shared_root; or a file system that the servers share (GPFS)"},
          name);
    }
    if (image.has_paging)
      builder.findings.add(
          {Level::warning, "paging-not-replicated",
           "paging space of these images (nimimage.paging) is NFS without a replica: a node that pages "
           "hangs with its primary",
           "paging space on a local disk (mkps), and swapoff swapnfs0, by a postscript"},
          name);
  }
}

// "'asn[01-02]:/install'" for prsync: all servers of domains, or the first one of each.
std::string destination(const ClusterBuilder& builder, bool one_of_each) {
  std::vector<std::string> names;
  for (const Domain& domain : builder.domains)
    for (std::size_t i = 0; i < (one_of_each ? std::min<std::size_t>(1, domain.servers.size()) : domain.servers.size());
         ++i)
      names.push_back(builder.servers[domain.servers[i]].name);
  return run::shell_word((names.empty() ? "SERVERS" : short_range(xcat::fold(names))) + ":/install");
}

// lib/xcat/README.md "mkdsklsnode -S: weaknesses", W19, W21, and lib/xcat/README.md "Moving services by hand".
void say_what_is_copied(ClusterBuilder& builder) {
  const char* const copied = "images changed later are not copied by mkdsklsnode to servers that have them already";
  switch (builder.shared_install) {
    case SharedInstall::no:
      builder.findings.add(
          {Level::note, "content-to-each",
           "each server has an /install of its own (" + own_install(builder) + "), and " + copied,
           "after every change of an image: prsync -o \"rltHpEAogDz\" /install/nim " + destination(builder, false) +
               ", to all servers of a domain; checkhanfs tree compares them"},
          "site");
      if (builder.settings.access == "rw")
        builder.findings.add({Level::warning, "rw-not-shared",
                              "access is rw, but each server has an /install of its own (" + own_install(builder) +
                                  "): what nodes write is on one of them",
                              "--access ro, or a file system that the servers share (GPFS)"},
                             "site");
      break;
    case SharedInstall::sns:
      builder.findings.add(
          {Level::note, "content-to-one",
           std::string("the servers of a domain share /install (site.sharedinstall=sns): copy to one of "
                       "them; ") +
               copied,
           "after every change of an image: prsync -o \"rltHpEAogDz\" /install/nim " + destination(builder, true) +
               ", to one server of each domain"},
          "site");
      break;
    case SharedInstall::all:
      builder.findings.add({Level::note, "content-shared",
                            "all share /install (site.sharedinstall=all), so nothing has to be copied; mkdsklsnode "
                            "copies all the same, onto itself",
                            "look at the images after mkdsklsnode"},
                           "site");
      break;
  }
  if (builder.shared_install != SharedInstall::no)
    builder.findings.add(
        {Level::note, "gpfs-before-nfs", "a server that starts NFS without its shared file system hangs its nodes",
         "on every server: GPFS before rc.nfs in /etc/inittab; to stop one: exportfs -ua, stopsrc -g "
         "nfs, mmshutdown"},
        "site");
}

}  // namespace

void check_content(ClusterBuilder& builder) {
  check_statelite(builder);
  check_litetree(builder);
  check_standalone(builder);
  check_images(builder);
  say_what_is_copied(builder);
}

}  // namespace hanfs::cluster
