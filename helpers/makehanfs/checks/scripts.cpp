// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "makehanfs/checks/checks.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;
constexpr std::string_view postscript = "setupnfsv4replication";
constexpr std::string_view prescript = "hanfs_export";

// "setupnfsv4replication timeo=2", "hanfs/setupnfsv4replication": comma separates entries, blanks their arguments
// (lib/xcat/README.md "Postscripts: the line and its arguments").
bool has_script(std::string_view entries, std::string_view script) {
  for (const std::string_view entry : text::split_list(entries)) {
    const std::string_view command = entry.substr(0, entry.find_first_of(" \t"));
    if (command.substr(command.rfind('/') + 1) == script) return true;
  }
  return false;
}

// "diskless:a,b|standalone:c"; entries without an action are for all of them (lib/xcat/README.md "Prescripts").
bool has_prescript(std::string_view entries) {
  for (const std::string_view part : text::split_list(entries, "|")) {
    const std::size_t colon = part.find(':');
    const bool ours = colon == std::string_view::npos || text::trimmed(part.substr(0, colon)) == "diskless";
    if (ours && has_script(part.substr(colon == std::string_view::npos ? 0 : colon + 1), prescript)) return true;
  }
  return false;
}

std::string with_prescript(std::string_view entries) {
  std::string text;
  bool added = false;
  for (const std::string_view part : text::split_list(entries, "|")) {
    if (!text.empty()) text += '|';
    text.append(part);
    const std::size_t colon = part.find(':');
    if (added || (colon != std::string_view::npos && text::trimmed(part.substr(0, colon)) != "diskless")) continue;
    text.append(1, ',').append(prescript);
    added = true;
  }
  if (!added) text += (text.empty() ? "diskless:" : "|diskless:") + std::string(prescript);
  return text;
}

// Where an entry is missing, by the row that has to get it.
struct Missing {
  std::map<std::string, std::string> groups;            // row of a group, with the value it has
  std::map<std::string, std::vector<std::size_t>> of;   // nodes that have their value from it
  std::map<std::string, std::vector<std::size_t>> own;  // value in rows of their own: nodes
  std::vector<std::size_t> without;                     // no row at all
  std::vector<std::size_t> all;
};

// Groups that together are these nodes and no others, the largest first; what no group covers is left in `nodes`.
std::vector<std::string> groups_of(const ClusterBuilder& builder, std::vector<std::size_t>& nodes) {
  std::vector<char> wanted(builder.tables.nodes().size());
  for (const std::size_t node : nodes) wanted[builder.nodes[node].index] = 1;
  std::set<std::string> seen;
  for (const std::size_t node : nodes)
    for (const std::string_view group : builder.tables.groups_of(builder.name_of(builder.nodes[node])))
      seen.emplace(group);
  std::vector<std::pair<std::string, const std::vector<std::uint32_t>*>> fitting;
  for (const std::string& group : seen) {
    const auto* members = builder.tables.members_of(group);
    if (members != nullptr &&
        std::all_of(members->begin(), members->end(), [&](std::uint32_t member) { return wanted[member] != 0; }))
      fitting.emplace_back(group, members);
  }
  // Among groups of one size the one that the administrator already uses for settings.
  const auto is_used = [&](const std::string& group) {
    for (const char* name : {"postscripts", "prescripts", "nodetype", "noderes"})
      if (const xcat::Table* table = builder.tables.find(name); table != nullptr && table->row_of(group)) return true;
    return false;
  };
  std::stable_sort(fitting.begin(), fitting.end(), [&](const auto& a, const auto& b) {
    if (a.second->size() != b.second->size()) return a.second->size() > b.second->size();
    return is_used(a.first) && !is_used(b.first);
  });
  std::vector<std::string> chosen;
  for (const auto& [group, members] : fitting) {
    if (std::none_of(members->begin(), members->end(), [&](std::uint32_t member) { return wanted[member] == 1; }))
      continue;
    for (const std::uint32_t member : *members) wanted[member] = 2;
    chosen.push_back(group);
  }
  nodes.erase(std::remove_if(nodes.begin(), nodes.end(),
                             [&](std::size_t node) { return wanted[builder.nodes[node].index] == 2; }),
              nodes.end());
  return chosen;
}

