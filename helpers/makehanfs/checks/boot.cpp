// SPDX-License-Identifier: Apache-2.0
// What keeps a node's postscripts from running, or runs them with values of yesterday.
#include <algorithm>

#include "makehanfs/checks/checks.hpp"
#include "makehanfs/model/postscripts.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;

// lib/xcat/README.md "Postscripts: how files reach a node": xcataixpost empties /xcatpost after the postscripts.
void check_emptied_folder(ClusterBuilder& builder) {
  if (!xcat::is_true(builder.tables.site("cleanupxcatpost")) ||
      below_postscripts(builder.settings.node_command).empty())
    return;
  builder.findings.add(
      {Level::error, "xcatpost-emptied",
       "site.cleanupxcatpost is " + text::escape_control(text::trimmed(builder.tables.site("cleanupxcatpost"))) +
           ": nodes empty /xcatpost once their postscripts have run, and apply, status and the "
           "runbook find no " +
           text::escape_control(builder.settings.node_command) + " there",
       "chtab key=cleanupxcatpost site.value=no, then boot the nodes; or --node-command with a path "
       "outside of /xcatpost that the image has"},
      "site");
}

// lib/xcat/README.md "Postscripts: the environment": the file may be older than the tables.
void check_precreated(ClusterBuilder& builder) {
  if (!xcat::is_true(builder.tables.site("precreatemypostscripts"))) return;
  builder.findings.add({Level::warning, "postscripts-precreated",
                        "site.precreatemypostscripts is " +
                            text::escape_control(text::trimmed(builder.tables.site("precreatemypostscripts"))) +
                            ": nodes boot with the list of postscripts of the day it was made, whatever the tables "
                            "say now",
                        "chtab key=precreatemypostscripts site.value=no; or updatenode " +
                            builder.range_of_all_nodes() + " -g after each change of the tables, which makes it anew"},
                       "site");
}

// Each value stands between apostrophes in every node's script: lib/xcat/README.md "Postscripts: the environment".
void check_apostrophes(ClusterBuilder& builder) {
  const xcat::Table* table = builder.tables.find("site");
  for (std::size_t row = 0; table != nullptr && row < table->size(); ++row) {
    const std::string key(table->value(row, "key"));
    std::string value(table->value(row, "value"));
    if (value.find('\'') == std::string::npos) continue;
    value.erase(std::remove(value.begin(), value.end(), '\''), value.end());
    builder.findings.add(
        {Level::error, "site-apostrophe",
         "site." + text::escape_control(key) +
             " holds an apostrophe, which ends the value in the script of every node: no postscript runs",
         run::command_text({"chtab", "key=" + key, "site.value=" + value})},
        "site");
  }
}

bool is_default(std::string_view net) {
  const std::string_view word = text::trimmed(net);
  return word == "default" || word == "0.0.0.0" || word == "0";
}

// lib/xcat/README.md "Routes in xCAT": routeop never ends where a default row exists.
void check_default_rows(ClusterBuilder& builder) {
  const xcat::Table* table = builder.tables.find("routes");
  for (std::size_t row = 0; table != nullptr && row < table->size(); ++row) {
    if (!is_default(table->value(row, "net"))) continue;
    const std::string name(table->value(row, "routename"));
    builder.findings.add(
        {Level::error, "default-in-routes",
         "the default route stands in the table routes (row " + report::quoted(name) + ", line " +
             std::to_string(table->line(row)) +
             "): setroute and makeroutes never end on AIX then, and no postscript behind setroute runs",
         run::command_text({"chtab", "-d", "routename=" + name, "routes"}) +
             ", and the default gateway into networks.gateway; the postscript adds the others"},
        "routes");
  }
}

// lib/xcat/README.md "Versions": since 2.14.5 (2018-12) the server's name comes with a port.
void check_updatenode(ClusterBuilder& builder) {
  if (!builder.tables.version_is_at_least(2, 14, 5)) return;
  builder.findings.add(
      {Level::warning, "updatenode-broken",
       "xCAT " + text::escape_control(builder.settings.xcat_version) +
           " tells AIX nodes their server with a port (SERVER:PORT), which they take for its name: updatenode -P does "
           "nothing on them",
       "xdsh " + builder.range_of_all_nodes() + ' ' + builder.settings.node_command +
           " in place of updatenode; or xCAT 2.9.4, the last one for AIX"},
      "site");
}

// lib/xcat/README.md "NIM": names of 39 characters.
void check_long_names(ClusterBuilder& builder) {
  constexpr std::size_t longest = 39;  // characters
  const FindingType type{Level::error, "nim-name-long",
                         "NIM takes names of at most 39 characters, so mkdsklsnode cannot define these nodes",
                         "a shorter name in nodelist"};
  std::vector<std::size_t> nodes;
  for (std::size_t i = 0; i < builder.nodes.size(); ++i)
    if (builder.name_of(builder.nodes[i]).size() > longest) nodes.push_back(i);
  builder.add_nodes_finding(type, nodes);
}

}  // namespace

void check_boot(ClusterBuilder& builder) {
  check_emptied_folder(builder);
  check_precreated(builder);
  check_apostrophes(builder);
  check_default_rows(builder);
  check_updatenode(builder);
  check_long_names(builder);
}

}  // namespace hanfs::cluster
