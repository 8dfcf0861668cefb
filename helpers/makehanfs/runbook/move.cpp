// SPDX-License-Identifier: Apache-2.0
// The part of runbook_sections.hpp for what somebody has to move: lib/xcat/README.md "snmove" and
// lib/xcat/README.md "Moving services by hand".
#include <map>
#include <utility>

#include "makehanfs/runbook/commands.hpp"
#include "makehanfs/runbook/sections.hpp"

namespace hanfs::cluster::outage {
namespace {

std::string unknown_line(const char* what, const char* table) {
  return std::string(what) + ": not known, the table " + table + " was not given (tabdump " + table + ").";
}

void add_conserver(const OutageImpact& c, RunbookSection& section) {
  for (const AttributeChange& move : c.conserver) {
    RunbookStep step;
    step.id = "move.conserver:" + c.replacement(move.server).name;
    step.title = "Consoles of " + count_text(move.nodes.size(), "node") + " to " + move.to;
    step.why = "nodehm.conserver is " + move.from + ": their consoles are dead, and they are what you need next.";
    for (const std::string& range : ranges_of(move.nodes)) {
      step.commands.push_back(shell_line({"nodech", range, "nodehm.conserver=" + move.to}));
      step.commands.push_back(shell_line({"makeconservercf", range}));
      step.checks.push_back(shell_line({"nodels", range, "nodehm.conserver"}));
    }
    step.expect = move.to + " behind every node, and rcons opens a console.";
    step.nodes = move.nodes;
    section.steps.push_back(std::move(step));
  }
  if (c.conserver.empty())
    section.not_needed.push_back(c.unknown.count("nodehm.conserver") > 0
                                     ? unknown_line("Consoles", "nodehm")
                                     : "Consoles: no node has nodehm.conserver=" + c.server->name + ".");
}

void add_monserver(const OutageImpact& c, RunbookSection& section) {
  for (const AttributeChange& move : c.monserver) {
    RunbookStep step;
    step.id = "move.monserver:" + c.replacement(move.server).name;
    step.title = "Monitoring of " + count_text(move.nodes.size(), "node") + " to " + c.replacement(move.server).name;
    step.why = "noderes.monserver is " + move.from + ": what happens on these nodes reaches nobody.";
    if (move.to.empty()) {
      step.cautions.push_back("The tables do not tell the name that the nodes have for " +
                              c.replacement(move.server).name +
                              ", so there is no command. Set noderes.monserver by hand.");
    } else {
      for (const std::string& range : ranges_of(move.nodes)) {
        step.commands.push_back(shell_line({"nodech", range, "noderes.monserver=" + move.to}));
        step.checks.push_back(shell_line({"nodels", range, "noderes.monserver"}));
      }
      append_monitoring(c, move.nodes, step.commands);
      step.expect = move.to + " behind every node.";
      if (c.monitors.empty())
        step.cautions.push_back(
            "rmcmon stands for the monitoring plug-in; the table monitoring was not given or is empty. Put yours.");
    }
    step.nodes = move.nodes;
    section.steps.push_back(std::move(step));
  }
  if (c.monserver.empty())
    section.not_needed.push_back(c.unknown.count("noderes.monserver") > 0
                                     ? unknown_line("Monitoring", "noderes")
                                     : "Monitoring: no node has noderes.monserver=" + c.server->name + ".");
}

std::string values_text(const std::vector<ServerReference>& references) {
  std::string text;
  for (const ServerReference& one : references)
    text += (text.empty() ? "" : "; ") + one.where + " is `" + one.value + "`";
  return text;
}

// A list of the node's own counts before those of site and networks (noderes.nameservers, facts 3.1).
void add_node_nameservers(const OutageImpact& c, RunbookSection& section) {
  for (const AttributeChange& move : c.node_nameservers) {
    RunbookStep step;
    step.id = "move.node-nameservers:" + c.replacement(move.server).name;
    step.title = "Name servers of " + count_text(move.nodes.size(), "node") + " to " + c.replacement(move.server).name;
    step.why = "noderes.nameservers is " + move.from + ". A node that asks DNS first waits up to 75 s for each name.";
    if (move.to.empty()) {
      step.cautions.push_back("The tables do not tell the name that the nodes have for " +
                              c.replacement(move.server).name + ", so there is no command.");
    } else {
      for (const std::string& range : ranges_of(move.nodes)) {
        step.commands.push_back(shell_line({"nodech", range, "noderes.nameservers=" + move.to}));
        step.commands.push_back(shell_line({"updatenode", range, "-P", "mkresolvconf"}));
        step.checks.push_back(on_hosts(*c.settings, range, c.settings->host_deadline, "cat /etc/resolv.conf"));
      }
      step.expect = move.to + " is the name server of every node.";
      step.cautions.push_back(
          c.replacement(move.server).name +
          " has to run a name server (servicenode.nameserver); names in /etc/hosts, asked first, "
          "are better: `" +
          on_hosts(*c.settings, "NODE", c.settings->host_deadline, c.settings->node_command + " --hosts-first") + "`.");
    }
    step.nodes = move.nodes;
    section.steps.push_back(std::move(step));
  }
}

void add_nameservers(const OutageImpact& c, RunbookSection& section) {
  add_node_nameservers(c, section);
  if (c.nameservers.empty()) {
    if (c.node_nameservers.empty())
      section.not_needed.push_back("Name servers: " + c.server->name + " is none in site, networks and noderes.");
    return;
  }
  RunbookStep step;
  step.id = "move.nameservers";
  step.title = "Nodes stop asking the dead name server";
  step.why = values_text(c.nameservers) + ". A node that asks DNS first waits up to 75 s for each name.";
  for (const std::string& range : ranges_of(c.nodes())) {
    step.commands.push_back(
        on_hosts(*c.settings, range, c.settings->host_deadline, c.settings->node_command + " --hosts-first"));
    step.checks.push_back(on_hosts(*c.settings, range, c.settings->host_deadline, "cat /etc/netsvc.conf"));
  }
  for (const ServerReference& one : c.nameservers)
    if (!one.without.empty()) step.commands.push_back(shell_line(one.without));
  step.expect = "hosts = local comes before bind. The table counts for nodes that boot from now on.";
  step.cautions = {"The names of all servers and nodes have to be in /etc/hosts of the nodes, or the cure is worse."};
  step.nodes = c.nodes();
  section.steps.push_back(std::move(step));
}

void add_ntp(const OutageImpact& c, RunbookSection& section) {
  if (c.ntpservers.empty()) {
    section.not_needed.push_back("NTP: " + c.server->name + " is no NTP server in site and networks.");
    return;
  }
  RunbookStep step;
  step.id = "move.ntp";
  step.title = "Only if it takes longer than a day: NTP";
  step.why = values_text(c.ntpservers) + ". Clocks run on without it; nothing has to be done tonight.";
  for (const ServerReference& one : c.ntpservers)
    if (!one.without.empty()) step.commands.push_back(shell_line(one.without));
  for (const std::string& range : ranges_of(c.primary_nodes()))
    step.commands.push_back(shell_line({"updatenode", range, "-P", "setupntp"}));
  step.expect = "updatenode says success whatever happened; look at the clocks.";
  add_on_nodes(*c.settings, c.primary_nodes(), c.settings->host_deadline, "date -u", step.checks);
  step.nodes = c.primary_nodes();
  section.steps.push_back(std::move(step));
}

std::string when(const OutageImpact& c) {
  if (!c.fails_over) return "Hung nodes, in the tables: ";
  return "Only if " + c.server->name + " stays down for long, or nodes have to boot: ";
}

void add_nameless(const Server& backup, const Names& nodes, RunbookSection& section) {
  RunbookStep step;
  step.id = "move.snmove:" + backup.name;
  step.title = "No command: " + count_text(nodes.size(), "node") + " to " + backup.name;
  step.why = "The tables do not tell the name that nodes have for " + backup.name +
             " (noderes.xcatmaster), and snmove without -D would take the management node's name for it. Find the name "
             "first; makehanfs plan says what is missing.";
  step.nodes = nodes;
  section.steps.push_back(std::move(step));
}

void add_other_network(const OutageImpact& c, const Group& group, RunbookSection& section) {
  const Server& backup = c.replacement(group.server);
  RunbookStep step;
  step.id = "move.other-network:" + backup.name;
  step.title =
      "No command: " + count_text(group.other_network.size(), "node") + " of another network to " + backup.name;
  step.why = "Their noderes.xcatmaster is not in the network of " + c.server->address +
             " (the note at the top says where it is). snmove -D " + node_facing_name_of(backup) +
             " would give them a server in a network that they do not boot from. Find the name of " + backup.name +
             " in their network first.";
  step.nodes = group.other_network;
  section.steps.push_back(std::move(step));
}

void add_table_move(const OutageImpact& c, std::size_t takes_over, const std::vector<std::size_t>& servers,
                    const Names& nodes, RunbookSection& section) {
  const Server& backup = c.replacement(takes_over);
  if (node_facing_name_of(backup).empty()) {
    add_nameless(backup, nodes, section);
    return;
  }
  RunbookStep step;
  step.id = "move.tables:" + backup.name;
  step.title = when(c) + count_text(nodes.size(), "node") + " to " + backup.name;
  step.why = std::string(c.fails_over ? "A node that runs needs nothing of this; a node that boots asks " +
                                            c.server->name + " and stops at LED 610 or 611. "
                                      : "") +
             "These nodes have " + std::to_string(servers.size()) +
             " service nodes. snmove knows a pair only and warns about more, so the tables are set word by word.";
  append_table_move(nodes, list_from(c, servers, takes_over), node_facing_name_of(backup), c.fails_over, step);
  step.expect =
      "servicenode is " + list_from(c, servers, takes_over) + ", xcatmaster is " + node_facing_name_of(backup) + ".";
  step.cautions = {
      "tftpserver, nfsserver, monserver and conserver are in steps of their own, where they name " + c.server->name +
          ".",
      // facts 1.9: the address is frozen when mkdsklsnode runs.
      "Nodes with statelite rows boot with the address that mkdsklsnode wrote into /statelite.table: before they boot, "
      "mkdsklsnode -k for them."};
  step.nodes = nodes;
  section.steps.push_back(std::move(step));
}

void add_routes(const OutageImpact& c, RunbookSection& section) {
  for (const Route& route : c.routes) {
    RunbookStep step;
    step.id = "move.route:" + route.name;
    step.title = "Route " + route.name + " of " + count_text(route.nodes.size(), "node");
    step.why = "routes.gateway of " + route.name + " is " + route.gateway + ": from these nodes there is no way to " +
               route.net + " / " + route.mask + ". Dead gateway detection works for default routes only.";
    if (route.new_gateway.empty() || route.new_address.empty() || route.address.empty()) {
      step.cautions = {"The tables do not tell the address of the other server there, so there is no command."};
    } else {
      for (const std::string& range : ranges_of(route.nodes)) {
        // Add before delete. routeop of xCAT is not used: facts 5, it loops for ever where a default route exists.
        for (const auto& [verb, gateway] : {std::pair{"add", route.new_address}, std::pair{"delete", route.address}})
          step.commands.push_back(
              on_hosts(*c.settings, range, c.settings->host_deadline,
                       shell_line({"route", verb, "-net", route.net, "-netmask", route.mask, gateway})));
        step.checks.push_back(on_hosts(*c.settings, range, c.settings->host_deadline, "netstat -rn"));
      }
      step.commands.push_back(shell_line({"chtab", "routename=" + route.name, "routes.gateway=" + route.new_gateway}));
      step.expect = route.net + " by " + route.new_address + " on every node.";
      step.cautions = {"Only if " + c.replacement(c.partners.front()).name +
                       " forwards packets (servicenode.ipforward)."};
    }
    step.nodes = route.nodes;
    section.steps.push_back(std::move(step));
  }
}

void add_snmove(const OutageImpact& c, RunbookSection& section) {
  if (c.primary.empty()) {
    section.not_needed.push_back("snmove: no node has " + c.server->name + " as its first server.");
    return;
  }
  for (const Group& group : c.primary) {
    Names pairs;
    for (const auto& [servers, nodes] : group.lists) {
      if (takes_snmove(servers)) {
        pairs.insert(pairs.end(), nodes.begin(), nodes.end());
      } else {
        add_table_move(c, group.server, servers, nodes, section);
      }
    }
    if (!group.other_network.empty()) add_other_network(c, group, section);
    if (pairs.empty()) continue;
    const Server& backup = c.replacement(group.server);
    const std::string& master = node_facing_name_of(backup);
    if (master.empty()) {
      add_nameless(backup, pairs, section);
      continue;
    }
    const Names target{"-s", c.server->name, "-d", backup.name, "-D", master};
    const auto move = [&](Names words, const Names& options) {
      words.insert(words.begin(), "snmove");
      words.insert(words.end(), target.begin(), target.end());
      words.insert(words.end(), options.begin(), options.end());
      return shell_line(words);
    };
    RunbookStep step;
    step.id = "move.snmove:" + backup.name;
    step.title = when(c) + count_text(pairs.size(), "node") + " to " + backup.name;
    step.why =
        !c.fails_over
            ? "These nodes hang. snmove gives them to " + backup.name +
                  " in the tables (-i: it does not wait for nodes that cannot answer); the reboot below "
                  "brings them up there."
            : "A node that runs needs nothing of this. A node that boots asks " + c.server->name +
                  " (tftp, bootp, NIM) and stops at LED 610 or 611. snmove turns servicenode, xcatmaster, nfsserver, "
                  "tftpserver, monserver and conserver in the tables, sets the boot list and /etc/xcatinfo on the "
                  "nodes, and "
                  "runs syslog, setupntp and mkresolvconf there; -P adds our postscript, which puts the gateways right "
                  "again.";
    std::string database_only;
    for (const std::string& range : ranges_of(pairs)) {
      step.commands.push_back(move({range}, c.fails_over ? Names{"-P", "setupnfsv4replication"} : Names{"-i"}));
      step.checks.push_back(shell_line({"nodels", range, "noderes.servicenode", "noderes.xcatmaster"}));
      if (database_only.empty()) database_only = move({range}, {"-i"});
    }
    step.expect =
        "servicenode begins with " + backup.name + ", xcatmaster is " + master + "." +
        (c.fails_over ? " Nodes go on running; reboot them when their work allows it (rnetboot), not now." : "");
    if (c.fails_over)
      step.cautions = {"For nodes that do not answer: `" + database_only +
                           "`; -i changes the database only, and those nodes need a reboot.",
                       "snmove copies statelite data from the old server; from a dead one it cannot. What " +
                           backup.name + " has is what there is."};
    if (c.fails_over && c.primary.size() == 1 && c.nodes_without_backup.empty() && pairs.size() == group.nodes.size())
      step.cautions.push_back("Short form for all of them: `" + move({}, {"-P", "setupnfsv4replication"}) +
                              "`. It takes every node that the tables give to " + c.server->name +
                              ", also those that this runbook left out.");
    step.nodes = pairs;
    section.steps.push_back(std::move(step));
  }
  section.not_needed.push_back("TFTP and bootp: a node needs them only when it boots; the snmove steps move them.");
}

void add_boot(const OutageImpact& c, RunbookSection& section) {
  for (const AttributeChange& move : c.boot) {
    RunbookStep step;
    step.id = "move." + move.column.substr(move.column.find('.') + 1) + ":" + c.replacement(move.server).name;
    step.title = "Only before a boot: " + move.column + " of " + count_text(move.nodes.size(), "node") + " to " +
                 c.replacement(move.server).name;
    step.why = move.column + " is " + move.from + ": nodes boot by it, and no other step changes it.";
    if (move.to.empty()) {
      step.cautions.push_back("The tables do not tell the name that the nodes have for " +
                              c.replacement(move.server).name + ", so there is no command.");
    } else {
      for (const std::string& range : ranges_of(move.nodes)) {
        step.commands.push_back(shell_line({"nodech", range, move.column + "=" + move.to}));
        step.checks.push_back(shell_line({"nodels", range, move.column}));
      }
      step.expect = move.to + " behind every node.";
    }
    step.nodes = move.nodes;
    section.steps.push_back(std::move(step));
  }
}

}  // namespace

bool takes_snmove(const std::vector<std::size_t>& servers) { return servers.size() == 2; }

const std::string& node_facing_name_of(const Server& server) {
  return !server.node_facing_name.empty() ? server.node_facing_name : server.address;
}

std::string list_from(const OutageImpact& c, const std::vector<std::size_t>& servers, std::size_t first) {
  Names names{c.replacement(first).name};
  for (const std::size_t server : servers)
    if (server != first && &c.replacement(server) != c.server) names.push_back(c.replacement(server).name);
  if (&c.replacement(first) != c.server) names.push_back(c.server->name);
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
  return list;
}

void append_table_move(const Names& nodes, const std::string& list, const std::string& master, bool nodes_answer,
                       RunbookStep& step) {
  for (const std::string& range : ranges_of(nodes)) {
    step.commands.push_back(
        shell_line({"nodech", range, "noderes.servicenode=" + list, "noderes.xcatmaster=" + master}));
    // What snmove runs on nodes (facts 6.1, 9), and ours.
    if (nodes_answer)
      step.commands.push_back(
          shell_line({"updatenode", range, "-P", "syslog,setupntp,mkresolvconf,setupnfsv4replication"}));
    step.checks.push_back(shell_line({"nodels", range, "noderes.servicenode", "noderes.xcatmaster"}));
  }
}

// facts 6.2 name moncfg and monstart; monitoring.name tells which plug-ins run, rmcmon is the one that facts know.
void append_monitoring(const OutageImpact& c, const Names& nodes, Names& commands) {
  const std::vector<std::string> ranges = ranges_of(nodes);
  for (const std::string& monitor : c.monitors.empty() ? Names{"rmcmon"} : c.monitors) {
    for (const std::string& range : ranges) {
      commands.push_back(shell_line({"moncfg", monitor, range}));
      commands.push_back(shell_line({"monstart", monitor, range}));
    }
  }
}

void add_control_points(const OutageImpact& c, Direction direction, const std::string& id, RunbookSection& section) {
  std::map<std::pair<std::string, std::string>, std::vector<const ControlPoint*>> groups;
  for (const ControlPoint& point : c.control_points) groups[{point.from, point.to}].push_back(&point);
  for (const auto& [change, points] : groups) {
    const bool home = direction == Direction::home;
    const std::string& to = home ? change.first : change.second;
    const std::string first = to.substr(0, to.find(','));
    Names names;
    std::size_t nodes = 0;
    RunbookStep step;
    for (const ControlPoint* point : points) {
      names.push_back(point->name);
      nodes += point->nodes.size();
      step.nodes.insert(step.nodes.end(), point->nodes.begin(), point->nodes.end());
    }
    step.id = id + ":" + c.replacement(points.front()->server).name;
    step.title = "Hardware control of " + count_text(names.size(), "control point") + " to " + first;
    step.why = (home ? change.second.substr(0, change.second.find(',')) : c.server->name) + " talks to " +
               range_text(names) + " for " + count_text(nodes, "node") +
               (home ? "; give that back." : ": without it there is no rpower and no rnetboot.");
    for (const std::string& range : ranges_of(names)) {
      if (direction != Direction::away) step.commands.push_back(shell_line({"rmhwconn", range}));
      step.commands.push_back(shell_line({"chdef", range, "servicenode=" + to}));
      step.commands.push_back(shell_line({"mkhwconn", range}));
      step.checks.push_back(shell_line({"nodels", range, "noderes.servicenode"}));
    }
    step.expect = to + " behind each, and mkhwconn without an error.";
    section.steps.push_back(std::move(step));
  }
  if (!groups.empty()) return;
  section.not_needed.push_back(c.unknown.count("ppc.hcp") > 0 ? unknown_line("Hardware control", "ppc")
                                                              : "Hardware control: no control point (ppc.hcp) has " +
                                                                    c.server->name + " as its service node.");
}

RunbookSection move_section(const OutageImpact& c) {
  RunbookSection section;
  section.id = "move";
  section.title = "What must be moved by hand";
  section.intro = "File systems are not here: they move by themselves. Steps that begin with Only can wait.";
  if (!c.fails_over) section.intro = "In this order: hung nodes can boot only when all of it is done.";
  if (c.partners.empty()) {
    section.intro = "Nothing: no other server is known for these nodes. Go on with section 4.";
    return section;
  }
  add_conserver(c, section);
  add_control_points(c, Direction::away, "move.control-point", section);
  add_monserver(c, section);
  add_nameservers(c, section);
  add_routes(c, section);
  if (c.fails_over) {
    add_snmove(c, section);
    add_boot(c, section);
  } else {
    // Hung nodes boot as soon as the tables are right, so what they boot by comes first.
    add_boot(c, section);
    add_snmove(c, section);
    Names moved;
    for (const Group& group : c.primary)
      if (!node_facing_name_of(c.replacement(group.server)).empty())
        for (const auto& [servers, nodes] : group.lists) moved.insert(moved.end(), nodes.begin(), nodes.end());
    add_reboots(c, moved, "move.reboot:",
                "One node shows whether the other server can carry them. What it had not written is lost already.",
                "Once they are up they run from the server that the tables name now.", section);
  }
  add_ntp(c, section);
  return section;
}

}  // namespace hanfs::cluster::outage