// Members of a group that are no diskless nodes: service nodes, Linux. What is added to its row reaches them too.
std::size_t others_in(const ClusterBuilder& builder, const std::string& group) {
  const auto* members = builder.tables.members_of(group);
  if (members == nullptr) return 0;
  std::vector<char> diskless(builder.tables.nodes().size());
  for (const NodeEntry& node : builder.nodes) diskless[node.index] = 1;
  return static_cast<std::size_t>(
      std::count_if(members->begin(), members->end(), [&](std::uint32_t member) { return diskless[member] == 0; }));
}

void note_missing(const ClusterBuilder& builder, Missing& missing, std::size_t node, const xcat::Attribute& value) {
  missing.all.push_back(node);
  if (value.empty()) {
    missing.without.push_back(node);
  } else if (value.row == builder.name_of(builder.nodes[node])) {
    missing.own[value.value].push_back(node);
  } else {
    missing.groups.emplace(value.row, value.value);
    missing.of[value.row].push_back(node);
  }
}

bool in_images(const ClusterBuilder& builder, std::string_view script) {
  const xcat::Table* table = builder.tables.find("osimage");
  if (table == nullptr || builder.images.empty()) return false;
  return std::all_of(builder.images.begin(), builder.images.end(), [&](const Image& image) {
    const auto row = table->row_of(image.name);
    return row && (has_script(table->value(*row, "postscripts"), script) ||
                   has_script(table->value(*row, "postbootscripts"), script));
  });
}

void check_postscripts(ClusterBuilder& builder) {
  const xcat::Table* table = builder.tables.find("postscripts");
  if (table == nullptr || in_images(builder, postscript)) return;
  // xcatdefaults is for every node, whatever else it has (lib/xcat/README.md "Postscripts: the line and its
  // arguments").
  if (const auto row = table->row_of("xcatdefaults"))
    for (const char* column : {"postscripts", "postbootscripts"})
      if (has_script(table->value(*row, column), postscript)) return;
  Missing missing;
  std::vector<char> has_second(builder.nodes.size());
  for (std::size_t i = 0; i < builder.nodes.size(); ++i) {
    if (!builder.nodes[i].asked_for || builder.node_groups[builder.nodes[i].group].domain == no_index) continue;
    const Result<xcat::Attribute> one = builder.attribute(builder.nodes[i].index, "postscripts", "postscripts");
    const Result<xcat::Attribute> two = builder.attribute(builder.nodes[i].index, "postscripts", "postbootscripts");
    if (!one || !two) continue;
    if (has_script(one->value, postscript) || has_script(two->value, postscript)) continue;
    note_missing(builder, missing, i, *one);
    has_second[i] = two->empty() ? 0 : 1;
  }
  if (missing.all.empty()) return;

  std::vector<std::size_t> single = missing.without;
  std::vector<std::string> groups = groups_of(builder, single);
  std::string by_hand;
  // Get it as a postbootscript: that column is empty, so nothing is hidden by a new row.
  std::vector<std::size_t> later;
  for (const auto& [group, value] : missing.groups) {
    const std::size_t others = others_in(builder, group);
    const std::vector<std::size_t>& nodes = missing.of[group];
    if (others == 0) {
      groups.push_back(group);
    } else if (std::none_of(nodes.begin(), nodes.end(), [&](std::size_t node) { return has_second[node] != 0; })) {
      later.insert(later.end(), nodes.begin(), nodes.end());
    } else {
      by_hand += "; the row " + text::escape_control(group) + " of postscripts is for " +
                 text::counted(others, "other node") +
                 " too: give these nodes a group with a row of its own, and in it what they have and " +
                 std::string(postscript);
    }
  }
  std::sort(later.begin(), later.end());
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  for (const auto& [value, nodes] : missing.own) single.insert(single.end(), nodes.begin(), nodes.end());
  std::sort(single.begin(), single.end());

  const std::string entry = "postscripts=" + std::string(postscript);
  const std::string late_entry = "postbootscripts=" + std::string(postscript);
  const std::string why = "nodes have to tune themselves at every boot: their NFS options and routes are gone then";
  std::vector<std::vector<std::string>> commands;
  if (!groups.empty()) commands.push_back({"chdef", "-t", "group", "-o", text::joined(groups, ","), "-p", entry});
  if (!single.empty())
    commands.push_back({"chdef", "-t", "node", "-o", xcat::fold(builder.names_of(single)), "-p", entry});
  if (const std::vector<std::string> few = groups_of(builder, later); !few.empty())
    commands.push_back({"chdef", "-t", "group", "-o", text::joined(few, ","), "-p", late_entry});
  if (!later.empty())
    commands.push_back({"chdef", "-t", "node", "-o", xcat::fold(builder.names_of(later)), "-p", late_entry});
  std::string remedy;
  for (const std::vector<std::string>& command : commands) {
    builder.table_changes.push_back({"table-postscripts", why, command});
    remedy += (remedy.empty() ? "" : "; ") + run::command_text(command);
  }
  remedy += by_hand.substr(remedy.empty() && !by_hand.empty() ? 2 : 0);
  constexpr std::size_t longest = 1000;
  if (remedy.size() > longest) remedy = "chdef -t group -o GROUPS -p " + entry + "; makehanfs plan has the commands";
  const FindingType type{
      Level::warning, "no-postscript",
      "the postscript setupnfsv4replication is not in the list of these nodes, so they wait minutes for "
      "a dead server",
      remedy};
  builder.add_nodes_finding(type, missing.all);
}

