// SPDX-License-Identifier: Apache-2.0
// What does not fail over with the nodes, or may not.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "makehanfs/runbook/outage_reader.hpp"
#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::cluster::outage {
namespace {

bool image_has(OutageReader& r, const std::string& node, const char* column) {
  const std::string image = r.values.get(node, "nodetype", "provmethod");
  const xcat::Table* images = r.tables.find("nimimage");
  if (images == nullptr || image.empty()) return false;
  const std::optional<std::size_t> row = images->row_of(image);
  return row && !images->value(*row, column).empty();
}

// statelite.node, and whether a row of it lacks vers=4. A node or group can have one row for each image, so these are
// not values of a node. One such row is enough: which image a node boots next is not for us to know.
using StateliteRows = std::map<std::string_view, bool>;

StateliteRows read_statelite(const xcat::Tables& tables) {
  StateliteRows rows;
  const xcat::Table* table = tables.find("statelite");
  for (std::size_t row = 0; table != nullptr && row < table->size(); ++row) {
    if (table->value(row, "statemnt").empty()) continue;
    const Names options = items_of(table->value(row, "mntopts"));
    rows[table->value(row, "node")] |= std::find(options.begin(), options.end(), "vers=4") == options.end();
  }
  return rows;
}

bool has_nfs3_statelite(const OutageReader& r, const StateliteRows& rows, const std::string& node) {
  if (rows.empty()) return false;
  if (const auto own = rows.find(node); own != rows.end()) return own->second;
  for (const std::string_view group : r.tables.groups_of(node))
    if (const auto row = rows.find(std::string(group)); row != rows.end()) return row->second;
  return false;
}

// Consoles cannot move to a server that runs no conserver.
void note_missing_conservers(OutageReader& r) {
  if (!r.values.given("servicenode")) return;
  std::set<std::size_t> reported;
  for (const AttributeChange& move : r.made.conserver) {
    const std::string& name = r.cluster.servers[move.server].name;
    if (reported.insert(move.server).second && !xcat::is_true(r.values.get(name, "servicenode", "conserver")))
      r.made.notes.push_back("servicenode.conserver of " + name +
                             " is not 1, so it may run no conserver; look before you move consoles there");
  }
}

void read_sharing(OutageReader& r) {
  // lib/xcat/README.md "Tables: meanings": sharedinstall is no, sns (service nodes share it) or all.
  const std::string sharing(r.tables.site("sharedinstall"));
  r.made.shared = r.settings.access == "rw" || sharing == "sns" || sharing == "all";
  r.made.why_shared = r.settings.access == "rw" ? "access is rw, which is for shared disks only"
                      : r.made.shared           ? "site.sharedinstall is " + sharing
                      : sharing.empty()         ? "site.sharedinstall is not set"
                                                : "site.sharedinstall is " + report::escape_control(sharing);
  if (r.made.nfs_domain.empty()) r.made.nfs_domain = std::string(r.tables.site("domain"));
  if (!is_plain_name(r.made.nfs_domain)) r.made.nfs_domain.clear();
}

}  // namespace

void read_risks(OutageReader& r) {
  const StateliteRows statelite = read_statelite(r.tables);
  for (const char* table : {"statelite", "nimimage", "nodetype"})
    if (!r.values.given(table)) r.made.unknown.insert(table);
  r.made.all_nfs3 = r.values.given("site") && !xcat::is_true(r.tables.site("useNFSv4onAIX"));
  for (const std::string& node : r.made.primary_nodes()) {
    if (has_nfs3_statelite(r, statelite, node)) r.made.statelite_nfs3.push_back(node);
    if (image_has(r, node, "paging")) r.made.paging.push_back(node);
    if (image_has(r, node, "shared_root")) r.made.stnfs.push_back(node);
  }
  for (const char* service : {"dhcpserver", "ftpserver", "ldapserver"})
    if (xcat::is_true(r.values.get(r.dead().name, "servicenode", service))) r.made.other_services.emplace_back(service);
  read_sharing(r);
  note_missing_conservers(r);
}

}  // namespace hanfs::cluster::outage
