// SPDX-License-Identifier: Apache-2.0
// What the templates of a runbook are filled with: numbers, names and lists; the words stand in templates/*.mustache.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <utility>

#include "aix/failover.hpp"
#include "makehanfs/model/boot_batches.hpp"
#include "makehanfs/plan/plan.hpp"
#include "makehanfs/runbook/commands.hpp"
#include "makehanfs/runbook/sections.hpp"
#include "makehanfs/runbook/templates.hpp"
#include "report/table.hpp"
#include "report/verdict.hpp"
#include "sys/file.hpp"
#include "text/words.hpp"

namespace hanfs::cluster::outage {
namespace {

using json = nlohmann::ordered_json;

constexpr long daemon_seconds = 300;  // stopping and starting takes its time

// Words for a line that begins with "Run:" or "Look:", in {{{three}}} braces.
std::string words_of(const Names& words) {
  Names safe;
  for (const std::string& word : words) safe.push_back(encoded(word));
  return report::joined(safe, " ");
}

// Null where there are none, so that a section of the template is left out. Names are plain (read_groups).
json nodes_of(const Names& nodes, const char* what = "node") {
  if (nodes.empty()) return nullptr;
  return {{"number", nodes.size()},
          {"count", text::counted(nodes.size(), what)},
          {"range", range_text(nodes)},
          {"ranges", ranges_of(nodes)},
          {"names", report::joined(nodes, " ")}};
}

// The fields of `more` in `object` too.
json with(json object, const json& more) {
  object.update(more);
  return object;
}

Names joined_lists(Names all, const Names& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// "30 to asn02 (10.0.0.2): `cn[001-030]`; 10 to asn03 (10.0.0.3): `cn[031-040]`"
std::string split_text(const OutageImpact& c, const std::vector<Group>& groups, const char* word) {
  Names parts;
  for (const Group& group : groups) {
    const Server& server = c.replacement(group.server);
    parts.push_back(std::to_string(group.nodes.size()) + " " + word + " " + server.name + " (" +
                    (server.address.empty() ? "address not known" : server.address) + "): " + range_text(group.nodes));
  }
  return report::joined(parts, "; ");
}

Names references_of(const std::vector<ServerReference>& references) {
  Names parts;
  for (const ServerReference& one : references) parts.push_back(one.where + " is `" + one.value + "`");
  return parts;
}

Names lines_of(const std::vector<ServerReference>& references, Names ServerReference::* words) {
  Names lines;
  for (const ServerReference& one : references)
    if (!(one.*words).empty()) lines.push_back(words_of(one.*words));
  return lines;
}

json changes_of(const OutageImpact& c, const std::vector<AttributeChange>& changes) {
  json list = json::array();
  for (const AttributeChange& change : changes)
    list.push_back(with({{"takes_over", c.replacement(change.server).name},
                         {"column", change.column},
                         {"short", change.column.substr(change.column.find('.') + 1)},
                         {"from", change.from},
                         {"to", change.to}},
                        nodes_of(change.nodes)));
  return list;
}

// The name that nodes have for a server: noderes.xcatmaster takes a name or an address. Empty: the tables do not tell.
const std::string& node_facing_name_of(const Server& server) {
  return !server.node_facing_name.empty() ? server.node_facing_name : server.address;
}

// "asn02,asn03,asn01": the list with this server first, the others in their order, the dead one last.
std::string list_from(const OutageImpact& c, const std::vector<std::size_t>& servers, std::size_t first) {
  Names names{c.replacement(first).name};
  for (const std::size_t server : servers)
    if (server != first && &c.replacement(server) != c.server) names.push_back(c.replacement(server).name);
  if (&c.replacement(first) != c.server) names.push_back(c.server->name);
  return report::joined(names, ",");
}

// Nodes with exactly two servers are moved by snmove, which is made for a pair (lib/xcat/README.md "snmove"); for
// others the tables are set word by word.
bool takes_snmove(const std::vector<std::size_t>& servers) { return servers.size() == 2; }

json groups_of(const OutageImpact& c) {
  json groups = json::array();
  for (const Group& group : c.primary) {
    const Server& backup = c.replacement(group.server);
    const std::string& master = node_facing_name_of(backup);
    Names pairs;
    json tables = json::array();
    for (const auto& [servers, nodes] : group.lists)
      if (takes_snmove(servers)) {
        pairs = joined_lists(std::move(pairs), nodes);
      } else {
        tables.push_back(with({{"servers", servers.size()},
                               {"away_list", list_from(c, servers, group.server)},
                               {"home_list", list_from(c, servers, servers.front())}},
                              nodes_of(nodes)));
      }
    groups.push_back({{"backup", backup.name},
                      {"master", master},
                      {"nodes", nodes_of(group.nodes)},
                      {"tables", std::move(tables)},
                      {"other_network", nodes_of(group.other_network)},
                      {"pairs", nodes_of(pairs)}});
  }
  return groups;
}

// Control points of one kind that are looked after by the same servers, before and after.
json control_points_of(const OutageImpact& c) {
  using Kind = ControlPoint::Kind;
  std::map<std::tuple<std::string, std::string, Kind>, std::vector<const ControlPoint*>> groups;
  for (const ControlPoint& point : c.control_points) groups[{point.from, point.to, point.kind}].push_back(&point);
  json list = json::array();
  for (const auto& [change, points] : groups) {
    const auto& [from, to, kind] = change;
    Names names;
    Names nodes;
    for (const ControlPoint* point : points) {
      names.push_back(point->name);
      nodes = joined_lists(std::move(nodes), point->nodes);
    }
    list.push_back(with({{"takes_over", c.replacement(points.front()->server).name},
                         {"away_to", to},
                         {"away_first", to.substr(0, to.find(','))},
                         {"home_to", from},
                         {"home_first", from.substr(0, from.find(','))},
                         {"connected", kind == Kind::connected},
                         {"unknown_kind", kind == Kind::unknown},
                         {"nodes_count", text::counted(nodes.size(), "node")},
                         {"nodes", report::joined(nodes, " ")}},
                        nodes_of(names, "control point")));
  }
  return list;
}

// Ranges of all control points that are connected to, as words for a shell on the server.
Names connected_points_of(const OutageImpact& c) {
  Names names;
  for (const ControlPoint& point : c.control_points)
    if (point.kind == ControlPoint::Kind::connected) names.push_back(point.name);
  Names words;
  for (const std::string& range : ranges_of(names)) words.push_back(shell_line({range}));
  return words;
}

json routes_of(const OutageImpact& c) {
  json list = json::array();
  for (const Route& route : c.routes) {
    const auto line = [&](const char* verb, const std::string& gateway) {
      return shell_line({"route", "-n", verb, "-net", route.net, "-netmask", route.mask, gateway});
    };
    list.push_back(with({{"name", route.name},
                         {"net", route.net},
                         {"mask", route.mask},
                         {"gateway", route.gateway},
                         {"known", !route.new_gateway.empty() && !route.new_address.empty() && !route.address.empty()},
                         {"new_gateway", route.new_gateway},
                         {"new_address", route.new_address},
                         {"old_address", route.address},
                         {"add_new", line("add", route.new_address)},
                         {"delete_old", line("delete", route.address)},
                         {"add_old", line("add", route.address)},
                         {"delete_new", line("delete", route.new_address)}},
                        nodes_of(route.nodes)));
  }
  return list;
}

json batches_of(const Names& nodes) {
  json list = json::array();
  for (const Names& some : boot_batches(nodes))
    list.push_back(with({{"batch", list.size() + 1}, {"first", list.empty()}, {"node", some.front()}}, nodes_of(some)));
  return list;
}

// Hung nodes that are moved in the tables, and boot from their new server then.
Names moved_nodes(const OutageImpact& c) {
  Names moved;
  for (const Group& group : c.primary)
    if (!c.fails_over && !node_facing_name_of(c.replacement(group.server)).empty())
      for (const auto& [servers, nodes] : group.lists) moved = joined_lists(std::move(moved), nodes);
  return moved;
}

// Who asks the dead name server: all nodes of the server where site or networks name it, else those whose own list
// does.
Names askers_of(const OutageImpact& c) {
  Names nodes = c.nameservers.empty() ? Names{} : c.nodes();
  std::set<std::string> known(nodes.begin(), nodes.end());
  for (const AttributeChange& change : c.node_nameservers)
    for (const std::string& node : change.nodes)
      if (known.insert(node).second) nodes.push_back(node);
  return nodes;
}

std::string all_nameservers(const OutageImpact& c) {
  Names parts = references_of(c.nameservers);
  for (const AttributeChange& one : c.node_nameservers)
    parts.push_back(one.column + " of " + range_text(one.nodes) + " is `" + one.from + "`");
  return report::joined(parts, "; ");
}

bool is_gateway(const OutageImpact& c) {
  return !c.gateways.empty() ||
         std::find(c.domain_gateways.begin(), c.domain_gateways.end(), c.server->address) != c.domain_gateways.end();
}

// The one to copy from: where most of the dead server's nodes run now.
const Server& source_of(const OutageImpact& c) {
  std::size_t best = c.partners.front();
  std::size_t most = 0;
  for (const Group& group : c.primary)
    if (group.nodes.size() > most) {
      most = group.nodes.size();
      best = group.server;
    }
  return c.replacement(best);
}

// Folders below the directory that nodes only read, and that replicas have to have alike. What belongs to one node lies
// beside them (nim/paging, nim/dump, nim/root, statelite data): xCAT puts a NIM resource into nim/TYPE.
Names copied_parts(const OutageImpact& c) {
  Names parts{"nim/spot"};
  if (!c.stnfs.empty() || c.unknown.count("nimimage") + c.unknown.count("nodetype") > 0)
    parts.push_back("nim/shared_root");
  parts.insert(parts.end(), {"postscripts", "prescripts"});
  return parts;
}

// Lines for a shell on the server that is copied from.
Names copies_of(const OutageImpact& c) {
  Names lines;
  for (const std::string& part : copied_parts(c)) {
    const std::string folder = c.settings->directory + "/" + part + "/";
    lines.push_back(shell_line({"rsync", "-aH", folder, c.server->name + ":" + folder}));
  }
  return lines;
}

// Of a list of changes, all nodes.
Names nodes_of_all(const std::vector<AttributeChange>& changes) {
  Names nodes;
  for (const AttributeChange& change : changes) nodes = joined_lists(std::move(nodes), change.nodes);
  return nodes;
}

// What else section 3 moves: for the few lines at the top.
std::string also_moved(const OutageImpact& c) {
  Names parts;
  if (!c.monserver.empty()) parts.emplace_back("monitoring");
  if (!c.nameservers.empty() || !c.node_nameservers.empty()) parts.emplace_back("name servers");
  if (!c.routes.empty()) parts.emplace_back("routes");
  return report::joined(parts, ", ");
}

// makehanfs status for the nodes that this server concerns, where their names fit in a line.
Names status_words(const OutageImpact& c) {
  Names words = status_command(*c.settings);
  const Names ranges = ranges_of(joined_lists(c.nodes(), c.nodes_without_backup));
  if (ranges.size() == 1) words.push_back(ranges.front());
  return words;
}

// setuphanfs with everything that it takes for this domain.
std::string server_command(const OutageImpact& c, const char* mode) {
  Names words{c.settings->server_command, "--replica", c.server->address};
  for (const std::size_t partner : c.partners)
    if (!c.replacement(partner).address.empty()) words.push_back(c.replacement(partner).address);
  words.insert(words.end(), {"--directory", c.settings->directory, "--access", c.settings->access});
  if (!c.nfs_domain.empty()) words.insert(words.end(), {"--nfs-domain", c.nfs_domain});
  words.emplace_back(mode);
  return shell_line(words);
}

}  // namespace

json values_of(const OutageImpact& c) {
  const Settings& settings = *c.settings;
  const Names primary = c.primary_nodes();
  const Names first_here = joined_lists(primary, c.nodes_without_backup);
  Names secondary;
  for (const Group& group : c.secondary_nodes) secondary = joined_lists(std::move(secondary), group.nodes);
  Names other_gateways;
  for (const std::size_t partner : c.partners)
    if (!c.replacement(partner).address.empty()) other_gateways.push_back(c.replacement(partner).address);
  Names servers;
  Names loads;
  for (const std::size_t server : c.servers) {
    servers.push_back(c.replacement(server).name);
    loads.push_back(c.replacement(server).name + " " + std::to_string(c.load[server]));
  }
  const auto on_node = [&](const std::string& words) {
    return on_hosts(settings, "NODE", settings.host_deadline, settings.node_command + words);
  };
  const bool has_partner = !c.partners.empty();
  const Names points = connected_points_of(c);
  Names controlled;
  for (const ControlPoint& point : c.control_points) controlled = joined_lists(std::move(controlled), point.nodes);
  json home_groups = groups_of(c);
  json moves = json::array({{{"groups", home_groups}, {"snmove", true}}, {{"boot", changes_of(c, c.boot)}}});
  if (!c.fails_over) std::swap(moves[0], moves[1]);
  json monitors = json::array();
  for (const std::string& monitor : c.monitors.empty() ? Names{"rmcmon"} : c.monitors)
    monitors.push_back({{"monitor", monitor}});
  Names lists_back =
      joined_lists(lines_of(c.nameservers, &ServerReference::back), lines_of(c.ntpservers, &ServerReference::back));

  return {
      // the server, and who takes over
      {"server", c.server->name},
      {"address", c.server->address},
      {"fails_over", c.fails_over},
      {"no_failover_reason", c.no_failover_reason},
      {"choice_of_replicas", c.fails_over && c.partners.size() > 1},
      {"first_partner", has_partner ? c.replacement(c.partners.front()).name : ""},
      {"servers_list", report::joined(servers, ",")},
      {"loads", report::joined(loads, ", ")},
      // nodes
      {"primary", nodes_of(primary)},
      {"primary_split", split_text(c, c.primary, "to")},
      {"secondary", nodes_of(secondary)},
      {"secondary_split", split_text(c, c.secondary_nodes, "on")},
      {"lone", nodes_of(c.nodes_without_backup)},
      {"first_here", nodes_of(first_here)},
      {"served", nodes_of(c.nodes())},
      {"concerned", nodes_of(joined_lists(c.nodes(), c.nodes_without_backup))},
      {"outside", nodes_of(c.outside)},
      // settings and commands
      {"directory", settings.directory},
      {"directory_word", shell_line({settings.directory})},
      {"read_only", settings.access == "ro"},
      {"limit", settings.host_deadline},
      {"node_command", settings.node_command},
      {"status", words_of(status_words(c))},
      {"status_text", shell_line(status_words(c))},
      {"server_status", server_command(c, "--status")},
      {"cure_gateways", on_node(" gateways=" + report::joined(other_gateways, "+"))},
      {"cure_hosts_first", on_node(" --hosts-first")},
      {"cure_exports", on_hosts(settings, c.server->name, daemon_seconds, server_command(c, "--dry-run"))},
      // times
      {"failover_seconds", aix::failover_seconds(c.tuning.timeo, c.tuning.retrans, 0)},
      {"failover", report::seconds_text(aix::failover_seconds(c.tuning.timeo, c.tuning.retrans, 0))},
      {"retrans", c.tuning.retrans},
      {"timeo", report::seconds_text(static_cast<double>(c.tuning.timeo) / 10)},
      {"stnfs_seconds", aix::stnfs_replication_timeout},
      {"stnfs_timeout", aix::stnfs_timeout},
      {"detection_seconds", aix::detection_seconds(c.tuning.dgd_ping_time, c.tuning.dgd_packets_lost)},
      {"dgd_source", c.tuning.dgd_source},
      {"dgd_ping_time", c.tuning.dgd_ping_time},
      {"dgd_packets_lost", c.tuning.dgd_packets_lost},
      // what hangs on the server
      {"stnfs", nodes_of(c.stnfs)},
      {"all_nfs3", c.all_nfs3},
      {"statelite_nfs3", nodes_of(c.statelite_nfs3)},
      {"paging", nodes_of(c.paging)},
      {"other_services", report::joined(c.other_services, ", ")},
      {"default_gateway", is_gateway(c) && !primary.empty()},
      {"gateways", report::joined(references_of(c.gateways), "; ")},
      {"other_gateways", report::joined(other_gateways, "+")},
      {"gateway_only", nodes_of(c.gateway_only)},
      {"askers", nodes_of(askers_of(c))},
      {"all_nameservers", all_nameservers(c)},
      {"nameservers", report::joined(references_of(c.nameservers), "; ")},
      {"nameservers_without", lines_of(c.nameservers, &ServerReference::without)},
      {"ntpservers", report::joined(references_of(c.ntpservers), "; ")},
      {"ntpservers_without", lines_of(c.ntpservers, &ServerReference::without)},
      {"lists_back", lists_back.empty() ? json(nullptr) : json{{"lines", lists_back}}},
      {"conserver", changes_of(c, c.conserver)},
      {"monserver", changes_of(c, c.monserver)},
      {"node_nameservers", changes_of(c, c.node_nameservers)},
      {"boot_home", changes_of(c, c.boot)},
      {"monitors", std::move(monitors)},
      {"monitors_guessed", c.monitors.empty()},
      {"control_points", control_points_of(c)},
      {"consoles", nodes_of(nodes_of_all(c.conserver))},
      {"controlled", nodes_of(controlled)},
      {"also_moved", also_moved(c)},
      {"connected_points", points.empty() ? json(nullptr) : json{{"point_words", points}}},
      {"own_control_point", c.own_control_point},
      {"looks_after_itself", std::any_of(c.control_points.begin(), c.control_points.end(),
                                         [&](const ControlPoint& point) { return point.name == c.own_control_point; })},
      {"routes", routes_of(c)},
      // the way there and back
      {"moves", std::move(moves)},
      {"move_batches", batches_of(moved_nodes(c))},
      {"own_master", node_facing_name_of(*c.server)},
      {"home_groups", std::move(home_groups)},
      {"home_batches", batches_of(primary)},
      {"shared", c.shared},
      {"why_shared", c.why_shared},
      {"nfs_domain", c.nfs_domain},
      {"source", has_partner ? source_of(c).name : ""},
      {"copies", copies_of(c)},
      {"copied", report::joined(copied_parts(c), " ")},
      {"resumes", !c.fails_over || c.shared},
      {"stale", c.fails_over && !c.shared},
      {"shared_replicas", c.fails_over && c.shared},
      {"moved_in", c.fails_over ? "4" : "3"},
      // tables that were not given
      {"unknown_conserver", c.unknown.count("nodehm.conserver") > 0},
      {"unknown_monserver", c.unknown.count("noderes.monserver") > 0},
      {"unknown_ppc", c.unknown.count("ppc.hcp") > 0},
      {"unknown_networks", c.unknown.count("networks") > 0},
      {"unknown_statelite", c.unknown.count("statelite") > 0},
      {"unknown_images", c.unknown.count("nimimage") + c.unknown.count("nodetype") > 0},
  };
}

Names short_of(const OutageImpact& c) {
  return read_list(text::fill(runbook_templates(), "short", values_of(c), encoded));
}

std::vector<RunbookSection> sections_of(const OutageImpact& c) {
  return read_sections(text::fill(runbook_templates(), "runbook", values_of(c), encoded), *c.settings);
}

}  // namespace hanfs::cluster::outage
