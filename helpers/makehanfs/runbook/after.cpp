// SPDX-License-Identifier: Apache-2.0
// The part of runbook_sections.hpp for the way back, and for a stop that is planned.
#include <algorithm>
#include <iterator>
#include <utility>

#include "aix/failover.hpp"
#include "makehanfs/runbook/commands.hpp"
#include "makehanfs/runbook/sections.hpp"
#include "report/verdict.hpp"

namespace hanfs::cluster::outage {
namespace {

// GPFS commands are in no one's PATH.
constexpr const char* gpfs = "/usr/lpp/mmfs/bin/";
constexpr long daemon_seconds = 300;  // stopping and starting takes its time
constexpr long tree_seconds = 3600;   // reads all of the directory

// Nodes that boot together. No fact gives a number: the first node alone shows whether it works at all, then so many
// that a server with a few hundred nodes is not asked by all of them at once.
constexpr std::size_t smallest_batch = 20;
constexpr std::size_t most_batches = 20;

std::string all_servers(const OutageImpact& c) {
  Names names;
  for (const std::size_t server : c.servers) names.push_back(c.replacement(server).name);
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
  return list;
}

std::string parent_of(const std::string& directory) {
  const std::size_t slash = directory.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : directory.substr(0, slash);
}

std::string on_server(const OutageImpact& c, long seconds, const std::string& remote) {
  return on_hosts(*c.settings, c.server->name, seconds, remote);
}

// The one to copy from: where most of the dead server's nodes run now.
const Server& source(const OutageImpact& c) {
  std::size_t best = c.partners.front();
  std::size_t most = 0;
  for (const Group& group : c.primary) {
    if (group.nodes.size() <= most) continue;
    most = group.nodes.size();
    best = group.server;
  }
  return c.replacement(best);
}

RunbookStep& add(RunbookSection& section, std::string id, std::string title, std::string why) {
  RunbookStep step;
  step.id = std::move(id);
  step.title = std::move(title);
  step.why = std::move(why);
  section.steps.push_back(std::move(step));
  return section.steps.back();
}

void add_start(const OutageImpact& c, std::string id, std::string title, std::string why, RunbookSection& section) {
  RunbookStep& start = add(section, std::move(id), std::move(title), std::move(why));
  start.commands = {on_server(c, daemon_seconds, "startsrc -g nfs"), on_server(c, daemon_seconds, "exportfs -a")};
  start.checks = {on_server(c, c.settings->host_deadline, "lssrc -g nfs")};
  start.expect = "nfsd, rpc.mountd and nfsrgyd are active; gssd may be inoperative.";
  start.cautions = {
      "\"Multiple instances are not supported\": the stop before was not over, and will stop them after all. Look "
      "until all "
      "are inoperative, then start again."};
}

void add_disks(const OutageImpact& c, RunbookSection& section) {
  const std::string& directory = c.settings->directory;
  if (c.shared) {
    RunbookStep& order =
        add(section, "recover.order", "GPFS before NFS",
            "NFS without its GPFS hangs the nodes that ask it. At boot the order of /etc/inittab decides.");
    order.commands = {on_server(c, c.settings->host_deadline, "cat /etc/inittab"),
                      on_server(c, c.settings->host_deadline, "mount")};
    order.expect = "The line that starts GPFS stands before the one of rc.nfs, and " + directory +
                   " is mounted with vfs mmfs. Then go on with the clocks.";
    // The order of W-HASN: exports, daemons, GPFS; back the other way. Two steps, since what is pasted runs on.
    RunbookStep& again = add(section, "recover.restart", "Only if NFS came up first: stop it, then start GPFS",
                             "NFS must not run while GPFS comes.");
    again.commands = {on_server(c, daemon_seconds, "exportfs -ua"), on_server(c, daemon_seconds, "stopsrc -g nfs"),
                      on_server(c, daemon_seconds, std::string(gpfs) + "mmstartup")};
    again.checks = {on_server(c, c.settings->host_deadline, "mount")};
    again.expect = directory + " is mounted with vfs mmfs. It can take minutes; do not go on before.";
    add_start(c, "recover.start", "Only if it was stopped: start NFS", "Its disks are there now.", section);
    section.not_needed.push_back("Copying from a partner: all servers see the same disks (" + c.why_shared + ").");
    return;
  }
  RunbookStep& quiet = add(section, "recover.quiet", "Keep its NFS down until its content is right",
                           "At once: nodes may come back to it by themselves, and would then run from old files.");
  quiet.commands = {on_server(c, daemon_seconds, "stopsrc -g nfs")};
  quiet.checks = {on_server(c, c.settings->host_deadline, "lssrc -g nfs")};
  quiet.expect = "nfsd is inoperative. stopsrc comes back before the stop is done: look again after some seconds.";

  const Server& from = source(c);
  const std::string copy =
      shell_line({"/opt/xcat/bin/prsync", "-o", "rltHpEAogDz", directory, c.server->name + ":" + parent_of(directory)});
  RunbookStep& sync = add(section, "recover.resync", "Copy what changed from " + from.name,
                          from.name + " served the nodes meanwhile. Each server has disks of its own (" + c.why_shared +
                              "), so somebody has to copy.");
  sync.commands = {shell_line({"ssh", from.name, copy})};
  sync.expect = "prsync ends without an error. It may take long.";
  sync.cautions = {
      "Only in this direction: from " + from.name + " to " + c.server->name + ".",
      "The t in -o matters, xCAT's page leaves it out: after a failover AIX marks an open file dead when its mtime "
      "differs. "
      "Never copy with something that sets new times.",
      "prsync deletes nothing: what was removed on " + from.name + " meanwhile has to be removed here too."};

  RunbookStep& same = add(section, "recover.same", "The same content, with the same mtimes",
                          "A replica that differs is worse than none: it breaks nodes at the next failover.");
  // POSIX commands only; the sum of the sorted lines is the same wherever content, names and times are.
  const std::string pair = from.name + "," + c.server->name;
  same.commands = {
      on_hosts(*c.settings, pair, tree_seconds,
               "cd " + shell_line({directory}) + " && find . -type f -exec cksum {} + | LC_ALL=C sort | cksum"),
      on_hosts(*c.settings, pair, tree_seconds,
               "cd " + shell_line({directory}) + " && find . -type f -exec ls -ln {} + | LC_ALL=C sort | cksum")};
  same.expect =
      "Two equal lines from each command: the first for content, the second for mode, owner, size and mtime (to the "
      "minute).";
  same.cautions = {
      "Files that nodes write now (.client_data, persistent directories) may differ; find out whether it is "
      "only those."};
}

void add_checks(const OutageImpact& c, RunbookSection& section) {
  const std::string servers = all_servers(c);
  RunbookStep& clocks = add(section, "recover.clocks", "Clocks and NFSv4 domain",
                            "Unequal clocks make unequal mtimes; unequal domains make every owner nobody.");
  clocks.commands = {on_hosts(*c.settings, servers, c.settings->host_deadline, "date -u"),
                     on_hosts(*c.settings, servers, c.settings->host_deadline, "cat /etc/nfs/local_domain")};
  clocks.expect = "The same second, or the next, on all servers. The same domain on all" +
                  (c.nfs_domain.empty() ? std::string() : ": " + c.nfs_domain) + ".";
  if (!c.shared) add_start(c, "recover.start", "Start NFS", "Content, clocks and domain are right now.", section);
  RunbookStep& exports = add(section, "recover.exports", "Are the exports right?",
                             "Clients fail over only between servers that export the same list with the same options.");
  exports.commands = {on_server(c, daemon_seconds, server_command(c, "--status"))};
  exports.checks = {
      on_hosts(*c.settings, servers, c.settings->host_deadline, "exportfs"),
      on_hosts(*c.settings, servers, c.settings->host_deadline, shell_line({"lsnfsexp", c.settings->directory})),
      on_hosts(*c.settings, servers, c.settings->host_deadline, "nfsd -getreplicas")};
  exports.expect =
      "The last line says state=replicated. exportfs shows the same options on all servers, each with itself "
      "first in replicas=.";
  exports.cautions = {
      "If it is not: `" + on_server(c, daemon_seconds, server_command(c, "--dry-run")) +
      "` shows what is missing; the same without --dry-run does it, and --disruptive allows what clients "
      "feel. No node should run from " +
      c.server->name + " then."};
}

void add_reinstalled(const OutageImpact& c, RunbookSection& section) {
  RunbookStep& again = add(section, "recover.reinstalled", "Only if it was installed anew: its NIM definitions",
                           "Nodes cannot boot from a NIM server that does not know them.");
  Names primary = c.primary_nodes();
  primary.insert(primary.end(), c.nodes_without_backup.begin(), c.nodes_without_backup.end());
  Names secondary_nodes;
  for (const Group& group : c.secondary_nodes)
    secondary_nodes.insert(secondary_nodes.end(), group.nodes.begin(), group.nodes.end());
  // -b before -p, -k leaves out sync_roots: lib/xcat/README.md "mkdsklsnode -S: what it does", 1 and 5.
  for (const std::string& range : ranges_of(secondary_nodes))
    again.commands.push_back(shell_line({"mkdsklsnode", "-b", "-k", range}));
  for (const std::string& range : ranges_of(primary))
    again.commands.push_back(shell_line({"mkdsklsnode", "-p", "-k", range}));
  again.expect = "AIX/NIM diskless nodes were initialized. Then look at the exports again: mkdsklsnode touches them.";
  again.cautions = {"The tables must name " + c.server->name +
                    " in its place again (section 5, snmove) before -p reaches it."};
  again.nodes = c.nodes();
  again.nodes.insert(again.nodes.end(), c.nodes_without_backup.begin(), c.nodes_without_backup.end());
}

void add_returns(const OutageImpact& c, RunbookSection& section) {
  const auto nodech = [&](const std::vector<AttributeChange>& changes, const char* id, const char* what,
                          bool consoles) {
    for (const AttributeChange& change : changes) {
      if (change.to.empty()) continue;
      RunbookStep& step =
          add(section, std::string("home.") + id + ":" + c.replacement(change.server).name,
              std::string(what) + " of " + count_text(change.nodes.size(), "node") + " back to " + change.from,
              "Only what was moved in section 3: " + change.column + " was " + change.from + ".");
      for (const std::string& range : ranges_of(change.nodes)) {
        step.commands.push_back(shell_line({"nodech", range, change.column + "=" + change.from}));
        if (consoles) step.commands.push_back(shell_line({"makeconservercf", range}));
        step.checks.push_back(shell_line({"nodels", range, change.column}));
      }
      step.expect = change.from + " behind every node.";
      step.nodes = change.nodes;
    }
  };
  nodech(c.conserver, "conserver", "Consoles", true);
  nodech(c.monserver, "monserver", "Monitoring", false);
  nodech(c.node_nameservers, "node-nameservers", "Name servers", false);
  for (RunbookStep& step : section.steps)
    if (step.id.rfind("home.monserver:", 0) == 0) append_monitoring(c, step.nodes, step.commands);
  for (RunbookStep& step : section.steps)
    if (step.id.rfind("home.node-nameservers:", 0) == 0)
      for (const std::string& range : ranges_of(step.nodes))
        step.commands.push_back(shell_line({"updatenode", range, "-P", "mkresolvconf"}));
  for (const Route& route : c.routes)
    if (!route.new_gateway.empty() && !route.new_address.empty() && !route.address.empty()) {
      RunbookStep& step =
          add(section, "home.route:" + route.name, "Route " + route.name + " by " + route.gateway + " again",
              "Only if it was changed in section 3.");
      for (const std::string& range : ranges_of(route.nodes))
        for (const auto& [verb, gateway] : {std::pair{"add", route.address}, std::pair{"delete", route.new_address}})
          step.commands.push_back(
              on_hosts(*c.settings, range, c.settings->host_deadline,
                       shell_line({"route", verb, "-net", route.net, "-netmask", route.mask, gateway})));
      step.commands.push_back(shell_line({"chtab", "routename=" + route.name, "routes.gateway=" + route.gateway}));
      step.expect = route.net + " by " + route.address + " on every node.";
      step.nodes = route.nodes;
    }
  for (const AttributeChange& change : c.boot)
    nodech({change}, change.column.substr(change.column.find('.') + 1).c_str(), change.column.c_str(), false);
  Names lists;
  for (const auto* references : {&c.nameservers, &c.ntpservers})
    for (const ServerReference& one : *references)
      if (!one.back.empty()) lists.push_back(shell_line(one.back));
  if (lists.empty()) return;
  RunbookStep& step = add(section, "home.lists", "Name servers and NTP servers back into the tables",
                          "Only what was changed in section 3.");
  step.commands = lists;
  step.expect = "The values of before.";
}

void add_snmove_back(const OutageImpact& c, RunbookSection& section) {
  const Server& own = *c.server;
  const std::string& node_facing_name = node_facing_name_of(own);
  for (const Group& group : c.primary) {
    const Server& backup = c.replacement(group.server);
    if (node_facing_name.empty() || node_facing_name_of(backup).empty())
      continue;  // nobody could move them by this book
    Names pairs;
    for (const auto& [servers, nodes] : group.lists) {
      if (takes_snmove(servers)) {
        pairs.insert(pairs.end(), nodes.begin(), nodes.end());
        continue;
      }
      RunbookStep& step = add(section, "home.tables:" + backup.name,
                              "Only if they were moved in section 3: " + count_text(nodes.size(), "node") +
                                  " back from " + backup.name + " in the tables",
                              "A node boots from the server that the tables name.");
      append_table_move(nodes, list_from(c, servers, servers.front()), node_facing_name, true, step);
      step.expect =
          "servicenode is " + list_from(c, servers, servers.front()) + ", xcatmaster is " + node_facing_name + ".";
      step.nodes = nodes;
    }
    if (pairs.empty()) continue;
    RunbookStep& step = add(section, "home.snmove:" + backup.name,
                            "Only if snmove moved them: " + count_text(pairs.size(), "node") + " back from " +
                                backup.name + " in the tables",
                            "A node boots from the server that the tables name. Without this a reboot brings it to " +
                                backup.name + " again.");
    for (const std::string& range : ranges_of(pairs)) {
      step.commands.push_back(shell_line(
          {"snmove", range, "-s", backup.name, "-d", own.name, "-D", node_facing_name, "-P", "setupnfsv4replication"}));
      step.checks.push_back(shell_line({"nodels", range, "noderes.servicenode", "noderes.xcatmaster"}));
    }
    step.expect = "servicenode begins with " + own.name + ", xcatmaster is " + node_facing_name +
                  ". The nodes still run from " + backup.name + " until they reboot.";
    step.nodes = pairs;
  }
}

void add_batches(const OutageImpact& c, RunbookSection& section) {
  const Names nodes = c.primary_nodes();
  if (nodes.empty() && c.nodes_without_backup.empty()) {
    section.not_needed.push_back("Reboots: no node has " + c.server->name + " as its first server.");
    return;
  }
  add_reboots(
      c, nodes, "home.reboot:",
      "One node shows whether the server is good. AIX may bring nodes back by itself, sooner or later, or never; "
      "only a reboot is certain.",
      "Once they are up: CURRENT is " + (c.server->address.empty() ? "that of " + c.server->name : c.server->address) +
          " for every nfs4 mount, verdicts say status=ok.",
      section);
  if (c.nodes_without_backup.empty()) return;
  RunbookStep& step = add(section, "home.stranded", "Nodes that have no other server",
                          "They hung all the time, and go on by themselves as soon as " + c.server->name +
                              " answers, if nothing on them gave up meanwhile.");
  step.checks = {};
  add_on_nodes(*c.settings, c.nodes_without_backup, c.settings->host_deadline, c.settings->node_command + " --status",
               step.checks);
  step.expect =
      "Every node answers, CURRENT is " + (c.server->address.empty() ? c.server->name : c.server->address) + ".";
  step.cautions = {"Reboot those that do not answer, and only those: `rnetboot NODE`."};
  step.nodes = c.nodes_without_backup;
}

std::string loads_text(const OutageImpact& c) {
  std::string text;
  for (const std::size_t server : c.servers)
    text += (text.empty() ? "" : ", ") + c.replacement(server).name + " " + std::to_string(c.load[server]);
  return text;
}

}  // namespace

void add_reboots(const OutageImpact& c, const Names& nodes, const std::string& id, const std::string& first_why,
                 const std::string& expect, RunbookSection& section) {
  const std::size_t size = std::max(smallest_batch, (nodes.size() + most_batches - 2) / most_batches);
  std::size_t begin = 0;
  for (std::size_t batch = 1; begin < nodes.size(); ++batch) {
    const std::size_t end = std::min(nodes.size(), begin + (batch == 1 ? 1 : size));
    const Names some(std::next(nodes.begin(), static_cast<std::ptrdiff_t>(begin)),
                     std::next(nodes.begin(), static_cast<std::ptrdiff_t>(end)));
    RunbookStep& step =
        add(section, id + std::to_string(batch),
            batch == 1 ? "Reboot one node: " + some.front() : "Reboot the next " + count_text(some.size(), "node"),
            batch == 1 ? first_why : "When the batch before is back and well.");
    for (const std::string& range : ranges_of(some)) {
      step.commands.push_back(shell_line({"rnetboot", range}));
      step.checks.push_back(
          on_hosts(*c.settings, range, c.settings->host_deadline, c.settings->node_command + " --status"));
    }
    step.expect = expect;
    if (batch == 1)
      step.cautions = {
          "rnetboot, not rpower alone: rpower starts what the boot list says, and snmove may have changed it.",
          "LED 610 or 611: an NFS mount of a NIM resource fails. Look at the exports of the server that the tables "
          "name "
          "(section 4).",
          "Leave out nodes that makehanfs status shows where they belong already, and empty nodes of their jobs "
          "first."};
    step.nodes = some;
    begin = end;
  }
}

std::string server_command(const OutageImpact& c, const char* mode) {
  Names words{c.settings->server_command, "--replica", c.server->address};
  for (const std::size_t partner : c.partners)
    if (!c.replacement(partner).address.empty()) words.push_back(c.replacement(partner).address);
  words.insert(words.end(), {"--directory", c.settings->directory, "--access", c.settings->access});
  if (!c.nfs_domain.empty()) words.insert(words.end(), {"--nfs-domain", c.nfs_domain});
  words.emplace_back(mode);
  return shell_line(words);
}

RunbookSection recover_section(const OutageImpact& c) {
  RunbookSection section;
  section.id = "recover";
  section.title = "Bring " + c.server->name + " back";
  section.intro = c.fails_over ? "Nothing is urgent here: the nodes run from the others. In this order."
                               : "In this order. Nodes that were not moved hang until it is done.";
  if (!c.nodes_without_backup.empty() && c.fails_over)
    section.intro = "In this order. Most nodes run from the others; those with one server only hang until it is done.";
  RunbookStep& boot = add(section, "recover.boot", "Boot it", "After its fault was found.");
  // rpower needs a control point, and that may be one that the dead server itself looked after.
  if (!c.own_control_point.empty()) {
    boot.commands = {shell_line({"rpower", c.server->name, "on"})};
    boot.cautions = {"Its own control point is " + c.own_control_point +
                     (std::any_of(c.control_points.begin(), c.control_points.end(),
                                  [&](const ControlPoint& point) { return point.name == c.own_control_point; })
                          ? ", which it looked after itself: rpower works only after the hardware control step of "
                            "section 3."
                          : ".")};
  } else {
    boot.why +=
        c.unknown.count("ppc.hcp") > 0
            ? " The table ppc was not given, so the way to its power switch is not known here."
            : " The table ppc has no control point (hcp) for it, so rpower cannot: switch it on at its console.";
  }
  boot.checks = {on_server(c, c.settings->host_deadline, "date -u")};
  boot.expect = "It answers with its time.";
  if (c.fails_over) {
    add_disks(c, section);
    add_checks(c, section);
  } else {
    RunbookStep& serves = add(section, "recover.serves", "Does its NFS serve?",
                              "Its nodes boot and run from it as soon as it does. Disks before NFS: if " +
                                  c.settings->directory + " is on GPFS, it has to be mounted first.");
    serves.commands = {on_server(c, c.settings->host_deadline, "mount"),
                       on_server(c, c.settings->host_deadline, "lssrc -g nfs"),
                       on_server(c, c.settings->host_deadline, "exportfs")};
    serves.expect = c.settings->directory +
                    " is mounted, nfsd and rpc.mountd are active, and what the nodes mount is "
                    "in the list.";
    section.not_needed.push_back("Replicas: there are none by the tables (" + c.no_failover_reason + ").");
  }
  if (!c.control_points.empty()) {
    RunbookStep& step = add(section, "recover.control-point", "It lets go of the hardware",
                            "Its control points were given to others; two that talk to one are in each other's way.");
    Names names;
    for (const ControlPoint& point : c.control_points) names.push_back(point.name);
    for (const std::string& range : ranges_of(names))
      step.commands.push_back(on_server(c, c.settings->host_deadline, shell_line({"/opt/xcat/bin/rmhwconn", range})));
    step.expect = "No error, or that there is no such connection.";
    step.cautions = {"Only if they were moved in section 3, and before they come home in section 5."};
  }
  add_reinstalled(c, section);
  RunbookStep& view = add(section, "recover.status", "What do the nodes say?", "Before anything goes home.");
  view.commands = {status_line(*c.settings)};
  view.expect =
      "All nodes answer." +
      (c.fails_over ? " Nodes of " + c.server->name +
                          " are still on their backups; if snmove moved them, the tables call that their primary."
                    : std::string());
  return section;
}

RunbookSection home_section(const OutageImpact& c) {
  RunbookSection section;
  section.id = "home";
  section.title = "Bring the nodes home";
  section.intro = "Tables first, then reboots, a few at a time. makehanfs status names the nodes that are away.";
  add_snmove_back(c, section);
  add_control_points(c, Direction::home, "home.control-point", section);
  add_returns(c, section);
  add_batches(c, section);
  RunbookStep& balance = add(section, "home.balance", "Is the load where it was?", "Nodes that stayed away stay away.");
  balance.commands = {status_line(*c.settings)};
  balance.expect = "Nodes for each server: " + loads_text(c) + ". Nobody is on a backup.";
  return section;
}

RunbookSection planned_section(const OutageImpact& c) {
  RunbookSection section;
  section.id = "planned";
  section.title = "The same, planned: stop " + c.server->name + " without haste";
  section.intro = "First everything by hand, then NFS, then the disks. Back in the opposite order.";
  if (!c.fails_over) {
    section.title = "The same, planned: stop " + c.server->name;
    section.intro = "Nothing fails over (" + c.no_failover_reason + ").";
    RunbookStep& idle = add(section, "planned.idle", "Stop the nodes first",
                            "Whatever runs from " + c.server->name + " hangs from the moment it stops.");
    idle.expect = c.partners.empty()
                      ? "No work runs on them; shut them down, and boot them when it is back (section 5)."
                      : "No work runs on them. Then section 3, whose reboots bring them to the others, "
                        "and only then stop " +
                            c.server->name + ".";
    idle.nodes = c.primary_nodes();
    idle.nodes.insert(idle.nodes.end(), c.nodes_without_backup.begin(), c.nodes_without_backup.end());
    return section;
  }
  for (const Group& group : c.primary) {
    RunbookStep& step = add(
        section, "planned.statelite:" + c.replacement(group.server).name,
        "Copy statelite data of " + count_text(group.nodes.size(), "node") + " to " + c.replacement(group.server).name,
        "-l copies the data and moves nothing.");
    for (const std::string& range : ranges_of(group.nodes))
      step.commands.push_back(shell_line({"snmove", range, "-l"}));
    step.expect = "No error.";
    step.nodes = group.nodes;
  }
  RunbookStep& status = add(section, "planned.status", "Is everybody ready?",
                            "Nodes that are not tuned, or that have one server only, will hang.");
  status.commands = {status_line(*c.settings)};
  status.expect = "Every node of " + c.server->name + " is tuned and knows its replicas. Stop here if not.";
  add_control_points(c, Direction::away_alive, "planned.control-point", section);
  add(section, "planned.move", "The rest of section 3",
      "Consoles, monitoring, name servers, as for a dead server. snmove only if nodes have to boot meanwhile.")
      .expect = "What section 3 says.";

  const double seconds = aix::failover_seconds(c.tuning.timeo, c.tuning.retrans, 0);
  RunbookStep& stop = add(section, "planned.stop", "Stop NFS",
                          "The exports first, so that nobody new comes; then the daemons. The nodes move now.");
  stop.commands = {on_server(c, daemon_seconds, "exportfs -ua"), on_server(c, daemon_seconds, "stopsrc -g nfs")};
  stop.checks = {on_server(c, c.settings->host_deadline, "lssrc -g nfs"), status_line(*c.settings)};
  stop.expect =
      "nfsd is inoperative (stopsrc comes back before that), and nobody is on " + c.server->name + " any more.";
  stop.expected_seconds = seconds;
  stop.basis = "what a node stalls: section 1";
  stop.cautions = {"exportfs -ua can fail for a file system that clients have state on; stopsrc goes on all the same.",
                   "A file system moves when it is next used, so a quiet node shows the old server for a while."};
  stop.nodes = c.primary_nodes();
  if (c.shared) {
    RunbookStep& disks =
        add(section, "planned.disks", "Stop GPFS", "Never before nfsd is down: NFS without GPFS hangs nodes.");
    disks.commands = {on_server(c, daemon_seconds, std::string(gpfs) + "mmshutdown")};
    disks.checks = {on_server(c, c.settings->host_deadline, "mount")};
    disks.expect = c.settings->directory + " is not mounted any more. Now it can be switched off.";
    RunbookStep& back = add(section, "planned.back", "Back: GPFS first", "The opposite order.");
    back.commands = {on_server(c, daemon_seconds, std::string(gpfs) + "mmstartup")};
    back.checks = {on_server(c, c.settings->host_deadline, "mount")};
    back.expect = c.settings->directory + " is mounted with vfs mmfs. It can take minutes; do not go on before.";
    add_start(c, "planned.start", "Then NFS", "Its disks are there.", section);
    section.steps.back().expect += " Then section 4 from the clocks on, and section 5.";
  } else {
    section.not_needed.push_back(
        "GPFS: " + c.settings->directory + " is not shared (" + c.why_shared +
        "). If it is on GPFS all the same: mmshutdown after stopsrc, mmstartup before startsrc.");
    RunbookStep& back =
        add(section, "planned.back", "Back", "If anything was written on the others meanwhile, copy it first.");
    back.expect = "Section 4 from the resync on, and section 5.";
  }
  return section;
}

}  // namespace hanfs::cluster::outage