void check_prescripts(ClusterBuilder& builder) {
  const xcat::Table* table = builder.tables.find("prescripts");
  if (table == nullptr) return;
  if (const auto row = table->row_of("xcatdefaults"); row && has_prescript(table->value(*row, "end"))) return;
  Missing missing;
  for (std::size_t i = 0; i < builder.nodes.size(); ++i) {
    if (!builder.nodes[i].asked_for || builder.node_groups[builder.nodes[i].group].domain == no_index) continue;
    const Result<xcat::Attribute> value = builder.attribute(builder.nodes[i].index, "prescripts", "end");
    if (!value) continue;
    if (!has_prescript(value->value)) note_missing(builder, missing, i, *value);
  }
  if (missing.all.empty()) return;

  const std::string why = "mkdsklsnode then leaves each server with /install exported with its replicas";
  std::vector<std::vector<std::string>> commands;
  std::vector<std::size_t> single = missing.without;
  const std::string fresh = "prescripts.end=" + with_prescript("");
  for (const std::string& group : groups_of(builder, single)) commands.push_back({"chtab", "node=" + group, fresh});
  if (!single.empty()) commands.push_back({"nodech", xcat::fold(builder.names_of(single)), fresh});
  for (const auto& [group, value] : missing.groups)
    commands.push_back({"chtab", "node=" + group, "prescripts.end=" + with_prescript(value)});
  for (const auto& [value, nodes] : missing.own)
    commands.push_back({"nodech", xcat::fold(builder.names_of(nodes)), "prescripts.end=" + with_prescript(value)});
  std::string remedy;
  for (const std::vector<std::string>& command : commands) {
    builder.table_changes.push_back({"table-prescripts", why, command});
    if (remedy.size() < 400) remedy += (remedy.empty() ? "" : "; ") + run::command_text(command);
  }
  builder.add_nodes_finding(
      {Level::note, "no-prescript",
       "the end prescript hanfs_export is not in their list: the exports of their servers are not "
       "checked when mkdsklsnode has run",
       remedy},
      missing.all);
}

}  // namespace

void check_scripts(ClusterBuilder& builder) {
  check_postscripts(builder);
  check_prescripts(builder);
}

}  // namespace hanfs::cluster
